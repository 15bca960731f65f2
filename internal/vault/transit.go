package vault

import (
	"bytes"
	"cmp"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/url"
	"regexp"
	"strings"
	"time"

	"github.com/audipy/audipy/internal/audipy"
)

const (
	// transitTime bounds a call, and transitAnswer what is read of its answer,
	// in bytes.
	transitTime   = 15 * time.Second
	transitAnswer = 64 << 10
)

// wrappedForm is how OpenBao and Vault write what they have encrypted: the
// version of their key, and the rest in base64.
var wrappedForm = regexp.MustCompile(`^vault:v[1-9][0-9]*:[A-Za-z0-9+/]+={0,2}$`)

// Transit is the transit engine of an OpenBao or Vault server, which encrypts
// the key: what is kept at the key's place opens nothing without that server.
// It is asked when the key is read or made, and never while cells are opened.
//
// Facts about the HTTP API are those of OpenBao's documentation: the token goes
// in X-Vault-Token, the namespace in X-Vault-Namespace, errors are lists of
// texts, 403 is a token that may not, 503 a server that is sealed. The rewrap
// operation takes no associated data, so none is used.
type Transit struct {
	// Address is the server's, https or on this computer: https://bao:8200.
	Address string
	// Mount is the path of the engine; empty means transit. Key names the key
	// there, and Namespace the server's namespace, which may be empty.
	Mount, Key, Namespace string
	// Token returns the token for a call. It is called each time, so that an
	// agent may renew it.
	Token func() (string, error)
	// Transport carries the calls; nil means the usual one.
	Transport http.RoundTripper
}

// Validate returns an Invalid error when the settings can't be meant.
func (t *Transit) Validate() error {
	address, err := url.Parse(t.Address)
	if err != nil || address.Host == "" || address.User != nil || address.RawQuery != "" || address.Fragment != "" {
		return audipy.Fail(audipy.Invalid, "transit_address is not an address", nil).WithHint("write it like https://bao.example.org:8200")
	}
	loopback := address.Hostname() == "localhost"
	if ip := net.ParseIP(address.Hostname()); ip != nil {
		loopback = ip.IsLoopback()
	}
	if address.Scheme != "https" && (address.Scheme != "http" || !loopback) {
		return audipy.Fail(audipy.Invalid, "transit_address must begin with https, because the key goes over it", nil)
	}
	if t.Key == "" || strings.ContainsAny(t.Key+t.Mount, "?#% ") || strings.Contains(t.Key, "/") {
		return audipy.Fail(audipy.Invalid, "transit_key is not the name of a key", nil)
	}
	return nil
}

// wrap encrypts a key's text.
func (t *Transit) wrap(text string) (string, error) {
	answer, err := t.call("encrypt", map[string]string{"plaintext": text})
	if err != nil {
		return "", err
	}
	return t.wrapped(answer.Ciphertext)
}

// unwrap decrypts what wrap returned.
func (t *Transit) unwrap(wrapped string) (string, error) {
	answer, err := t.call("decrypt", map[string]string{"ciphertext": wrapped})
	return answer.Plaintext, err
}

// rewrap encrypts by the newest version of the server's key, without showing the
// text.
func (t *Transit) rewrap(wrapped string) (string, error) {
	answer, err := t.call("rewrap", map[string]string{"ciphertext": wrapped})
	if err != nil {
		return "", err
	}
	return t.wrapped(answer.Ciphertext)
}

// wrapped refuses an answer that is not what it should be, before it is kept.
func (t *Transit) wrapped(text string) (string, error) {
	if !wrappedForm.MatchString(text) || len(text) >= maxKeyFile {
		return "", t.odd(errors.New("the ciphertext has an unknown form"))
	}
	return text, nil
}

// transitData is what an answer holds.
type transitData struct {
	Ciphertext string `json:"ciphertext"`
	Plaintext  string `json:"plaintext"`
}

// call asks for an operation. The request can't outlive transitTime.
func (t *Transit) call(operation string, body map[string]string) (transitData, error) {
	if err := t.Validate(); err != nil {
		return transitData{}, err
	}
	token, err := t.Token()
	if err != nil {
		return transitData{}, err
	}
	request, err := t.request(operation, body)
	if err != nil {
		return transitData{}, err
	}
	request.Header.Set("X-Vault-Token", token)
	client := http.Client{
		Transport: t.Transport, Timeout: transitTime,
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }, // the token stays with whom it was given
	}
	answer, err := client.Do(request)
	if err != nil {
		return transitData{}, audipy.Fail(audipy.Unavailable, "OpenBao at "+t.Address+" does not answer", err).
			WithHint("see that it runs and that transit_address is right; the key is encrypted by it")
	}
	defer func() { _ = answer.Body.Close() }() // what was read is all that counts
	text, err := io.ReadAll(io.LimitReader(answer.Body, transitAnswer))
	defer clear(text)
	if err != nil {
		return transitData{}, t.odd(err)
	}
	if answer.StatusCode != http.StatusOK {
		return transitData{}, t.refused(operation, answer.StatusCode, text)
	}
	var found struct {
		Data transitData `json:"data"`
	}
	if err := json.Unmarshal(text, &found); err != nil || found.Data.Ciphertext+found.Data.Plaintext == "" {
		return transitData{}, t.odd(err)
	}
	return found.Data, nil
}

// request makes the request. It belongs to no caller: a key is read for all of
// them.
func (t *Transit) request(operation string, body map[string]string) (*http.Request, error) {
	encoded, err := json.Marshal(body)
	if err != nil {
		return nil, fmt.Errorf("ask OpenBao: %w", err)
	}
	mount := cmp.Or(strings.Trim(t.Mount, "/"), "transit")
	address, err := url.Parse(strings.TrimSuffix(t.Address, "/") + "/v1/" + mount + "/" + operation + "/" + t.Key)
	if err != nil {
		return nil, fmt.Errorf("ask OpenBao: %w", err)
	}
	request := &http.Request{
		Method: http.MethodPost, URL: address, Header: http.Header{}, Body: io.NopCloser(bytes.NewReader(encoded)),
		ContentLength: int64(len(encoded)),
	}
	request.Header.Set("Content-Type", "application/json")
	request.Header.Set("X-Vault-Request", "true") // an agent or proxy may require it
	if t.Namespace != "" {
		request.Header.Set("X-Vault-Namespace", t.Namespace)
	}
	return request, nil
}

// refused says what an answer other than success means.
func (t *Transit) refused(operation string, status int, text []byte) error {
	var found struct {
		Errors []string `json:"errors"`
	}
	_ = json.Unmarshal(text, &found) // a page of a proxy says nothing
	cause := fmt.Errorf("status %d", status)
	if len(found.Errors) > 0 {
		cause = fmt.Errorf("status %d: %.200q", status, found.Errors[0])
	}
	switch {
	case status == http.StatusForbidden:
		return audipy.Fail(audipy.Invalid, "OpenBao does not let the token "+operation+" by key "+t.Key, cause).
			WithHint("the token needs the capability update on " + cmp.Or(t.Mount, "transit") + "/encrypt, decrypt and rewrap of this key, and may be over")
	case status == http.StatusServiceUnavailable:
		return audipy.Fail(audipy.Unavailable, "OpenBao is sealed or being worked on", cause).WithHint("unseal it, then try again")
	case status == http.StatusNotFound:
		return audipy.Fail(audipy.Invalid, "OpenBao has no transit engine at "+cmp.Or(t.Mount, "transit"), cause).
			WithHint("see transit_mount and transit_namespace")
	case status >= 300 && status < 400:
		return audipy.Fail(audipy.Invalid, "OpenBao sends elsewhere, and the token goes nowhere else", cause).
			WithHint("let transit_address name the active server, or one that forwards")
	case status == http.StatusTooManyRequests || status >= 500:
		return audipy.Fail(audipy.Unavailable, "OpenBao can't do it now", cause).WithHint("try again later; its log says more")
	}
	return audipy.Fail(audipy.Invalid, "OpenBao can't "+operation+" by key "+t.Key, cause).
		WithHint("see that transit_key is the key that encrypted it, that it has not been deleted, and its min_decryption_version")
}

// odd is the error for an answer that makes no sense.
func (t *Transit) odd(err error) error {
	return audipy.Fail(audipy.Unavailable, "what answers at "+t.Address+" is no transit engine", err).WithHint("see transit_address and transit_mount")
}
