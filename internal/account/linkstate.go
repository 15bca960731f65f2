package account

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"time"

	"github.com/audipy/audipy/audible"
	"github.com/audipy/audipy/internal/audipy"
	"github.com/audipy/audipy/internal/audit"
	"github.com/audipy/audipy/internal/store"
	"github.com/audipy/audipy/internal/vault"
)

// linkState is what a pending link knows, sealed in its row. What is written is
// one version byte and this as JSON.
type linkState struct {
	// SignIn is the state of an audible.SignIn; with a relay it is empty, and
	// Relay holds both. A link from a file has neither.
	SignIn []byte `json:"sign_in,omitempty"`
	Relay  []byte `json:"relay,omitempty"`
	Origin string `json:"origin,omitempty"` // of the relay
	// Offers are the accounts that can be linked: those of a file, or the one
	// that was registered.
	Offers []linkOffer `json:"offers,omitempty"`
	// Login is what the person signed in with, masked.
	Login string `json:"login,omitempty"`
	// Answers counts the answers given, Same those in a row to one question.
	Answers int       `json:"answers,omitempty"`
	Same    int       `json:"same,omitempty"`
	Asked   string    `json:"asked,omitempty"`
	Looked  time.Time `json:"looked,omitzero"`  // when an approval was asked about
	Waiting time.Time `json:"waiting,omitzero"` // since when for it
	// Again says that a registration was asked for whose answer was lost, and
	// NextTry when it may be asked for again.
	Again   bool      `json:"again,omitempty"`
	NextTry time.Time `json:"next_try,omitzero"`
	Reason  string    `json:"reason,omitempty"`
	// Repair says which account a sign-in of AudiPy's own repairs.
	Repair repairOf `json:"repair,omitzero"`
}

// repairOf names a try to repair an account.
type repairOf struct {
	Account audipy.AccountID `json:"account"`
	Try     int              `json:"try"`
}

// linkOffer is an account that a link can become.
type linkOffer struct {
	Credentials []byte `json:"credentials"`
	Label       string `json:"label,omitempty"`
	Login       string `json:"login,omitempty"` // masked
	Shared      bool   `json:"shared,omitempty"`
}

const linkStateVersion = 1

func (l *linkState) encode() ([]byte, error) {
	text, err := json.Marshal(l)
	if err != nil {
		return nil, fmt.Errorf("write a link's state: %w", err)
	}
	return append([]byte{linkStateVersion}, text...), nil
}

func decodeLinkState(data []byte) (linkState, error) {
	if len(data) == 0 || data[0] != linkStateVersion {
		return linkState{}, errors.New("the state of a link is of another version")
	}
	decoder := json.NewDecoder(bytes.NewReader(data[1:]))
	decoder.DisallowUnknownFields()
	var l linkState
	if decoder.Decode(&l) != nil {
		return linkState{}, errors.New("the state of a link is damaged")
	}
	return l, nil
}

// seal returns the function that seals the state into its row.
func (l *linkState) seal(ks *vault.Keyset) store.SealState {
	return func(id string, version int64) ([]byte, error) {
		text, err := l.encode()
		if err != nil {
			return nil, err
		}
		defer clear(text)
		return ks.Seal(pendingCell(id, version), text)
	}
}

// held is a pending link with its state open.
type held struct {
	user  audipy.UserID
	ks    *vault.Keyset
	row   store.PendingLink
	state linkState
}

// hold opens a row.
func (s *Service) hold(ctx context.Context, user audipy.UserID, row store.PendingLink) (*held, error) {
	ks, err := s.keyset(ctx, user)
	if err != nil {
		return nil, err
	}
	text, err := ks.Open(pendingCell(row.ID, row.Version), row.Sealed)
	if err != nil {
		return nil, unreadable(err)
	}
	defer clear(text)
	state, err := decodeLinkState(text)
	if err != nil {
		return nil, unreadable(err)
	}
	return &held{user: user, ks: ks, row: row, state: state}, nil
}

// take is a step of a link: where it stands then, and what goes with it.
type take struct {
	step   string
	claim  time.Time
	device *store.NewDeparture
	quiet  bool
	event  audit.Event
}

// step keeps the link's state as it is now.
func (s *Service) step(ctx context.Context, h *held, t take) error {
	if t.event.Action == "" {
		t.event = audit.Event{Action: audit.LinkStepped, Outcome: audit.Succeeded, Target: t.step}
	}
	row, err := s.store.AdvanceLink(ctx, h.user, store.Advance{
		ID: h.row.ID, From: h.row.Version, Step: t.step, Seal: h.state.seal(h.ks), Claim: t.claim, Device: t.device, Quiet: t.quiet,
	}, t.event)
	if err != nil {
		return err
	}
	h.row = row
	return nil
}

// signIn opens the link's sign-in.
func (s *Service) signIn(h *held) (*audible.SignIn, error) {
	if len(h.state.Relay) > 0 {
		relay, err := audible.ResumeRelay(h.state.Relay, s.transport, audible.RelayOptions{Origin: h.state.Origin, ID: h.row.ID}, s.now)
		if err != nil {
			return nil, unreadable(err)
		}
		return relay.SignIn(), nil
	}
	signIn, err := s.StartSignIn(h.row.Marketplace, false)
	if err != nil {
		return nil, err
	}
	if err := signIn.UnmarshalBinary(h.state.SignIn); err != nil {
		return nil, unreadable(err)
	}
	return signIn, nil
}

// setSignIn puts a sign-in back that went on. A relay is over with that.
func (h *held) setSignIn(signIn *audible.SignIn) error {
	state, err := signIn.MarshalBinary()
	if err != nil {
		return fmt.Errorf("write the sign-in's state: %w", err)
	}
	h.state.SignIn = state
	return nil
}

// offer opens the credentials of the first offer: the only one once a link
// waits to be confirmed.
func (h *held) offer() (audible.Credentials, linkOffer, error) {
	if len(h.state.Offers) == 0 {
		return audible.Credentials{}, linkOffer{}, unreadable(errors.New("a link to be confirmed has no credentials"))
	}
	c, err := audible.DecodeCredentials(h.state.Offers[0].Credentials)
	if err != nil {
		return audible.Credentials{}, linkOffer{}, unreadable(err)
	}
	return c, h.state.Offers[0], nil
}
