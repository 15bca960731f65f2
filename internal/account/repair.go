package account

import (
	"context"
	"errors"
	"log/slog"
	"strings"
	"time"

	"github.com/audipy/audipy/audible"
	"github.com/audipy/audipy/internal/audipy"
	"github.com/audipy/audipy/internal/audit"
	"github.com/audipy/audipy/internal/store"
)

const (
	// doorStored is the door of sign-ins that AudiPy makes by itself.
	doorStored = "stored"
	// repairTime bounds what a try may take.
	repairTime = 3 * time.Minute
	// repairKept is how long what a try has come to waits for the next one: a
	// registration whose answer was lost is asked for anew by the same device.
	repairKept = time.Hour
)

// RepairLimits say how often a dead link may be repaired: five times, with
// growing pauses, until a month has gone by since the last.
func RepairLimits() store.RepairLimits {
	const month = 30 * 24 * time.Hour
	return store.RepairLimits{
		Pauses: []time.Duration{15 * time.Minute, time.Hour, 4 * time.Hour, 24 * time.Hour, month}, Spell: month,
	}
}

// errNotRepaired means that a try came to nothing, and that another may not.
var errNotRepaired = errors.New("the link could not be repaired this time")

// RepairJob does a job of the kind "repair".
func (s *Service) RepairJob(ctx context.Context, job store.Job) (time.Time, error) {
	return s.Repair(ctx, job.User, audipy.AccountID(job.Key))
}

// Repair signs in to a link that needs it with the login, the password and the
// seed that its person has stored, and registers the device anew. It returns
// when to try again: the zero time when the link is alive, when nothing is
// stored, and when only the person can go on, who is told.
//
// Each try is counted before anything goes to Amazon, so of many callers in many
// processes one tries, and whoever is killed has used up its try.
func (s *Service) Repair(ctx context.Context, user audipy.UserID, id audipy.AccountID) (time.Time, error) {
	kept, err := s.store.StoredSignIn(ctx, user, id)
	if audipy.KindOf(err) == audipy.NotFound || err == nil && kept.PasswordAt.IsZero() {
		return time.Time{}, nil
	}
	if err != nil {
		return time.Time{}, err
	}
	if !s.storesSignIns {
		return time.Time{}, s.forget(ctx, user, id, targetOff)
	}
	account, err := s.store.AccountByID(ctx, user, id)
	if err != nil || account.State != audipy.StateNeedsSignIn || kept.Stopped != "" {
		return time.Time{}, err
	}
	ctx, cancel := context.WithTimeout(ctx, repairTime)
	defer cancel()
	link, err := s.repairLink(ctx, user, id)
	if err != nil {
		return time.Time{}, err
	}
	if over := kept.TriedAt.Add(repairTime); link != nil && s.now().Before(over) {
		return over, nil // whoever made the try is at it
	}
	if link != nil && link.row.Step != string(audible.StepBrowser) {
		return s.finishRepair(ctx, account, link)
	}
	if next, err := s.mayRepair(ctx, user, kept); err != nil || !next.IsZero() {
		return next, err
	}
	return s.tryRepair(ctx, account, link)
}

// mayRepair returns when a try may be made, the zero time for now.
func (s *Service) mayRepair(ctx context.Context, user audipy.UserID, kept audipy.StoredSignIn) (time.Time, error) {
	now := s.now()
	limits := RepairLimits()
	if now.Before(kept.NextTry) {
		lastTry := kept.Tries >= len(limits.Pauses)
		switch over := kept.TriedAt.Add(repairTime); {
		case lastTry && now.Before(over):
			return over, nil
		case lastTry: // whoever made the last try died of it, or the link died again
			return time.Time{}, s.stopRepair(ctx, user, store.RepairStop{Account: kept.Account, Try: kept.Tries, Reason: audipy.StopTries})
		}
		return kept.NextTry, nil
	}
	err := s.admitPassword(ctx, user, attemptPassword, s.links.Passwords)
	if busy, ok := errors.AsType[*audipy.Error](err); ok && busy.Kind == audipy.Busy {
		return now.Add(max(busy.RetryAfter, time.Minute)), nil
	}
	return time.Time{}, err
}

// repairLink returns the sign-in that an earlier try to repair the account has
// come to, or nil.
func (s *Service) repairLink(ctx context.Context, user audipy.UserID, id audipy.AccountID) (*held, error) {
	rows, err := s.store.PendingLinks(ctx, user)
	if err != nil {
		return nil, err
	}
	for _, row := range rows {
		if row.Door != doorStored {
			continue
		}
		h, err := s.hold(ctx, user, row)
		if err != nil {
			return nil, err
		}
		if h.state.Repair.Account == id {
			return h, nil
		}
	}
	return nil, nil
}

// tryRepair makes one try. With a link it signs in for the device of that link.
func (s *Service) tryRepair(ctx context.Context, account audipy.Account, link *held) (time.Time, error) {
	user, id := account.UserID, account.ID
	r, err := s.store.BeginRepair(ctx, user, id, RepairLimits(), audit.Event{
		Action: audit.SignInUsed, Outcome: audit.Succeeded, Account: id, Target: targetPassword,
	})
	if audipy.KindOf(err) == audipy.Conflict { // somebody was faster
		return s.now().Add(repairTime), nil
	}
	if err != nil {
		return time.Time{}, err
	}
	answer, err := s.openStored(ctx, user, id, r.SealedSignIn)
	if err != nil {
		return time.Time{}, err
	}
	defer clear(answer.seed)
	signIn, err := s.repairSignIn(ctx, account, link)
	if err != nil {
		return time.Time{}, err
	}
	w := &repairWalk{service: s, user: user, account: id, answer: answer}
	stop, err := w.walk(ctx, signIn)
	switch {
	case err != nil:
		s.log.InfoContext(ctx, "a repair came to nothing", slog.Int("try", r.Try))
		return s.nextTry(ctx, user, id, r)
	case stop != "":
		return time.Time{}, s.stopRepair(ctx, user, store.RepairStop{Account: id, Try: r.Try, Reason: stop})
	}
	h, err := s.keepRepair(ctx, account, link, signIn, r.Try)
	if err != nil {
		return time.Time{}, err
	}
	return s.finishRepair(ctx, account, h)
}

// nextTry says when a try that came to nothing is followed by another, or stops
// the repair when it was the last.
func (s *Service) nextTry(ctx context.Context, user audipy.UserID, id audipy.AccountID, r store.Repair) (time.Time, error) {
	if r.IsLast {
		return time.Time{}, s.stopRepair(ctx, user, store.RepairStop{Account: id, Try: r.Try, Reason: audipy.StopTries})
	}
	return s.now().Add(RepairLimits().Pauses[r.Try-1]), nil
}

// stopRepair ends the tries, and keeps the end although ctx may be over.
func (s *Service) stopRepair(ctx context.Context, user audipy.UserID, r store.RepairStop) error {
	e := audit.Event{
		Action: audit.RepairStopped, Outcome: audit.Failed, Account: r.Account, Target: strings.ReplaceAll(string(r.Reason), "_", "-"),
	}
	if r.Reason == audipy.StopWrongPassword || r.Reason == audipy.StopWrongCode {
		e.Action = audit.SignInForgotten
	}
	err := s.store.StopRepair(context.WithoutCancel(ctx), user, r, e)
	if audipy.KindOf(err) == audipy.Conflict {
		return nil // forgotten, unlinked or begun anew meanwhile
	}
	return err
}

// repairSignIn begins the sign-in of a try: for the device of an earlier one
// whose registration was lost, else for a new one, of the kind that the account's
// own credentials are of.
func (s *Service) repairSignIn(ctx context.Context, account audipy.Account, link *held) (*audible.SignIn, error) {
	if link != nil {
		return s.signIn(link)
	}
	c, _, err := (&credentialStore{service: s, user: account.UserID, account: account.ID}).Load(ctx)
	if err != nil {
		c = audible.Credentials{} // what can't be opened says nothing: nearly all accounts have an address
	}
	return s.StartSignIn(account.Marketplace, c.UserName)
}

// keepRepair keeps a sign-in that is done until its device is registered and the
// account has the credentials.
func (s *Service) keepRepair(
	ctx context.Context, account audipy.Account, link *held, signIn *audible.SignIn, try int,
) (*held, error) {
	ctx = context.WithoutCancel(ctx)
	if link != nil {
		link.state.Repair.Try = try
		if err := link.setSignIn(signIn); err != nil {
			return nil, err
		}
		return link, s.step(ctx, link, take{step: string(audible.StepDone)})
	}
	ks, err := s.keyset(ctx, account.UserID)
	if err != nil {
		return nil, err
	}
	h := &held{user: account.UserID, ks: ks, state: linkState{Repair: repairOf{Account: account.ID, Try: try}}}
	if err := h.setSignIn(signIn); err != nil {
		return nil, err
	}
	h.row, err = s.store.CreatePendingLink(ctx, account.UserID, store.NewPendingLink{
		Door: doorStored, Marketplace: account.Marketplace, Step: string(audible.StepDone), TTL: repairKept, Seal: h.state.seal(ks),
	}, audit.Event{Action: audit.LinkStarted, Outcome: audit.Succeeded, Account: account.ID, Target: doorStored})
	return h, err
}

// finishRepair registers the device of a sign-in that is done, and gives the
// account its credentials.
func (s *Service) finishRepair(ctx context.Context, account audipy.Account, h *held) (time.Time, error) {
	again := s.now().Add(redeemAgain)
	if h.row.Step == string(audible.StepDone) {
		err := s.redeem(ctx, h)
		if audipy.KindOf(err) == audipy.NotFound { // somebody else has ended it
			return again, nil
		}
		if err != nil && audipy.KindOf(err) == audipy.Internal {
			return time.Time{}, err
		}
	}
	switch h.row.Step {
	case string(audible.StepDone): // an answer was lost, or another process is at it
		return again, nil
	case StepConfirm:
		return time.Time{}, s.confirmRepair(ctx, account, h)
	case StepFailed:
		if err := s.endRepairLink(ctx, h, "refused"); err != nil {
			return time.Time{}, err
		}
	}
	kept, err := s.store.StoredSignIn(ctx, account.UserID, account.ID)
	if err != nil {
		return time.Time{}, err
	}
	return kept.NextTry, nil
}

// confirmRepair gives the account the credentials that a repair has got, unless
// they are another customer's, or the person was faster. Where another process
// goes on with the same repair one of them does it.
func (s *Service) confirmRepair(ctx context.Context, account audipy.Account, h *held) error {
	ctx = context.WithoutCancel(ctx)
	c, _, err := h.offer()
	if err != nil {
		return err
	}
	if CustomerID(c) != account.CustomerID {
		if err := s.endRepairLink(ctx, h, "other-account"); err != nil {
			return err
		}
		return s.stopRepair(ctx, h.user, store.RepairStop{Account: account.ID, Try: h.state.Repair.Try, Reason: audipy.StopOtherAccount})
	}
	for range keepTries {
		_, err = s.keep(ctx, h.user, c, keeping{link: h, repair: h.state.Repair.Try})
		if audipy.KindOf(err) == audipy.NotFound { // somebody else has ended it
			return nil
		}
		if err == nil || audipy.KindOf(err) != audipy.Conflict {
			return err
		}
		row, err := s.store.PendingLink(ctx, h.user, h.row.ID)
		if audipy.KindOf(err) == audipy.NotFound {
			return nil
		}
		if err != nil {
			return err
		}
		if row.Version == h.row.Version {
			return s.endRepairLink(ctx, h, "outdated")
		}
		if h, err = s.hold(ctx, h.user, row); err != nil {
			return err
		}
	}
	return err
}

// endRepairLink ends the link of a repair; a device that was registered for it
// is deregistered. One that somebody else has ended is as good.
func (s *Service) endRepairLink(ctx context.Context, h *held, why string) error {
	device, err := s.store.AbandonLink(context.WithoutCancel(ctx), h.user, h.row.ID, audit.Event{
		Action: audit.LinkFailed, Outcome: audit.Failed, Account: h.state.Repair.Account, Target: why,
	})
	if err != nil {
		if audipy.KindOf(err) == audipy.NotFound {
			return nil
		}
		return err
	}
	s.departNow(ctx, h.user, device, "")
	return nil
}
