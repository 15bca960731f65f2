package auth

import (
	"context"
	"strings"
	"time"

	"github.com/audipy/audipy/internal/audipy"
)

// AuthenticateBearer returns in whose name a program asks that shows a
// credential: a token that a person made, or an access token. What isn't one, or
// is over, or of somebody who is disabled, is Unauthorized. It notes once a
// minute that the credential is in use.
func (s *Service) AuthenticateBearer(ctx context.Context, credential string) (Actor, error) {
	var actor Actor
	var err error
	if strings.HasPrefix(credential, apiTokenPrefix) {
		actor, err = s.byAPIToken(ctx, credential)
	} else {
		actor, err = s.byAccess(ctx, credential)
	}
	if audipy.KindOf(err) == audipy.NotFound {
		err = badCredential()
	}
	if err != nil {
		return Actor{}, err
	}
	return actor, nil
}

func badCredential() error {
	return audipy.Fail(audipy.Unauthorized, "This credential is no good, or is over.", nil).
		WithHint("Make a new token, or let the program in again.")
}

func (s *Service) byAPIToken(ctx context.Context, credential string) (Actor, error) {
	if !isAPIToken(credential) {
		return Actor{}, badCredential()
	}
	user, t, err := s.store.APITokenByHash(ctx, hashToken(credential))
	if err != nil {
		return Actor{}, err
	}
	actor := programActor(user, Program{Kind: KindToken, ID: t.ID, Name: t.Name, Scopes: t.Scopes, ExpiresAt: t.ExpiresAt})
	return actor, s.seen(t.LastUsedAt, func() error { return s.store.SeeAPIToken(ctx, user.ID, t.ID, time.Minute) })
}

func (s *Service) byAccess(ctx context.Context, credential string) (Actor, error) {
	claims, err := s.readAccess(credential)
	if err != nil {
		return Actor{}, badCredential()
	}
	scopes, err := audipy.ParseScopes(claims.Scope)
	if err != nil {
		return Actor{}, badCredential()
	}
	user, p, err := s.store.Program(ctx, audipy.UserID(claims.Subject), claims.Session)
	if err != nil {
		return Actor{}, err
	}
	if p.Epoch != claims.Epoch {
		return Actor{}, badCredential()
	}
	actor := programActor(user, Program{Kind: KindDevice, ID: p.ID, Name: p.Name, Scopes: scopes, ExpiresAt: p.EndsAt})
	return actor, s.seen(p.LastUsedAt, func() error { return s.store.SeeProgram(ctx, user.ID, p.ID, time.Minute) })
}

// seen notes a use unless one was noted within the last minute.
func (s *Service) seen(last time.Time, note func() error) error {
	if s.now().Sub(last) < time.Minute {
		return nil
	}
	err := note()
	if audipy.KindOf(err) == audipy.NotFound { // another request was first
		return nil
	}
	return err
}

func programActor(user audipy.User, p Program) Actor {
	return Actor{
		UserID: user.ID, Email: user.Email, Name: user.Name, IsAdmin: user.Role == audipy.Administrator, Program: &p,
	}
}
