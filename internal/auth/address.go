package auth

import (
	"context"

	"github.com/audipy/audipy/internal/audipy"
	"github.com/audipy/audipy/internal/audit"
	"github.com/audipy/audipy/internal/mail"
	"github.com/audipy/audipy/internal/store"
)

// ConfirmPath is the page where one of two addresses is confirmed; the token
// stands in the fragment, which browsers keep to themselves.
const ConfirmPath = "/confirm-address#"

// RequestAddress asks for another address of a person who is signed in: a link
// goes to it and one to the address of now, and it counts once both were
// opened, within a day. Whether the wanted address is somebody's already is told
// nobody but its owner. It is a Conflict with the code mail_off where no mail can
// be sent.
func (s *Service) RequestAddress(ctx context.Context, a Actor, address string, v Visitor) error {
	email, err := CanonicalEmail(address)
	if err != nil {
		return err
	}
	if email == a.Email {
		return audipy.Fail(audipy.Conflict, "This is your address.", nil).WithCode("address_same")
	}
	if !s.mails() {
		return mailOff("")
	}
	limits := append(s.throttles("address_network", s.limits.ResetNetwork, v), s.throttle("address", s.limits.Reset, string(a.UserID)))
	if err := s.take(ctx, limits); err != nil {
		return err
	}
	before, oldHash := newToken()
	after, newHash := newToken()
	err = s.store.StartAddressChange(ctx, a.UserID, store.NewAddressChange{
		Email: email, OldHash: oldHash, NewHash: newHash, TTL: s.lives.Invite,
	}, done(audit.AddressAsked))
	if err != nil {
		return err
	}
	s.background(ctx, func(ctx context.Context) error { return s.mailAddresses(ctx, a.Email, email, before, after) })
	return nil
}

// mailAddresses mails both links. Where the wanted address is somebody's, its
// owner is told so and gets no link.
func (s *Service) mailAddresses(ctx context.Context, old, wanted, before, after string) error {
	err := s.mail.Send(ctx, mail.Message{
		To: old, Subject: "Another address for AudiPy",
		Text: "Somebody, you we hope, wants to use AudiPy with the address " + wanted + " from now on.\n\n" +
			"Open this address within a day to agree, and the one that was mailed to " + wanted + " too:\n\n" +
			s.publicURL + ConfirmPath + before + "\n\n" +
			"If it wasn't you, set another password at once: somebody is signed in as you.\n",
	})
	if err != nil {
		return err
	}
	_, err = s.store.UserByEmail(ctx, wanted)
	if err == nil {
		return s.tellOwner(ctx, wanted)
	}
	if audipy.KindOf(err) != audipy.NotFound {
		return err
	}
	return s.mail.Send(ctx, mail.Message{
		To: wanted, Subject: "Your address for AudiPy",
		Text: "Somebody, you we hope, wants to use AudiPy with this address.\n\n" +
			"Open this address within a day to confirm that it is yours:\n\n" + s.publicURL + ConfirmPath + after + "\n\n" +
			"If it wasn't you, there is nothing to do.\n",
	})
}

// ConfirmAddress confirms one of the two addresses by the token that was mailed
// to it, which is good once, and reports whether the change is done by it. A
// token that isn't good is Invalid with the code token_invalid.
func (s *Service) ConfirmAddress(ctx context.Context, token string, v Visitor) (done bool, err error) {
	if err := s.take(ctx, s.throttles("invite", s.limits.Invite, v)); err != nil {
		return false, err
	}
	if !isToken(token) {
		return false, badToken()
	}
	found, err := s.store.ConfirmAddress(ctx, hashToken(token), confirmed())
	if err != nil {
		return false, noToken(err)
	}
	if found.IsDone {
		for _, to := range []string{found.User.Email, found.Email} {
			s.send(ctx, to, "Your address for AudiPy was changed", "AudiPy knows you by the address "+found.Email+" from now on. Sign in with it.\n")
		}
	}
	return found.IsDone, nil
}

func confirmed() audit.Event { return done(audit.AddressConfirmed) }

// mails reports whether links can be mailed.
func (s *Service) mails() bool { return s.mail != nil && s.publicURL != "" }

func mailOff(hint string) error {
	return audipy.Fail(audipy.Conflict, "This server can't send mails.", nil).WithCode("mail_off").WithHint(hint)
}
