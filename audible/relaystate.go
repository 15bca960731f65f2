package audible

import (
	"bytes"
	"crypto/sha256"
	"crypto/subtle"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"regexp"
	"strings"
	"time"
)

// relayState is everything a relay knows. What is written is one version byte
// and this as JSON.
type relayState struct {
	SignIn signInState `json:"sign_in"`
	// Secret stands in the start address; Token, in the cookie of the browser
	// that began with it, is empty until one has.
	Secret string    `json:"secret"`
	Token  string    `json:"token,omitempty"`
	Ends   time.Time `json:"ends"`
}

var (
	relayIDPattern = regexp.MustCompile(`^[A-Za-z0-9-]{0,64}$`)
	// errNotHolder means that a request doesn't come from the one browser.
	errNotHolder = errors.New("the start address was used or is wrong")
)

// MarshalBinary writes the whole relay, secrets included: seal it before it is
// stored.
func (r *Relay) MarshalBinary() ([]byte, error) {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.state.write()
}

// ResumeRelay returns the relay whose state MarshalBinary, or RelayOptions.Keep,
// wrote. Options are those it was made with; its lifetime goes on, by the clock
// of options, which may be nil. Anything else is ErrSignInState.
func ResumeRelay(state []byte, rt http.RoundTripper, o RelayOptions, now func() time.Time) (*Relay, error) {
	read, err := readRelayState(state)
	if err != nil {
		return nil, err
	}
	return newRelay(&SignIn{state: read.SignIn.clone(), now: now}, read, rt, o)
}

func (s *relayState) write() ([]byte, error) {
	text, err := json.Marshal(s)
	if err != nil {
		return nil, fmt.Errorf("write a relay: %w", err)
	}
	return append([]byte{stateVersion}, text...), nil
}

func readRelayState(data []byte) (relayState, error) {
	if len(data) == 0 || len(data) > maxState || data[0] != stateVersion {
		return relayState{}, fmt.Errorf("%w: %d bytes of another version or size", ErrSignInState, len(data))
	}
	decoder := json.NewDecoder(bytes.NewReader(data[1:]))
	decoder.DisallowUnknownFields()
	var s relayState
	if decoder.Decode(&s) != nil || decoder.More() {
		return relayState{}, ErrSignInState // the decoder's own words could quote a secret
	}
	if err := s.SignIn.check(); err != nil {
		return relayState{}, fmt.Errorf("%w: %w", ErrSignInState, err)
	}
	if s.Secret == "" || s.Ends.IsZero() {
		return relayState{}, fmt.Errorf("%w: a relay without a secret or an end", ErrSignInState)
	}
	return s, nil
}

// mayStart reports whether what stands behind the start address lets the first
// browser in.
func (s *relayState) mayStart(id, given string) bool {
	return subtle.ConstantTimeCompare([]byte(given), []byte(relayKey(id, s.Secret))) == 1 && s.Token == ""
}

// relayKey is a secret with the relay's id in front of it.
func relayKey(id, secret string) string {
	if id == "" {
		return secret
	}
	return id + "." + secret
}

// relayCookie is the name of the cookie on an origin. Cookies ignore ports, and
// several programs may have relays on one host.
func relayCookie(origin *url.URL) string {
	sum := sha256.Sum256([]byte(origin.String()))
	name := "audipy_relay_" + hex.EncodeToString(sum[:4])
	if origin.Scheme == "https" {
		return "__Host-" + name
	}
	return name
}

// RelayID returns the id of the relay that a request to the origin is for, and
// empty when it names none. The id proves nothing: the relay looks at the rest.
func RelayID(origin string, request *http.Request) string {
	key, isStart := strings.CutPrefix(request.URL.Path, relayStart)
	if at, err := url.Parse(origin); err == nil {
		// A browser that has begun with a relay goes on with it; the start
		// address of another one is answered by that one.
		if sent, err := request.Cookie(relayCookie(at)); err == nil && !isStart {
			key = sent.Value
		}
	}
	id, _, ok := strings.Cut(key, ".")
	if !ok || !relayIDPattern.MatchString(id) {
		return ""
	}
	return id
}

// RefuseRelay answers a request that is for no relay, as a relay answers a
// browser that isn't its own.
func RefuseRelay(w http.ResponseWriter) {
	setRelayHeaders(w.Header())
	writeNotice(w, http.StatusForbidden, noticeForbidden, notice{})
}
