// Command asvs counts which requirements of the security standard are proven:
// it reads docs/asvs.md, runs the tests that call asvs.Covers, and prints by
// chapter how many requirements a passing test has claimed.
//
//	go run ./bench/asvs [-missing]
package main

import (
	"bufio"
	"bytes"
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"io"
	"io/fs"
	"maps"
	"os"
	"os/exec"
	"os/signal"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
)

func main() {
	missing := flag.Bool("missing", false, "list what no test claims")
	flag.Parse()
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt)
	err := run(ctx, os.Stdout, *missing)
	stop()
	if err != nil {
		fmt.Fprintln(os.Stderr, "asvs:", err)
		os.Exit(1)
	}
}

func run(ctx context.Context, out io.Writer, missing bool) error {
	data, err := os.ReadFile("docs/asvs.md")
	if err != nil {
		return fmt.Errorf("run it from the project's folder: %w", err)
	}
	chapters := parse(data)
	tests, err := claiming(".")
	if err != nil {
		return err
	}
	proven, passed := map[string]bool{}, true
	for _, dir := range slices.Sorted(maps.Keys(tests)) {
		all, err := prove(ctx, dir, tests[dir], proven)
		if err != nil {
			return err
		}
		passed = passed && all
	}
	err = report(out, chapters, proven, missing)
	if err == nil && !passed {
		err = errors.New("tests that claim something did not pass")
	}
	return err
}

// chapter is one of the standard, with its requirements by level.
type chapter struct {
	name   string
	levels map[int][]string
}

var (
	levelRow = regexp.MustCompile(`^\| ([123]) \| ([0-9. ]+) \|$`)
	covers   = regexp.MustCompile(`asvs: covers (\d+\.\d+\.\d+)`)
)

// parse reads the page.
func parse(page []byte) []chapter {
	var all []chapter
	for line := range strings.Lines(string(page)) {
		line = strings.TrimSpace(line)
		if name, ok := strings.CutPrefix(line, "## "); ok {
			all = append(all, chapter{name, map[int][]string{}})
		}
		if row := levelRow.FindStringSubmatch(line); row != nil {
			level, _ := strconv.Atoi(row[1]) // a digit, by the pattern
			all[len(all)-1].levels[level] = strings.Fields(row[2])
		}
	}
	return all
}

// claiming finds the tests that claim something, by the folder of their
// package.
func claiming(root string) (map[string][]string, error) {
	tests := map[string][]string{}
	err := filepath.WalkDir(root, func(path string, d fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		if d.IsDir() && path != root && (strings.HasPrefix(d.Name(), ".") || d.Name() == "node_modules") {
			return filepath.SkipDir
		}
		if !strings.HasSuffix(path, "_test.go") {
			return nil
		}
		file, err := parser.ParseFile(token.NewFileSet(), path, nil, parser.SkipObjectResolution)
		if err != nil {
			return fmt.Errorf("read %s: %w", path, err)
		}
		for _, decl := range file.Decls {
			if fn, ok := decl.(*ast.FuncDecl); ok && strings.HasPrefix(fn.Name.Name, "Test") && claims(fn) {
				dir := "./" + filepath.ToSlash(filepath.Dir(path))
				tests[dir] = append(tests[dir], fn.Name.Name)
			}
		}
		return nil
	})
	return tests, err
}

// claims reports whether a function calls asvs.Covers.
func claims(fn *ast.FuncDecl) bool {
	found := false
	ast.Inspect(fn, func(n ast.Node) bool {
		sel, ok := n.(*ast.SelectorExpr)
		if !ok || sel.Sel.Name != "Covers" {
			return true
		}
		if pkg, ok := sel.X.(*ast.Ident); ok && pkg.Name == "asvs" {
			found = true
		}
		return true
	})
	return found
}

// prove runs the tests of a package and notes what those that pass claim. It
// reports whether all of them passed.
func prove(ctx context.Context, dir string, tests []string, proven map[string]bool) (bool, error) {
	pattern := "^(" + strings.Join(tests, "|") + ")$"
	cmd := exec.CommandContext(ctx, "go", "test", "-json", "-run", pattern, dir) //nolint:gosec // names of our own tests
	var text bytes.Buffer
	cmd.Stdout, cmd.Stderr = &text, os.Stderr
	err := cmd.Run()
	if _, ok := errors.AsType[*exec.ExitError](err); err != nil && !ok {
		return false, fmt.Errorf("go test: %w", err)
	}
	ended, err := tally(&text, proven)
	if err != nil {
		return false, err
	}
	all := true
	for _, name := range tests {
		if ended[name] != "pass" {
			all = false
			fmt.Fprintf(os.Stderr, "asvs: %s.%s %s; what it claims is not counted\n", dir, name, cmp.Or(ended[name], "did not run to its end"))
		}
	}
	return all, nil
}

// tally reads what go test prints as JSON. It notes what the tests that pass
// claim, and returns how each test that ended did: by "pass", "fail" or "skip".
func tally(text io.Reader, proven map[string]bool) (map[string]string, error) {
	claimed, ended := map[string][]string{}, map[string]string{}
	lines := bufio.NewScanner(text)
	lines.Buffer(nil, 1<<24)
	for lines.Scan() {
		var event struct{ Action, Test, Output string }
		if json.Unmarshal(lines.Bytes(), &event) != nil || event.Test == "" {
			continue
		}
		name, _, _ := strings.Cut(event.Test, "/")
		for _, found := range covers.FindAllStringSubmatch(event.Output, -1) {
			claimed[name] = append(claimed[name], found[1])
		}
		if event.Test != name || !slices.Contains([]string{"pass", "fail", "skip"}, event.Action) {
			continue
		}
		ended[name] = event.Action
		if event.Action == "pass" {
			for _, id := range claimed[name] {
				proven[id] = true
			}
		}
	}
	return ended, lines.Err()
}

// report prints the count. A claim of something that isn't on the page is an
// error: a slip of the pen would count for nothing.
func report(out io.Writer, chapters []chapter, proven map[string]bool, missing bool) error {
	all, done := 0, 0
	for _, c := range chapters {
		var words []string
		ids, have := 0, 0
		for _, level := range slices.Sorted(maps.Keys(c.levels)) {
			n := 0
			for _, id := range c.levels[level] {
				if proven[id] {
					n++
				} else if missing {
					fmt.Fprintf(out, "missing %s (level %d)\n", id, level)
				}
				delete(proven, id)
			}
			words = append(words, fmt.Sprintf("level %d %d of %d", level, n, len(c.levels[level])))
			ids, have = ids+len(c.levels[level]), have+n
		}
		fmt.Fprintf(out, "%-40s %3d of %3d   %s\n", c.name, have, ids, strings.Join(words, ", "))
		all, done = all+ids, done+have
	}
	fmt.Fprintf(out, "%d of %d\n", done, all)
	if len(proven) > 0 {
		return fmt.Errorf("tests claim what docs/asvs.md doesn't list: %s", strings.Join(slices.Sorted(maps.Keys(proven)), " "))
	}
	return nil
}
