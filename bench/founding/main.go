// Command founding proves what was asked for: it reads docs/founding.md, runs
// the tests that each sentence names, and prints how many of the rows M1 to
// M24 hold. A row counts when all of its sentences have a proof and every
// test of every proof ran and passed.
//
//	go run ./bench/founding
package main

import (
	"bufio"
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"os/signal"
	"regexp"
	"slices"
	"strings"
)

// sentence is one line of the table: what was asked, and the tests for it.
type sentence struct {
	row, text string
	proofs    []proof
}

// proof is a test by the folder of its package and its full name.
type proof struct{ dir, test string }

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt)
	err := run(ctx, os.Stdout)
	stop()
	if err != nil {
		fmt.Fprintln(os.Stderr, "founding:", err)
		os.Exit(1)
	}
}

func run(ctx context.Context, out io.Writer) error {
	data, err := os.ReadFile("docs/founding.md")
	if err != nil {
		return fmt.Errorf("run it from the project's folder: %w", err)
	}
	sentences, err := parse(data)
	if err != nil {
		return err
	}
	passed, err := runTests(ctx, sentences)
	if err != nil {
		return err
	}
	return report(out, sentences, passed)
}

var proofPattern = regexp.MustCompile("`([a-z0-9/]+)\\.(Test[A-Za-z0-9_]+(?:/[^`]+)?)`")

// parse reads the table rows "| M1 | sentence | `dir.TestName`, … |".
func parse(data []byte) ([]sentence, error) {
	var all []sentence
	scanner := bufio.NewScanner(bytes.NewReader(data))
	for scanner.Scan() {
		cells := strings.Split(scanner.Text(), "|")
		if len(cells) != 5 || !strings.HasPrefix(strings.TrimSpace(cells[1]), "M") {
			continue
		}
		s := sentence{row: strings.TrimSpace(cells[1]), text: strings.TrimSpace(cells[2])}
		for _, m := range proofPattern.FindAllStringSubmatch(cells[3], -1) {
			s.proofs = append(s.proofs, proof{m[1], m[2]})
		}
		all = append(all, s)
	}
	if len(all) == 0 {
		return nil, errors.New("docs/founding.md has no rows")
	}
	return all, scanner.Err()
}

// runTests runs every named test, one go test per package, and returns those
// that passed. A test that fails or does not exist is simply not among them.
func runTests(ctx context.Context, sentences []sentence) (map[proof]bool, error) {
	byDir := map[string][]string{}
	for _, s := range sentences {
		for _, p := range s.proofs {
			top, _, _ := strings.Cut(p.test, "/")
			if !slices.Contains(byDir[p.dir], top) {
				byDir[p.dir] = append(byDir[p.dir], top)
			}
		}
	}
	passed := map[proof]bool{}
	for dir, tests := range byDir {
		pattern := "^(" + strings.Join(tests, "|") + ")$"
		cmd := exec.CommandContext(ctx, "go", "test", "-json", "-count=1", "-run", pattern, "./"+dir) //nolint:gosec // both come from the project's own table
		cmd.Stderr = os.Stderr
		output, err := cmd.Output()
		if _, failed := errors.AsType[*exec.ExitError](err); err != nil && !failed {
			return nil, fmt.Errorf("run the tests of %s: %w", dir, err)
		}
		collect(dir, output, passed)
	}
	return passed, nil
}

func collect(dir string, output []byte, passed map[proof]bool) {
	decoder := json.NewDecoder(bytes.NewReader(output))
	for {
		var event struct{ Action, Test string }
		if decoder.Decode(&event) != nil {
			return
		}
		if event.Action == "pass" && event.Test != "" {
			passed[proof{dir, event.Test}] = true
		}
	}
}

// report prints every sentence with its verdict, then "N of 24". It fails
// when a named proof did not pass: a row without proof is merely open.
func report(out io.Writer, sentences []sentence, passed map[proof]bool) error {
	open, broken := map[string]bool{}, 0
	for _, s := range sentences {
		verdict := "ok  "
		if len(s.proofs) == 0 {
			verdict, open[s.row] = "open", true
		}
		for _, p := range s.proofs {
			if !passed[p] {
				verdict, open[s.row] = "FAIL", true
				broken++
				fmt.Fprintf(out, "     not passed: %s.%s\n", p.dir, p.test)
			}
		}
		fmt.Fprintf(out, "%s %-4s %s (%d tests)\n", verdict, s.row, s.text, len(s.proofs))
	}
	rows := map[string]bool{}
	for _, s := range sentences {
		rows[s.row] = true
	}
	fmt.Fprintf(out, "%d of %d\n", len(rows)-len(open), len(rows))
	if broken > 0 {
		return fmt.Errorf("%d proofs did not pass", broken)
	}
	return nil
}
