package audiblesim_test

import (
	"crypto"
	"crypto/rand"
	"crypto/rsa"
	"crypto/x509"
	"encoding/base64"
	"encoding/pem"
	"io"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/audipy/audipy/audible/audiblesim"
)

func signature(tb testing.TB, key *rsa.PrivateKey, digest []byte) string {
	tb.Helper()
	sum, err := rsa.SignPKCS1v15(rand.Reader, key, crypto.SHA256, digest)
	if err != nil {
		tb.Fatal(err)
	}
	return base64.StdEncoding.EncodeToString(sum)
}

// clock is a time that tests set.
type clock struct{ at time.Time }

func newClock() *clock { return &clock{time.Date(2026, 3, 4, 5, 6, 7, 890_123_000, time.UTC)} }

func (c *clock) now() time.Time { return c.at }

// enrolled is an account with a registered device.
type enrolled struct {
	sim    *audiblesim.Sim
	app    *appClient
	device registered
	clock  *clock
}

func enrol(t *testing.T, opts audiblesim.Options, a audiblesim.Account) enrolled {
	t.Helper()
	ticking := newClock()
	opts.Now = ticking.now
	s := newSim(t, opts, a)
	c := newApp(t, s.Transport(), "us")
	if a.UserName {
		c.brand = "audible"
	}
	e := enrolled{sim: s, app: c, clock: ticking}
	e.device = e.again()
	return e
}

// again signs in once more and registers another device.
func (e enrolled) again() registered {
	e.app.t.Helper()
	e.app.hops = nil
	e.app.open()
	login := "kim@example.com"
	if e.app.brand == "audible" {
		login = "kimsample"
	}
	e.app.signIn(login, "right horse")
	return e.app.register(e.app.code())
}

func (e enrolled) key() *rsa.PrivateKey {
	e.app.t.Helper()
	block, rest := pem.Decode([]byte(e.device.Tokens.Device.Key))
	if block == nil || block.Type != "RSA PRIVATE KEY" || len(rest) != 0 {
		e.app.t.Fatal("the device key is not one block of PKCS#1 PEM")
	}
	key, err := x509.ParsePKCS1PrivateKey(block.Bytes)
	if err != nil {
		e.app.t.Fatal(err)
	}
	return key
}

// signed makes a signed GET and returns status and body.
func (e enrolled) signed(address, date string) (int, string) {
	e.app.t.Helper()
	request, err := http.NewRequestWithContext(e.app.t.Context(), http.MethodGet, address, nil)
	if err != nil {
		e.app.t.Fatal(err)
	}
	sign(e.app.t, request, "", e.key(), e.device.Tokens.Device.ADP, date)
	return e.send(request)
}

func (e enrolled) send(request *http.Request) (int, string) {
	e.app.t.Helper()
	response, err := e.app.rt.RoundTrip(request)
	if err != nil {
		e.app.t.Fatal(err)
	}
	defer response.Body.Close()
	text, err := io.ReadAll(response.Body)
	if err != nil {
		e.app.t.Fatal(err)
	}
	return response.StatusCode, string(text)
}

func (e enrolled) library(header http.Header) (int, string) {
	e.app.t.Helper()
	status, body := call(e.app.t, e.app.rt, http.MethodGet, "https://api.audible.com/1.0/library?num_results=1", "", header)
	return status, string(body)
}

func TestSignedCallsAreAdmittedInEveryDateForm(t *testing.T) {
	t.Parallel()
	e := enrol(t, audiblesim.Options{}, audiblesim.Account{})
	for _, date := range []string{
		"2026-03-04T05:06:07.890123+00:00Z", "2026-03-04T05:06:07+00:00Z", "2026-03-04T05:06:07Z",
		"2026-03-04T05:06:07.000Z", "2026-03-04T07:06:07+02:00", "2026-03-04T05:20:00Z", "2026-03-04T04:52:00Z",
	} {
		if status, body := e.signed("https://api.audible.de/1.0/library?a=b%2Cc&d=%20e+f", date); status == 403 {
			t.Errorf("signed at %s = %d %s, want it admitted", date, status, body)
		}
	}
	for _, date := range []string{"2026-03-04T05:22:00Z", "2026-03-04T04:50:00Z", "1772600767", "yesterday"} {
		status, body := e.signed("https://api.audible.de/1.0/library", date)
		if status != 403 || !strings.Contains(body, "Request could not be authenticated") {
			t.Errorf("signed at %s = %d %s, want 403", date, status, body)
		}
	}
}

func TestSignatureCoversTargetAndBody(t *testing.T) {
	t.Parallel()
	e := enrol(t, audiblesim.Options{}, audiblesim.Account{})
	changes := map[string]func(*http.Request){
		"query":     func(r *http.Request) { r.URL.RawQuery = "a=b,c" },
		"method":    func(r *http.Request) { r.Method = http.MethodPut },
		"body":      func(r *http.Request) { r.Body = io.NopCloser(strings.NewReader(`{"asin":"B1"}`)) },
		"token":     func(r *http.Request) { r.Header.Set("x-adp-token", "{enc:}") },
		"algorithm": func(r *http.Request) { r.Header.Set("x-adp-alg", "SHA1withRSA:1.0") },
		"no colon":  func(r *http.Request) { r.Header.Set("x-adp-signature", "AAAA") },
		"base64":    func(r *http.Request) { r.Header.Set("x-adp-signature", "*:2026-03-04T05:06:07Z") },
		"no token":  func(r *http.Request) { r.Header.Del("x-adp-token") },
	}
	changes["nothing"] = func(*http.Request) {}
	for name, change := range changes {
		body := `{"asin":"B0"}`
		request, err := http.NewRequestWithContext(t.Context(), http.MethodPost, "https://api.audible.com/1.0/wishlist?a=b%2Cc", strings.NewReader(body))
		if err != nil {
			t.Fatal(err)
		}
		sign(t, request, body, e.key(), e.device.Tokens.Device.ADP, "2026-03-04T05:06:07Z")
		change(request)
		if status, _ := e.send(request); (status == 403) != (name != "nothing") {
			t.Errorf("%s changed = %d", name, status)
		}
	}
}

func TestCallsWithoutRightCredentialsAreRefused(t *testing.T) {
	t.Parallel()
	e := enrol(t, audiblesim.Options{}, audiblesim.Account{})
	access := e.device.Tokens.Bearer.Access
	for _, c := range []struct {
		name   string
		header http.Header
		status int
		text   string
	}{
		{"nothing", nil, 403, "Request could not be authenticated"},
		{"unknown token", http.Header{"X-Amz-Access-Token": {"Atna|x"}}, 401, `"error":"invalid_token"`},
		{"bearer alone", http.Header{"Authorization": {"Bearer " + access}}, 403, "Request could not be authenticated"},
		{"bearer and client id", http.Header{"Authorization": {"Bearer " + access}, "Client-Id": {"0"}}, 400, "does not correspond to the specified Client-ID"},
	} {
		if status, body := e.library(c.header); status != c.status || !strings.Contains(body, c.text) {
			t.Errorf("%s = %d %s, want %d with %q", c.name, status, body, c.status, c.text)
		}
	}
	e.sim.AcceptOldBearer(true)
	if status, body := e.library(http.Header{"Authorization": {"Bearer " + access}, "Client-Id": {"0"}}); status >= 400 {
		t.Errorf("old bearer accepted = %d %s, want it admitted", status, body)
	}
	if got := e.sim.Counts(); got.RefusedCalls != 4 || got.TokenCalls != 1 {
		t.Errorf("refused %d, by token %d; want 4 and 1", got.RefusedCalls, got.TokenCalls)
	}
}

func TestTheCatalogueIsOpenToAllButNotToBadCredentials(t *testing.T) {
	t.Parallel()
	e := enrol(t, audiblesim.Options{}, audiblesim.Account{})
	const address = "https://api.audible.fr/1.0/catalog/categories"
	if status, body := call(t, e.app.rt, http.MethodGet, address, "", nil); status >= 400 {
		t.Errorf("anonymous catalogue = %d %s, want it open", status, body)
	}
	if status, _ := call(t, e.app.rt, http.MethodGet, address, "", http.Header{"X-Amz-Access-Token": {"Atna|x"}}); status != 401 {
		t.Errorf("catalogue with a bad token = %d, want 401", status)
	}
	if got := e.sim.Counts().AnonymousCalls; got != 1 {
		t.Errorf("anonymous calls = %d, want 1", got)
	}
}

func TestAnAccessTokenWorksForAnHourInEveryStore(t *testing.T) {
	t.Parallel()
	e := enrol(t, audiblesim.Options{}, audiblesim.Account{})
	header := http.Header{"X-Amz-Access-Token": {e.device.Tokens.Bearer.Access}}
	e.clock.at = e.clock.at.Add(59*time.Minute + 59*time.Second)
	for _, row := range storeRows() {
		if status, body := call(t, e.app.rt, http.MethodGet, "https://api.audible."+row.tld+"/1.0/library", "", header); status >= 400 {
			t.Errorf("%s = %d %s, want it admitted", row.cc, status, body)
		}
	}
	e.clock.at = e.clock.at.Add(time.Second)
	if status, _ := e.library(header); status != 401 {
		t.Errorf("after an hour = %d, want 401", status)
	}
}

func TestBookmarksTakeSignaturesAlone(t *testing.T) {
	t.Parallel()
	e := enrol(t, audiblesim.Options{}, audiblesim.Account{})
	const address = "https://cde-ta-g7g.amazon.com/FionaCDEServiceEngine/sidecar?type=AUDI&key=B002V02KPU"
	if status, _ := e.signed(address, "2026-03-04T05:06:07Z"); status != 404 {
		t.Errorf("signed = %d, want 404 for none", status)
	}
	header := http.Header{"X-Amz-Access-Token": {e.device.Tokens.Bearer.Access}}
	if status, _ := call(t, e.app.rt, http.MethodGet, address, "", header); status != 403 {
		t.Errorf("with a token = %d, want 403", status)
	}
}
