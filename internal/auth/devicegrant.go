package auth

import (
	"context"
	"crypto/rand"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"

	"github.com/audipy/audipy/internal/audipy"
	"github.com/audipy/audipy/internal/audit"
	"github.com/audipy/audipy/internal/store"
)

// ClientCLI is the one client that devices are let in with: our own command
// line. It has no secret.
const ClientCLI = "audipy-cli"

const (
	// userCodeLetters are consonants that can't be taken for one another or
	// make words.
	userCodeLetters = "BCDFGHJKLMNPQRSTVWXZ"
	userCodeSize    = 8
	// pollInterval is how long a device waits between two questions, and
	// pollSlower what is added when it does not.
	pollInterval, pollSlower = 5 * time.Second, 5 * time.Second
	// maxDeviceName is the most characters of what a device calls itself.
	maxDeviceName = 64
)

// DeviceAsk is a device that asks to be let in.
type DeviceAsk struct {
	Client, Scope string
	// Key is a secret of the device's own making, which it shows again with
	// every request. Name is what it calls itself.
	Key, Name string
}

// DeviceCodes are what such a device gets.
type DeviceCodes struct {
	// DeviceCode is for the device, UserCode for the person.
	DeviceCode, UserCode string
	ExpiresIn, Interval  time.Duration
}

// oauthError is an error of the token service by its name in RFC 6749 and 8628.
func oauthError(code, msg string) error {
	return audipy.Fail(audipy.Invalid, msg, nil).WithCode(code)
}

func checkClient(client, key string) error {
	switch {
	case client != ClientCLI:
		return oauthError("invalid_client", "This server knows no such client.")
	case !isToken(key):
		return oauthError("invalid_request", "A device key has 43 characters of base64url.")
	}
	return nil
}

// AskDevice begins to let a device in. Its errors have the codes of RFC 8628.
func (s *Service) AskDevice(ctx context.Context, ask DeviceAsk, v Visitor) (DeviceCodes, error) {
	if err := checkClient(ask.Client, ask.Key); err != nil {
		return DeviceCodes{}, err
	}
	scopes, err := audipy.ParseScopes(ask.Scope)
	if err != nil {
		return DeviceCodes{}, err
	}
	isOdd := func(r rune) bool { return !unicode.IsPrint(r) || r == utf8.RuneError }
	if strings.ContainsFunc(ask.Name, isOdd) || utf8.RuneCountInString(ask.Name) > maxDeviceName {
		return DeviceCodes{}, oauthError("invalid_request", "A device name has at most 64 printable characters.")
	}
	if err := s.take(ctx, s.throttles("device_ask", s.limits.DeviceAsk, v)); err != nil {
		return DeviceCodes{}, err
	}
	code, hash := newToken()
	shown := newUserCode()
	n := store.NewDeviceRequest{
		DeviceCodeHash: hash, UserCodeHash: s.blind("user code " + shown), DeviceHash: hashToken(ask.Key),
		Client: ask.Client, Name: ask.Name, Scopes: scopes, Life: s.lives.Device, Interval: pollInterval,
	}
	if v.Address.IsValid() {
		n.Address = v.Address.Unmap().String()
	}
	if err := s.store.AddDeviceRequest(ctx, n); err != nil {
		return DeviceCodes{}, err
	}
	half := userCodeSize / 2
	return DeviceCodes{
		DeviceCode: code, UserCode: shown[:half] + "-" + shown[half:], ExpiresIn: s.lives.Device, Interval: pollInterval,
	}, nil
}

func newUserCode() string {
	code := make([]byte, 0, userCodeSize)
	for len(code) < userCodeSize {
		var raw [2 * userCodeSize]byte
		_, _ = rand.Read(raw[:]) // never fails: the program ends if there is no randomness
		for _, b := range raw {
			// 240 is the largest multiple of 20.
			if b < 240 && len(code) < userCodeSize {
				code = append(code, userCodeLetters[b%20])
			}
		}
	}
	return string(code)
}

// cleanUserCode brings what a person typed into the one form of a code.
func cleanUserCode(typed string) (string, bool) {
	if len(typed) > 4*userCodeSize {
		return "", false
	}
	code := strings.ToUpper(strings.NewReplacer("-", "", " ", "").Replace(typed))
	return code, len(code) == userCodeSize && strings.Trim(code, userCodeLetters) == ""
}

// DeviceRequest is a device that asks to be let in.
type DeviceRequest = store.DeviceRequest

// FindDevice returns the device that shows a code. A code that is none, over or
// decided on is Invalid with the code user_code_invalid, and counts.
func (s *Service) FindDevice(ctx context.Context, a Actor, typed string, v Visitor) (DeviceRequest, error) {
	found, _, err := s.findDevice(ctx, a, typed, v)
	return found, err
}

func (s *Service) findDevice(ctx context.Context, a Actor, typed string, v Visitor) (DeviceRequest, []byte, error) {
	limits := append([]store.Throttle{s.throttle("device_code", s.limits.DeviceCode, a.SessionID)},
		s.throttles("device_network", s.limits.DeviceNetwork, v)...)
	if err := s.take(ctx, limits); err != nil {
		return DeviceRequest{}, nil, err
	}
	code, ok := cleanUserCode(typed)
	if !ok {
		return DeviceRequest{}, nil, badUserCode(nil)
	}
	hash := s.blind("user code " + code)
	found, err := s.store.DeviceRequest(ctx, hash)
	if err != nil {
		return DeviceRequest{}, nil, badUserCode(err)
	}
	s.returnAttempts(ctx, limits)
	return found, hash, nil
}

// badUserCode is what a person is told of a code that is no good.
func badUserCode(err error) error {
	if err != nil && audipy.KindOf(err) != audipy.NotFound {
		return err
	}
	return audipy.Fail(audipy.Invalid, "No program waits with this code.", nil).WithCode("user_code_invalid").
		WithHint("Compare it with what the program shows: a code is good for ten minutes, and once.")
}

// ApproveDevice lets the device in that shows a code.
func (s *Service) ApproveDevice(ctx context.Context, a Actor, typed string, v Visitor) error {
	found, hash, err := s.findDevice(ctx, a, typed, v)
	if err != nil {
		return err
	}
	from := ""
	if found.Address != "" {
		from = " It asked from " + found.Address + "."
	}
	_, err = s.store.ApproveDevice(ctx, a.UserID, store.Approval{
		UserCodeHash: hash, Limit: maxPrograms, Notice: audipy.Notice{
			Kind: audipy.NoticeSession, Title: "A program was let in",
			Text: "A program on a device may work with AudiPy in your name since just now." + from +
				" If it wasn't you who let it in, end it on the page Programs, and set another password at once.",
		},
	}, done(audit.ProgramApproved))
	return decided(err)
}

// RefuseDevice keeps the device out that shows a code.
func (s *Service) RefuseDevice(ctx context.Context, a Actor, typed string, v Visitor) error {
	_, hash, err := s.findDevice(ctx, a, typed, v)
	if err != nil {
		return err
	}
	return decided(s.store.RefuseDevice(ctx, a.UserID, hash, done(audit.ProgramRefused)))
}

// decided explains that somebody else was faster.
func decided(err error) error {
	if err == nil {
		return nil
	}
	return badUserCode(err)
}
