package auth

import (
	"context"
	"crypto/rand"
	"encoding/base64"

	"github.com/audipy/audipy/internal/audipy"
	"github.com/audipy/audipy/internal/audit"
	"github.com/audipy/audipy/internal/mail"
	"github.com/audipy/audipy/internal/store"
)

// Registration says who may become a person here.
type Registration string

// The modes of registration.
const (
	RegistrationOpen     Registration = "open"        // who has an address that mail reaches
	RegistrationByInvite Registration = "invite-only" // who was given an invite
	RegistrationClosed   Registration = "closed"      // nobody, open invites or not
)

// InvitePath is the page where somebody registers with an invite; its token
// stands in the fragment, which browsers keep to themselves.
const InvitePath = "/register#"

// inviteSize is the length of an invite's token in bytes: 128 bits, so that
// its QR code stays small.
const inviteSize = 16

// Invite is an open invite.
type Invite = store.Invite

// Invite makes an invite and returns it with its token, which is kept nowhere.
// The address may be empty; else nobody but its owner can register with the
// invite. By is an administrator's id, or empty for the server's operator. The
// address of somebody who is here already is a Conflict, and so is a server
// where registration is closed.
func (s *Service) Invite(ctx context.Context, by audipy.UserID, address string) (Invite, string, error) {
	if s.registration == RegistrationClosed {
		return Invite{}, "", closed()
	}
	email := ""
	if address != "" {
		var err error
		if email, err = CanonicalEmail(address); err != nil {
			return Invite{}, "", err
		}
	}
	token := newInviteToken()
	made, err := s.store.AddInvite(ctx, store.NewInvite{
		By: by, Hash: hashToken(token), Email: email, TTL: s.lives.Invite,
	}, done(audit.InviteMade))
	if err != nil {
		return Invite{}, "", err
	}
	return made, token, nil
}

// Invites returns the invites that are open, the newest first.
func (s *Service) Invites(ctx context.Context) ([]Invite, error) { return s.store.Invites(ctx) }

// EndInvite takes an invite back, as by, who is as in Invite.
func (s *Service) EndInvite(ctx context.Context, by audipy.UserID, id string) error {
	return s.store.EndInvite(ctx, id, by, done(audit.InviteEnded))
}

// OpenInvite returns the invite with a token, for whoever holds it. One that
// isn't good is Invalid with the code token_invalid.
func (s *Service) OpenInvite(ctx context.Context, token string, v Visitor) (Invite, error) {
	if s.registration == RegistrationClosed {
		return Invite{}, closed()
	}
	if err := s.take(ctx, s.throttles("invite", s.limits.Invite, v)); err != nil {
		return Invite{}, err
	}
	return s.openInvite(ctx, token)
}

// openInvite looks an invite up. One that an address asked for itself is good
// as long as anybody may register.
func (s *Service) openInvite(ctx context.Context, token string) (Invite, error) {
	found, err := s.store.InviteByHash(ctx, hashToken(token))
	if err == nil && found.Asked && s.registration != RegistrationOpen {
		return Invite{}, badToken()
	}
	return found, noToken(err)
}

// Registration says who may become a person here.
func (s *Service) Registration() Registration { return s.registration }

// RequestRegistration mails an address a link with which its owner registers,
// where registration is open. Whether the address is somebody's it doesn't tell,
// by its answer or its time: the link is made and mailed after it has returned,
// and the owner of a taken address is told so. A link ends when the next is
// asked for. Where registration is not open it is a Conflict with the code
// registration_closed, and mail_off where no mail can be sent.
func (s *Service) RequestRegistration(ctx context.Context, address string, v Visitor) error {
	email, err := CanonicalEmail(address)
	if err != nil {
		return err
	}
	if s.registration != RegistrationOpen {
		return closed()
	}
	if !s.mails() {
		return mailOff("Whoever runs it can invite you.")
	}
	limits := append(s.throttles("register", s.limits.Register, v),
		s.throttle("register_all", s.limits.AskAll, ""), s.throttle("register_address", s.limits.Reset, email))
	wait, err := s.store.TakeAttempt(ctx, limits)
	if err != nil || wait > 0 {
		return err // too many are answered like the first
	}
	s.background(ctx, func(ctx context.Context) error { return s.mailRegistration(ctx, email) })
	return nil
}

func (s *Service) mailRegistration(ctx context.Context, email string) error {
	token := newInviteToken()
	made, err := s.store.AskInvite(ctx, store.NewInvite{Hash: hashToken(token), Email: email, TTL: s.lives.Invite}, done(audit.RegistrationAsked))
	if err != nil {
		return err
	}
	if !made {
		return s.tellOwner(ctx, email)
	}
	return s.mail.Send(ctx, mail.Message{
		To: email, Subject: "Your account for AudiPy",
		Text: "Somebody, you we hope, wants to use AudiPy with this address.\n\n" +
			"Open this address within a day to make the account:\n\n" + s.publicURL + InvitePath + token + "\n\n" +
			"If it wasn't you, there is nothing to do: without this mail there will be no account.\n",
	})
}

func newInviteToken() string {
	var raw [inviteSize]byte
	_, _ = rand.Read(raw[:]) // never fails: the program ends if there is no randomness
	return base64.RawURLEncoding.EncodeToString(raw[:])
}

// Register is what somebody types who becomes a person.
type Register struct {
	Invite, Name, Email, Password string
}

// Register makes a person with an invite, which is used up by it. It tells
// nobody whether the address is taken: then it makes nobody, uses up the
// invite, costs as much and returns the same, and the owner of the address is
// told where mails can be sent. A password that the policy refuses leaves the
// invite good; an invite that isn't good is Invalid with the code
// token_invalid. Only the network's registrations are counted: of invites there
// are no more than were made or mailed, so that others who try take nobody's
// place.
func (s *Service) Register(ctx context.Context, n Register, v Visitor) error {
	if s.registration == RegistrationClosed {
		return closed()
	}
	email, err := CanonicalEmail(n.Email)
	if err != nil {
		return err
	}
	name, err := checkName(n.Name)
	if err != nil {
		return err
	}
	if err := s.checkPassword(n.Password, email, name); err != nil {
		return err
	}
	if err := s.take(ctx, s.throttles("register", s.limits.Register, v)); err != nil {
		return err
	}
	invite, err := s.openInvite(ctx, n.Invite)
	if err != nil {
		return err
	}
	if invite.Email != "" && invite.Email != email {
		return badToken()
	}
	kept, err := s.hash(ctx, n.Password)
	if err != nil {
		return err
	}
	_, made, err := s.store.Register(ctx, store.Registration{
		InviteHash: hashToken(n.Invite), Email: email, Name: name, Password: kept,
	}, done(audit.UserCreated))
	if err != nil {
		return noToken(err)
	}
	if !made {
		s.owned(ctx, email)
	}
	return nil
}

// owned has the owner of an address told, after the answer, where mails can be
// sent.
func (s *Service) owned(ctx context.Context, email string) {
	if s.mail != nil {
		s.background(ctx, func(ctx context.Context) error { return s.tellOwner(ctx, email) })
	}
}

// tellOwner mails the owner of an address that somebody wants to use AudiPy
// with it, unless they are disabled.
func (s *Service) tellOwner(ctx context.Context, email string) error {
	owner, err := s.store.UserByEmail(ctx, email)
	if audipy.KindOf(err) == audipy.NotFound || err == nil && !owner.IsActive {
		return nil // nobody is to be told
	}
	if err != nil {
		return err
	}
	return s.mail.Send(ctx, mail.Message{
		To: email, Subject: "You are with AudiPy already",
		Text: "Somebody, perhaps you, wants to use AudiPy with this address.\n\n" +
			"You have been here before: sign in, or set a new password if you forgot yours. " +
			"If it wasn't you, there is nothing to do: nothing has changed.\n",
	})
}

func closed() error {
	return audipy.Fail(audipy.Conflict, "Nobody can register here.", nil).WithCode("registration_closed").
		WithHint("Whoever runs this server has closed registration.")
}
