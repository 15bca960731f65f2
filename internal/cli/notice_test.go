package cli_test

import (
	"encoding/json"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/audipy/audipy/audible/audiblesim"
	"github.com/audipy/audipy/internal/cli"
	"github.com/audipy/audipy/internal/store"
)

// desk is one person's command line with a simulated Audible and a clock.
type desk struct {
	t     *testing.T
	sim   *audiblesim.Sim
	env   cli.Env
	now   time.Time
	out   strings.Builder
	notes strings.Builder
}

func newDesk(t *testing.T, titles int) *desk {
	t.Helper()
	d := &desk{t: t, now: time.Date(2026, 3, 2, 10, 0, 0, 0, time.UTC)}
	clock := func() time.Time { return d.now }
	d.sim = audiblesim.New(audiblesim.Options{Seed: 3, Now: clock})
	err := d.sim.AddAccount(audiblesim.Account{
		Login: "kim@example.com", Password: "a made-up password", Marketplaces: map[string]int{"us": titles},
	})
	if err != nil {
		t.Fatal(err)
	}
	home := t.TempDir()
	d.env = cli.Env{
		Stdout: &d.out, Stderr: &d.notes, GOOS: "linux", Now: clock, NoKeyring: true, Transport: d.sim.Transport(),
		Getenv: func(name string) string { return map[string]string{"HOME": home}[name] },
		Rate:   store.Rate{PerSecond: 1e6, Burst: 1_000_000, Daily: 1_000_000},
	}
	d.enter("kim@example.com\na made-up password\n", "login", "--password", "--new")
	return d
}

// enter runs a command line that must succeed, and returns what it printed.
func (d *desk) enter(stdin string, args ...string) string {
	d.t.Helper()
	d.out.Reset()
	d.notes.Reset()
	env := d.env
	env.Stdin = strings.NewReader(stdin)
	if code := cli.Main(d.t.Context(), args, env); code != 0 {
		d.t.Fatalf("%v ended with %d: %s", args, code, d.notes.String())
	}
	return d.out.String()
}

// creditWorthy returns a missing volume that is too dear to pay in cash.
func (d *desk) creditWorthy() string {
	d.t.Helper()
	var next struct {
		Suggestions []struct {
			Product struct{ ASIN string }
			Price   struct{ Verdict string }
		}
	}
	text := d.enter("", "next", "--kind", "series", "--limit", "0", "--json")
	if err := json.Unmarshal([]byte(text), &next); err != nil {
		d.t.Fatal(err)
	}
	for _, s := range next.Suggestions {
		if s.Price.Verdict == "credit" {
			return s.Product.ASIN
		}
	}
	d.t.Fatal("no missing volume is worth a credit")
	return ""
}

func TestSyncSaysThatAPriceFellBelowTheLimit(t *testing.T) {
	t.Parallel()
	d := newDesk(t, 300)
	if text := d.enter("", "sync"); strings.Contains(text, "costs") {
		t.Errorf("the first sync knows of no price: %s", text)
	}
	asin := d.creditWorthy()
	d.enter("", "sync") // tells what costs less than the limit already
	if err := d.sim.Sale("us", asin, 399); err != nil {
		t.Fatal(err)
	}
	d.now = d.now.Add(25 * time.Hour)
	d.enter("", "next")
	text := d.enter("", "sync")
	if !strings.Contains(text, "costs $3.99") || !strings.Contains(text, asin) {
		t.Errorf("sync says %q, want that %s fell to $3.99", text, asin)
	}
	if text := d.enter("", "sync"); strings.Contains(text, "costs") {
		t.Errorf("sync says it twice: %q", text)
	}
	d.enter("", "prefs", "set", "notifications", "off")
	if text := d.enter("", "sync"); strings.Contains(text, "notice:") {
		t.Errorf("notices are off, and sync says %q", text)
	}
}

func TestSyncSaysThatATitleLeavesPlus(t *testing.T) {
	t.Parallel()
	d := newDesk(t, 1)
	d.sim.AnswerNext(audiblesim.NextAnswer{
		Host: "api.audible.com", Path: "/1.0/library", Header: http.Header{"Total-Count": {"1"}, "Content-Type": {"application/json"}},
		Body: `{"items":[{"asin":"B000000001","title":"Borrowed","status":"Active","is_ayce":true,
			"plans":[{"plan_name":"US Minerva","end_date":"2026-03-12T00:00:00.00000Z"}]}]}`,
	})
	text := d.enter("", "sync", "--store", "us")
	if !strings.Contains(text, "notice: Borrowed leaves Plus on 12 March 2026  B000000001 us") {
		t.Errorf("sync says %q, want that the title leaves", text)
	}
	d.now = d.now.Add(11 * 24 * time.Hour)
	if text := d.enter("", "library", "--limit", "1"); strings.Contains(text, "leaves Plus on") {
		t.Errorf("a title that has left is announced: %q", text)
	}
}
