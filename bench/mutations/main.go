// Command mutations shows that the tests notice when a control of security is
// taken out: one after the other it takes out each control of its table, runs
// the tests that should notice, and prints how many mutants they found. The
// source is left as it is: the compiler gets the changed file in its place.
//
//	go run ./bench/mutations [-only words]
package main

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"io"
	"maps"
	"os"
	"os/exec"
	"os/signal"
	"path/filepath"
	"slices"
	"strings"
	"time"
)

func main() {
	only := flag.String("only", "", "try only the mutants whose name holds this")
	flag.Parse()
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt)
	err := run(ctx, os.Stdout, *only)
	stop()
	if err != nil {
		fmt.Fprintln(os.Stderr, "mutations:", err)
		os.Exit(1)
	}
}

func run(ctx context.Context, out io.Writer, only string) error {
	chosen := slices.DeleteFunc(mutants(), func(m mutant) bool { return !strings.Contains(m.name, only) })
	for _, m := range chosen {
		if _, err := m.mutate("."); err != nil {
			return err
		}
	}
	if err := passUnchanged(ctx, chosen); err != nil {
		return err
	}
	found := 0
	for _, m := range chosen {
		started := time.Now()
		noticed, err := m.try(ctx)
		verdict := "NOT FOUND"
		switch {
		case ctx.Err() != nil:
			return ctx.Err()
		case err != nil:
			verdict = "BROKEN"
		case noticed:
			verdict = "found"
			found++
		}
		fmt.Fprintf(out, "%-9s %-55s %3.0f s\n", verdict, m.name, time.Since(started).Seconds())
		if err != nil {
			fmt.Fprintln(out, err)
		}
	}
	fmt.Fprintf(out, "%d of %d found\n", found, len(chosen))
	if found < len(chosen) {
		return errors.New("a control can be taken out unnoticed")
	}
	return nil
}

// passUnchanged checks that the tests pass with every control in its place:
// otherwise their failures would say nothing.
func passUnchanged(ctx context.Context, chosen []mutant) error {
	patterns := map[string][]string{}
	for _, m := range chosen {
		if !slices.Contains(patterns[m.dir], m.tests) {
			patterns[m.dir] = append(patterns[m.dir], m.tests)
		}
	}
	for _, dir := range slices.Sorted(maps.Keys(patterns)) {
		text, err := goTest(ctx, dir, strings.Join(patterns[dir], "|"))
		if err != nil {
			return fmt.Errorf("the tests of %s fail as they are: %w\n%s", dir, err, text)
		}
		if strings.Contains(text, "no tests to run") {
			return fmt.Errorf("%s has none of the tests", dir)
		}
	}
	return nil
}

// mutate returns the file as it is without the control.
func (m mutant) mutate(root string) ([]byte, error) {
	text, err := os.ReadFile(filepath.Join(root, m.file))
	if err != nil {
		return nil, fmt.Errorf("%s: %w", m.name, err)
	}
	if n := bytes.Count(text, []byte(m.old)); n != 1 {
		return nil, fmt.Errorf("%s: what to replace stands %d times in %s", m.name, n, m.file)
	}
	return bytes.Replace(text, []byte(m.old), []byte(m.new), 1), nil
}

// try reports whether a test fails without the control. A mutant that isn't
// even a program is an error, and shows nothing.
func (m mutant) try(ctx context.Context) (bool, error) {
	changed, err := m.mutate(".")
	if err != nil {
		return false, err
	}
	dir, err := os.MkdirTemp("", "mutation")
	if err != nil {
		return false, fmt.Errorf("make a folder: %w", err)
	}
	defer func() { _ = os.RemoveAll(dir) }() // the system tidies up what stays
	overlay, err := writeOverlay(dir, m.file, changed)
	if err != nil {
		return false, err
	}
	text, err := goTest(ctx, m.dir, m.tests, "-overlay", overlay, "-vet", "off", "-failfast")
	switch {
	case err == nil:
		return false, nil
	case strings.Contains(text, "--- FAIL: ") || strings.Contains(text, "panic: "):
		return true, nil
	}
	return false, fmt.Errorf("%s: %w\n%s", m.name, err, text)
}

// writeOverlay keeps a changed file and the list that go reads: which file
// stands for which.
func writeOverlay(dir, file string, changed []byte) (string, error) {
	original, err := filepath.Abs(file)
	if err != nil {
		return "", fmt.Errorf("find %s: %w", file, err)
	}
	copied, overlay := filepath.Join(dir, filepath.Base(file)), filepath.Join(dir, "overlay.json")
	list, err := json.Marshal(map[string]map[string]string{"Replace": {original: copied}})
	if err != nil {
		return "", fmt.Errorf("list the changed file: %w", err)
	}
	if err := errors.Join(os.WriteFile(copied, changed, 0o600), os.WriteFile(overlay, list, 0o600)); err != nil {
		return "", fmt.Errorf("keep the changed file: %w", err)
	}
	return overlay, nil
}

// goTest runs tests of a package and returns what they print.
func goTest(ctx context.Context, dir, tests string, flags ...string) (string, error) {
	args := append([]string{"test", "-timeout", "5m", "-run", tests}, flags...)
	cmd := exec.CommandContext(ctx, "go", append(args, dir)...) //nolint:gosec // names of our own tests
	text, err := cmd.CombinedOutput()
	return string(text), err
}
