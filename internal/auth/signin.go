package auth

import (
	"context"
	"errors"

	"github.com/audipy/audipy/internal/audipy"
	"github.com/audipy/audipy/internal/audit"
	"github.com/audipy/audipy/internal/store"
)

// SignIn is what a person types to sign in.
type SignIn struct {
	Email, Password string
	// Remember keeps the session beyond the browser's own end.
	Remember bool
}

// SignIn checks a password and begins a session, or, for somebody with a second
// factor, what AnswerSecond ends: then the grant has nothing but Pending.
// Unauthorized, with the code
// invalid_credentials, says nothing of whether address or password was wrong,
// or whether the password is disabled. Busy means too many attempts, or too
// many people at once; it counts as no failure.
func (s *Service) SignIn(ctx context.Context, n SignIn, v Visitor) (Grant, error) {
	g, err := s.signIn(ctx, n, v)
	if errors.Is(err, errStale) {
		g, err = s.signIn(ctx, n, v)
	}
	if errors.Is(err, errStale) {
		return Grant{}, wrongPassword()
	}
	return g, err
}

// errStale means that the hash that was checked was replaced meanwhile, by a
// stronger one of the same password or by another password.
var errStale = errors.New("the password was set anew meanwhile")

func (s *Service) signIn(ctx context.Context, n SignIn, v Visitor) (Grant, error) {
	email, err := CanonicalEmail(n.Email)
	lookup := email
	if err != nil {
		email, lookup = n.Email, "" // nobody's, and counted all the same
	}
	kept, err := s.store.PasswordByEmail(ctx, lookup)
	if err != nil && audipy.KindOf(err) != audipy.NotFound {
		return Grant{}, err
	}
	limits := s.signInLimits(email, s.device(kept.User.ID, v.Device), v)
	if err := s.prove(ctx, kept, n.Password, limits, audit.SessionRefused); err != nil {
		return Grant{}, err
	}
	g, err := s.begin(ctx, kept, n.Remember, v)
	if err != nil {
		return Grant{}, s.giveBack(ctx, limits, stale(err))
	}
	s.proven(ctx, kept, n.Password, limits)
	return g, nil
}

// begin begins the session of somebody whose password was right, or asks for
// their second factor.
func (s *Service) begin(ctx context.Context, kept store.Password, remember bool, v Visitor) (Grant, error) {
	factors, err := s.store.Factors(ctx, kept.User.ID)
	if err != nil {
		return Grant{}, err
	}
	token, hash := newToken()
	if factors.Any() {
		n := store.NewPendingSignIn{TokenHash: hash, Remembered: remember, TTL: s.lives.Pending}
		made, err := s.store.StartPendingSignIn(ctx, kept.User.ID, kept.Hash, n, done(audit.SecondFactorAsked))
		return Grant{Token: token, Pending: &Pending{user: kept.User, id: made.ID, remembered: remember, ExpiresAt: made.ExpiresAt}}, err
	}
	session := s.returning(kept.User.ID, hash, remember, v)
	made, err := s.store.StartSession(ctx, kept.User.ID, kept.Hash, session, started(session))
	if err != nil {
		return Grant{}, err
	}
	return s.grant(kept.User, made, token, v), nil
}

func stale(err error) error {
	if audipy.KindOf(err) == audipy.NotFound {
		return errStale
	}
	return err
}

func (s *Service) grant(user audipy.User, made store.UserSession, token string, v Visitor) Grant {
	return Grant{Actor: newActor(user, made), Token: token, Device: s.newDevice(user.ID, v.Device)}
}

// prove checks a password within limits. A wrong one, and any of somebody who
// is disabled, is Unauthorized and recorded as refused. Nobody's password costs
// as much as somebody's.
func (s *Service) prove(
	ctx context.Context, kept store.Password, password string, limits []store.Throttle, refused audit.Action,
) error {
	if err := s.take(ctx, limits); err != nil {
		return err
	}
	same, err := s.compare(ctx, kept, password)
	if err != nil {
		return s.giveBack(ctx, limits, err)
	}
	if same && kept.User.IsActive && kept.DisabledAt.IsZero() {
		return nil
	}
	if kept.User.ID == "" {
		err = s.store.CountUnknownFailure(ctx, denied(refused))
	} else {
		_, err = s.store.CountPasswordFailure(ctx, kept.User.ID, s.limits.Failures, denied(refused))
	}
	if err != nil {
		return err
	}
	return wrongPassword()
}

// giveBack returns err after it has taken back the attempt that it ended.
func (s *Service) giveBack(ctx context.Context, limits []store.Throttle, err error) error {
	if failed := s.store.ReturnAttempt(context.WithoutCancel(ctx), limits, nil); failed != nil {
		s.log.WarnContext(ctx, "an attempt stays counted", errAttr(failed))
	}
	return err
}

// proven takes back what was counted before a password turned out right, and
// keeps a stronger hash of it where the kept one is weaker than new ones are.
// Neither is worth refusing the person for.
func (s *Service) proven(ctx context.Context, kept store.Password, password string, limits []store.Throttle) {
	ctx = context.WithoutCancel(ctx)
	if err := s.store.ReturnAttempt(ctx, limits[1:], limits[:1]); err != nil {
		s.log.WarnContext(ctx, "attempts stay counted", errAttr(err))
	}
	p, err := parsePHC(kept.Hash)
	if err == nil && !p.cost.isWeaker(s.cost) && kept.Pepper == s.ring.newest {
		return
	}
	renewed, err := s.hash(ctx, password)
	if err != nil {
		return // the next sign-in will do
	}
	err = s.store.RenewPasswordHash(ctx, kept.User.ID, kept.Hash, renewed)
	if err != nil && audipy.KindOf(err) != audipy.NotFound { // changed meanwhile
		s.log.WarnContext(ctx, "a password keeps its weaker hash", errAttr(err))
	}
}

func wrongPassword() error {
	return audipy.Fail(audipy.Unauthorized, "The e-mail address or the password is wrong.", nil).
		WithCode("invalid_credentials")
}

// proveActor is prove for somebody who is signed in: who found a session open
// may guess no more than who stands at the door.
func (s *Service) proveActor(
	ctx context.Context, a Actor, password string, v Visitor, refused audit.Action,
) (store.Password, []store.Throttle, error) {
	kept, err := s.store.Password(ctx, a.UserID)
	if err != nil {
		return kept, nil, err
	}
	limits := s.signInLimits(kept.User.Email, s.device(a.UserID, v.Device), v)
	return kept, limits, s.prove(ctx, kept, password, limits, refused)
}
