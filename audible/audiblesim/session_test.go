package audiblesim_test

import (
	"net/http"
	"net/http/cookiejar"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/audipy/audipy/audible/audiblesim"
)

func (c *appClient) message() string {
	return strings.TrimSpace(c.page.Find("#auth-error-message-box li span, #ap_error_page_message").Text())
}

func TestASignInNeedsItsCookies(t *testing.T) {
	t.Parallel()
	s := newSim(t, audiblesim.Options{}, audiblesim.Account{})
	for _, lost := range []string{"session-id", "session-token", "ubid-main"} {
		c := newApp(t, s.Transport(), "us")
		c.open()
		empty, err := cookiejar.New(nil)
		if err != nil {
			t.Fatal(err)
		}
		for _, cookie := range c.jar.Cookies(&url.URL{Scheme: "https", Host: "www.amazon.com", Path: "/ap/signin"}) {
			if cookie.Name != lost {
				empty.SetCookies(&url.URL{Scheme: "https", Host: "www.amazon.com"}, []*http.Cookie{cookie})
			}
		}
		c.jar = empty
		c.signIn(kim, "right horse")
		if !strings.Contains(c.message(), "Please Enable Cookies") {
			t.Errorf("without %s the page says %q, want that cookies are needed", lost, c.message())
		}
	}
	if got := s.Counts().LostSessions; got != 3 {
		t.Errorf("lost sessions = %d, want 3", got)
	}
}

func TestASignInStaysOnItsHostAndNumber(t *testing.T) {
	t.Parallel()
	s := newSim(t, audiblesim.Options{}, audiblesim.Account{})
	c := newApp(t, s.Transport(), "us")
	c.open()
	action, fields := c.form()
	if !strings.HasPrefix(action, "https://www.amazon.com/ap/signin/1") {
		t.Fatalf("action = %q, want it absolute with the number of the session", action)
	}
	fields.Set("email", kim)
	fields.Set("password", "right horse")
	for _, elsewhere := range []string{action + "0", "https://www.amazon.com/ap/mfa", "https://www.audible.com/ap/signin"} {
		c.follow(http.MethodPost, elsewhere, fields.Encode())
		if c.code() != "" {
			t.Errorf("the form sent to %s is accepted", elsewhere)
		}
	}
	if got := len(s.Counts().MisplacedPasswords); got != 3 {
		t.Errorf("misplaced passwords = %d, want 3", got)
	}
}

func TestSplitPagesAskForTheLoginFirst(t *testing.T) {
	t.Parallel()
	s := newSim(t, audiblesim.Options{}, audiblesim.Account{SplitPages: true})
	c := newApp(t, s.Transport(), "us")
	c.open()
	if c.page.Find("input[name=password]").Length() != 0 {
		t.Error("the first page asks for a password")
	}
	c.submit("email", "nobody@example.com", "metadata1", testMetadata1)
	if !strings.Contains(c.message(), "cannot find an account") {
		t.Errorf("unknown login: page says %q", c.message())
	}
	c.submit("email", kim, "metadata1", testMetadata1)
	if value := c.page.Find("input[name=appAction]").AttrOr("value", ""); value != "SIGNIN_PWD_COLLECT" {
		t.Errorf("appAction of the second page = %q", value)
	}
	c.signIn(kim, "right horse")
	if c.code() == "" {
		t.Error("no code after both pages")
	}
}

func TestUserNamesAndAddressesDoNotMix(t *testing.T) {
	t.Parallel()
	s := newSim(t, audiblesim.Options{}, audiblesim.Account{})
	if err := s.AddAccount(audiblesim.Account{Login: "kimsample", UserName: true, Password: "old horse", Marketplace: "uk"}); err != nil {
		t.Fatal(err)
	}
	for _, test := range []struct {
		cc, brand, login, password string
		right                      bool
	}{
		{"uk", "audible", "kimsample", "old horse", true},
		{"uk", "audible", kim, "right horse", false},
		{"uk", "amazon", "kimsample", "old horse", false},
		{"us", "audible", "kimsample", "old horse", false},
		{"us", "amazon", kim, "right horse", true},
	} {
		c := newApp(t, s.Transport(), test.cc)
		c.brand = test.brand
		c.open()
		c.signIn(test.login, test.password)
		if (c.code() != "") != test.right {
			t.Errorf("%s on www.%s of %s: code %q, want one %t", test.login, test.brand, test.cc, c.code(), test.right)
		}
	}
}

func TestLandingIsAPageNotFoundAndBrazilGoesOn(t *testing.T) {
	t.Parallel()
	for cc, status := range map[string]int{"us": 404, "br": 200} {
		s := newSim(t, audiblesim.Options{}, audiblesim.Account{})
		c := newApp(t, s.Transport(), cc)
		c.open()
		c.signIn(kim, "right horse")
		if c.status != status || c.code() == "" {
			t.Errorf("%s: ends with %d and code %q, want %d and a code", cc, c.status, c.code(), status)
		}
		if inLast := c.at.Query().Has("openid.oa2.authorization_code"); inLast == (cc == "br") {
			t.Errorf("%s: code in the last address %t", cc, inLast)
		}
	}
}

func TestAnAmazonAccountMayLandOnAudible(t *testing.T) {
	t.Parallel()
	s := newSim(t, audiblesim.Options{}, audiblesim.Account{})
	c := newApp(t, s.Transport(), "ca")
	q := c.parameters()
	q.Set("openid.return_to", "https://www.audible.ca/ap/maplanding")
	c.openWith(q)
	c.signIn(kim, "right horse")
	if c.at.Host != "www.audible.ca" || c.code() == "" {
		t.Errorf("landed on %s with code %q", c.at.Host, c.code())
	}
}

func TestSuspiciousClientsGetACaptchaMore(t *testing.T) {
	t.Parallel()
	cookies := []*http.Cookie{{Name: "frc", Value: "x"}, {Name: "map-md", Value: "x"}}
	for name, test := range map[string]struct {
		cookies  []*http.Cookie
		metadata string
		captcha  bool
	}{
		"as the app":       {cookies, testMetadata1, false},
		"without cookies":  {nil, testMetadata1, true},
		"without metadata": {cookies, "", true},
	} {
		s := newSim(t, audiblesim.Options{}, audiblesim.Account{Suspicious: true})
		c := newApp(t, s.Transport(), "us")
		c.jar.SetCookies(&url.URL{Scheme: "https", Host: "www.amazon.com"}, test.cookies)
		c.open()
		c.submit("email", kim, "password", "right horse", "metadata1", test.metadata)
		if got := c.page.Find("#auth-captcha-image").Length() == 1; got != test.captcha {
			t.Errorf("%s: captcha %t, want %t", name, got, test.captcha)
		}
	}
}

func TestWrongMetadata1IsRefused(t *testing.T) {
	t.Parallel()
	s := newSim(t, audiblesim.Options{}, audiblesim.Account{})
	c := newApp(t, s.Transport(), "us")
	c.open()
	c.submit("email", kim, "password", "right horse", "metadata1", "ECdITeCs:Oo8+0npaF9M+CLRS")
	if !strings.Contains(c.message(), "wrong checksum") || c.code() != "" || s.Counts().MetadataBad != 1 {
		t.Errorf("page says %q, counted %d; want a refusal counted once", c.message(), s.Counts().MetadataBad)
	}
}

func TestAnAuthenticatorCodeWorksOnce(t *testing.T) {
	t.Parallel()
	ticking := newClock()
	const seed = "GEZDGNBVGY3TQOJQ GEZDGNBVGY3TQOJQ"
	s := newSim(t, audiblesim.Options{Now: ticking.now}, audiblesim.Account{TOTPSeed: seed, Challenges: []string{"otp"}})
	otp, err := s.OTP(kim)
	if err != nil {
		t.Fatal(err)
	}
	for _, want := range []bool{true, false} {
		c := newApp(t, s.Transport(), "us")
		c.open()
		c.signIn(kim, "right horse")
		c.submit("otpCode", otp, "mfaSubmit", "Submit")
		if (c.code() != "") != want {
			t.Errorf("the code %s is accepted %t, want %t", otp, !want, want)
		}
	}
	if next, err := s.OTP(kim); err != nil || next == otp {
		t.Errorf("OTP = %s, %v after use; want another", next, err)
	}
}

func TestTOTPFollowsRFC6238(t *testing.T) {
	t.Parallel()
	for at, want := range map[int64]string{59: "287082", 1111111109: "081804", 1234567890: "005924", 2000000000: "279037"} {
		got, err := audiblesim.TOTPCode("gezdgnbvgy3tqojqgezdgnbvgy3tqojq====", time.Unix(at, 0))
		if err != nil || got != want {
			t.Errorf("code at %d = %s, %v; want %s", at, got, err, want)
		}
	}
}

func TestASentCodeAnswersTheTextMessage(t *testing.T) {
	t.Parallel()
	for _, class := range []string{".auth-SMS", ".auth-VOICE"} {
		s := newSim(t, audiblesim.Options{}, audiblesim.Account{Challenges: []string{"otp"}, Code: "424242", OTP: "111111"})
		c := newApp(t, s.Transport(), "us")
		c.open()
		c.signIn(kim, "right horse")
		c.get(c.page.Find("a#auth-get-new-otp-link").AttrOr("href", ""))
		c.submit("otpDeviceContext", "nothing on offer")
		c.submit("otpDeviceContext", c.page.Find(class+" input").AttrOr("value", ""))
		if c.page.Find("#auth-warning-message-box").Length() != 1 {
			t.Errorf("%s: no word that a code was sent", class)
		}
		if c.submit("otpCode", "111111"); c.code() != "" {
			t.Errorf("%s: the authenticator's code is accepted", class)
		}
		if c.submit("otpCode", "424242"); c.code() == "" {
			t.Errorf("%s: the sent code is not accepted", class)
		}
	}
}
