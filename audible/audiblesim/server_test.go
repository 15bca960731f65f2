package audiblesim_test

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"encoding/json"
	"net"
	"net/http"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/audipy/audipy/audible/audiblesim"
)

// startServer serves s until the test is over.
func startServer(t *testing.T, s *audiblesim.Sim, o audiblesim.ServerOptions) *audiblesim.Server {
	t.Helper()
	server, err := s.Listen(o)
	if err != nil {
		t.Fatalf("Listen: %v", err)
	}
	ctx, cancel := context.WithCancel(context.Background())
	done := make(chan error, 1)
	go func() { done <- server.Serve(ctx) }()
	t.Cleanup(func() {
		cancel()
		if err := <-done; err != nil {
			t.Errorf("Serve: %v", err)
		}
	})
	return server
}

func trusting(t *testing.T, server *audiblesim.Server) *tls.Config {
	t.Helper()
	roots := x509.NewCertPool()
	if !roots.AppendCertsFromPEM(server.CA()) {
		t.Fatal("CA is no certificate in PEM")
	}
	return &tls.Config{RootCAs: roots}
}

// throughProxy is a client that honours HTTPS_PROXY and SSL_CERT_FILE.
func throughProxy(t *testing.T, server *audiblesim.Server, http2 bool) *http.Transport {
	t.Helper()
	proxy, err := url.Parse(server.ProxyURL())
	if err != nil {
		t.Fatal(err)
	}
	transport := &http.Transport{Proxy: http.ProxyURL(proxy), TLSClientConfig: trusting(t, server), ForceAttemptHTTP2: http2}
	t.Cleanup(transport.CloseIdleConnections)
	return transport
}

func TestAProxyClientSignsInUnmodified(t *testing.T) {
	t.Parallel()
	s := newSim(t, audiblesim.Options{}, audiblesim.Account{Challenges: []string{"captcha", "otp"}})
	server := startServer(t, s, audiblesim.ServerOptions{})
	for _, http2 := range []bool{false, true} {
		c := newApp(t, throughProxy(t, server, http2), "jp")
		solver := newSolver(t, s, c, "kim@example.com")
		if end := solver.run(); end != "done" {
			t.Fatalf("HTTP/2 %t: ended at %q", http2, end)
		}
		device := c.register(c.code())
		if status, body := c.refresh(device.Tokens.Bearer.Refresh); status != http.StatusOK {
			t.Errorf("HTTP/2 %t: refresh = %d %s, want 200", http2, status, body)
		}
	}
}

func TestEveryHostHasACertificate(t *testing.T) {
	t.Parallel()
	server := startServer(t, audiblesim.New(audiblesim.Options{}), audiblesim.ServerOptions{})
	config := trusting(t, server)
	if got := len(audiblesim.Hosts()); got < 44 {
		t.Fatalf("%d hosts, want 44 and more", got)
	}
	for _, name := range audiblesim.Hosts() {
		dialer := tls.Dialer{Config: &tls.Config{RootCAs: config.RootCAs, ServerName: name}}
		connection, err := dialer.DialContext(t.Context(), "tcp", server.TLSAddr())
		if err != nil {
			t.Errorf("%s: %v", name, err)
			continue
		}
		_ = connection.Close()
	}
	dialer := tls.Dialer{Config: &tls.Config{RootCAs: config.RootCAs, ServerName: "www.example.com"}}
	if connection, err := dialer.DialContext(t.Context(), "tcp", server.TLSAddr()); err == nil {
		_ = connection.Close()
		t.Error("the certificate is good for www.example.com, want it refused")
	}
}

func TestTheAuthorityIsWrittenToAFile(t *testing.T) {
	t.Parallel()
	path := filepath.Join(t.TempDir(), "ca.pem")
	server := startServer(t, audiblesim.New(audiblesim.Options{}), audiblesim.ServerOptions{CAFile: path})
	text, err := os.ReadFile(path)
	if err != nil || string(text) != string(server.CA()) {
		t.Errorf("CA file = %d bytes, %v; want the CA's %d", len(text), err, len(server.CA()))
	}
	if strings.Contains(string(text), "PRIVATE") {
		t.Error("the CA file holds a private key")
	}
}

func TestTheProxyLeadsNowhereElse(t *testing.T) {
	t.Parallel()
	server := startServer(t, audiblesim.New(audiblesim.Options{}), audiblesim.ServerOptions{})
	for _, address := range []string{"https://www.example.com/", "https://www.amazon.com:8443/"} {
		response, err := send(t.Context(), throughProxy(t, server, false), http.MethodGet, address, "", nil)
		if err == nil {
			response.Body.Close()
			t.Errorf("GET %s through the proxy = %d, want it refused", address, response.StatusCode)
		}
	}
}

func TestListenRefusesAddressesThatOthersReach(t *testing.T) {
	t.Parallel()
	s := audiblesim.New(audiblesim.Options{})
	for _, address := range []string{"0.0.0.0:0", ":0", "[::]:0", "nonsense"} {
		server, err := s.Listen(audiblesim.ServerOptions{Control: address})
		if err == nil {
			server.Close()
			t.Errorf("Listen on %q worked, want an error", address)
		}
	}
}

// TestABrowserSignsInUnderTheHostPrefix goes through a sign-in on plain
// loopback HTTP with a cookie jar, following only what the pages say.
func TestABrowserSignsInUnderTheHostPrefix(t *testing.T) {
	t.Parallel()
	s := newSim(t, audiblesim.Options{}, audiblesim.Account{
		SplitPages: true, Challenges: []string{"captcha", "device", "otp", "cvf", "approval", "nag"},
	})
	server := startServer(t, s, audiblesim.ServerOptions{})
	for _, cc := range []string{"us", "br"} {
		plain := &http.Transport{}
		t.Cleanup(plain.CloseIdleConnections)
		c := newApp(t, prefixed{plain, server.BrowserURL()}, cc)
		c.prefix = server.BrowserURL() + "/"
		solver := newSolver(t, s, c, "kim@example.com")
		if end := solver.run(); end != "done" {
			t.Fatalf("ended at %q after %v:\n%s", end, solver.seen, c.body)
		}
		shown := c.page.Find("textarea#address").Text()
		if !strings.HasPrefix(shown, "https://www.amazon."+c.tld+"/ap/maplanding?") ||
			!strings.Contains(shown, "openid.oa2.authorization_code="+c.code()) {
			t.Errorf("the landing page shows %q, want the canonical address with the code", shown)
		}
		if c.page.Find("button#copy").Length() != 1 {
			t.Error("the landing page has no copy button")
		}
		for _, hop := range c.hops {
			if !strings.HasPrefix(hop, server.BrowserURL()+"/") {
				t.Errorf("the browser was sent to %s, away from the prefix", hop)
			}
		}
	}
}

// prefixed sends the solver's own https requests (captcha images) to the
// prefix as well.
type prefixed struct {
	http.RoundTripper
	base string
}

func (p prefixed) RoundTrip(r *http.Request) (*http.Response, error) {
	if !strings.HasPrefix(r.URL.String(), p.base) {
		return nil, &net.AddrError{Err: "left the prefix", Addr: r.URL.String()}
	}
	return p.RoundTripper.RoundTrip(r)
}

func TestThePlainPortExplainsItself(t *testing.T) {
	t.Parallel()
	server := startServer(t, audiblesim.New(audiblesim.Options{}), audiblesim.ServerOptions{})
	plain := &http.Transport{}
	t.Cleanup(plain.CloseIdleConnections)
	for path, status := range map[string]int{"/": 200, "/www.audible.de/": 200, "/www.audible.de": 200, "/www.example.com/": 404, "/ap/signin": 404} {
		if got, body := call(t, plain, http.MethodGet, server.BrowserURL()+path, "", nil); got != status {
			t.Errorf("GET %s = %d %s, want %d", path, got, body, status)
		}
	}
}

func TestThePlainPortHasNoOtherName(t *testing.T) {
	t.Parallel()
	server := startServer(t, audiblesim.New(audiblesim.Options{}), audiblesim.ServerOptions{})
	plain := &http.Transport{}
	t.Cleanup(plain.CloseIdleConnections)
	for _, base := range []string{server.BrowserURL(), server.ControlURL()} {
		request, err := http.NewRequestWithContext(t.Context(), http.MethodGet, base+"/", nil)
		if err != nil {
			t.Fatal(err)
		}
		request.Host = "rebound.example"
		response, err := plain.RoundTrip(request)
		if err != nil {
			t.Fatal(err)
		}
		response.Body.Close()
		if response.StatusCode != http.StatusForbidden {
			t.Errorf("%s as rebound.example = %d, want 403", base, response.StatusCode)
		}
	}
}

func TestTheControlPortListsAndRunsCommands(t *testing.T) {
	t.Parallel()
	s := newSim(t, audiblesim.Options{}, audiblesim.Account{})
	server := startServer(t, s, audiblesim.ServerOptions{})
	plain := &http.Transport{}
	t.Cleanup(plain.CloseIdleConnections)
	status, body := call(t, plain, http.MethodGet, server.ControlURL()+"/", "", nil)
	var list map[string]string
	if err := json.Unmarshal(body, &list); err != nil || status != http.StatusOK || list["revoke"] == "" {
		t.Fatalf("list of commands = %d %s, want 200 with revoke", status, body)
	}
	for _, step := range []struct {
		command, input string
		status         int
		want           string
	}{
		{"add-account", `{"login":"b@example.com","password":"x"}`, 200, `{}`},
		{"add-account", `{"login":"b@example.com","password":"x"}`, 400, `exists already`},
		{"account", `{"login":"b@example.com"}`, 200, `"marketplace":"us"`},
		{"challenges", `{"login":"b@example.com","challenges":["otp"]}`, 200, `{}`},
		{"challenges", `{"login":"b@example.com","challenges":["riddle"]}`, 400, `is not a challenge`},
		{"credential-file", `{"login":"b@example.com","marketplace":"de"}`, 200, `"locale_code":"de"`},
		{"devices", `{"login":"b@example.com"}`, 200, `Kim's Audible for iPhone`},
		{"revoke", `{"login":"b@example.com"}`, 200, `{}`},
		{"counts", ``, 200, `"registrations":1`},
		{"otp", `{"login":"nobody"}`, 400, `no account`},
		{"expire", `{"login":"b@example.com","colour":"red"}`, 400, `unknown field`},
		{"lifetime", `{"days":30,"max_devices":7}`, 200, `{}`},
		{"bearer", `{"accept":true}`, 200, `{}`},
		{"outage", `{"seconds":0,"status":503}`, 200, `{}`},
		{"next-answer", `{"path":"/teapot","status":418,"body":"short"}`, 200, `{}`},
		{"add-titles", `{"login":"kim@example.com","store":"us","n":2}`, 200, `","`},
		{"titles", `{"login":"kim@example.com","store":"us"}`, 200, `","`},
		{"price", `{"store":"us","asin":"nothing","list":100}`, 400, `nothing`},
		{"plus", `{"store":"xx","asin":"nothing","on":true}`, 400, `xx`},
		{"quirks", `{"same_page":true}`, 200, `{}`},
		{"faults", `{"faults":[{"kind":"mood"}]}`, 400, `mood`},
		{"fly", `{}`, 404, `no such command`},
	} {
		status, body := call(t, plain, http.MethodPost, server.ControlURL()+"/"+step.command, step.input, nil)
		if status != step.status || !strings.Contains(string(body), step.want) {
			t.Errorf("%s %s = %d %s, want %d with %s", step.command, step.input, status, body, step.status, step.want)
		}
	}
	if status, _ := call(t, s.Transport(), http.MethodGet, "https://www.amazon.com/teapot", "", nil); status != http.StatusTeapot {
		t.Errorf("replaced answer = %d, want 418", status)
	}
}

func TestTheControlPortTakesNothingFromWebPages(t *testing.T) {
	t.Parallel()
	server := startServer(t, audiblesim.New(audiblesim.Options{}), audiblesim.ServerOptions{})
	plain := &http.Transport{}
	t.Cleanup(plain.CloseIdleConnections)
	status, _ := call(t, plain, http.MethodPost, server.ControlURL()+"/counts", "", http.Header{"Origin": {"https://evil.example"}})
	if status != http.StatusForbidden {
		t.Errorf("a command from another origin = %d, want 403", status)
	}
}
