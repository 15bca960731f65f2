package audiblesim_test

import (
	"bytes"
	"context"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/http/cookiejar"
	"net/url"
	"slices"
	"strings"
	"testing"

	"github.com/PuerkitoBio/goquery"

	"github.com/audipy/audipy/audible/audiblesim"
)

// The verifier and challenge are the vector "pkce" of audible-vectors.json.
const (
	testVerifier  = "AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8"
	testChallenge = "6oZqdX5MOLq_qBJ8vppAnT4fk6AP8UiP9zX8-Rev_9A"
	testSerial    = "0123456789ABCDEF0123456789ABCDEF"
	testType      = "A2CZJZGLK2JJVM"
	// testMetadata1 is a vector: the JSON {"a":1} under the first key.
	testMetadata1 = "ECdITeCs:ywV57pWlNmt5SOqlFWw6Ag=="
)

// appClient is a client like the reference clients, written from the protocol
// alone. It follows redirects by hand and remembers each address.
type appClient struct {
	t        *testing.T
	rt       http.RoundTripper
	jar      http.CookieJar
	brand    string // "amazon", or "audible" for user names
	tld      string
	cc       string
	marketID string
	hops     []string
	status   int
	page     *goquery.Document
	at       *url.URL
	body     []byte
	// wanted, when set, is a field of the form to answer, for pages with
	// foreign forms in front of it.
	wanted string
	// prefix stands in front of the host, instead of "https://".
	prefix string
	// android registers as an Android app.
	android bool
}

type storeRow struct{ cc, tld, id string }

func storeRows() []storeRow {
	return []storeRow{
		{"us", "com", "AF2M0KC94RCEA"},
		{"uk", "co.uk", "A2I9A3Q2GNFNGQ"},
		{"de", "de", "AN7V1F1VY261K"},
		{"fr", "fr", "A2728XDNODOQ8T"},
		{"ca", "ca", "A2CQZ5RBY40XE"},
		{"it", "it", "A2N7FU2W2BU2ZC"},
		{"au", "com.au", "AN7EY7DTAW63G"},
		{"in", "in", "AJO3FBRUE6J4S"},
		{"jp", "co.jp", "A1QAP3MOU4173J"},
		{"es", "es", "ALMIKO4SZCSAR"},
		{"br", "com.br", "A10J1VAYUDTYRN"},
	}
}

func newApp(t *testing.T, rt http.RoundTripper, cc string) *appClient {
	t.Helper()
	jar, err := cookiejar.New(nil)
	if err != nil {
		t.Fatal(err)
	}
	i := slices.IndexFunc(storeRows(), func(r storeRow) bool { return r.cc == cc })
	row := storeRows()[i]
	return &appClient{t: t, rt: rt, jar: jar, brand: "amazon", tld: row.tld, cc: cc, marketID: row.id, prefix: "https://"}
}

// newSim returns a simulator with one account of the usual login.
func newSim(t *testing.T, opts audiblesim.Options, a audiblesim.Account) *audiblesim.Sim {
	t.Helper()
	s := audiblesim.New(opts)
	if a.Login == "" {
		a.Login = "kim@example.com"
	}
	if a.Password == "" {
		a.Password = "right horse"
	}
	if err := s.AddAccount(a); err != nil {
		t.Fatalf("AddAccount: %v", err)
	}
	return s
}

func (c *appClient) parameters() url.Values {
	handle, page := "amzn_audible_ios_"+c.cc, "amzn_audible_ios"
	if c.brand == "audible" {
		handle, page = "amzn_audible_ios_lap_"+c.cc, "amzn_audible_ios_privatepool"
	}
	if c.android {
		handle, page = "amzn_audible_android_aui_"+c.cc, "amzn_audible_android_aui_v2_dark_us"+c.cc
	}
	return url.Values{
		"openid.oa2.response_type":         {"code"},
		"openid.oa2.code_challenge_method": {"S256"},
		"openid.oa2.code_challenge":        {testChallenge},
		"openid.return_to":                 {"https://www." + c.brand + "." + c.tld + "/ap/maplanding"},
		"openid.assoc_handle":              {handle},
		"openid.identity":                  {"http://specs.openid.net/auth/2.0/identifier_select"},
		"openid.claimed_id":                {"http://specs.openid.net/auth/2.0/identifier_select"},
		"pageId":                           {page},
		"accountStatusPolicy":              {"P1"},
		"openid.mode":                      {"checkid_setup"},
		"openid.ns":                        {"http://specs.openid.net/auth/2.0"},
		"openid.ns.oa2":                    {"http://www.amazon.com/ap/ext/oauth/2"},
		"openid.ns.pape":                   {"http://specs.openid.net/extensions/pape/1.0"},
		"openid.pape.max_auth_age":         {"0"},
		"openid.oa2.client_id":             {"device:" + c.clientID()},
		"openid.oa2.scope":                 {"device_auth_access"},
		"marketPlaceId":                    {c.marketID},
		"forceMobileLayout":                {"true"},
	}
}

func (c *appClient) clientID() string {
	return hex.EncodeToString([]byte(testSerial + "#" + c.deviceType()))
}

func (c *appClient) deviceType() string {
	if c.android {
		return "A10KISP2GWF0E4"
	}
	return testType
}

// open begins a sign-in.
func (c *appClient) open() { c.openWith(c.parameters()) }

func (c *appClient) openWith(q url.Values) {
	c.t.Helper()
	c.get(c.prefix + "www." + c.brand + "." + c.tld + "/ap/signin?" + q.Encode())
}

func (c *appClient) get(address string) {
	c.t.Helper()
	c.follow(http.MethodGet, address, "")
}

// follow makes a request and goes after redirects, up to ten.
func (c *appClient) follow(method, address, body string) {
	c.t.Helper()
	for range 10 {
		status, header := c.do(method, address, body)
		if location := header.Get("Location"); location != "" {
			next, err := c.at.Parse(location)
			if err != nil {
				c.t.Fatalf("Location %q: %v", location, err)
			}
			method, address, body = http.MethodGet, next.String(), ""
			continue
		}
		c.status = status
		page, err := goquery.NewDocumentFromReader(bytes.NewReader(c.body))
		if err != nil {
			c.t.Fatalf("page: %v", err)
		}
		c.page = page
		return
	}
	c.t.Fatalf("more than ten redirects, last %s", address)
}

// do makes one request with the jar's cookies and keeps the answer's body.
func (c *appClient) do(method, address, body string) (int, http.Header) {
	c.t.Helper()
	request, err := http.NewRequestWithContext(c.t.Context(), method, address, strings.NewReader(body))
	if err != nil {
		c.t.Fatalf("request: %v", err)
	}
	if method == http.MethodPost {
		request.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	}
	for _, cookie := range c.jar.Cookies(request.URL) {
		request.AddCookie(cookie)
	}
	c.hops = append(c.hops, address)
	c.at = request.URL
	response, err := c.rt.RoundTrip(request)
	if err != nil {
		c.t.Fatalf("%s %s: %v", method, address, err)
	}
	defer response.Body.Close()
	c.jar.SetCookies(request.URL, response.Cookies())
	if c.body, err = io.ReadAll(response.Body); err != nil {
		c.t.Fatalf("read %s: %v", address, err)
	}
	return response.StatusCode, response.Header
}

// fields collects the form's inputs as the reference clients do: hidden ones
// with their values, all others empty.
func (c *appClient) form() (action string, fields url.Values) {
	c.t.Helper()
	form := c.page.Find("form").Has(c.wanted).First()
	if c.wanted == "" {
		form = c.page.Find("form[name=signIn]").First()
	}
	if form.Length() == 0 {
		form = c.page.Find("form").First()
	}
	fields = make(url.Values)
	form.Find("input[name]").Each(func(_ int, input *goquery.Selection) {
		value := ""
		if input.AttrOr("type", "") == "hidden" {
			value = input.AttrOr("value", "")
		}
		fields.Set(input.AttrOr("name", ""), value)
	})
	return form.AttrOr("action", ""), fields
}

// submit fills the page's form in with name, value pairs and sends it.
func (c *appClient) submit(pairs ...string) {
	c.t.Helper()
	action, fields := c.form()
	for i := 0; i < len(pairs); i += 2 {
		fields.Set(pairs[i], pairs[i+1])
	}
	target, err := c.at.Parse(action)
	if err != nil {
		c.t.Fatalf("action %q: %v", action, err)
	}
	c.follow(http.MethodPost, target.String(), fields.Encode())
}

func (c *appClient) signIn(login, password string) {
	c.t.Helper()
	c.submit("email", login, "password", password, "metadata1", testMetadata1)
}

// code is the authorization code of any hop so far, or empty.
func (c *appClient) code() string {
	for _, hop := range c.hops {
		if address, err := url.Parse(hop); err == nil {
			if code := address.Query().Get("openid.oa2.authorization_code"); code != "" {
				return code
			}
		}
	}
	return ""
}

func (c *appClient) registration(code string) map[string]any {
	return map[string]any{
		"requested_token_type": []string{"bearer", "mac_dms", "website_cookies", "store_authentication_cookie"},
		"cookies":              map[string]any{"website_cookies": []string{}, "domain": ".amazon." + c.tld},
		"registration_data": map[string]string{
			"domain": "Device", "app_version": "3.56.2", "device_serial": testSerial, "device_type": c.deviceType(),
			"device_name": "%FIRST_NAME%%FIRST_NAME_POSSESSIVE_STRING%%DUPE_STRATEGY_1ST%Audible for iPhone",
			"os_version":  "15.0.0", "software_version": "35602678", "device_model": "iPhone", "app_name": "Audible",
		},
		"auth_data": map[string]string{
			"client_id": c.clientID(), "authorization_code": code, "code_verifier": testVerifier,
			"code_algorithm": "SHA-256", "client_domain": "DeviceLegacy",
		},
		"requested_extensions": []string{"device_info", "customer_info"},
	}
}

// registered is what tests read of a registration's answer.
type registered struct {
	Tokens struct {
		Bearer struct {
			Access  string `json:"access_token"`
			Refresh string `json:"refresh_token"`
			Expires string `json:"expires_in"`
		} `json:"bearer"`
		Device struct {
			ADP string `json:"adp_token"`
			Key string `json:"device_private_key"`
		} `json:"mac_dms"`
		Cookies []map[string]string `json:"website_cookies"`
		Store   map[string]string   `json:"store_authentication_cookie"`
	} `json:"tokens"`
	Extensions struct {
		Device   map[string]string `json:"device_info"`
		Customer map[string]string `json:"customer_info"`
	} `json:"extensions"`
}

// register registers with the code and fails the test unless that succeeds.
func (c *appClient) register(code string) registered {
	c.t.Helper()
	status, body := c.postJSON("https://api."+c.brand+"."+c.tld+"/auth/register", c.registration(code))
	if status != http.StatusOK {
		c.t.Fatalf("register = %d %s, want 200", status, body)
	}
	var answer struct {
		Response struct {
			Success registered `json:"success"`
		} `json:"response"`
	}
	if err := json.Unmarshal(body, &answer); err != nil {
		c.t.Fatalf("register: %v", err)
	}
	return answer.Response.Success
}

func (c *appClient) postJSON(address string, value any) (int, []byte) {
	c.t.Helper()
	text, err := json.Marshal(value)
	if err != nil {
		c.t.Fatal(err)
	}
	return call(c.t, c.rt, http.MethodPost, address, string(text), http.Header{"Content-Type": {"application/json"}})
}

// refresh asks for an access token.
func (c *appClient) refresh(token string) (int, []byte) {
	c.t.Helper()
	form := url.Values{
		"app_name": {"Audible"}, "app_version": {"3.56.2"}, "source_token": {token},
		"requested_token_type": {"access_token"}, "source_token_type": {"refresh_token"},
	}
	return call(c.t, c.rt, http.MethodPost, "https://api."+c.brand+"."+c.tld+"/auth/token", form.Encode(),
		http.Header{"Content-Type": {"application/x-www-form-urlencoded"}})
}

// call makes one request and returns status and body.
func call(t *testing.T, rt http.RoundTripper, method, address, body string, header http.Header) (int, []byte) {
	t.Helper()
	response, err := send(t.Context(), rt, method, address, body, header)
	if err != nil {
		t.Fatalf("%s %s: %v", method, address, err)
	}
	defer response.Body.Close()
	text, err := io.ReadAll(response.Body)
	if err != nil {
		t.Fatalf("read %s: %v", address, err)
	}
	return response.StatusCode, text
}

func send(ctx context.Context, rt http.RoundTripper, method, address, body string, header http.Header) (*http.Response, error) {
	request, err := http.NewRequestWithContext(ctx, method, address, strings.NewReader(body))
	if err != nil {
		return nil, fmt.Errorf("make the request: %w", err)
	}
	if header != nil {
		request.Header = header
	}
	return rt.RoundTrip(request)
}
