package audible_test

import (
	"slices"
	"testing"

	"github.com/audipy/audipy/audible"
	"github.com/audipy/audipy/audible/audiblesim"
)

// mutated is how sign-ins over changed pages ended.
type mutated struct{ passed, browser, pages, renamed int }

// The simulator changes the order of fields, classes, hidden fields, wraps and
// nests forms, adds foreign ones that ask for a password too, and renames the
// ids in a tenth of the seeds.
func TestThreeHundredMutationsOfThePages(t *testing.T) {
	t.Parallel()
	seeds := 300
	if testing.Short() {
		seeds = 30
	}
	sequences := [][]string{
		{audiblesim.ChallengeOTP},
		{audiblesim.ChallengeCaptcha, audiblesim.ChallengeDevice},
		{audiblesim.ChallengeCVF},
		{audiblesim.ChallengeApproval, audiblesim.ChallengeNag},
		{audiblesim.ChallengeCVFCode, audiblesim.ChallengeOTP},
		{audiblesim.ChallengeCaptcha, audiblesim.ChallengeDevice, audiblesim.ChallengeCVF, audiblesim.ChallengeApproval, audiblesim.ChallengeNag},
	}
	var total mutated
	reasons := make(map[audible.BrowserReason]int)
	for seed := range uint64(seeds) {
		a := audiblesim.Account{Challenges: sequences[seed%6], SplitPages: seed%5 == 4, UserName: seed%4 == 3}
		sim, account := newSim(t, audiblesim.Options{Seed: seed, Mutate: true, RenameIDs: 10}, a)
		p := &person{account: account, errs: seed%2 == 1, moves: seed%3 == 0}
		step, _ := p.signIn(t, sim.Transport(), newSignIn(t, "us", a.UserName))
		counts := sim.Counts()
		if len(counts.MisplacedPasswords) > 0 || counts.BrokenForms > 0 || counts.LostSessions > 0 {
			t.Errorf("seed %d: misplaced passwords %v, %d broken forms, %d lost sessions after %v", seed,
				counts.MisplacedPasswords, counts.BrokenForms, counts.LostSessions, p.seen)
		}
		total.count(sim.PageMutations())
		if step.Kind == audible.StepDone {
			total.passed++
			continue
		}
		total.browser++
		reasons[step.Reason]++
		t.Logf("seed %d ends at the browser (%s) after %v: %v", seed, step.Reason, p.seen, lastMutation(sim))
	}
	t.Logf("%d of %d passed (%d with renamed ids among %d pages), %d at the browser %v, 0 loops, 0 misplaced passwords",
		total.passed, seeds, total.renamed, total.pages, total.browser, reasons)
	if total.passed < seeds*95/100 || total.renamed == 0 {
		t.Errorf("%d of %d passed, want at least 95 in 100; %d pages had their ids renamed", total.passed, seeds, total.renamed)
	}
}

func (m *mutated) count(pages []audiblesim.PageMutation) {
	m.pages += len(pages)
	for _, page := range pages {
		if slices.Contains(page.Changes, "ids renamed") {
			m.renamed++
		}
	}
}

func lastMutation(sim *audiblesim.Sim) audiblesim.PageMutation {
	pages := sim.PageMutations()
	if len(pages) == 0 {
		return audiblesim.PageMutation{}
	}
	return pages[len(pages)-1]
}
