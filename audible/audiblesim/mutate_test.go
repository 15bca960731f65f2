package audiblesim_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/audipy/audipy/audible/audiblesim"
)

func TestMutatedPagesStayAnswerable(t *testing.T) {
	t.Parallel()
	for seed := range uint64(60) {
		t.Run(fmt.Sprint(seed), func(t *testing.T) {
			t.Parallel()
			s := newSim(t, audiblesim.Options{Seed: seed, Mutate: true}, audiblesim.Account{
				SplitPages: seed%2 == 1, Challenges: []string{"captcha", "device", "otp", "cvf", "approval", "nag"},
			})
			c := newApp(t, s.Transport(), "us")
			solver := newSolver(t, s, c, "kim@example.com")
			solver.wrong, solver.careful = seed%3 == 0, true
			if end := solver.run(); end != "done" {
				t.Fatalf("ended at %q after %v; mutations %v; page:\n%s", end, solver.seen, s.PageMutations(), c.body)
			}
			if counts := s.Counts(); counts.BrokenForms != 0 || len(counts.MisplacedPasswords) != 0 {
				t.Errorf("broken forms %d, misplaced passwords %q, want none", counts.BrokenForms, counts.MisplacedPasswords)
			}
		})
	}
}

func TestMutationsReportWhatChanged(t *testing.T) {
	t.Parallel()
	seen := make(map[string]int)
	for seed := range uint64(20) {
		s := newSim(t, audiblesim.Options{Seed: seed, Mutate: true, RenameIDs: 50}, audiblesim.Account{})
		c := newApp(t, s.Transport(), "us")
		c.open()
		pages := s.PageMutations()
		if len(pages) != 1 || pages[0].Step != "signin" {
			t.Fatalf("seed %d: pages = %v, want one sign-in page", seed, pages)
		}
		if renamed := slices.Contains(pages[0].Changes, "ids renamed"); renamed == (c.page.Find("#ap_password").Length() == 1) {
			t.Errorf("seed %d: ids renamed %t, but the page says otherwise", seed, renamed)
		}
		for _, change := range pages[0].Changes {
			seen[change]++
		}
	}
	for _, change := range []string{
		"hidden fields added", "inputs reordered", "classes changed", "form wrapped", "fields nested in a second form",
		"foreign form before", "foreign form after", "form in a comment", "ids renamed", "entities in values",
		"tags in capitals", "attributes reordered", "blanks between attributes",
	} {
		if seen[change] == 0 || seen[change] == 20 {
			t.Errorf("%q in %d of 20 seeds, want some and not all", change, seen[change])
		}
	}
}

func TestMutationsFollowTheSeed(t *testing.T) {
	t.Parallel()
	page := func(seed uint64) string {
		s := newSim(t, audiblesim.Options{Seed: seed, Mutate: true}, audiblesim.Account{})
		c := newApp(t, s.Transport(), "us")
		c.open()
		return string(c.body)
	}
	first, again, other := page(5), page(5), page(6)
	if first != again {
		t.Error("one seed gave two pages")
	}
	if first == other {
		t.Error("two seeds gave one page")
	}
}

func TestAPasswordInAForeignFormIsCounted(t *testing.T) {
	t.Parallel()
	s := newSim(t, audiblesim.Options{}, audiblesim.Account{})
	c := newApp(t, s.Transport(), "us")
	c.open()
	c.follow("POST", "https://www.audible.com/newsletter/join", "email=a&password=right+horse")
	c.follow("POST", "https://unknown.example/x", "q=right+horse")
	c.get("https://www.amazon.com/s?field-keywords=right+horse")
	want := []string{"www.audible.com /newsletter/join", "unknown.example /x", "www.amazon.com /s"}
	if got := s.Counts().MisplacedPasswords; !slices.Equal(got, want) {
		t.Errorf("misplaced passwords = %q, want %q", got, want)
	}
	c.open()
	c.signIn("kim@example.com", "right horse")
	if got := s.Counts().Passwords["www.amazon.com /ap/signin/*"]; got != 1 {
		t.Errorf("passwords on the sign-in's form = %d, want 1", got)
	}
	if got := len(s.Counts().MisplacedPasswords); got != 3 {
		t.Errorf("misplaced passwords = %d after a right one, want still 3", got)
	}
}

func TestChangedHiddenFieldsAreRefused(t *testing.T) {
	t.Parallel()
	s := newSim(t, audiblesim.Options{}, audiblesim.Account{})
	for _, name := range []string{"appActionToken", "appAction", "openid.return_to", "prevRID", "workflowState", "subPageType"} {
		c := newApp(t, s.Transport(), "us")
		c.open()
		c.submit("email", "kim@example.com", "password", "right horse", name, "something else")
		if text := c.page.Find("#ap_error_page_message").Text(); !strings.Contains(text, "not sent back") {
			t.Errorf("with %s changed the page says %q, want that the form is broken", name, text)
		}
	}
	if got := s.Counts().BrokenForms; got != 6 {
		t.Errorf("broken forms = %d, want 6", got)
	}
}
