package audiblesim_test

import (
	"encoding/json"
	"maps"
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/audipy/audipy/audible/audiblesim"
)

type tokenAnswer struct {
	Access      string          `json:"access_token"`
	Actor       string          `json:"actor_access_token"`
	Type        string          `json:"token_type"`
	Expires     json.RawMessage `json:"expires_in"`
	Error       string          `json:"error"`
	Description string          `json:"error_description"`
}

func (e enrolled) refreshed(t *testing.T) (int, tokenAnswer) {
	t.Helper()
	status, body := e.app.refresh(e.device.Tokens.Bearer.Refresh)
	var answer tokenAnswer
	if err := json.Unmarshal(body, &answer); err != nil {
		t.Fatalf("refresh = %d %s: %v", status, body, err)
	}
	return status, answer
}

func TestRefreshGivesAnotherHour(t *testing.T) {
	t.Parallel()
	for _, test := range []struct {
		opts    audiblesim.Options
		expires string
	}{
		{audiblesim.Options{}, "3600"},
		{audiblesim.Options{ExpiresInText: true}, `"3600"`},
		{audiblesim.Options{ActorTokens: true}, "3600"},
	} {
		e := enrol(t, test.opts, audiblesim.Account{})
		e.clock.at = e.clock.at.AddDate(0, 0, 1)
		status, answer := e.refreshed(t)
		token := answer.Access + answer.Actor
		if status != 200 || answer.Type != "bearer" || string(answer.Expires) != test.expires || !strings.HasPrefix(token, "Atna|") {
			t.Errorf("%+v: refresh = %d %+v", test.opts, status, answer)
		}
		if (answer.Actor != "") != test.opts.ActorTokens {
			t.Errorf("%+v: actor token %t", test.opts, answer.Actor != "")
		}
		if status, _ := e.library(http.Header{"X-Amz-Access-Token": {token}}); status >= 400 {
			t.Errorf("library with the new token = %d", status)
		}
	}
}

func TestARefusedRefreshSaysWhichParameter(t *testing.T) {
	t.Parallel()
	e := enrol(t, audiblesim.Options{}, audiblesim.Account{})
	good := url.Values{
		"app_name": {"Audible"}, "source_token": {e.device.Tokens.Bearer.Refresh},
		"requested_token_type": {"access_token"}, "source_token_type": {"refresh_token"},
	}
	for name := range good {
		form := maps.Clone(good)
		form.Set(name, "")
		status, body := call(t, e.app.rt, http.MethodPost, "https://api.amazon.com/auth/token", form.Encode(), nil)
		if status != 400 || !strings.Contains(string(body), `parameter : `+name+`"`) {
			t.Errorf("without %s = %d %s, want 400 that names it", name, status, body)
		}
	}
}

func TestDeregistrationKillsAllButTheAccessToken(t *testing.T) {
	t.Parallel()
	e := enrol(t, audiblesim.Options{}, audiblesim.Account{})
	header := http.Header{"X-Amz-Access-Token": {e.device.Tokens.Bearer.Access}}
	status, body := call(t, e.app.rt, http.MethodPost, "https://api.amazon.com/auth/deregister",
		`{"deregister_all_existing_accounts":false}`, header.Clone())
	if status != 200 || !strings.Contains(string(body), `{"response":{"success":{}}}`) {
		t.Fatalf("deregister = %d %s", status, body)
	}
	if status, answer := e.refreshed(t); status != 400 || answer.Error != "invalid_token" {
		t.Errorf("refresh after it = %d %+v, want 400 invalid_token", status, answer)
	}
	if status, _ := e.signed("https://api.audible.com/1.0/library", "2026-03-04T05:06:07Z"); status != 403 {
		t.Errorf("signed call after it = %d, want 403", status)
	}
	if status, _ := e.library(header); status >= 400 {
		t.Errorf("access token after it = %d, want it to live out its hour", status)
	}
	e.clock.at = e.clock.at.Add(time.Hour)
	if status, _ := e.library(header); status != 401 {
		t.Errorf("access token an hour later = %d, want 401", status)
	}
	if got := e.sim.LiveDevices("kim@example.com"); got != 0 || e.sim.Counts().Deregistrations != 1 {
		t.Errorf("live devices = %d, want 0", got)
	}
}

func TestDeregistrationNeedsALivingToken(t *testing.T) {
	t.Parallel()
	e := enrol(t, audiblesim.Options{}, audiblesim.Account{})
	const address = "https://api.amazon.com/auth/deregister"
	for name, test := range map[string]struct {
		body   string
		token  string
		status int
	}{
		"no token":  {`{}`, "", 401},
		"bad token": {`{}`, "Atna|x", 401},
		"no JSON":   {`x`, e.device.Tokens.Bearer.Access, 400},
	} {
		header := http.Header{"X-Amz-Access-Token": {test.token}}
		if status, body := call(t, e.app.rt, http.MethodPost, address, test.body, header); status != test.status {
			t.Errorf("%s = %d %s, want %d", name, status, body, test.status)
		}
	}
	old := http.Header{"Authorization": {"Bearer " + e.device.Tokens.Bearer.Access}}
	if status, _ := call(t, e.app.rt, http.MethodPost, address, `{}`, old); status != 200 {
		t.Errorf("with the old bearer header = %d, want 200", status)
	}
}

func TestDeregisteringAllTakesTheSameSerial(t *testing.T) {
	t.Parallel()
	e := enrol(t, audiblesim.Options{}, audiblesim.Account{})
	e.again() // the test client always has the same serial
	if _, err := e.sim.CredentialFile("kim@example.com", "us"); err != nil {
		t.Fatal(err)
	}
	header := http.Header{"X-Amz-Access-Token": {e.device.Tokens.Bearer.Access}}
	call(t, e.app.rt, http.MethodPost, "https://api.amazon.com/auth/deregister", `{"deregister_all_existing_accounts":true}`, header)
	if got := e.sim.LiveDevices("kim@example.com"); got != 1 {
		t.Errorf("live devices = %d, want the one of another serial", got)
	}
}

func TestProfileTellsWhoseTokenItIs(t *testing.T) {
	t.Parallel()
	e := enrol(t, audiblesim.Options{}, audiblesim.Account{Name: "Kim Doe"})
	header := http.Header{"X-Amz-Access-Token": {e.device.Tokens.Bearer.Access}}
	status, body := call(t, e.app.rt, http.MethodGet, "https://api.amazon.co.uk/user/profile", "", header)
	if status != 200 || !strings.Contains(string(body), `"email":"kim@example.com"`) || !strings.Contains(string(body), `"name":"Kim Doe"`) {
		t.Errorf("profile = %d %s", status, body)
	}
	if status, _ := call(t, e.app.rt, http.MethodGet, "https://api.amazon.co.uk/user/profile", "", nil); status != 401 {
		t.Errorf("profile without token = %d, want 401", status)
	}
}

func TestCookiesAreExchangedForAnotherStore(t *testing.T) {
	t.Parallel()
	e := enrol(t, audiblesim.Options{}, audiblesim.Account{})
	form := url.Values{
		"app_name": {"Audible"}, "source_token": {e.device.Tokens.Bearer.Refresh}, "domain": {".amazon.de"},
		"requested_token_type": {"auth_cookies"}, "source_token_type": {"refresh_token"},
	}
	const address = "https://www.amazon.com/ap/exchangetoken/cookies"
	status, body := call(t, e.app.rt, http.MethodPost, address, form.Encode(), nil)
	var answer struct {
		Response struct {
			Tokens struct {
				Cookies map[string][]struct {
					Name     string `json:"Name"`
					Secure   bool   `json:"Secure"`
					HTTPOnly bool   `json:"HttpOnly"`
				} `json:"cookies"`
				TTL int `json:"ttl"`
			} `json:"tokens"`
		} `json:"response"`
	}
	if err := json.Unmarshal(body, &answer); err != nil || status != 200 {
		t.Fatalf("exchange = %d %s: %v", status, body, err)
	}
	cookies := answer.Response.Tokens.Cookies[".amazon.de"]
	if len(cookies) != 6 || cookies[1].Name != "ubid-acbde" || answer.Response.Tokens.TTL != 2592000 {
		t.Errorf("exchange = %s", body)
	}
	for name, wrong := range map[string]string{
		"domain": ".amazon.xx", "source_token": "Atnr|x", "requested_token_type": "access_token", "source_token_type": "x",
	} {
		bad, _ := url.ParseQuery(form.Encode())
		bad.Set(name, wrong)
		if status, body := call(t, e.app.rt, http.MethodPost, address, bad.Encode(), nil); status != 400 || !strings.Contains(string(body), name) {
			t.Errorf("wrong %s = %d %s, want 400 that names it", name, status, body)
		}
	}
}
