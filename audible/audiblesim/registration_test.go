package audiblesim_test

import (
	"crypto/x509"
	"encoding/base64"
	"encoding/json"
	"net/http"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/audipy/audipy/audible/audiblesim"
)

func TestRegistrationGivesEverythingThatClientsInsistOn(t *testing.T) {
	t.Parallel()
	e := enrol(t, audiblesim.Options{}, audiblesim.Account{Name: "Alex Doe", Marketplace: "us"})
	tokens := e.device.Tokens
	if !regexp.MustCompile(`^\{enc:.*\}\{key:.*\}\{iv:.*\}\{name:.*\}\{serial:Mg==\}$`).MatchString(tokens.Device.ADP) {
		t.Errorf("adp_token = %q", tokens.Device.ADP)
	}
	if !strings.HasPrefix(tokens.Bearer.Refresh, "Atnr|") || tokens.Bearer.Expires != "3600" {
		t.Errorf("refresh token %.8q, expires_in %q; want Atnr| and 3600 as text", tokens.Bearer.Refresh, tokens.Bearer.Expires)
	}
	if !strings.HasSuffix(tokens.Device.Key, "-----END RSA PRIVATE KEY-----\n") || strings.Contains(tokens.Device.Key, "\r") {
		t.Error("the device key does not end in one line feed")
	}
	if e.key().N.BitLen() != 2048 {
		t.Errorf("device key of %d bits, want 2048", e.key().N.BitLen())
	}
	names := make(map[string]bool)
	for _, c := range tokens.Cookies {
		names[c["Name"]] = true
		if c["Domain"] != ".amazon.com" || (c["Secure"] != "true" && c["Secure"] != "false") {
			t.Errorf("cookie %v: want .amazon.com and Secure as text", c)
		}
	}
	for _, name := range []string{"session-id", "ubid-main", "x-main", "at-main", "sess-at-main", "session-token"} {
		if !names[name] {
			t.Errorf("no cookie %s", name)
		}
	}
	if tokens.Store["cookie"] == "" {
		t.Error("no store authentication cookie")
	}
	customer := e.device.Extensions.Customer
	if customer["name"] != "Alex Doe" || customer["given_name"] != "Alex" || customer["account_pool"] != "Amazon" ||
		customer["home_region"] != "NA" || !strings.HasPrefix(customer["user_id"], "amzn1.account.") {
		t.Errorf("customer_info = %v", customer)
	}
}

func TestAndroidKeysAreBarePKCS8(t *testing.T) {
	t.Parallel()
	s := newSim(t, audiblesim.Options{}, audiblesim.Account{})
	c := newApp(t, s.Transport(), "us")
	c.android = true
	c.open()
	c.signIn("kim@example.com", "right horse")
	der, err := base64.StdEncoding.DecodeString(c.register(c.code()).Tokens.Device.Key)
	if err != nil {
		t.Fatalf("device key: %v", err)
	}
	if _, err := x509.ParsePKCS8PrivateKey(der); err != nil {
		t.Errorf("device key: %v", err)
	}
}

func TestUserNameAccountsHaveTheirOwnPoolHostsAndNoCookies(t *testing.T) {
	t.Parallel()
	e := enrol(t, audiblesim.Options{}, audiblesim.Account{UserName: true, Login: "kimsample"})
	if pool := e.device.Extensions.Customer["account_pool"]; pool != "pool-AF2M0KC94RCEA" {
		t.Errorf("account_pool = %q", pool)
	}
	if e.device.Tokens.Cookies != nil || e.device.Tokens.Store != nil {
		t.Error("a user name account got cookies")
	}
	if status, body := e.app.refresh(e.device.Tokens.Bearer.Refresh); status != 200 {
		t.Errorf("refresh on api.audible = %d %s, want 200", status, body)
	}
	e.app.brand = "amazon"
	if status, _ := e.app.refresh(e.device.Tokens.Bearer.Refresh); status != 401 {
		t.Errorf("refresh on api.amazon = %d, want 401", status)
	}
}

// freshCode signs in and returns an unused code.
func freshCode(t *testing.T, c *appClient) string {
	t.Helper()
	c.hops = nil
	c.open()
	c.signIn("kim@example.com", "right horse")
	if c.code() == "" {
		t.Fatalf("no code; page:\n%s", c.body)
	}
	return c.code()
}

func TestRegistrationRefusesWhatIsWrong(t *testing.T) {
	t.Parallel()
	ticking := newClock()
	s := newSim(t, audiblesim.Options{Now: ticking.now}, audiblesim.Account{})
	c := newApp(t, s.Transport(), "us")
	set := func(section, name, value string) func(map[string]any) {
		return func(q map[string]any) { q[section].(map[string]string)[name] = value }
	}
	for _, test := range []struct {
		name   string
		host   string
		change func(map[string]any)
		wait   time.Duration
		status int
		text   string
	}{
		{"unknown code", "api.amazon.com", set("auth_data", "authorization_code", "ANWRONG"), 0, 400, "InvalidToken"},
		{"code of another store", "api.amazon.de", nil, 0, 400, "InvalidToken"},
		{"code too old", "api.amazon.com", nil, 5 * time.Minute, 400, "InvalidToken"},
		{"wrong brand", "api.audible.com", nil, 0, 401, ""},
		{"wrong verifier", "api.amazon.com", set("auth_data", "code_verifier", "wrong"), 0, 401, ""},
		{"other serial", "api.amazon.com", set("registration_data", "device_serial", "X"), 0, 400, "InvalidValue"},
		{"other client id", "api.amazon.com", set("auth_data", "client_id", "61"), 0, 400, "InvalidValue"},
		{"plain challenge", "api.amazon.com", set("auth_data", "code_algorithm", "plain"), 0, 400, "InvalidValue"},
		{"no app", "api.amazon.com", set("registration_data", "app_name", ""), 0, 400, "InvalidValue"},
		{"other domain", "api.amazon.com", set("registration_data", "domain", "Phone"), 0, 400, "InvalidValue"},
		{"nothing asked for", "api.amazon.com", func(q map[string]any) { q["requested_token_type"] = []string{} }, 0, 400, "InvalidValue"},
	} {
		request := c.registration(freshCode(t, c))
		if test.change != nil {
			test.change(request)
		}
		ticking.at = ticking.at.Add(test.wait)
		status, body := c.postJSON("https://"+test.host+"/auth/register", request)
		if status != test.status || !strings.Contains(string(body), test.text) {
			t.Errorf("%s = %d %s, want %d %s", test.name, status, body, test.status, test.text)
		}
	}
	if got := s.LiveDevices("kim@example.com"); got != 0 {
		t.Errorf("%d devices after refusals, want 0", got)
	}
}

func TestACredentialErrorNamesItsRealm(t *testing.T) {
	t.Parallel()
	s := newSim(t, audiblesim.Options{}, audiblesim.Account{UserName: true, Login: "kimsample", Marketplace: "de"})
	c := newApp(t, s.Transport(), "de")
	c.brand = "audible"
	c.open()
	c.signIn("kimsample", "right horse")
	text, err := json.Marshal(c.registration(c.code()))
	if err != nil {
		t.Fatal(err)
	}
	response, err := send(t.Context(), c.rt, http.MethodPost, "https://api.amazon.de/auth/register", string(text), nil)
	if err != nil {
		t.Fatal(err)
	}
	defer response.Body.Close()
	want := `Basic realm="api.amazon.de/auth/register", error="CredentialError", error_description="The input credential is invalid."`
	if got := response.Header.Get("WWW-Authenticate"); response.StatusCode != 401 || got != want {
		t.Errorf("register = %d with %q, want 401 with %q", response.StatusCode, got, want)
	}
}

func TestACodeWorksOnce(t *testing.T) {
	t.Parallel()
	e := enrol(t, audiblesim.Options{}, audiblesim.Account{})
	status, body := e.app.postJSON("https://api.amazon.com/auth/register", e.app.registration(e.app.code()))
	if status != 400 || !strings.Contains(string(body), "InvalidToken") {
		t.Errorf("second registration = %d %s, want 400 InvalidToken", status, body)
	}
}

func TestDevicesAreNamedInTurn(t *testing.T) {
	t.Parallel()
	e := enrol(t, audiblesim.Options{}, audiblesim.Account{Name: "Kim Doe"})
	second := e.again()
	if got := second.Extensions.Device["device_name"]; got != "Kim's 2nd Audible for iPhone" {
		t.Errorf("second device = %q", got)
	}
	const template = "%FIRST_NAME%%FIRST_NAME_POSSESSIVE_STRING%%DUPE_STRATEGY_1ST%App"
	var taken []string
	for _, want := range []string{"Kim's App", "Kim's 2nd App", "Kim's 3rd App", "Kim's 4th App"} {
		got := audiblesim.DeviceName(template, "Kim Doe", taken...)
		if got != want {
			t.Errorf("device name = %q, want %q", got, want)
		}
		taken = append(taken, got)
	}
	for len(taken) < 22 {
		taken = append(taken, audiblesim.DeviceName(template, "Kim Doe", taken...))
	}
	if taken[10] != "Kim's 11th App" || taken[20] != "Kim's 21st App" || taken[21] != "Kim's 22nd App" {
		t.Errorf("later devices = %q", taken[10:])
	}
	if got := audiblesim.DeviceName("plain name", "Kim Doe", "plain name"); got != "plain name" {
		t.Errorf("name without template = %q", got)
	}
}

func TestCookiesCanBeLeftOut(t *testing.T) {
	t.Parallel()
	e := enrol(t, audiblesim.Options{NoCookies: true}, audiblesim.Account{})
	if e.device.Tokens.Cookies != nil || e.device.Tokens.Store != nil {
		t.Error("cookies came in spite of NoCookies")
	}
}
