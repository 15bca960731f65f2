package cli_test

import (
	"bytes"
	"encoding/json"
	"net/http"
	"net/http/cookiejar"
	"net/url"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/audipy/audipy/audible/audiblesim"
	"github.com/audipy/audipy/internal/asvs"
)

// visitor is a browser on a server.
type visitor struct {
	address string
	client  *http.Client
}

// asks posts JSON as the server's own pages do, and reads the answer.
func (v *visitor) asks(t *testing.T, path string, body any, want int, answer any) {
	t.Helper()
	var data []byte
	if body != nil {
		var err error
		if data, err = json.Marshal(body); err != nil {
			t.Fatal(err)
		}
	}
	req, err := http.NewRequestWithContext(t.Context(), http.MethodPost, v.address+"/api/v1"+path, bytes.NewReader(data))
	if err != nil {
		t.Fatal(err)
	}
	if body != nil {
		req.Header.Set("Content-Type", "application/json")
	}
	req.Header.Set("Origin", v.address)
	req.Header.Set("Sec-Fetch-Site", "same-origin")
	resp, err := v.client.Do(req)
	if err != nil {
		t.Fatal(err)
	}
	defer resp.Body.Close()
	var text bytes.Buffer
	if _, err := text.ReadFrom(resp.Body); err != nil {
		t.Fatal(err)
	}
	if resp.StatusCode != want {
		t.Fatalf("%s: %d %s", path, resp.StatusCode, &text)
	}
	if answer != nil {
		if err := json.Unmarshal(text.Bytes(), answer); err != nil {
			t.Fatal(err)
		}
	}
}

// agrees goes to Amazon, allows the app, and hands in what comes back.
func (v *visitor) agrees(t *testing.T, sim *audiblesim.Sim, path string, body any, answer any) {
	t.Helper()
	var to struct{ Location string }
	v.asks(t, path, body, http.StatusOK, &to)
	form := url.Values{"email": {"kim@example.org"}, "password": {"a made-up password"}, "consent": {"allow"}}
	req, err := http.NewRequestWithContext(t.Context(), http.MethodPost, to.Location, strings.NewReader(form.Encode()))
	if err != nil {
		t.Fatal(err)
	}
	req.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	resp, err := sim.Transport().RoundTrip(req)
	if err != nil {
		t.Fatal(err)
	}
	defer resp.Body.Close()
	back, err := resp.Location()
	if err != nil {
		t.Fatalf("Amazon sends nobody back: %d", resp.StatusCode)
	}
	// The page of ours that Amazon returns to moves all of it behind the "#".
	again, err := http.NewRequestWithContext(t.Context(), http.MethodGet, back.String(), nil)
	if err != nil {
		t.Fatal(err)
	}
	moved, err := v.client.Do(again)
	if err != nil {
		t.Fatal(err)
	}
	defer moved.Body.Close()
	_, behind, _ := strings.Cut(moved.Header.Get("Location"), "#")
	kept, err := url.ParseQuery(behind)
	if err != nil {
		t.Fatal(err)
	}
	v.asks(t, "/session/provider/answer", map[string]string{
		"provider": kept.Get("provider"), "state": kept.Get("state"), "code": kept.Get("code"),
	}, http.StatusOK, answer)
}

// TestTheStepsOfLoginWithAmazonWork walks through docs/amazon.md, with the return
// address and the settings that it names.
func TestTheStepsOfLoginWithAmazonWork(t *testing.T) {
	t.Parallel()
	asvs.Covers(t, "6.8.1", "10.2.3")
	page, err := os.ReadFile(filepath.Join(root, "docs/amazon.md"))
	if err != nil {
		t.Fatal(err)
	}
	path := regexp.MustCompile("`public_url` with `(/\\S+)` behind it").FindSubmatch(page)
	id := regexp.MustCompile(`amazon_client_id = "(\S+)…"`).FindSubmatch(page)
	if path == nil || id == nil || !strings.Contains(string(page), "`AUDIPY_AMAZON_CLIENT_SECRET_FILE`") {
		t.Fatal("docs/amazon.md doesn't say which address and which settings")
	}
	sim := audiblesim.New(audiblesim.Options{Seed: 1, Now: time.Now})
	err = sim.AddAccount(audiblesim.Account{Login: "kim@example.org", Name: "Kim", Password: "a made-up password", Marketplaces: map[string]int{"us": 1}})
	if err != nil {
		t.Fatal(err)
	}
	secret := filepath.Join(t.TempDir(), "secret")
	if err := os.WriteFile(secret, []byte("amzn1.oa2-cs.v1.made-up\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	client := string(id[1]) + "made-up"
	s := startServeAt(t, sim.Transport(), map[string]string{
		"AUDIPY_AMAZON_CLIENT_ID": client, "AUDIPY_AMAZON_CLIENT_SECRET_FILE": secret,
	})
	address, err := s.begun()
	if err != nil {
		t.Fatal(err)
	}
	sim.AddLWAApp(audiblesim.LWAApp{ClientID: client, ClientSecret: "amzn1.oa2-cs.v1.made-up", ReturnURLs: []string{address + string(path[1])}})
	v := newVisitor(t, address)
	code := regexp.MustCompile(`/setup#(\S+)`).FindStringSubmatch(s.out.String())
	v.asks(t, "/setup", map[string]string{
		"code": code[1], "name": "Robin", "email": "robin@example.com", "password": serverPassword,
	}, http.StatusCreated, nil)
	var linking struct{ Link struct{ Label string } }
	v.agrees(t, sim, "/me/identities", map[string]string{"provider": "amazon"}, &linking)
	if linking.Link.Label != "kim@example.org" {
		t.Errorf("linking shows %+v", linking)
	}
	v.asks(t, "/me/identities/confirm", nil, http.StatusCreated, nil)
	other := newVisitor(t, address)
	var entered struct{ Me struct{ Email string } }
	other.agrees(t, sim, "/session/provider", map[string]string{"provider": "amazon"}, &entered)
	if entered.Me.Email != "robin@example.com" {
		t.Errorf("signed in as %+v", entered)
	}
}

func newVisitor(t *testing.T, address string) *visitor {
	t.Helper()
	jar, err := cookiejar.New(nil)
	if err != nil {
		t.Fatal(err)
	}
	return &visitor{address, &http.Client{
		Jar: plainJar{jar}, CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
	}}
}

// plainJar keeps cookies as browsers do on localhost, which counts as safe.
type plainJar struct{ *cookiejar.Jar }

// SetCookies keeps cookies.
func (j plainJar) SetCookies(u *url.URL, cookies []*http.Cookie) { j.Jar.SetCookies(safe(u), cookies) }

// Cookies returns those for an address.
func (j plainJar) Cookies(u *url.URL) []*http.Cookie { return j.Jar.Cookies(safe(u)) }

func safe(u *url.URL) *url.URL {
	as := *u
	as.Scheme = "https"
	return &as
}
