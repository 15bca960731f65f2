package account

import (
	"context"
	"errors"
	"fmt"
	"strconv"
	"time"

	"github.com/audipy/audipy/audible"
	"github.com/audipy/audipy/internal/audipy"
	"github.com/audipy/audipy/internal/audit"
)

const (
	// answerTime bounds what one answer may take at Amazon.
	answerTime = 25 * time.Second
	// lookEvery is how often Amazon is asked about an approval.
	lookEvery = 4 * time.Second
	// approvalTime is how long an approval is waited for.
	approvalTime = 5 * time.Minute
)

// AnswerLink answers the question of a link. A wrong answer leads to the same
// question with Amazon's words; an answer that doesn't fit it is Invalid. Of
// several answers at once one goes to Amazon, and the others are Conflicts.
func (s *Service) AnswerLink(
	ctx context.Context, user audipy.UserID, id, browser string, a LinkAnswer,
) (Link, error) {
	h, err := s.openHeld(ctx, user, id, browser)
	if err != nil {
		return Link{}, err
	}
	if h.row.Step == StepAccount {
		return s.chooseAccount(ctx, h, a.Choice)
	}
	if h.row.Door != DoorGuided || !isAnswerable(audible.StepKind(h.row.Step)) {
		return Link{}, audipy.Fail(audipy.Conflict, "this sign-in asks nothing just now", nil).WithCode("nothing_asked")
	}
	signIn, err := s.signIn(h)
	if err != nil {
		return Link{}, err
	}
	kind := signIn.Step().Kind
	if kind == audible.StepApproval && s.now().Before(h.state.Looked.Add(lookEvery)) {
		return s.view(ctx, h)
	}
	if kind == audible.StepApproval && !h.state.Waiting.IsZero() && !s.now().Before(h.state.Waiting.Add(approvalTime)) {
		return Link{}, s.giveUpApproval(ctx, h)
	}
	if a.isEmpty() || kind != audible.StepApproval && a == (LinkAnswer{Poll: true}) {
		return Link{}, audipy.Fail(audipy.Invalid, "the question was not answered", nil).WithCode("answer_missing")
	}
	if a.Password != "" {
		if err := s.admitPassword(ctx, user, attemptPassword, s.links.Passwords); err != nil {
			return Link{}, err
		}
	}
	// The turn is taken before Amazon is asked: nobody else's answer goes
	// there meanwhile, and this one counts whatever becomes of it.
	if err := s.countAnswer(h, kind); err != nil {
		return Link{}, err
	}
	if err := s.step(ctx, h, take{step: h.row.Step, quiet: true}); err != nil {
		return Link{}, err
	}
	return s.answer(ctx, h, signIn, a)
}

// isAnswerable reports whether a step is a question of Amazon's.
func isAnswerable(kind audible.StepKind) bool {
	q := questionOf(audible.Step{Kind: kind})
	return q != nil && len(q.Fields) > 0
}

// countAnswer bounds the answers of a link, and of one kind of question in a
// row. Looks at an approval are bounded by the sign-in itself.
func (s *Service) countAnswer(h *held, kind audible.StepKind) error {
	if kind == audible.StepApproval {
		h.state.Looked = s.now()
		if h.state.Waiting.IsZero() {
			h.state.Waiting = s.now()
		}
		return nil
	}
	if h.state.Asked != string(kind) {
		h.state.Asked, h.state.Same = string(kind), 0
	}
	if h.state.Answers >= s.links.Answers || h.state.Same >= s.links.Same {
		return tooMany("this sign-in had as many answers as it may have", h.row.ExpiresAt.Sub(s.now()))
	}
	h.state.Answers++
	h.state.Same++
	return nil
}

// giveUpApproval ends a link whose approval nobody gave, and wipes what it
// knows: the password and Amazon's cookies.
func (s *Service) giveUpApproval(ctx context.Context, h *held) error {
	h.state = linkState{Reason: "Nobody approved the sign-in within five minutes. Start again."}
	err := s.step(ctx, h, take{step: StepFailed, event: audit.Event{
		Action: audit.LinkFailed, Outcome: audit.Failed, Target: "approval",
	}})
	if err != nil {
		return err
	}
	return audipy.Fail(audipy.Conflict, "nobody approved the sign-in within five minutes", nil).
		WithCode("approval_expired").WithHint("start again, and approve it on your telephone or in your mail")
}

// answer gives Amazon the answer and keeps where that has led, even if the
// person's browser is gone by then: Amazon's pages go on, so must we.
func (s *Service) answer(ctx context.Context, h *held, signIn *audible.SignIn, a LinkAnswer) (Link, error) {
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), answerTime)
	defer cancel()
	if a.Login != "" {
		h.state.Login = maskLogin(a.Login)
	}
	step, err := signIn.Answer(ctx, s.transport, answerOf(signIn.Step().Kind, a))
	if errors.Is(err, audible.ErrAnswer) {
		return Link{}, audipy.Fail(audipy.Invalid, "the answer does not fit the question", err).WithCode("answer_unfit")
	}
	if err != nil {
		if kept := h.setSignIn(signIn); kept != nil {
			return Link{}, kept
		}
		return Link{}, errors.Join(s.unavailable(ctx, h.user, err), s.step(ctx, h, take{step: h.row.Step, quiet: true}))
	}
	if err := h.setSignIn(signIn); err != nil {
		return Link{}, err
	}
	if err := s.step(ctx, h, take{step: string(step.Kind)}); err != nil {
		return Link{}, err
	}
	return s.finish(ctx, h)
}

// finish registers the device when the sign-in is done.
func (s *Service) finish(ctx context.Context, h *held) (Link, error) {
	if h.row.Step == string(audible.StepDone) {
		if err := s.redeem(ctx, h); err != nil {
			return Link{}, err
		}
	}
	return s.view(ctx, h)
}

// CompleteLink finishes the sign-in with the address that the person's browser
// ended on, through whatever door it began.
func (s *Service) CompleteLink(
	ctx context.Context, user audipy.UserID, id, browser, address string,
) (Link, error) {
	h, err := s.openHeld(ctx, user, id, browser)
	if err != nil {
		return Link{}, err
	}
	if h.row.Step == StepConfirm || h.row.Step == string(audible.StepDone) {
		return s.finish(ctx, h) // somebody was faster, with the same result
	}
	signIn, err := s.signInUnderWay(h)
	if err != nil {
		return Link{}, err
	}
	if err := s.attempt(ctx, user, attemptPaste, s.links.Pastes, "addresses"); err != nil {
		return Link{}, err
	}
	_, err = signIn.Complete(address)
	if landing, ok := errors.AsType[*audible.LandingError](err); ok {
		return Link{}, audipy.Fail(audipy.Invalid, landing.Error(), nil).WithCode(landingCode(landing.Problem))
	}
	if err != nil {
		return Link{}, audipy.Fail(audipy.Conflict, "this sign-in is over", err)
	}
	if err := h.setSignIn(signIn); err != nil {
		return Link{}, err
	}
	h.state.Relay = nil
	if err := s.step(ctx, h, take{step: string(audible.StepDone)}); err != nil {
		return Link{}, err
	}
	return s.finish(ctx, h)
}

// landingCode names what is wrong with an address.
func landingCode(p audible.LandingProblem) string {
	if p == audible.LandingWrongMarketplace {
		return "wrong_marketplace"
	}
	return "wrong_address"
}

// signInUnderWay opens the sign-in of a link that has one and is not over.
func (s *Service) signInUnderWay(h *held) (*audible.SignIn, error) {
	if h.row.Step == StepFailed || h.row.Step == StepAccount {
		return nil, audipy.Fail(audipy.Conflict, "this link takes no address", nil).WithCode("nothing_asked")
	}
	return s.signIn(h)
}

// chooseAccount goes on with one account of a file.
func (s *Service) chooseAccount(ctx context.Context, h *held, choice string) (Link, error) {
	i, err := strconv.Atoi(choice)
	if err != nil || i < 0 || i >= len(h.state.Offers) {
		return Link{}, audipy.Fail(audipy.Invalid, "choose one of the accounts in the file", nil).WithCode("answer_unfit")
	}
	h.state.Offers = h.state.Offers[i : i+1]
	if err := s.refuseLinked(ctx, h); err != nil {
		return Link{}, err
	}
	if h.state.Offers[0], err = s.tryOffer(ctx, h.state.Offers[0]); err != nil {
		return Link{}, err
	}
	if err := s.step(ctx, h, take{step: StepConfirm}); err != nil {
		return Link{}, err
	}
	return s.view(ctx, h)
}

// refuseLinked is a Conflict when the file's account is linked and works: its
// credentials are at least as good.
func (s *Service) refuseLinked(ctx context.Context, h *held) error {
	c, offer, err := h.offer()
	if err != nil || !offer.Shared {
		return err
	}
	known, err := s.known(ctx, h.user, c)
	if err != nil || known.State != audipy.StateHealthy {
		return err
	}
	return audipy.Fail(audipy.Conflict, fmt.Sprintf("this account is linked already: %s", known.Name), nil).
		WithCode("already_linked").WithHint("nothing was changed; unlink it first to use the file's device")
}
