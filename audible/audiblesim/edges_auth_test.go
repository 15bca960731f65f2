package audiblesim_test

import (
	"bytes"
	"encoding/hex"
	"fmt"
	"maps"
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/audipy/audipy/audible/audiblesim"
)

func TestSignInAddressesAreRefusedForEachMistake(t *testing.T) {
	t.Parallel()
	s := newSim(t, audiblesim.Options{}, audiblesim.Account{})
	device := func(text string) string { return "device:" + hex.EncodeToString([]byte(text)) }
	for _, test := range []struct{ brand, parameter, value string }{
		{"amazon", "openid.oa2.client_id", hex.EncodeToString([]byte(testSerial + "#" + testType))},
		{"amazon", "openid.oa2.client_id", "device:no hex"},
		{"amazon", "openid.oa2.client_id", strings.ToUpper(device(testSerial + "#" + testType))},
		{"amazon", "openid.oa2.client_id", "device:" + strings.ToUpper(hex.EncodeToString([]byte(testSerial+"#"+testType)))},
		{"amazon", "openid.oa2.client_id", device(testSerial)},
		{"amazon", "openid.oa2.client_id", device("#" + testType)},
		{"amazon", "openid.oa2.client_id", device(testSerial + "#A10KISP2GWF0E4")},
		{"amazon", "openid.oa2.code_challenge", testChallenge + "="},
		{"amazon", "openid.oa2.code_challenge", testChallenge[:42]},
		{"amazon", "openid.oa2.code_challenge", strings.ReplaceAll(testChallenge, "_", "/")},
		{"amazon", "openid.return_to", "https://www.amazon.co.uk/ap/maplanding"},
		{"amazon", "openid.return_to", "http://www.amazon.com/ap/maplanding"},
		{"amazon", "openid.return_to", "https://www.amazon.com/ap/maplanding?x"},
		{"audible", "openid.return_to", "https://www.amazon.com/ap/maplanding"},
		{"amazon", "openid.assoc_handle", "amzn_audible_ios_lap_us"},
		{"audible", "openid.assoc_handle", "amzn_audible_ios_us"},
		{"amazon", "openid.assoc_handle", "amzn_audible_ios_de"},
		{"amazon", "pageId", "amzn_audible_ios_privatepool"},
		{"amazon", "marketPlaceId", "AN7V1F1VY261K"},
		{"amazon", "openid.ns.oa2", "http://www.amazon.de/ap/ext/oauth/2"},
		{"amazon", "openid.pape.max_auth_age", "1"},
		{"amazon", "forceMobileLayout", "false"},
		{"amazon", "disableLoginPrepopulate", "0"},
		{"amazon", "language", "en-US"},
	} {
		c := newApp(t, s.Transport(), "us")
		c.brand = test.brand
		q := c.parameters()
		if c.openWith(q); c.status != http.StatusOK {
			t.Fatalf("the right address on %s = %d: %s", c.brand, c.status, c.message())
		}
		q.Set(test.parameter, test.value)
		if c.openWith(q); c.status != http.StatusBadRequest || c.page.Find("form[name=signIn]").Length() != 0 {
			t.Errorf("%s=%s = %d, want 400 and no form", test.parameter, test.value, c.status)
		}
		if text := c.page.Find("#ap_error_page_message").Text(); !strings.Contains(text, fmt.Sprintf("%q", test.parameter)) {
			t.Errorf("%s=%s: the page says %q, want the parameter named", test.parameter, test.value, text)
		}
	}
}

func TestFormsOfOddSizesAndMethodsAreRefused(t *testing.T) {
	t.Parallel()
	s := newSim(t, audiblesim.Options{}, audiblesim.Account{})
	c := newApp(t, s.Transport(), "us")
	c.open()
	action, fields := c.form()
	fields.Set("email", kim)
	fields.Set("password", "right horse")
	c.follow(http.MethodPost, action, fields.Encode()+"&x="+strings.Repeat("x", 256<<10))
	if c.status != http.StatusBadRequest || c.code() != "" {
		t.Errorf("a form above 256 KiB = %d and code %q, want 400 and none", c.status, c.code())
	}
	c.follow(http.MethodPost, action, fields.Encode()+"&x=%zz")
	if c.status != http.StatusBadRequest || c.code() != "" {
		t.Errorf("a form that is badly encoded = %d and code %q, want 400 and none", c.status, c.code())
	}
	if status, _ := c.do(http.MethodPut, action, fields.Encode()); status != http.StatusMethodNotAllowed {
		t.Errorf("PUT = %d, want 405", status)
	}
	if c.follow(http.MethodPost, action, fields.Encode()); c.code() == "" {
		t.Error("the right form is not taken after the wrong ones")
	}
}

func TestAHiddenFieldThatComesTwiceIsRefused(t *testing.T) {
	t.Parallel()
	s := newSim(t, audiblesim.Options{}, audiblesim.Account{})
	c := newApp(t, s.Transport(), "us")
	c.open()
	action, fields := c.form()
	fields.Set("email", kim)
	fields.Set("password", "right horse")
	fields.Add("appActionToken", fields.Get("appActionToken"))
	if c.follow(http.MethodPost, action, fields.Encode()); c.status != http.StatusBadRequest || s.Counts().BrokenForms != 1 {
		t.Errorf("a doubled field = %d, %d broken forms; want 400 and 1", c.status, s.Counts().BrokenForms)
	}
}

// TestOldSignInsMakeRoomForNew: of more sign-ins than the simulator keeps, the
// ones that began an hour ago are lost, and no others.
func TestOldSignInsMakeRoomForNew(t *testing.T) {
	t.Parallel()
	ticking := newClock()
	s := newSim(t, audiblesim.Options{Now: ticking.now}, audiblesim.Account{})
	old, young := newApp(t, s.Transport(), "us"), newApp(t, s.Transport(), "us")
	old.open()
	ticking.at = ticking.at.Add(time.Minute)
	young.open()
	ticking.at = ticking.at.Add(59 * time.Minute)
	crowd := newApp(t, s.Transport(), "us")
	address := "https://www.amazon.com/ap/signin?" + crowd.parameters().Encode()
	for range 4095 {
		call(t, s.Transport(), http.MethodGet, address, "", nil)
	}
	old.signIn(kim, "right horse")
	young.signIn(kim, "right horse")
	if old.code() != "" || young.code() == "" {
		t.Errorf("codes %q and %q of the old and the young, want one of the young alone", old.code(), young.code())
	}
}

func TestCookiesAreExchangedForStoresAlone(t *testing.T) {
	t.Parallel()
	e := enrol(t, audiblesim.Options{}, audiblesim.Account{})
	right := url.Values{
		"app_name": {"Audible"}, "app_version": {"3.56.2"}, "source_token": {e.device.Tokens.Bearer.Refresh},
		"source_token_type": {"refresh_token"}, "requested_token_type": {"auth_cookies"}, "domain": {".amazon.de"},
	}
	const address = "https://www.amazon.com/ap/exchangetoken/cookies"
	for _, test := range []struct{ field, value, named string }{
		{"domain", ".example.com", "domain"},
		{"domain", ".amazon.xx", "domain"},
		{"domain", "", "domain"},
		{"source_token", "Atnr|x", "source_token"},
		{"source_token_type", "access_token", "source_token_type"},
		{"requested_token_type", "access_token", "requested_token_type"},
	} {
		form := maps.Clone(right)
		form.Set(test.field, test.value)
		status, body := call(t, e.app.rt, http.MethodPost, address, form.Encode(), nil)
		if status != http.StatusBadRequest || !strings.Contains(string(body), "invalid parameter : "+test.named+`"`) {
			t.Errorf("%s=%s = %d %s, want 400 about it", test.field, test.value, status, body)
		}
	}
	if status, _ := call(t, e.app.rt, http.MethodGet, address, "", nil); status != http.StatusMethodNotAllowed {
		t.Errorf("GET = %d, want 405", status)
	}
	if status, body := call(t, e.app.rt, http.MethodPost, address, right.Encode(), nil); status != http.StatusOK || !bytes.Contains(body, []byte(`"ttl":2592000`)) {
		t.Errorf("the right form = %d %s, want cookies for 30 days", status, body)
	}
}

func TestAPlayerTokenNeedsTheOwnersCookies(t *testing.T) {
	t.Parallel()
	s := newSim(t, audiblesim.Options{}, audiblesim.Account{})
	response, err := send(t.Context(), s.Transport(), http.MethodGet, "https://www.audible.de/player-auth-token?playerType=software", "", http.Header{"Cookie": {"at-acbde=Atza|x"}})
	if err != nil {
		t.Fatal(err)
	}
	defer response.Body.Close()
	if response.StatusCode != http.StatusFound || response.Header.Get("Location") != "https://www.audible.de/sign-in" {
		t.Errorf("player token for a stranger = %d to %q, want the sign-in", response.StatusCode, response.Header.Get("Location"))
	}
	for _, address := range []string{
		"https://www.audible.com/license/licenseForCustomerToken?customer_token=Atza%7Cx",
		"https://www.audible.com/license/token?player_manuf=Audible%2CiPhone&action=register",
	} {
		if _, body := call(t, s.Transport(), http.MethodGet, address, "", nil); string(body) != "BAD_LOGIN" {
			t.Errorf("%s = %q, want BAD_LOGIN", address, body)
		}
	}
}

func TestHostsAreReadWithPortAndInAnyCase(t *testing.T) {
	t.Parallel()
	s := newSim(t, audiblesim.Options{}, audiblesim.Account{})
	for host, want := range map[string]int{
		"www.amazon.com:443": http.StatusOK, "WWW.Amazon.DE": http.StatusOK, "www.amazon.xx": http.StatusNotFound,
		"na.account.amazon.com": http.StatusNotFound, "amazon.com": http.StatusNotFound,
	} {
		if status, _ := call(t, s.Transport(), http.MethodGet, "https://"+host+"/", "", nil); status != want {
			t.Errorf("%s = %d, want %d", host, status, want)
		}
	}
}

func TestTheControlPortRefusesTooMuch(t *testing.T) {
	t.Parallel()
	server := startServer(t, newSim(t, audiblesim.Options{}, audiblesim.Account{}), audiblesim.ServerOptions{})
	for body, want := range map[string]int{
		`{"login":"` + strings.Repeat("x", 1<<20) + `"}`: http.StatusRequestEntityTooLarge,
		`{"login":"kim@example.com"} {}`:                 http.StatusBadRequest,
		`{"login":"kim@example.com","other":1}`:          http.StatusBadRequest,
		`{"login":"nobody@example.com"}`:                 http.StatusBadRequest,
		`{"login":"kim@example.com"}`:                    http.StatusOK,
	} {
		status, answer := call(t, http.DefaultTransport, http.MethodPost, server.ControlURL()+"/account", body, nil)
		if status != want {
			t.Errorf("%.60s = %d %s, want %d", body, status, answer, want)
		}
	}
}

// TestOneClientAsksTenThingsAtOnce: HTTP/1.1 with connections that are kept,
// and HTTP/2, are both spoken, as clients of both kinds are in use.
func TestOneClientAsksTenThingsAtOnce(t *testing.T) {
	t.Parallel()
	e := enrol(t, audiblesim.Options{Books: 30}, audiblesim.Account{})
	server := startServer(t, e.sim, audiblesim.ServerOptions{})
	for _, http2 := range []bool{false, true} {
		transport := throughProxy(t, server, http2)
		header := http.Header{"X-Amz-Access-Token": {e.device.Tokens.Bearer.Access}}
		problems := make(chan error, 10)
		for page := range 10 {
			go func() {
				response, err := send(t.Context(), transport, http.MethodGet, fmt.Sprintf("https://api.audible.com/1.0/library?num_results=3&page=%d", page+1), "", header.Clone())
				if err == nil {
					defer response.Body.Close()
					if response.StatusCode != http.StatusOK || response.ProtoMajor != map[bool]int{false: 1, true: 2}[http2] {
						err = fmt.Errorf("page %d = %d over %s", page+1, response.StatusCode, response.Proto)
					}
				}
				problems <- err
			}()
		}
		for range 10 {
			if err := <-problems; err != nil {
				t.Error(err)
			}
		}
	}
}
