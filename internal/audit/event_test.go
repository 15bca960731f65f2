package audit_test

import (
	"fmt"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/audipy/audipy/internal/audit"
)

func TestActionsAreDistinctWordsOfSmallLetters(t *testing.T) {
	t.Parallel()
	form := regexp.MustCompile(`^[a-z]+(_[a-z]+)+$`)
	all := audit.Actions()
	if unique := slices.Compact(slices.Sorted(slices.Values(all))); len(unique) != len(all) {
		t.Errorf("%d of %d actions are distinct", len(unique), len(all))
	}
	for _, a := range all {
		e := audit.Event{Action: a, Outcome: audit.Succeeded}
		if err := e.Validate(); err != nil || !form.MatchString(string(a)) {
			t.Errorf("%q: %v", a, err)
		}
	}
}

func TestEventTakesNamesAndNumbersOnly(t *testing.T) {
	t.Parallel()
	ok := audit.Event{
		Action: audit.SyncApplied, Outcome: audit.Succeeded,
		Account: "01990a3e-7c00-7000-8000-0000000000aa", Target: "B0ABCDEFGH", Counts: map[string]int{"library": 12},
	}
	if err := ok.Validate(); err != nil {
		t.Fatalf("Validate(%+v) = %v", ok, err)
	}
	many := map[string]int{}
	for i := range 33 {
		many[fmt.Sprintf("endpoint_%d", i)] = i
	}
	bad := map[string]struct {
		change func(*audit.Event)
		want   string
	}{
		"free text as action":   {func(e *audit.Event) { e.Action = "said hello" }, `"said hello" is not a known action`},
		"no outcome":            {func(e *audit.Event) { e.Outcome = "" }, `"" is not a known outcome`},
		"a token as account":    {func(e *audit.Event) { e.Account = "Atnr|x" }, "account is not an id"},
		"a sentence as target":  {func(e *audit.Event) { e.Target = "my favourite book" }, "target is not an id"},
		"a token as target":     {func(e *audit.Event) { e.Target = "Atna|secret" }, "target is not an id"},
		"a path as target":      {func(e *audit.Event) { e.Target = "/home/x/export.json" }, "target is not an id"},
		"a long target":         {func(e *audit.Event) { e.Target = strings.Repeat("x", 65) }, "target is not an id"},
		"a sentence as a count": {func(e *audit.Event) { e.Counts = map[string]int{"the password was": 1} }, "short lower-case name"},
		"a negative count":      {func(e *audit.Event) { e.Counts = map[string]int{"library": -1} }, "no negative number"},
		"too many counts":       {func(e *audit.Event) { e.Counts = many }, "33 counts, at most 32"},
	}
	for name, c := range bad {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			e := ok
			c.change(&e)
			err := e.Validate()
			if err == nil || !strings.Contains(err.Error(), c.want) {
				t.Fatalf("Validate = %v, want an error with %q", err, c.want)
			}
			if strings.Contains(err.Error(), "Atn") || strings.Contains(err.Error(), "password") {
				t.Errorf("the error repeats the value: %v", err)
			}
		})
	}
}
