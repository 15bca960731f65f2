package account

import (
	"cmp"
	"context"
	"errors"
	"time"

	"github.com/audipy/audipy/audible"
	"github.com/audipy/audipy/internal/audipy"
	"github.com/audipy/audipy/internal/audit"
	"github.com/audipy/audipy/internal/store"
	"github.com/audipy/audipy/internal/vault"
)

func departingCell(id string) vault.Binding {
	return vault.Binding{Table: "departing_devices", Column: "sealed", Row: id}
}

// departure is a device that is to leave, with its credentials to be sealed.
// The account that it belonged to is the zero Account for one that never
// became any. Refusals that are believed already count: Amazon has most likely
// ended the device.
func departure(ks *vault.Keyset, of audipy.Account, c audible.Credentials) *store.NewDeparture {
	leaving := &store.NewDeparture{
		Account: of.ID, DeviceName: cmp.Or(c.Device.Name, "Audible for iPhone"),
		Seal: func(id string) ([]byte, error) {
			text, err := c.Encode()
			if err != nil {
				return nil, err
			}
			defer clear(text)
			return ks.Seal(departingCell(id), text)
		},
	}
	if of.State == audipy.StateNeedsSignIn {
		leaving.RefusedAt = of.StateAt.Add(-believed)
	}
	return leaving
}

// sendAway keeps a device that is of no use and deregisters it, now if Amazon
// can be reached. It returns its name when it may still live.
func (s *Service) sendAway(ctx context.Context, user audipy.UserID, c audible.Credentials) string {
	ctx = context.WithoutCancel(ctx)
	ks, err := s.keyset(ctx, user)
	if err != nil {
		return s.undo(ctx, c, false)
	}
	leaving := departure(ks, audipy.Account{}, c)
	id, err := s.store.AddDeparture(ctx, user, *leaving, audit.Event{Action: audit.DeviceLeft, Outcome: audit.Succeeded})
	if err != nil {
		return s.undo(ctx, c, false)
	}
	return s.departNow(ctx, user, id, leaving.DeviceName)
}

// departNow makes the first attempt at once. It returns the device's name when
// a job has to go on.
func (s *Service) departNow(ctx context.Context, user audipy.UserID, id, name string) string {
	if id == "" {
		return ""
	}
	next, err := s.DepartDevice(context.WithoutCancel(ctx), user, id)
	if err != nil || !next.IsZero() {
		return name
	}
	return ""
}

// DepartDevice tries to deregister a device that is to leave, and returns when
// to try again: the zero time when it is gone. It is what a job of the kind
// "deregister" does. Several callers at once make one attempt.
//
// A refusal alone doesn't end a device: Amazon refuses at times what it accepts
// later. One that is refused for an hour counts as gone.
func (s *Service) DepartDevice(ctx context.Context, user audipy.UserID, id string) (time.Time, error) {
	d, err := s.store.StartDeparture(ctx, user, id)
	if e, ok := errors.AsType[*audipy.Error](err); ok && e.Kind == audipy.Busy {
		return s.now().Add(e.RetryAfter), nil
	}
	if audipy.KindOf(err) == audipy.NotFound {
		return time.Time{}, nil
	}
	if err != nil {
		return time.Time{}, err
	}
	c, err := s.departing(ctx, user, d)
	if err != nil {
		next := s.now().Add(longestDelay)
		return next, errors.Join(err, s.store.DelayDeparture(ctx, user, id, next, false))
	}
	limited, cancel := context.WithTimeout(ctx, undoLimit)
	defer cancel()
	err = audible.Deregister(limited, s.transport, c)
	refused := errors.Is(err, audible.ErrRefused)
	event := audit.Event{Action: audit.DeviceDeregistered, Outcome: audit.Succeeded}
	switch {
	case err == nil:
		return time.Time{}, s.store.EndDeparture(ctx, user, id, event)
	case refused && !d.RefusedAt.IsZero() && !s.now().Before(d.RefusedAt.Add(believed)):
		event.Target = "refused"
		return time.Time{}, s.store.EndDeparture(ctx, user, id, event)
	}
	next := s.now().Add(departureDelay(d.Attempts))
	if refused {
		next = s.now().Add(believed)
	}
	return next, s.store.DelayDeparture(context.WithoutCancel(ctx), user, id, next, refused)
}

// longestDelay is the longest time between two attempts.
const longestDelay = 6 * time.Hour

// departureDelay is how long to wait after an attempt: a minute, then twice as
// long each time.
func departureDelay(attempts int) time.Duration {
	return min(time.Minute<<min(max(attempts-1, 0), 16), longestDelay)
}

// departing opens the credentials of a device that is to leave.
func (s *Service) departing(ctx context.Context, user audipy.UserID, d store.DepartingDevice) (audible.Credentials, error) {
	ks, err := s.keyset(ctx, user)
	if err != nil {
		return audible.Credentials{}, err
	}
	text, err := ks.Open(departingCell(d.ID), d.Sealed)
	if err != nil {
		return audible.Credentials{}, unreadable(err)
	}
	defer clear(text)
	c, err := audible.DecodeCredentials(text)
	if err != nil {
		return audible.Credentials{}, unreadable(err)
	}
	return c, nil
}
