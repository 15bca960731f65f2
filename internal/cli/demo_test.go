package cli_test

import (
	"context"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/audipy/audipy/internal/cli"
)

// startDemo runs audipy demo until the test ends.
func startDemo(t *testing.T, args ...string) *serving {
	t.Helper()
	ctx, stop := context.WithCancel(t.Context())
	s := &serving{out: &lockedBuffer{}, err: &lockedBuffer{}, stop: stop, code: make(chan int, 1)}
	home := t.TempDir()
	env := cli.Env{
		Stdin: strings.NewReader(""), Stdout: s.out, Stderr: s.err, GOOS: "linux", Now: time.Now, NoKeyring: true,
		Getenv: func(name string) string { return map[string]string{"HOME": home}[name] },
	}
	go func() { s.code <- cli.Main(ctx, append([]string{"demo", "--listen", "localhost:0"}, args...), env) }()
	t.Cleanup(stop)
	return s
}

func TestTheDemoServesAHouseholdThatIsMadeUp(t *testing.T) {
	t.Parallel()
	s := startDemo(t, "--books", "12", "--second", "20")
	address := s.address(t)
	if !strings.Contains(s.err.String(), "sign in as kim@example.com with the password: ") {
		t.Errorf("it doesn't say how to sign in: %s", s.err)
	}
	_, body := fetch(t, address+"/api/v1/server")
	if !strings.Contains(body, `"simulated":true`) || !strings.Contains(body, `"set_up_needed":false`) {
		t.Errorf("the server says %s", body)
	}
	if _, body := fetch(t, address+"/api/v1/demo/amazon"); !strings.Contains(body, `"login":"kim@example.com"`) {
		t.Errorf("the made-up accounts are %s", body)
	}
	if code := s.end(t); code != 0 {
		t.Errorf("a stop ends with %d: %s", code, s.err)
	}
}

func TestAnEmptyDemoWantsToBeSetUp(t *testing.T) {
	t.Parallel()
	s := startDemo(t, "--empty", "--books", "12", "--second", "20")
	address := s.address(t)
	if !strings.Contains(s.out.String(), address+"/setup#") {
		t.Errorf("no address to set it up in %q", s.out)
	}
	if _, body := fetch(t, address+"/api/v1/server"); !strings.Contains(body, `"set_up_needed":true`) {
		t.Errorf("the server says %s", body)
	}
}

func TestARealServerHasNoButtons(t *testing.T) {
	t.Parallel()
	address := startServe(t, map[string]string{}).address(t)
	if status, _ := fetch(t, address+"/api/v1/demo/amazon"); status != http.StatusNotFound {
		t.Errorf("a real server answers %d to the demo's routes", status)
	}
}
