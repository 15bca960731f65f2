package account

import (
	"context"
	"errors"
	"log/slog"
	"slices"
	"time"

	"github.com/audipy/audipy/internal/audipy"
	"github.com/audipy/audipy/internal/audit"
	"github.com/audipy/audipy/internal/store"
	"github.com/audipy/audipy/internal/vault"
)

// lastAttempts is for how long the devices of somebody who left are tried to be
// signed out. Then their credentials go all the same.
const lastAttempts = 7 * 24 * time.Hour

// Leave deletes a person: everything of theirs at once, but for the keyset and
// what is needed to sign their devices out at Amazon, which FinishLeaving does
// here once and as a job until it is done. A device that another program shares
// is left alone. By is the person, an administrator, or empty for the server's
// operator. It returns how many devices are not signed out yet.
func (s *Service) Leave(ctx context.Context, by, user audipy.UserID) (devices int, err error) {
	accounts, err := s.store.Accounts(ctx, user)
	if err != nil {
		return 0, err
	}
	var ks *vault.Keyset
	if len(accounts) > 0 {
		// Without a keyset that opens nobody can sign the devices out: that
		// must not keep anybody from leaving.
		if ks, err = s.keyset(ctx, user); err != nil {
			s.log.WarnContext(ctx, "devices can't be signed out", slog.Any("error", err))
		}
	}
	err = s.store.Leave(ctx, store.Leaving{
		By: by, User: user,
		Depart: func(id audipy.AccountID, sealed store.SealedCredentials) *store.NewDeparture {
			at := slices.IndexFunc(accounts, func(a audipy.Account) bool { return a.ID == id })
			if ks == nil || at < 0 || accounts[at].SharedDevice {
				return nil
			}
			c, err := open(ks, sealed)
			if err != nil {
				return nil
			}
			return departure(ks, accounts[at], c)
		},
	}, audit.Event{Action: audit.UserLeft, Outcome: audit.Succeeded})
	if err != nil {
		return 0, err
	}
	ctx = context.WithoutCancel(ctx)
	if _, err := s.FinishLeaving(ctx, user); err != nil {
		s.log.WarnContext(ctx, "a person who left is not gone yet", slog.Any("error", err))
	}
	return s.devicesLeft(ctx, user)
}

func (s *Service) devicesLeft(ctx context.Context, user audipy.UserID) (int, error) {
	left, err := s.store.DepartingDevices(ctx, user)
	return len(left), err
}

// FinishLeaving tries to sign out the devices of somebody who left, and when
// none is left, or after a week, deletes the person's keyset and all that was
// kept until then. It returns when to go on, or the zero time when they are
// gone. It is what a job of the kind "leave" does.
func (s *Service) FinishLeaving(ctx context.Context, user audipy.UserID) (time.Time, error) {
	all, err := s.store.LeavingPeople(ctx)
	at := slices.IndexFunc(all, func(p store.LeavingPerson) bool { return p.ID == user })
	if err != nil || at < 0 {
		return time.Time{}, err
	}
	devices, err := s.store.DepartingDevices(ctx, user)
	if err != nil {
		return time.Time{}, err
	}
	var next time.Time
	var problems []error
	for _, d := range devices {
		due, err := s.DepartDevice(ctx, user, d.ID)
		if err != nil {
			problems = append(problems, err)
		}
		if !due.IsZero() && (next.IsZero() || due.Before(next)) {
			next = due
		}
	}
	over := !s.now().Before(all[at].Since.Add(lastAttempts))
	if left, err := s.devicesLeft(ctx, user); err != nil || left > 0 && !over {
		return next, errors.Join(append(problems, err)...)
	}
	s.mu.Lock()
	delete(s.keysets, user)
	s.mu.Unlock()
	err = s.store.DeleteUser(ctx, user)
	if audipy.KindOf(err) == audipy.NotFound { // another process was first
		err = nil
	}
	return time.Time{}, err
}
