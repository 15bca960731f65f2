package auth

import (
	"context"
	"time"

	"github.com/audipy/audipy/internal/audipy"
	"github.com/audipy/audipy/internal/audit"
	"github.com/audipy/audipy/internal/mail"
	"github.com/audipy/audipy/internal/store"
)

// ResetPath is the page where a new password is set; the code stands in the
// fragment, which browsers keep to themselves.
const ResetPath = "/reset-password#"

// mailTime bounds the sending of one mail.
const mailTime = time.Minute

// RequestReset mails a link for a new password to the person with the address.
// Whether there is such a person it doesn't tell, by its answer or its time:
// the mail is made and sent after it has returned. It is a Conflict with the
// code mail_off where no mail can be sent.
func (s *Service) RequestReset(ctx context.Context, address string, v Visitor) error {
	email, err := CanonicalEmail(address)
	if err != nil {
		return err
	}
	if !s.mails() {
		return mailOff(`Whoever runs it can make a link with "audipy user reset-password".`)
	}
	wait, err := s.store.TakeAttempt(ctx, append(s.throttles("reset_network", s.limits.ResetNetwork, v), s.throttle("reset", s.limits.Reset, email)))
	if err != nil || wait > 0 {
		return err // too many are answered like the first
	}
	s.background(ctx, func(ctx context.Context) error { return s.mailReset(ctx, email) })
	return nil
}

// mailReset makes a code and mails it, if there is somebody to mail it to.
func (s *Service) mailReset(ctx context.Context, email string) error {
	kept, err := s.store.PasswordByEmail(ctx, email)
	if audipy.KindOf(err) == audipy.NotFound || err == nil && !kept.User.IsActive {
		return s.store.RecordSystem(ctx, denied(audit.ResetRequested))
	}
	if err != nil {
		return err
	}
	token, err := s.addResetCode(ctx, kept.User)
	if err != nil {
		return err
	}
	return s.mail.Send(ctx, mail.Message{
		To: kept.User.Email, Subject: "A new password for AudiPy",
		Text: "Somebody, you we hope, asked for a new password for AudiPy.\n\n" +
			"Open this address within ten minutes to set one:\n\n" + s.publicURL + ResetPath + token + "\n\n" +
			"If it wasn't you, there is nothing to do: your password stays as it is.\n",
	})
}

func (s *Service) addResetCode(ctx context.Context, user audipy.User) (string, error) {
	token, hash := newToken()
	err := s.store.AddResetCode(ctx, user.ID, hash, s.lives.Reset, done(audit.ResetRequested))
	return token, err
}

// ResetByOperator makes a code for a new password of the person with the
// address, or NotFound. Whoever can run it can read the database anyway.
func (s *Service) ResetByOperator(ctx context.Context, email string) (token string, err error) {
	user, err := FindPerson(ctx, s.store, email)
	if err != nil {
		return "", err
	}
	return s.addResetCode(ctx, user)
}

// Reset sets a new password with a code, which ends by it, as do all sessions
// of the person and every lock on the password. A code that isn't good is
// Invalid with the code token_invalid; a password that the policy refuses
// leaves the code good.
func (s *Service) Reset(ctx context.Context, token, password string, _ Visitor) error {
	if !isToken(token) {
		return badToken()
	}
	user, err := s.store.ResetCodeOwner(ctx, hashToken(token))
	if err != nil {
		return noToken(err)
	}
	if err := s.checkPassword(password, user.Email, user.Name); err != nil {
		return err
	}
	kept, err := s.hash(ctx, password)
	if err != nil {
		return err
	}
	if err := s.store.ResetPassword(ctx, user.ID, hashToken(token), kept, done(audit.PasswordReset)); err != nil {
		return noToken(err)
	}
	forget := []store.Throttle{s.throttle("password", s.limits.Password, "address "+user.Email)}
	if err := s.store.ReturnAttempt(context.WithoutCancel(ctx), nil, forget); err != nil {
		s.log.WarnContext(ctx, "attempts stay counted", errAttr(err))
	}
	s.notify(ctx, user.Email, passwordSubject, passwordReset)
	return nil
}

func noToken(err error) error {
	if audipy.KindOf(err) == audipy.NotFound {
		return badToken()
	}
	return err
}

func badToken() error {
	return audipy.Fail(audipy.Invalid, "This link is wrong, used or over.", nil).WithCode("token_invalid").
		WithHint("Ask for a new one.")
}

const passwordSubject = "Your password for AudiPy was changed"

const passwordChanged = "Your password for AudiPy was changed just now, and every session was ended.\n\n" +
	"If it wasn't you, set another at once, and tell whoever runs the server.\n"

const passwordReset = "A new password for AudiPy was set just now by a link. Every session was ended, " +
	"and providers that let you in were unlinked: link them again on the page Security.\n\n" +
	"If it wasn't you, set another at once, and tell whoever runs the server.\n"

// notify tells a person by mail what happened, where mails can be sent. Who is
// disabled, or gone, gets none.
func (s *Service) notify(ctx context.Context, email, subject, text string) {
	if s.mail == nil {
		return
	}
	s.background(ctx, func(ctx context.Context) error {
		user, err := s.store.UserByEmail(ctx, email)
		if audipy.KindOf(err) == audipy.NotFound || err == nil && !user.IsActive {
			return nil // nobody is to be told
		}
		if err != nil {
			return err
		}
		return s.mail.Send(ctx, mail.Message{To: email, Subject: subject, Text: text})
	})
}

// send mails to an address that need be nobody's, where mails can be sent.
func (s *Service) send(ctx context.Context, email, subject, text string) {
	if s.mail == nil {
		return
	}
	s.background(ctx, func(ctx context.Context) error {
		return s.mail.Send(ctx, mail.Message{To: email, Subject: subject, Text: text})
	})
}

// background does what nobody waits for. Wait waits for its end.
func (s *Service) background(ctx context.Context, fn func(context.Context) error) {
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), mailTime)
	s.sending.Go(func() {
		defer cancel()
		if err := fn(ctx); err != nil {
			s.log.WarnContext(ctx, "no mail was sent", errAttr(err))
		}
	})
}
