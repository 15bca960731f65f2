package cli

import (
	"cmp"
	"errors"
	"fmt"
	"strconv"
	"strings"
	"time"

	"github.com/audipy/audipy/internal/audipy"
	"github.com/audipy/audipy/internal/store"
)

// receipts are what a sync did, account by account.
type receipts struct {
	Accounts []receipt `json:"accounts"`
	// Notices are what the person may want to know beside it.
	Notices []notice `json:"notices,omitempty"`
}

// receipt is what a sync did for one account.
type receipt struct {
	Account string           `json:"account"`
	Runs    []audipy.SyncRun `json:"runs"`
}

// print says every receipt in a line, with the titles that came and went.
func (r receipts) print(p *printer) {
	for _, account := range r.Accounts {
		for _, run := range lastRuns(account.Runs) {
			p.prose(2, "%s: %s", clean(account.Account), receiptLine(run))
			for _, change := range run.Changes {
				if change.Kind == audipy.ChangeGone {
					p.line("  %s %s (%s)", p.paint("33", "gone:"), clean(cmp.Or(change.Title, "untitled")), change.ASIN)
				}
			}
			if run.Warning != "" {
				p.note("%s %s", p.paint("33", "warning:"), clean(run.Warning))
			}
		}
	}
	r.printNotices(p)
}

// printNotices says what the person may want to know.
func (r receipts) printNotices(p *printer) {
	for i, n := range r.Notices {
		if i == maxNotices {
			p.prose(2, "%s", p.dim("and "+counted(len(r.Notices)-i, "notice", "notices")+" more (--json has all)"))
			break
		}
		p.prose(2, "%s %s  %s", p.paint("36", "notice:"), clean(n.Text), p.dim(strings.TrimSpace(n.ASIN+" "+n.Marketplace)))
	}
}

// lastRuns joins the runs of one store: a delta and the whole listing after it
// are one thing to the person.
func lastRuns(runs []audipy.SyncRun) []audipy.SyncRun {
	var out []audipy.SyncRun
	for _, run := range runs {
		last := len(out) - 1
		if last < 0 || out[last].Marketplace != run.Marketplace {
			out = append(out, run)
			continue
		}
		run.Added += out[last].Added
		run.Updated += out[last].Updated
		run.Gone += out[last].Gone
		run.Changes = append(append([]audipy.SyncChange(nil), out[last].Changes...), run.Changes...)
		out[last] = run
	}
	return out
}

// receiptLine is the receipt of one store in words: "us: 1,204 of 1,204 by
// Audible's own count, +3, −1".
func receiptLine(run audipy.SyncRun) string {
	if run.Failure != "" {
		return fmt.Sprintf("%s: not synced (%s); the library is as it was", run.Marketplace, clean(run.Failure))
	}
	text := fmt.Sprintf("%s: %s titles; Audible gave no count", run.Marketplace, thousands(run.ItemCount))
	if run.AudibleCount >= 0 {
		text = fmt.Sprintf("%s: %s of %s by Audible's own count", run.Marketplace, thousands(run.ItemCount), thousands(run.AudibleCount))
	}
	if run.Added+run.Gone+run.Updated == 0 {
		text += ", nothing new"
	}
	if run.Added > 0 {
		text += ", +" + thousands(run.Added)
	}
	if run.Gone > 0 {
		text += ", −" + thousands(run.Gone)
	}
	if run.Updated > 0 {
		text += ", " + thousands(run.Updated) + " updated"
	}
	if extra := run.ItemCount - run.AudibleCount; run.AudibleCount >= 0 && extra > 0 {
		text += fmt.Sprintf(". %s not listed this time; kept until a later listing confirms it", titles(extra))
	}
	return text
}

// titles counts titles in words.
func titles(n int) string {
	if n == 1 {
		return "1 title was"
	}
	return thousands(n) + " titles were"
}

// thousands writes a number with commas: 12,345.
func thousands(n int) string {
	digits := strconv.Itoa(n)
	var parts []string
	for len(digits) > 3 {
		parts = append([]string{digits[len(digits)-3:]}, parts...)
		digits = digits[:len(digits)-3]
	}
	return strings.Join(append([]string{digits}, parts...), ",")
}

// heldFor returns how long to wait for a lease that another process holds.
func heldFor(err error, now time.Time) (time.Duration, bool) {
	held, ok := errors.AsType[*store.HeldError](err)
	if !ok {
		return 0, false
	}
	return max(held.Until.Sub(now), 0) + time.Second, true
}
