package auth

import (
	"context"
	"encoding/base64"
	"strings"
	"time"

	"github.com/audipy/audipy/internal/audipy"
	"github.com/audipy/audipy/internal/audit"
	"github.com/audipy/audipy/internal/store"
)

// refreshGrace is how long a device may ask again for an answer that it lost.
const refreshGrace = 30 * time.Second

// ProgramTokens are what a program works with.
type ProgramTokens struct {
	Access, Refresh string
	ExpiresIn       time.Duration
	Scopes          []audipy.Scope
}

// DeviceProof is what a device shows to get tokens: its client, its key, and a
// device code or a refresh token.
type DeviceProof struct{ Client, Key, Code string }

func invalidGrant(err error) error {
	if err != nil && audipy.KindOf(err) != audipy.NotFound {
		return err
	}
	return oauthError("invalid_grant", "This code or token is unknown, used or over: begin anew.")
}

// RedeemDevice gives a device that was let in its first tokens, once. Its errors
// have the codes of RFC 8628.
func (s *Service) RedeemDevice(ctx context.Context, p DeviceProof) (ProgramTokens, error) {
	if err := checkClient(p.Client, p.Key); err != nil {
		return ProgramTokens{}, err
	}
	if !isToken(p.Code) {
		return ProgramTokens{}, invalidGrant(nil)
	}
	hash := hashToken(p.Code)
	state, user, program, err := s.store.PollDevice(ctx, store.DevicePoll{
		DeviceCodeHash: hash, DeviceHash: hashToken(p.Key), Client: p.Client, Slower: pollSlower,
	})
	if err != nil {
		return ProgramTokens{}, invalidGrant(err)
	}
	switch state {
	case store.DeviceWaits:
		return ProgramTokens{}, oauthError("authorization_pending", "Nobody has decided yet.")
	case store.DeviceTooEarly:
		return ProgramTokens{}, oauthError("slow_down", "Wait five seconds longer between two questions.")
	case store.DeviceRefused:
		return ProgramTokens{}, oauthError("access_denied", "The person refused.")
	case store.DeviceExpired:
		return ProgramTokens{}, oauthError("expired_token", "The ten minutes are over: begin anew.")
	case store.DeviceApproved:
	}
	token, refresh := newToken()
	begun, err := s.store.RedeemDevice(ctx, user, store.Redemption{
		DeviceCodeHash: hash, Program: program, RefreshHash: refresh, Idle: s.lives.ProgramIdle, Absolute: s.lives.Program,
	}, done(audit.ProgramBegun))
	if err != nil {
		return ProgramTokens{}, invalidGrant(err)
	}
	return s.programTokens(user, begun, token)
}

func (s *Service) programTokens(user audipy.UserID, p store.Program, refresh string) (ProgramTokens, error) {
	access, err := s.newAccess(user, p)
	return ProgramTokens{Access: access, Refresh: refresh, ExpiresIn: s.lives.Access, Scopes: p.Scopes}, err
}

// Refresh takes a refresh token and gives new tokens. The next refresh token is
// made of the last and a key of ours: whoever asks again within half a minute
// gets the same, and nothing of it needs to be kept. Any other second use ends
// the program, and its person is told.
func (s *Service) Refresh(ctx context.Context, p DeviceProof) (ProgramTokens, error) {
	if err := checkClient(p.Client, p.Key); err != nil {
		return ProgramTokens{}, err
	}
	if !isToken(p.Code) {
		return ProgramTokens{}, invalidGrant(nil)
	}
	hash := hashToken(p.Code)
	user, _, err := s.store.RefreshOwner(ctx, hash)
	if err != nil {
		return ProgramTokens{}, invalidGrant(err)
	}
	next := base64.RawURLEncoding.EncodeToString(mac(s.ring.current().refresh, p.Code))
	program, end, err := s.store.RotateRefresh(ctx, user, store.Rotation{
		Hash: hash, Client: p.Client, DeviceHash: hashToken(p.Key), Next: hashToken(next), Idle: s.lives.ProgramIdle,
		Grace: refreshGrace, Reused: denied(audit.TokenReused),
	})
	if err != nil {
		return ProgramTokens{}, invalidGrant(err)
	}
	if end == store.RotatedReused {
		if who, err := s.store.UserByID(ctx, user); err == nil {
			s.notify(ctx, who.Email, "A program was shut out of AudiPy", tokenReused)
		}
		return ProgramTokens{}, invalidGrant(nil)
	}
	return s.programTokens(user, program, next)
}

const tokenReused = "A program that works with AudiPy in your name showed a token that had been used before. Somebody may have " +
	"a copy of it, so the program was shut out just now. Let it in again if you use it, and look whether others can read " +
	"the files of that device.\n"

// Revoke ends the program or token that a credential belongs to: a refresh
// token, an access token or a token that a person made. What is no good already
// is as good.
func (s *Service) Revoke(ctx context.Context, credential string) error {
	err := s.revoke(ctx, credential)
	if kind := audipy.KindOf(err); kind == audipy.NotFound || kind == audipy.Unauthorized {
		return nil
	}
	return err
}

func (s *Service) revoke(ctx context.Context, credential string) error {
	if isToken(credential) {
		user, program, err := s.store.RefreshOwner(ctx, hashToken(credential))
		if err != nil {
			return err
		}
		return s.store.EndProgram(ctx, user, program, done(audit.ProgramEnded))
	}
	actor, err := s.AuthenticateBearer(ctx, credential)
	switch {
	case err != nil:
		return err
	case strings.HasPrefix(credential, apiTokenPrefix):
		return s.EndAPIToken(ctx, actor, actor.Program.ID)
	}
	return s.EndDevice(ctx, actor, actor.Program.ID)
}

// ProgramDays is how long a program that is let in may work at most, in days.
func (s *Service) ProgramDays() int { return int(s.lives.Program / (24 * time.Hour)) }

// Device is a program on a device that a person let in.
type Device = store.Program

// Devices returns the programs that the person let in and that may work, the
// newest first.
func (s *Service) Devices(ctx context.Context, user audipy.UserID) ([]Device, error) {
	return s.store.Programs(ctx, user)
}

// EndDevice ends such a program; NotFound when there is none.
func (s *Service) EndDevice(ctx context.Context, a Actor, id string) error {
	return s.store.EndProgram(ctx, a.UserID, id, done(audit.ProgramEnded))
}
