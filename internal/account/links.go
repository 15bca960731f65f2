package account

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"time"

	"github.com/audipy/audipy/audible"
	"github.com/audipy/audipy/internal/audipy"
	"github.com/audipy/audipy/internal/audit"
	"github.com/audipy/audipy/internal/store"
)

// The doors through which an account is linked.
const (
	DoorRelay   = "relay"   // Amazon's own pages, carried to the browser
	DoorBrowser = "browser" // Amazon's own pages, and the last address pasted
	DoorGuided  = "guided"  // Amazon's questions as a form of ours
	DoorFile    = "file"    // another program's credential file
)

// The steps of a link besides those of an audible.SignIn.
const (
	StepRelay   = "relay"   // the person signs in on the relay
	StepAccount = "account" // the file has several accounts: which one
	StepConfirm = "confirm" // the person says whether it is the right account
	StepFailed  = "failed"  // nothing more can come of it; Reason says why
)

// LinkRequest says what link to begin.
type LinkRequest struct {
	// Door is one of the first three, Marketplace a country code.
	Door, Marketplace string
	// UserName is set for an account from before 2008.
	UserName bool
	// Browser is a hash of the browser that asks. It alone goes on.
	Browser string
	// RelayOrigin is where this server's relay is; empty where none is.
	RelayOrigin string
}

// Link is a pending link as its person may see it.
type Link struct {
	ID, Door, Marketplace string
	CreatedAt, ExpiresAt  time.Time
	// Step is one of the steps above or an audible.StepKind.
	Step string
	// SignInURL is Amazon's own page for the browser door, which stays open
	// through every other one; empty once the sign-in is over.
	SignInURL string
	// RelayURL is the relay's start address as long as nobody has used it.
	RelayURL string
	// Question is what to ask the person; nil when nothing is.
	Question *Question
	// Account is what the person is asked to confirm.
	Account *LinkAccount
	// Reason says in words why the link stands where it does; may be empty.
	Reason string
}

// LinkAccount names an Audible account before it is linked.
type LinkAccount struct {
	// Name is the owner's, and Login what they signed in with, masked; either
	// may be empty.
	Name, Login, Marketplace string
	// IsLinked says that the account is linked already: it keeps its library
	// and gets the new credentials.
	IsLinked bool
	// IsShared says that another program uses the same device.
	IsShared bool
	// IsElsewhere says that somebody else on this server has linked it too.
	IsElsewhere bool
}

// StartLink begins a link. The guided door asks Amazon for its first page.
func (s *Service) StartLink(ctx context.Context, user audipy.UserID, r LinkRequest) (Link, error) {
	if !slices.Contains([]string{DoorRelay, DoorBrowser, DoorGuided}, r.Door) {
		return Link{}, audipy.Fail(audipy.Invalid, fmt.Sprintf("there is no door %q", r.Door), nil)
	}
	if r.Door == DoorRelay && r.RelayOrigin == "" {
		return Link{}, audipy.Fail(audipy.Conflict, "this server has no address of its own for Amazon's pages", nil).
			WithCode("relay_unavailable").WithHint("sign in with your browser and paste the address, or let whoever runs the server set relay_origin")
	}
	signIn, err := s.StartSignIn(r.Marketplace, r.UserName)
	if err != nil {
		return Link{}, err
	}
	if err := s.admitLink(ctx, user); err != nil {
		return Link{}, err
	}
	if err := s.attempt(ctx, user, attemptStart, s.links.Starts, "sign-ins"); err != nil {
		return Link{}, err
	}
	ks, err := s.keyset(ctx, user)
	if err != nil {
		return Link{}, err
	}
	h := &held{user: user, ks: ks, state: linkState{Origin: r.RelayOrigin}}
	h.row.Door = r.Door
	step, err := s.begin(ctx, h, signIn)
	if err != nil {
		return Link{}, err
	}
	h.row, err = s.store.CreatePendingLink(ctx, user, store.NewPendingLink{
		Door: r.Door, Marketplace: r.Marketplace, Step: step, Browser: r.Browser, TTL: pendingTime, Seal: s.beginSealed(h, signIn),
		Most: s.links.Open,
	}, audit.Event{Action: audit.LinkStarted, Outcome: audit.Succeeded, Target: r.Door})
	if err != nil {
		return Link{}, err
	}
	return s.view(ctx, h)
}

// begin takes a sign-in to the first step of its door.
func (s *Service) begin(ctx context.Context, h *held, signIn *audible.SignIn) (string, error) {
	step := string(audible.StepBrowser)
	switch h.row.Door {
	case DoorRelay:
		return StepRelay, nil // the relay is made with the row's id
	case DoorGuided:
		first, err := signIn.Start(ctx, s.transport)
		if err != nil {
			return "", s.unavailable(ctx, h.user, err)
		}
		step = string(first.Kind)
	}
	h.state.Relay = nil
	return step, h.setSignIn(signIn)
}

// beginSealed seals the state of a link that begins, with a relay where that
// is its door: the relay bears the row's id.
func (s *Service) beginSealed(h *held, signIn *audible.SignIn) store.SealState {
	return func(id string, version int64) ([]byte, error) {
		if h.row.Door == DoorRelay {
			relay, err := audible.NewRelay(signIn, s.transport, audible.RelayOptions{
				Origin: h.state.Origin, ID: id, Lifetime: pendingTime,
			})
			if err != nil {
				return nil, fmt.Errorf("make the relay: %w", err)
			}
			h.state.SignIn = nil
			if h.state.Relay, err = relay.MarshalBinary(); err != nil {
				return nil, err
			}
		}
		return h.state.seal(h.ks)(id, version)
	}
}

// unavailable puts it into words that Amazon's pages can't be had, and counts
// it.
func (s *Service) unavailable(ctx context.Context, user audipy.UserID, err error) error {
	if ctx.Err() == nil {
		_, _ = s.store.TakeLinkAttempt(ctx, user, attemptOutage) // at worst one password more is let through
	}
	return audipy.Fail(audipy.Unavailable, "Amazon's sign-in pages can't be reached", err).
		WithHint("nothing is lost; try again in a minute")
}

// Links returns the person's links that wait in this browser, the newest
// first.
func (s *Service) Links(ctx context.Context, user audipy.UserID, browser string) ([]Link, error) {
	rows, err := s.store.PendingLinks(ctx, user)
	if err != nil {
		return nil, err
	}
	var links []Link
	for _, row := range rows {
		if isHidden(row) || row.Browser != browser {
			continue
		}
		h, err := s.hold(ctx, user, row)
		if err != nil {
			return nil, err
		}
		link, err := s.view(ctx, h)
		if err != nil {
			return nil, err
		}
		links = append(links, link)
	}
	return links, nil
}

// OpenLink returns a link as it stands. One whose sign-in is done, and whose
// registration was cut off, is registered now. A link of somebody else is
// NotFound, and one of another browser a Conflict.
func (s *Service) OpenLink(ctx context.Context, user audipy.UserID, id, browser string) (Link, error) {
	h, err := s.openHeld(ctx, user, id, browser)
	if err != nil {
		return Link{}, err
	}
	if h.row.Step == string(audible.StepDone) {
		if err := s.redeem(ctx, h); err != nil && audipy.KindOf(err) == audipy.Internal {
			return Link{}, err
		}
	}
	return s.view(ctx, h)
}

// isHidden reports whether a link is none that a browser goes on with.
func isHidden(row store.PendingLink) bool { return row.Door == doorQuestions || row.Door == doorStored }

// openHeld opens a link for the browser that began it.
func (s *Service) openHeld(ctx context.Context, user audipy.UserID, id, browser string) (*held, error) {
	row, err := s.store.PendingLink(ctx, user, id)
	if err != nil {
		return nil, err
	}
	if isHidden(row) {
		return nil, audipy.Fail(audipy.NotFound, "there is no such pending sign-in", nil)
	}
	if row.Browser != browser {
		return nil, audipy.Fail(audipy.Conflict, "this sign-in was begun in another browser", nil).
			WithCode("other_browser").WithHint("go on there, or begin a new one here")
	}
	return s.hold(ctx, user, row)
}

// LinkCaptcha returns the image of a link's captcha as PNG, or NotFound when it
// asks for none.
func (s *Service) LinkCaptcha(ctx context.Context, user audipy.UserID, id, browser string) ([]byte, error) {
	h, err := s.openHeld(ctx, user, id, browser)
	if err != nil {
		return nil, err
	}
	if h.row.Step == string(audible.StepCaptcha) {
		signIn, err := s.signIn(h)
		if err != nil {
			return nil, err
		}
		if image := signIn.Step().Image; len(image) > 0 {
			return image, nil
		}
	}
	return nil, audipy.Fail(audipy.NotFound, "there is no image to this sign-in", nil)
}

// view is what the person sees of a link.
func (s *Service) view(ctx context.Context, h *held) (Link, error) {
	link := Link{
		ID: h.row.ID, Door: h.row.Door, Marketplace: h.row.Marketplace, CreatedAt: h.row.CreatedAt, ExpiresAt: h.row.ExpiresAt,
		Step: h.row.Step, Reason: h.state.Reason,
	}
	switch h.row.Step {
	case StepFailed, string(audible.StepDone):
		return link, nil
	case StepAccount:
		link.Question = accountQuestion(h.state.Offers)
		return link, nil
	case StepConfirm:
		c, offer, err := h.offer()
		if err != nil {
			return Link{}, err
		}
		known, err := s.known(ctx, h.user, c)
		if err != nil {
			return Link{}, err
		}
		isLinked := known.ID != "" && known.State != audipy.StateRevoked
		links, err := s.store.CustomerLinks(ctx, CustomerID(c))
		if err != nil {
			return Link{}, err
		}
		if isLinked {
			links--
		}
		link.Account = &LinkAccount{
			Name: cmp.Or(c.Customer.Name, offer.Label), Login: cmp.Or(offer.Login, h.state.Login), Marketplace: c.Marketplace,
			IsLinked: isLinked, IsShared: offer.Shared, IsElsewhere: links > 0,
		}
		return link, nil
	}
	return s.viewSignIn(h, link)
}

// viewSignIn adds what a sign-in under way shows.
func (s *Service) viewSignIn(h *held, link Link) (Link, error) {
	signIn, err := s.signIn(h)
	if err != nil {
		return Link{}, err
	}
	link.SignInURL = signIn.URL()
	if link.Step == StepRelay {
		relay, err := audible.ResumeRelay(h.state.Relay, s.transport, audible.RelayOptions{Origin: h.state.Origin, ID: h.row.ID}, s.now)
		if err != nil {
			return Link{}, unreadable(err)
		}
		if !relay.IsOpened() {
			link.RelayURL = relay.StartURL()
		}
		return link, nil
	}
	step := signIn.Step()
	link.Question = questionOf(step)
	if step.Kind == audible.StepBrowser && link.Reason == "" {
		link.Reason = step.Sentence
	}
	return link, nil
}
