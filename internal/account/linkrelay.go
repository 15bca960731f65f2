package account

import (
	"bytes"
	"context"
	"net/http"

	"github.com/audipy/audipy/audible"
	"github.com/audipy/audipy/internal/audipy"
	"github.com/audipy/audipy/internal/audit"
	"github.com/audipy/audipy/internal/store"
)

// keepTries bounds how often a change of a relay is made anew because another
// request of the same page was faster.
const keepTries = 8

// RelayHandler answers on the relay's own host, under origin: Amazon's pages for
// every link that waits there. A request knows its link by the relay's cookie
// alone. Nothing but the sealed row outlives a request, so any process answers.
func (s *Service) RelayHandler(origin string) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		ctx := r.Context()
		user, row, err := s.store.RelayedLink(ctx, audible.RelayID(origin, r))
		if err != nil || row.Door != DoorRelay {
			audible.RefuseRelay(w)
			return
		}
		h, err := s.hold(ctx, user, row)
		if err != nil || len(h.state.Relay) == 0 || h.state.Origin != origin {
			audible.RefuseRelay(w)
			return
		}
		done, err := s.relay(w, r, h)
		if err != nil || !done {
			return
		}
		// The person has read by now that all is well; what is left takes a
		// moment at Amazon, and is made up for by OpenLink if it fails.
		_ = http.NewResponseController(w).Flush()
		row, err = s.store.PendingLink(ctx, user, row.ID)
		if err != nil || row.Step != string(audible.StepDone) {
			return
		}
		if h, err := s.hold(ctx, user, row); err == nil {
			_ = s.redeem(ctx, h)
		}
	})
}

// relay lets the link's relay answer, and reports whether the code is there.
func (s *Service) relay(w http.ResponseWriter, r *http.Request, h *held) (bool, error) {
	var relay *audible.Relay
	o := audible.RelayOptions{Origin: h.state.Origin, ID: h.row.ID}
	o.AdmitPassword = func(ctx context.Context) (bool, error) {
		err := s.admitPassword(ctx, h.user, attemptRelay, s.links.RelayPasswords)
		if audipy.KindOf(err) == audipy.Busy {
			return false, nil
		}
		return err == nil, err
	}
	o.Keep = func(ctx context.Context, change func([]byte) ([]byte, error)) error {
		return s.keepRelay(ctx, h.user, h.row.ID, func(state []byte) ([]byte, bool, error) {
			next, err := change(state)
			_, done := relay.Authorization()
			return next, done, err
		})
	}
	var err error
	if relay, err = audible.ResumeRelay(h.state.Relay, s.transport, o, s.now); err != nil {
		audible.RefuseRelay(w)
		return false, err
	}
	relay.ServeHTTP(w, r)
	_, done := relay.Authorization()
	return done, nil
}

// keepRelay makes a change to a relay as it is in the store, and starts over
// when another request has changed it meanwhile.
func (s *Service) keepRelay(
	ctx context.Context, user audipy.UserID, id string, change func([]byte) (next []byte, done bool, err error),
) error {
	for try := 1; ; try++ {
		row, err := s.store.PendingLink(ctx, user, id)
		if err != nil {
			return err
		}
		h, err := s.hold(ctx, user, row)
		if err != nil {
			return err
		}
		next, done, err := change(h.state.Relay)
		if err != nil || bytes.Equal(next, h.state.Relay) {
			return err
		}
		h.state.Relay = next
		t := take{step: h.row.Step, quiet: true}
		if done {
			t = take{step: string(audible.StepDone)}
		}
		err = s.step(ctx, h, t)
		if audipy.KindOf(err) != audipy.Conflict || try == keepTries {
			return err
		}
	}
}

// advance is step for a state that is sealed by the caller.
func (s *Service) advance(ctx context.Context, h *held, from store.PendingLink, step string, seal store.SealState) error {
	row, err := s.store.AdvanceLink(ctx, h.user, store.Advance{
		ID: from.ID, From: from.Version, Step: step, Seal: seal, Claim: from.ClaimedAt,
	}, audit.Event{Action: audit.LinkStepped, Outcome: audit.Succeeded, Target: step})
	if err != nil {
		return err
	}
	h.row = row
	return nil
}
