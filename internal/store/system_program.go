package store

import (
	"bytes"
	"context"
	"time"

	"github.com/audipy/audipy/internal/audipy"
)

// This file belongs to the closed list of system.go: who is asking is what
// these methods find out.

// APITokenByHash returns the good token with the hash, with its person, or
// NotFound.
func (s *Store) APITokenByHash(ctx context.Context, hash []byte) (audipy.User, APIToken, error) {
	var user audipy.User
	var t APIToken
	q := s.reading()
	err := q.one(ctx, append(apiTokenFields(&t), userFields(&user)...), `
		SELECT `+apiTokenColumns+`, `+ownerColumns+`
		FROM api_tokens t JOIN users u ON u.id = t.user_id WHERE t.token_hash = $1 AND `+goodToken, hash, micros(q.now))
	if err != nil {
		return audipy.User{}, APIToken{}, absent(err, "look up token", "token")
	}
	return user, t, nil
}

// DeviceRequest is a device that asks to be let in.
type DeviceRequest struct {
	Client, Name, Address string
	Scopes                []audipy.Scope
	CreatedAt, ExpiresAt  time.Time
}

// NewDeviceRequest is what AddDeviceRequest needs to know. The hashes are of the
// code that the device holds, of the one that it shows, and of its key.
type NewDeviceRequest struct {
	DeviceCodeHash, UserCodeHash, DeviceHash []byte
	Client, Name, Address                    string
	Scopes                                   []audipy.Scope
	// Life is how long it waits, and Interval how long the device is to wait
	// between two questions.
	Life, Interval time.Duration
}

// AddDeviceRequest keeps the request of a device.
func (s *Store) AddDeviceRequest(ctx context.Context, n NewDeviceRequest) error {
	return s.transact(ctx, func(q session) error {
		_, err := q.exec(ctx, `
			INSERT INTO device_requests (device_code_hash, user_code_hash, client, name, address, device_hash, scopes,
				created_at, expires_at, interval_seconds, is_refused)
			VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, FALSE)`,
			n.DeviceCodeHash, n.UserCodeHash, n.Client, n.Name, n.Address, n.DeviceHash, audipy.JoinScopes(n.Scopes),
			micros(q.now), micros(q.now.Add(n.Life)), int64(n.Interval/time.Second))
		return wrap(err, "keep device request")
	})
}

// DeviceRequest returns the request that a code was shown for and that nobody
// has decided on, or NotFound.
func (s *Store) DeviceRequest(ctx context.Context, userCodeHash []byte) (DeviceRequest, error) {
	var r DeviceRequest
	q := s.reading()
	err := q.one(ctx, []any{&r.Client, &r.Name, &r.Address, scopeText{&r.Scopes}, at(&r.CreatedAt), at(&r.ExpiresAt)}, `
		SELECT client, name, address, scopes, created_at, expires_at FROM device_requests
		WHERE user_code_hash = $1 AND expires_at > $2 AND program_id IS NULL AND NOT is_refused`, userCodeHash, micros(q.now))
	return r, absent(err, "look up device request", "device that asks to be let in")
}

// DevicePoll is a device's question whether it was let in.
type DevicePoll struct {
	DeviceCodeHash, DeviceHash []byte
	Client                     string
	// Slower is added to the interval of a device that asks too early.
	Slower time.Duration
}

// DeviceState says where a request stands.
type DeviceState int

// The states of a request.
const (
	DeviceWaits    DeviceState = iota + 1 // nobody has decided
	DeviceTooEarly                        // the same, and asked before the interval was over
	DeviceRefused
	DeviceExpired
	DeviceApproved // and the program waits for its tokens
)

// PollDevice answers a device, and says whose program it is once it is approved.
// A code that is unknown, or of another device, is NotFound.
func (s *Store) PollDevice(ctx context.Context, p DevicePoll) (state DeviceState, user audipy.UserID, program string, err error) {
	err = s.transact(ctx, func(q session) error {
		var client string
		var device []byte
		var expires time.Time
		var refused bool
		err := q.one(ctx, []any{&client, &device, at(&expires), &refused, &user, &program}, `
			SELECT r.client, r.device_hash, r.expires_at, r.is_refused, COALESCE(p.user_id, ''), COALESCE(p.id, '')
			FROM device_requests r LEFT JOIN programs p ON p.id = r.program_id WHERE r.device_code_hash = $1`, p.DeviceCodeHash)
		if err != nil {
			return absent(err, "look up device code", "device code")
		}
		switch {
		case client != p.Client || !bytes.Equal(device, p.DeviceHash):
			return audipy.Fail(audipy.NotFound, "there is no such device code", nil)
		case !q.now.Before(expires):
			state = DeviceExpired
		case refused:
			state = DeviceRefused
		case program != "":
			state = DeviceApproved
		default:
			state, err = q.pollDevice(ctx, p)
		}
		return err
	})
	return state, user, program, err
}

// pollDevice notes the question, and whether it came too early.
func (q session) pollDevice(ctx context.Context, p DevicePoll) (DeviceState, error) {
	n, err := q.exec(ctx, `
		UPDATE device_requests SET polled_at = $2
		WHERE device_code_hash = $1 AND (polled_at IS NULL OR polled_at <= $2 - interval_seconds * 1000000)`,
		p.DeviceCodeHash, micros(q.now))
	if err != nil || n > 0 {
		return DeviceWaits, wrap(err, "note question")
	}
	_, err = q.exec(ctx, `
		UPDATE device_requests SET polled_at = $2, interval_seconds = interval_seconds + $3 WHERE device_code_hash = $1`,
		p.DeviceCodeHash, micros(q.now), int64(p.Slower/time.Second))
	return DeviceTooEarly, wrap(err, "slow device down")
}

// RefreshOwner returns whose refresh token has the hash, good or not, or
// NotFound.
func (s *Store) RefreshOwner(ctx context.Context, hash []byte) (user audipy.UserID, program string, err error) {
	err = s.reading().one(ctx, []any{&user, &program}, `SELECT user_id, program_id FROM refresh_tokens WHERE token_hash = $1`, hash)
	return user, program, absent(err, "look up refresh token", "refresh token")
}
