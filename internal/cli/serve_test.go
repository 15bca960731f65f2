package cli_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/audipy/audipy/internal/asvs"
	"github.com/audipy/audipy/internal/cli"
)

// lockedBuffer is output that is read while it is written.
type lockedBuffer struct {
	mu   sync.Mutex
	text bytes.Buffer
}

// Write appends.
func (b *lockedBuffer) Write(p []byte) (int, error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.text.Write(p)
}

// String returns what there is.
func (b *lockedBuffer) String() string {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.text.String()
}

// serving is a server in this process.
type serving struct {
	out, err *lockedBuffer
	stop     context.CancelFunc
	code     chan int
}

// startServe runs audipy serve in a home of its own until the test ends.
func startServe(t *testing.T, variables map[string]string) *serving {
	t.Helper()
	return startServeAt(t, nil, variables)
}

// startServeAt is startServe with something else for Amazon.
func startServeAt(t *testing.T, amazon http.RoundTripper, variables map[string]string) *serving {
	t.Helper()
	ctx, stop := context.WithCancel(t.Context())
	s := &serving{out: &lockedBuffer{}, err: &lockedBuffer{}, stop: stop, code: make(chan int, 1)}
	if variables["HOME"] == "" {
		variables["HOME"] = t.TempDir()
	}
	if variables["AUDIPY_LISTEN"] == "" {
		variables["AUDIPY_LISTEN"] = "localhost:0"
	}
	env := cli.Env{
		Stdin: strings.NewReader(""), Stdout: s.out, Stderr: s.err, GOOS: "linux", Now: time.Now, NoKeyring: true,
		Getenv: func(name string) string { return variables[name] }, Transport: amazon,
	}
	go func() { s.code <- cli.Main(ctx, []string{"serve"}, env) }()
	t.Cleanup(stop)
	return s
}

// address waits until the server says where it is.
func (s *serving) address(t *testing.T) string {
	t.Helper()
	address, err := s.begun()
	if err != nil {
		t.Fatal(err)
	}
	return address
}

// begun is address that may fail.
func (s *serving) begun() (string, error) {
	at := regexp.MustCompile(`AudiPy is at (https?://\S+)`)
	for deadline := time.Now().Add(30 * time.Second); time.Now().Before(deadline); {
		if found := at.FindStringSubmatch(s.out.String()); found != nil {
			return found[1], nil
		}
		select {
		case code := <-s.code:
			return "", fmt.Errorf("serve ended with %d: %s", code, s.err)
		case <-time.After(5 * time.Millisecond):
		}
	}
	return "", fmt.Errorf("serve does not say where it is: %s", s.out)
}

// end stops the server and returns its exit code.
func (s *serving) end(t *testing.T) int {
	t.Helper()
	code, err := s.ended()
	if err != nil {
		t.Fatal(err)
	}
	return code
}

// ended is end that may fail.
func (s *serving) ended() (int, error) {
	s.stop()
	select {
	case code := <-s.code:
		return code, nil
	case <-time.After(30 * time.Second):
		return 0, errors.New("serve does not stop")
	}
}

func fetch(t *testing.T, address string) (int, string) {
	t.Helper()
	req, err := http.NewRequestWithContext(t.Context(), http.MethodGet, address, nil)
	if err != nil {
		t.Fatal(err)
	}
	resp, err := http.DefaultClient.Do(req)
	if err != nil {
		t.Fatal(err)
	}
	defer resp.Body.Close()
	data, err := io.ReadAll(resp.Body)
	if err != nil {
		t.Fatal(err)
	}
	return resp.StatusCode, string(data)
}

func TestServeSaysWhereItIsAndHowToSetItUp(t *testing.T) {
	t.Parallel()
	s := startServe(t, map[string]string{})
	address := s.address(t)
	if !strings.HasPrefix(address, "http://localhost:") {
		t.Errorf("it is at %s, and not at localhost", address)
	}
	if link := regexp.MustCompile(regexp.QuoteMeta(address) + `/setup#\S{20,}`); !link.MatchString(s.out.String()) {
		t.Errorf("no address with a code in %q", s.out)
	}
	if status, body := fetch(t, address+"/readyz"); status != http.StatusOK {
		t.Errorf("it is not ready: %d %s", status, body)
	}
	if _, body := fetch(t, address+"/api/v1/server"); !strings.Contains(body, `"set_up_needed":true`) {
		t.Errorf("the server says %s", body)
	}
	if code := s.end(t); code != 0 {
		t.Errorf("a stop ends with %d: %s", code, s.err)
	}
}

func TestServeRefusesAnUnsafeNetwork(t *testing.T) {
	t.Parallel()
	asvs.Covers(t, "12.2.1", "12.3.3")
	cases := []struct {
		name      string
		variables map[string]string
		want      []string
	}{
		{"plain HTTP on the network", map[string]string{"AUDIPY_LISTEN": "0.0.0.0:0"}, []string{"plain HTTP is not allowed", "allow_plain_http"}},
		{"plain HTTP under a name", map[string]string{"AUDIPY_PUBLIC_URL": "http://books.lan:2834"}, []string{"plain HTTP is not allowed"}},
		{"several mistakes", map[string]string{
			"AUDIPY_LISTEN": "nonsense", "AUDIPY_PUBLIC_URL": "ftp://x", "AUDIPY_TRUSTED_PROXIES": "10.0.0.0/8, mars",
		}, []string{`listen is "nonsense"`, `public_url is "ftp://x"`, `trusted_proxies has "mars"`}},
		{"a relay under the same name", map[string]string{
			"AUDIPY_PUBLIC_URL": "https://books.example", "AUDIPY_RELAY_ORIGIN": "https://books.example:8443",
		}, []string{"relay_origin must have another host name"}},
		{"a relay without TLS", map[string]string{
			"AUDIPY_PUBLIC_URL": "https://books.example", "AUDIPY_RELAY_ORIGIN": "http://amazon.books.example",
		}, []string{"relay_origin must begin with https://"}},
		{"a choice that there is not", map[string]string{"AUDIPY_ALLOW_PLAIN_HTTP": "perhaps"}, []string{"must be one of no, yes"}},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			s := startServe(t, c.variables)
			select {
			case code := <-s.code:
				if code != 2 {
					t.Errorf("exit code %d", code)
				}
			case <-time.After(30 * time.Second):
				t.Fatal("it serves all the same")
			}
			for _, text := range c.want {
				if !strings.Contains(s.err.String(), text) {
					t.Errorf("%q is not in %q", text, s.err)
				}
			}
		})
	}
}

func TestServeRefusesAKeyThatIsNotTheServers(t *testing.T) {
	t.Parallel()
	home := t.TempDir()
	first := startServe(t, map[string]string{"HOME": home})
	first.address(t)
	if code := first.end(t); code != 0 {
		t.Fatalf("the first stop ends with %d: %s", code, first.err)
	}
	key := filepath.Join(home, ".config", "audipy", "key")
	if err := os.Remove(key); err != nil {
		t.Fatal(err)
	}
	missing := startServe(t, map[string]string{"HOME": home})
	if code := <-missing.code; code != 2 || !strings.Contains(missing.err.String(), "the key that opens the store is not at") {
		t.Errorf("without a key: %d %s", code, missing.err)
	}
	if err := os.WriteFile(key, []byte(strings.Repeat("A", 43)+"=\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	wrong := startServe(t, map[string]string{"HOME": home})
	ids := regexp.MustCompile(`the store is sealed by key [0-9a-f]{8}, and the key from \S+ is [0-9a-f]{8}`)
	if code := <-wrong.code; code != 2 || !ids.MatchString(wrong.err.String()) {
		t.Errorf("with another key: %d %s", code, wrong.err)
	}
}

func TestServeLogsEachRequestWithItsId(t *testing.T) {
	t.Parallel()
	s := startServe(t, map[string]string{})
	fetch(t, s.address(t)+"/api/v1/server?search=swordfish")
	s.end(t)
	request := regexp.MustCompile(`"msg":"request","method":"GET","route":"/api/v1/server","status":400,.*"request_id":"\w{26}"`)
	if !request.MatchString(s.err.String()) || strings.Contains(s.err.String(), "swordfish") {
		t.Errorf("the log is %s", s.err)
	}
}
