package auth

import (
	"context"
	"errors"
	"strings"

	"github.com/audipy/audipy/internal/audipy"
	"github.com/audipy/audipy/internal/audit"
	"github.com/audipy/audipy/internal/store"
)

// SetUpNeeded reports whether there is no administrator yet.
func (s *Service) SetUpNeeded(ctx context.Context) (bool, error) {
	has, err := s.store.HasAdministrator(ctx)
	return !has && err == nil, err
}

// NewSetUpCode returns a code that is good once, within a day, for making the
// first administrator. Codes from before end. It is a Conflict after set-up.
func (s *Service) NewSetUpCode(ctx context.Context) (string, error) {
	code, hash := newToken()
	if err := s.store.AddSetUpCode(ctx, hash, s.lives.SetUpCode, done(audit.SetUpCodeMade)); err != nil {
		return "", err
	}
	return code, nil
}

// SetUp is what the first person types.
type SetUp struct {
	Code, Name, Email, Password string
}

// SetUp makes the first administrator and signs them in. The person of the
// command line becomes that administrator. The session is stepped up at once. A wrong code is Unauthorized, a
// second set-up a Conflict.
func (s *Service) SetUp(ctx context.Context, n SetUp, v Visitor) (Grant, error) {
	email, err := CanonicalEmail(n.Email)
	if err != nil {
		return Grant{}, err
	}
	name, err := checkName(n.Name)
	if err != nil {
		return Grant{}, err
	}
	if err := s.checkPassword(n.Password, email, name); err != nil {
		return Grant{}, err
	}
	limits := s.throttles("set_up", s.limits.SetUp, v)
	if err := s.take(ctx, limits); err != nil {
		return Grant{}, err
	}
	kept, err := s.hash(ctx, n.Password)
	if err != nil {
		return Grant{}, s.giveBack(ctx, limits, err)
	}
	token, hash := newToken()
	session := s.session(hash, true, v)
	session.SteppedUp = s.lives.StepUp // the code was better proof than a password, and an account is linked next
	user, made, err := s.store.SetUp(ctx, store.NewAdministrator{
		CodeHash: hashToken(n.Code), Email: email, Name: name, Password: kept, Session: session,
	}, done(audit.AdministratorMade))
	if audipy.KindOf(err) == audipy.Unauthorized {
		err = errors.Join(err, s.store.RecordSystem(ctx, denied(audit.SetUpRefused)))
	}
	if err != nil {
		return Grant{}, err
	}
	return s.grant(user, made, token, v), nil
}

// maxUserAgent is how much of a browser's name is kept, in bytes.
const maxUserAgent = 200

// cut keeps what can be stored of the name that a browser gives itself.
func cut(userAgent string) string {
	return strings.ToValidUTF8(strings.ReplaceAll(userAgent[:min(len(userAgent), maxUserAgent)], "\x00", ""), "")
}
