package account

import (
	"context"
	"fmt"
	"math"
	"time"

	"github.com/audipy/audipy/internal/audipy"
	"github.com/audipy/audipy/internal/store"
)

// LinkLimits bound what a person may try in linking accounts, so that nobody
// makes Amazon suspicious of the whole instance.
type LinkLimits struct {
	// Starts are sign-ins begun, Pastes addresses given, Imports files read
	// and Passwords passwords sent to Amazon.
	Starts, Pastes, Imports, Passwords []store.LinkLimit
	// RelayPasswords are those sent on Amazon's own pages, which ask for it
	// again beside every captcha.
	RelayPasswords []store.LinkLimit
	// Open is how many links may wait at a time, Answers how many answers one
	// may take, and Same how many in a row one kind of question may take.
	Open, Answers, Same int
	// Outages is how often Amazon's pages may fail within Rest before no
	// password is sent for that time.
	Outages int
	Rest    time.Duration
}

// DefaultLinkLimits are the limits of a server.
func DefaultLinkLimits() LinkLimits {
	const day = 24 * time.Hour
	return LinkLimits{
		Starts:         []store.LinkLimit{{N: 5, Per: time.Hour}},
		Pastes:         []store.LinkLimit{{N: 10, Per: time.Hour}},
		Imports:        []store.LinkLimit{{N: 10, Per: day}},
		Passwords:      []store.LinkLimit{{N: 3, Per: time.Hour}, {N: 5, Per: day}},
		RelayPasswords: []store.LinkLimit{{N: 6, Per: time.Hour}, {N: 10, Per: day}},
		Open:           3, Answers: 16, Same: 5, Outages: 3, Rest: 15 * time.Minute,
	}
}

// The kinds of attempts that are counted.
const (
	attemptStart    = "start"
	attemptPaste    = "paste"
	attemptImport   = "import"
	attemptPassword = "password"
	attemptRelay    = "relay-password"
	attemptOutage   = "outage"
)

// attempt counts an attempt, or says how long to wait.
func (s *Service) attempt(ctx context.Context, user audipy.UserID, kind string, limits []store.LinkLimit, what string) error {
	wait, err := s.store.TakeLinkAttempt(ctx, user, kind, limits...)
	if err != nil || wait <= 0 {
		return err
	}
	return tooMany(fmt.Sprintf("%s were tried often enough for now", what), wait)
}

func tooMany(msg string, wait time.Duration) error {
	return audipy.Fail(audipy.Busy, msg, nil).WithCode("too_many_attempts").WithRetryAfter(wait).
		WithHint("too many attempts make Amazon suspicious; try again " + inWords(wait))
}

// inWords says how far away something is, rounded up to minutes or hours.
func inWords(d time.Duration) string {
	switch minutes := int(math.Ceil(d.Minutes())); {
	case minutes <= 1:
		return "in a minute"
	case minutes < 120:
		return fmt.Sprintf("in %d minutes", minutes)
	default:
		return fmt.Sprintf("in %d hours", int(math.Ceil(d.Hours())))
	}
}

// admitPassword lets a password go to Amazon, and counts it. After several
// outages none goes for a while.
func (s *Service) admitPassword(ctx context.Context, user audipy.UserID, kind string, limits []store.LinkLimit) error {
	outages, err := s.store.LinkAttempts(ctx, user, attemptOutage)
	if err != nil {
		return err
	}
	if n := s.links.Outages; n > 0 && len(outages) >= n {
		rested := s.now().Sub(outages[0])
		if outages[0].Sub(outages[n-1]) < s.links.Rest && rested < s.links.Rest {
			return tooMany("Amazon's sign-in pages have failed several times", s.links.Rest-rested)
		}
	}
	return s.attempt(ctx, user, kind, limits, "passwords")
}

// admitLink lets a person begin another link.
func (s *Service) admitLink(ctx context.Context, user audipy.UserID) error {
	if _, err := s.store.DeleteExpiredLinks(ctx); err != nil {
		return err
	}
	open, err := s.store.PendingLinks(ctx, user)
	if err != nil {
		return err
	}
	if len(open) >= s.links.Open {
		return store.TooManyLinks(len(open))
	}
	return nil
}
