package audit

import (
	"fmt"
	"regexp"

	"github.com/audipy/audipy/internal/audipy"
)

// maxCounts bounds the counts of one event: one per endpoint, with room.
const maxCounts = 32

var (
	// Ids are UUIDs; the wider form leaves room for ids of other makes and
	// none for spaces, line ends or a token's bar.
	idForm = regexp.MustCompile(`^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$`)
	// Targets name things: an ASIN, a country code, a file format, a reason
	// code. A path or an address has no place here.
	targetForm = regexp.MustCompile(`^[A-Za-z0-9][A-Za-z0-9._:-]{0,63}$`)
	countForm  = regexp.MustCompile(`^[a-z][a-z0-9_]{0,47}$`)
)

// Event is what a caller says happened. It holds names and numbers only: no
// text that a person typed, nothing that Amazon wrote, no secret.
type Event struct {
	// Action is what was done, and Outcome how it ended.
	Action  Action  `json:"action"`
	Outcome Outcome `json:"outcome"`
	// Account is the linked account concerned; empty when none is.
	Account audipy.AccountID `json:"account,omitempty"`
	// Target names what was acted on by an id or a code, at most 64
	// characters of letters, digits and ". _ : -"; may be empty.
	Target string `json:"target,omitempty"`
	// Counts are numbers by name, such as calls per endpoint; none is
	// negative. Nil and empty mean the same.
	Counts map[string]int `json:"counts,omitempty"`
}

// Validate returns an error that names the first field that has no place in
// an audit trail. The error quotes no value but those of Action and Outcome.
func (e Event) Validate() error {
	switch {
	case !e.Action.IsKnown():
		return fmt.Errorf("audit event: %q is not a known action", e.Action)
	case !e.Outcome.IsKnown():
		return fmt.Errorf("audit event %s: %q is not a known outcome", e.Action, e.Outcome)
	case e.Account != "" && !idForm.MatchString(string(e.Account)):
		return fmt.Errorf("audit event %s: the account is not an id", e.Action)
	case e.Target != "" && !targetForm.MatchString(e.Target):
		return fmt.Errorf("audit event %s: the target is not an id or a code", e.Action)
	case len(e.Counts) > maxCounts:
		return fmt.Errorf("audit event %s: %d counts, at most %d fit", e.Action, len(e.Counts), maxCounts)
	}
	for name, n := range e.Counts {
		if !countForm.MatchString(name) || n < 0 {
			return fmt.Errorf("audit event %s: a count needs a short lower-case name and no negative number", e.Action)
		}
	}
	return nil
}
