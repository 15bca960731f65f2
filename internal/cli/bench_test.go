package cli_test

import (
	"context"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/audipy/audipy/audible/audiblesim"
	"github.com/audipy/audipy/internal/cli"
	"github.com/audipy/audipy/internal/store"
)

// BenchmarkExport writes a library of 10,000 titles as a process does it:
// settings, store, rows, file. The goal is well below half a second.
func BenchmarkExport(b *testing.B) {
	env, home := benchHome(b)
	for _, format := range []string{"json", "csv", "text"} {
		b.Run(format, func(b *testing.B) {
			args := []string{"export", "--format", format, "--output", filepath.Join(home, "out."+format), "--force"}
			if format == "text" {
				args = append(args, "--by", "author")
			}
			b.ReportAllocs()
			for b.Loop() {
				if code := cli.Main(b.Context(), args, env); code != 0 {
					b.Fatalf("exit code %d", code)
				}
			}
		})
	}
}

// benchHome is a home with a library of 10,000 titles.
func benchHome(b *testing.B) (cli.Env, string) {
	b.Helper()
	home := b.TempDir()
	sim := audiblesim.New(audiblesim.Options{Seed: 1})
	err := sim.AddAccount(audiblesim.Account{
		Login: "kim@example.com", Password: madeUpPassword, Marketplaces: map[string]int{"us": 10_000},
	})
	if err != nil {
		b.Fatal(err)
	}
	file, err := sim.CredentialFile("kim@example.com", "us")
	if err != nil {
		b.Fatal(err)
	}
	path := filepath.Join(home, "kim.json")
	if err := os.WriteFile(path, file, 0o600); err != nil {
		b.Fatal(err)
	}
	env := cli.Env{
		Stdin: strings.NewReader(""), Stdout: io.Discard, Stderr: io.Discard, GOOS: "linux", Now: time.Now, NoKeyring: true,
		Getenv: func(name string) string {
			if name == "HOME" {
				return home
			}
			return ""
		},
		Wait:      func(ctx context.Context, _ time.Duration) error { return ctx.Err() },
		Transport: sim.Transport(), Rate: store.Rate{PerSecond: 1000, Burst: 1000, Daily: 100_000},
	}
	for _, args := range [][]string{{"login", "--import", path}, {"sync", "--store", "us"}} {
		if code := cli.Main(b.Context(), args, env); code != 0 {
			b.Fatalf("%v: exit code %d", args, code)
		}
	}
	return env, home
}
