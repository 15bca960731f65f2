package vault_test

import (
	"context"
	"crypto/aes"
	"crypto/cipher"
	"crypto/rand"
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/audipy/audipy/internal/asvs"
	"github.com/audipy/audipy/internal/audipy"
	"github.com/audipy/audipy/internal/vault"
)

// bao is a server with a transit engine, as far as OpenBao's documentation
// tells: one key with versions, tokens with what they may, a seal.
type bao struct {
	*httptest.Server
	mu       sync.Mutex
	mount    string
	versions [][]byte
	least    int // the lowest version that still decrypts
	allowed  map[string]string
	sealed   bool
	answer   http.HandlerFunc // in place of all of that
	calls    []string
}

const baoToken = "s.made-for-tests"

func newBao(t *testing.T) *bao {
	t.Helper()
	b := &bao{mount: "transit", allowed: map[string]string{baoToken: "encrypt decrypt rewrap"}, least: 1}
	b.rotate()
	b.Server = httptest.NewServer(b)
	t.Cleanup(b.Close)
	return b
}

// transit returns the settings that reach the server.
func (b *bao) transit() *vault.Transit {
	return &vault.Transit{Address: b.URL, Key: "audipy", Token: func() (string, error) { return baoToken, nil }}
}

// rotate adds a version of the key.
func (b *bao) rotate() {
	b.mu.Lock()
	defer b.mu.Unlock()
	key := make([]byte, 32)
	_, _ = rand.Read(key) // never fails
	b.versions = append(b.versions, key)
}

func (b *bao) set(change func()) {
	b.mu.Lock()
	defer b.mu.Unlock()
	change()
}

func (b *bao) refuse(w http.ResponseWriter, status int, text string) {
	w.Header().Set("Content-Type", "application/json")
	w.WriteHeader(status)
	_ = json.NewEncoder(w).Encode(map[string][]string{"errors": {text}})
}

func (b *bao) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	b.mu.Lock()
	defer b.mu.Unlock()
	if b.answer != nil {
		b.answer(w, r)
		return
	}
	operation, key, ok := strings.Cut(strings.TrimPrefix(r.URL.Path, "/v1/"+b.mount+"/"), "/")
	b.calls = append(b.calls, operation)
	var body struct{ Plaintext, Ciphertext string }
	switch {
	case b.sealed:
		b.refuse(w, http.StatusServiceUnavailable, "Vault is sealed")
	case !ok || !strings.HasPrefix(r.URL.Path, "/v1/"+b.mount+"/"):
		b.refuse(w, http.StatusNotFound, `no handler for route "`+r.URL.Path+`"`)
	case r.Method != http.MethodPost && r.Method != http.MethodPut:
		b.refuse(w, http.StatusMethodNotAllowed, "unsupported operation")
	case !strings.Contains(" "+b.allowed[r.Header.Get("X-Vault-Token")]+" ", " "+operation+" "):
		b.refuse(w, http.StatusForbidden, "1 error occurred:\n\t* permission denied\n\n")
	case key != "audipy":
		b.refuse(w, http.StatusBadRequest, "encryption key not found")
	case json.NewDecoder(r.Body).Decode(&body) != nil:
		b.refuse(w, http.StatusBadRequest, "error parsing JSON")
	default:
		b.work(w, operation, body.Plaintext, body.Ciphertext)
	}
}

func (b *bao) work(w http.ResponseWriter, operation, plaintext, ciphertext string) {
	var err error
	if operation != "encrypt" {
		plaintext, err = b.decrypt(ciphertext)
	}
	data := map[string]any{"plaintext": plaintext}
	if operation != "decrypt" && err == nil {
		ciphertext, err = b.encrypt(plaintext)
		data = map[string]any{"ciphertext": ciphertext, "key_version": len(b.versions)}
	}
	if err != nil {
		b.refuse(w, http.StatusBadRequest, err.Error())
		return
	}
	w.Header().Set("Content-Type", "application/json")
	_ = json.NewEncoder(w).Encode(map[string]any{
		"request_id": "1", "lease_id": "", "renewable": false, "lease_duration": 0, "data": data, "wrap_info": nil, "warnings": nil, "auth": nil,
	})
}

func (b *bao) gcm(version int) cipher.AEAD {
	block, err := aes.NewCipher(b.versions[version-1])
	if err != nil {
		panic(err)
	}
	gcm, err := cipher.NewGCMWithRandomNonce(block)
	if err != nil {
		panic(err)
	}
	return gcm
}

func (b *bao) encrypt(plaintext string) (string, error) {
	plain, err := base64.StdEncoding.DecodeString(plaintext)
	if err != nil {
		return "", errors.New("failed to base64-decode plaintext")
	}
	sealed := b.gcm(len(b.versions)).Seal(nil, nil, plain, nil)
	return fmt.Sprintf("vault:v%d:%s", len(b.versions), base64.StdEncoding.EncodeToString(sealed)), nil
}

func (b *bao) decrypt(ciphertext string) (string, error) {
	words := strings.Split(ciphertext, ":")
	if len(words) != 3 || words[0] != "vault" {
		return "", errors.New("invalid ciphertext: no prefix")
	}
	version, err := strconv.Atoi(strings.TrimPrefix(words[1], "v"))
	sealed, wrong := base64.StdEncoding.DecodeString(words[2])
	switch {
	case err != nil || wrong != nil || version < 1 || version > len(b.versions):
		return "", errors.New("invalid ciphertext: version is too new")
	case version < b.least:
		return "", errors.New("ciphertext or signature version is disallowed by policy (too old)")
	}
	plain, err := b.gcm(version).Open(nil, nil, sealed, nil)
	if err != nil {
		return "", errors.New("invalid ciphertext: unable to decrypt")
	}
	return base64.StdEncoding.EncodeToString(plain), nil
}

// kept reads what lies in a key file.
func kept(t *testing.T, path string) string {
	t.Helper()
	text, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	return strings.TrimSpace(string(text))
}

func TestAKeyThatTransitEncryptsIsKeptEncrypted(t *testing.T) {
	t.Parallel()
	asvs.Covers(t, "13.3.1")
	b := newBao(t)
	o := vault.KeyOptions{File: filepath.Join(t.TempDir(), "key"), Transit: b.transit()}
	k := open(t, o)
	if text := kept(t, o.File); !strings.HasPrefix(text, "vault:v1:") {
		t.Fatalf("what is kept is %q", text)
	}
	sealed := sealedBy(t, k)
	again := open(t, o)
	asked := len(b.calls)
	if plain, err := again.OpenSecret("name", 1, sealed); err != nil || string(plain) != "text" {
		t.Errorf("it opens %q, %v", plain, err)
	}
	if len(b.calls) != asked {
		t.Errorf("opening a secret asked the server: %v", b.calls)
	}
	o.Transit = nil
	_, err := vault.OpenKey(o)
	wantRefusal(t, err, vault.ErrKeyRefused, "is encrypted by OpenBao or Vault", "transit_address")
}

func TestRotationsOnBothSidesKeepEverythingReadable(t *testing.T) {
	t.Parallel()
	b := newBao(t)
	o := vault.KeyOptions{File: filepath.Join(t.TempDir(), "key"), Transit: b.transit()}
	k := open(t, o)
	first := k.ID()
	old := sealedBy(t, k)
	b.rotate()
	for range 2 {
		if err := k.Rotate(); err != nil {
			t.Fatal(err)
		}
	}
	// Nothing is left that the first version of the server's key encrypted.
	b.set(func() { b.least = 2 })
	if !strings.HasPrefix(kept(t, o.File+"."+first), "vault:v2:") {
		t.Errorf("the first key is still kept as %q", kept(t, o.File+"."+first))
	}
	if plain, err := open(t, o).OpenSecret("name", 1, old); err != nil || string(plain) != "text" {
		t.Errorf("it opens %q, %v", plain, err)
	}
}

func TestAPlainKeyMovesIntoTransitAndOutAgain(t *testing.T) {
	t.Parallel()
	b := newBao(t)
	o := vault.KeyOptions{File: filepath.Join(t.TempDir(), "key")}
	id := open(t, o).ID()
	o.Transit = b.transit()
	for _, c := range []struct {
		plain  bool
		prefix string
	}{{false, "vault:v1:"}, {true, ""}} {
		moved, err := vault.MoveKey(o, vault.Target{File: o.File, Plain: c.plain}, nil)
		if err != nil || moved.ID() != id {
			t.Fatalf("MoveKey = %v, %v", moved, err)
		}
		if text := kept(t, o.File); !strings.HasPrefix(text, c.prefix) || c.plain && strings.HasPrefix(text, "vault:") {
			t.Errorf("what is kept is %q", text)
		}
	}
	if text, err := open(t, o).Text(); err != nil || text != kept(t, o.File) {
		t.Errorf("Text = %q, %v", text, err)
	}
}

func TestEachAnswerOfTransitIsSaidInItsOwnWords(t *testing.T) {
	t.Parallel()
	asvs.Covers(t, "12.3.1")
	say := func(status int, text string) http.HandlerFunc {
		return func(w http.ResponseWriter, _ *http.Request) {
			w.WriteHeader(status)
			fmt.Fprint(w, text)
		}
	}
	for name, c := range map[string]struct {
		change   func(*vault.Transit)
		answer   http.HandlerFunc
		kind     audipy.Kind
		what, do string
	}{
		"another token": {func(v *vault.Transit) { v.Token = func() (string, error) { return "other", nil } }, nil, audipy.Invalid, "does not let the token decrypt", "capability update"},
		"another mount": {func(v *vault.Transit) { v.Mount = "elsewhere" }, nil, audipy.Invalid, "no transit engine at elsewhere", "transit_mount"},
		"another key":   {func(v *vault.Transit) { v.Key = "other" }, nil, audipy.Invalid, "can't decrypt by key other", "transit_key"},
		"sealed":        {nil, say(503, `{"errors":["Vault is sealed"]}`), audipy.Unavailable, "is sealed", "unseal"},
		"too many":      {nil, say(429, `{"errors":["request path limit"]}`), audipy.Unavailable, "can't do it now", "later"},
		"broken":        {nil, say(500, `{"errors":["1 error"]}`), audipy.Unavailable, "can't do it now", "later"},
		"a proxy":       {nil, say(502, `<html>`), audipy.Unavailable, "can't do it now", "later"},
		"elsewhere": {nil, func(w http.ResponseWriter, r *http.Request) {
			http.Redirect(w, r, "http://localhost:1/", http.StatusTemporaryRedirect)
		}, audipy.Invalid, "the token goes nowhere else", "active server"},
		"a page":       {nil, say(200, `<html>`), audipy.Unavailable, "is no transit engine", "transit_address"},
		"empty":        {nil, say(200, `{"data":{}}`), audipy.Unavailable, "is no transit engine", "transit_address"},
		"another text": {nil, say(200, `{"data":{"plaintext":"c2hvcnQ="}}`), audipy.Invalid, "is not 32 bytes", "right key"},
		"endless":      {nil, say(200, `{"data":{"plaintext":"`+strings.Repeat("A", 1<<20)), audipy.Unavailable, "is no transit engine", ""},
		"nobody":       {func(v *vault.Transit) { v.Address = "http://127.0.0.1:1" }, nil, audipy.Unavailable, "does not answer", "transit_address"},
		"plain http":   {func(v *vault.Transit) { v.Address = "http://bao.example.org" }, nil, audipy.Invalid, "must begin with https", ""},
		"no address":   {func(v *vault.Transit) { v.Address = "bao" }, nil, audipy.Invalid, "is not an address", "https://"},
		"no key":       {func(v *vault.Transit) { v.Key = "../x" }, nil, audipy.Invalid, "not the name of a key", ""},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			b := newBao(t)
			path := filepath.Join(t.TempDir(), "key")
			open(t, vault.KeyOptions{File: path, Transit: b.transit()})
			b.set(func() { b.answer = c.answer })
			settings := b.transit()
			if c.change != nil {
				c.change(settings)
			}
			_, err := vault.OpenKey(vault.KeyOptions{File: path, Transit: settings, MustExist: true})
			e, ok := errors.AsType[*audipy.Error](err)
			if !ok || e.Kind != c.kind || !strings.Contains(e.Msg, c.what) || !strings.Contains(e.Hint, c.do) {
				t.Errorf("error = %v (%+v), want %q and %q", err, e, c.what, c.do)
			}
			if err != nil && strings.Contains(err.Error(), baoToken) {
				t.Errorf("the error shows the token: %v", err)
			}
		})
	}
}

func TestASlowTransitServerIsGivenUp(t *testing.T) {
	t.Parallel()
	b := newBao(t)
	o := vault.KeyOptions{File: filepath.Join(t.TempDir(), "key"), Transit: b.transit()}
	open(t, o)
	slow := &slowly{}
	o.Transit.Transport = slow
	_, err := vault.OpenKey(o)
	if audipy.KindOf(err) != audipy.Unavailable || slow.patience < 10*time.Second || slow.patience > 15*time.Second {
		t.Errorf("given up after %v: %v", slow.patience, err)
	}
}

// slowly notes how long the caller would have waited.
type slowly struct{ patience time.Duration }

func (s *slowly) RoundTrip(r *http.Request) (*http.Response, error) {
	if end, ok := r.Context().Deadline(); ok {
		s.patience = time.Until(end)
	}
	return nil, context.DeadlineExceeded
}
