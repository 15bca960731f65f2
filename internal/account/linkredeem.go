package account

import (
	"context"
	"errors"
	"time"

	"github.com/audipy/audipy/audible"
	"github.com/audipy/audipy/internal/audipy"
	"github.com/audipy/audipy/internal/audit"
)

const (
	// claimStale is how old a claim is when whoever made it must have died: a
	// registration takes at most 15 seconds.
	claimStale = time.Minute
	// redeemAgain is how long to wait after an answer that was lost.
	redeemAgain = 15 * time.Second
)

// redeem registers a device with what the link's sign-in gave, and takes the
// link to where the person confirms it. Of several callers one registers; for
// the others the link stays as it is.
func (s *Service) redeem(ctx context.Context, h *held) error {
	if s.now().Before(h.state.NextTry) {
		return nil
	}
	// The code is good once: what Amazon gives for it is kept whatever becomes
	// of the request.
	ctx = context.WithoutCancel(ctx)
	claimed, err := s.store.ClaimLink(ctx, h.user, h.row.ID, claimStale, audit.Event{
		Action: audit.LinkClaimed, Outcome: audit.Succeeded, Target: h.row.Marketplace,
	})
	if audipy.KindOf(err) == audipy.Conflict {
		return nil
	}
	if err != nil {
		return err
	}
	again := !h.row.ClaimedAt.IsZero()
	fresh, err := s.hold(ctx, h.user, claimed)
	if err != nil {
		return err
	}
	*h = *fresh
	h.state.Again = h.state.Again || again
	if h.row.Step != string(audible.StepDone) {
		// Somebody registered between our look and our claim, and the sign-in is
		// no longer kept.
		return s.step(ctx, h, take{step: h.row.Step, claim: h.row.ClaimedAt, quiet: true})
	}
	signIn, err := s.signIn(h)
	if err != nil {
		return err
	}
	authorization := signIn.Step().Authorization
	if authorization == nil {
		return unreadable(errors.New("a finished sign-in has no code"))
	}
	c, err := audible.Register(ctx, s.transport, *authorization, audible.RegisterOptions{Now: s.now})
	if err != nil {
		return s.notRegistered(ctx, h, signIn, err)
	}
	return s.registered(ctx, h, c)
}

// registered keeps what Amazon gave, before anything else is done with it.
func (s *Service) registered(ctx context.Context, h *held, c audible.Credentials) error {
	text, err := c.Encode()
	if err != nil {
		return err
	}
	h.state = linkState{Relay: h.state.Relay, Origin: h.state.Origin, Repair: h.state.Repair, Login: h.state.Login, Offers: []linkOffer{{Credentials: text}}}
	err = s.step(ctx, h, take{step: StepConfirm, claim: h.row.ClaimedAt, device: departure(h.ks, audipy.Account{}, c)})
	if err != nil {
		// The link ended meanwhile, or can't be kept: nobody will confirm it.
		s.sendAway(ctx, h.user, c)
		return err
	}
	s.learnLogin(ctx, h, c)
	return nil
}

// learnLogin asks Amazon for the owner's address, so that the person sees whose
// account it is. Without an answer the name alone must do.
func (s *Service) learnLogin(ctx context.Context, h *held, c audible.Credentials) {
	if h.state.Login != "" {
		return
	}
	profile, _, err := s.profile(ctx, c)
	if err != nil || profile.Email == "" {
		return
	}
	h.state.Login = maskLogin(profile.Email)
	_ = s.step(ctx, h, take{step: h.row.Step, quiet: true}) // the name alone must do
}

// notRegistered says what a registration that failed means for the link.
func (s *Service) notRegistered(ctx context.Context, h *held, signIn *audible.SignIn, cause error) error {
	explained := explainPending(cause)
	_, lost := errors.AsType[*audible.OutageError](cause)
	switch {
	case lost:
		h.state.Again, h.state.NextTry = true, s.now().Add(redeemAgain)
		h.state.Reason = "Amazon's answer was lost on the way. It is asked again in a moment."
		return errors.Join(explained, s.step(ctx, h, take{step: h.row.Step, claim: h.row.ClaimedAt, quiet: true}))
	case h.state.Again && errors.Is(cause, audible.ErrCodeSpent):
		return s.beginAgain(ctx, h, signIn)
	}
	h.state = linkState{Relay: h.state.Relay, Origin: h.state.Origin, Repair: h.state.Repair, Reason: failedReason(cause)}
	return errors.Join(explained, s.step(ctx, h, take{step: StepFailed, claim: h.row.ClaimedAt, event: audit.Event{
		Action: audit.LinkFailed, Outcome: audit.Failed, Target: h.row.Marketplace,
	}}))
}

// explainPending is explainRegistration for a link that a page shows, where no
// command is at hand.
func explainPending(cause error) error {
	explained, ok := errors.AsType[*audipy.Error](explainRegistration(cause))
	if !ok {
		return cause
	}
	if _, lost := errors.AsType[*audible.OutageError](cause); lost {
		return explained.WithHint("it is asked again by itself in a moment; nothing needs to be typed again")
	}
	return explained.WithHint("start the link again; nothing of this one is kept")
}

// beginAgain starts the sign-in over for the same device, because a
// registration was made whose answer nobody got.
func (s *Service) beginAgain(ctx context.Context, h *held, signIn *audible.SignIn) error {
	next, err := signIn.Again()
	if err != nil {
		return err
	}
	h.state = linkState{
		Origin: h.state.Origin, Repair: h.state.Repair, Again: true,
		Reason: "Amazon registered this program, but its answer was lost. Sign in once more: the same device is used again.",
	}
	step, err := s.begin(ctx, h, next)
	if err != nil {
		h.state.Reason, step = err.Error(), StepFailed
	}
	row := h.row
	seal := s.beginSealed(h, next)
	if step == StepFailed {
		seal = h.state.seal(h.ks)
	}
	return s.advance(ctx, h, row, step, seal)
}

func failedReason(cause error) string {
	switch {
	case errors.Is(cause, audible.ErrCodeSpent):
		return "Amazon did not take the sign-in's code: it works once and for about five minutes. Start again."
	case errors.Is(cause, audible.ErrWrongKind):
		return "This account is of the other kind: an e-mail address at Amazon, or an Audible user name from before 2008. Start again with the other one."
	}
	return "Amazon did not register this program. Start again; if it stays so, report it."
}

// ConfirmLink makes the account that a link names live: account, credentials,
// record and the end of the link are one transaction. It is a Conflict while
// there is nothing to confirm.
func (s *Service) ConfirmLink(ctx context.Context, user audipy.UserID, id, browser string) (Linked, error) {
	h, err := s.openHeld(ctx, user, id, browser)
	if err != nil {
		return Linked{}, err
	}
	if h.row.Step != StepConfirm {
		return Linked{}, audipy.Fail(audipy.Conflict, "this sign-in is not finished", nil).WithCode("nothing_to_confirm")
	}
	c, offer, err := h.offer()
	if err != nil {
		return Linked{}, err
	}
	if err := s.refuseLinked(ctx, h); err != nil {
		return Linked{}, err
	}
	linked, err := s.keep(context.WithoutCancel(ctx), user, c, keeping{shared: offer.Shared, link: h})
	if err != nil || c.Customer.ID != "" {
		return linked, err
	}
	return s.learn(ctx, user, linked)
}

// AbandonLink ends a link, however far it is. A device that was registered for
// it is deregistered, now or by a job; another program's stays.
func (s *Service) AbandonLink(ctx context.Context, user audipy.UserID, id, browser string) error {
	h, err := s.openHeld(ctx, user, id, browser)
	if err != nil {
		return err
	}
	ctx = context.WithoutCancel(ctx)
	event := audit.Event{Action: audit.LinkFailed, Outcome: audit.Succeeded, Target: "abandoned"}
	if h.row.Step == StepConfirm {
		event.Target = "declined"
	}
	device, err := s.store.AbandonLink(ctx, user, id, event)
	if err != nil {
		return err
	}
	s.departNow(ctx, user, device, "")
	return nil
}
