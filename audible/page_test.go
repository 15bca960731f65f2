package audible_test

import (
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"strings"
	"testing"

	"github.com/audipy/audipy/audible"
)

// site is an Amazon of a few fixed pages, for what the simulator, which plays
// by the rules, would never send.
type site struct {
	// pages are bodies by path; a body that begins with "https:" or "http:"
	// is a redirect.
	pages map[string]string
	// all answers every path without a page of its own.
	all      string
	asked    []string
	posted   []string
	header   http.Header // of the first request
	encoding string
	status   int
}

const pageType = "text/html; charset=utf-8"

func (s *site) RoundTrip(r *http.Request) (*http.Response, error) {
	if s.header == nil {
		s.header = r.Header.Clone()
	}
	s.asked = append(s.asked, r.Method+" "+r.URL.Scheme+"://"+r.URL.Host+r.URL.Path)
	if r.Body != nil {
		body, err := io.ReadAll(r.Body)
		if err != nil {
			return nil, err
		}
		if len(body) > 0 {
			s.posted = append(s.posted, string(body))
		}
	}
	body, ok := s.pages[r.URL.Path]
	if !ok {
		body = s.all
	}
	answer := &http.Response{StatusCode: max(s.status, 200), Header: http.Header{"Content-Type": {pageType}}, Request: r}
	if strings.HasPrefix(body, "http") {
		answer.StatusCode, body = http.StatusFound, strings.TrimSpace(body)
		answer.Header.Set("Location", body)
		body = ""
	}
	if s.encoding != "" {
		answer.Header.Set("Content-Type", s.encoding)
	}
	answer.Body = io.NopCloser(strings.NewReader(body))
	return answer, nil
}

const signInPage = `<form name="signIn" method="post" action="/ap/signin/1"><input type="hidden" name="h" value="v&amp;w">` +
	`<input type="email" name="email"><input type="password" name="password"></form>`

// start gets a sign-in to its first step on a site.
func start(t testing.TB, s *site) (*audible.SignIn, audible.Step) {
	t.Helper()
	signIn := newSignIn(t, "us", false)
	step, err := signIn.Start(t.Context(), s)
	if err != nil {
		t.Fatal(err)
	}
	return signIn, step
}

var credentials = audible.Answer{Login: "kim@example.com", Password: "s3cret-Pass"}

func TestFormsThatLeadAwayGetNoPassword(t *testing.T) {
	t.Parallel()
	form := func(action string) string {
		return `<form name="signIn" method="post" action="` + action + `"><input name="email"><input type="password" name="password"></form>`
	}
	for name, page := range map[string]string{
		"another host":        form("https://evil.example/ap/signin"),
		"another marketplace": form("https://www.amazon.de/ap/signin"),
		"a look-alike":        form("https://www.amazon.com.evil.example/ap/signin"),
		"plain http":          form("http://www.amazon.com/ap/signin"),
		"a port":              form("https://www.amazon.com:8443/ap/signin"),
		"user info":           form("https://www.amazon.com@evil.example/ap/signin"),
		"another path":        form("/gp/signin"),
		"dots":                form("/ap/../gp/signin"),
		"protocol-relative":   form("//evil.example/ap/signin"),
		"a script":            form("javascript:send()"),
		"mail":                form("mailto:evil@example.com"),
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := &site{all: page}
			_, step := start(t, s)
			if step.Kind != audible.StepBrowser || step.Reason != audible.ReasonUnsafeForm || step.Capture == nil || len(s.posted) > 0 {
				t.Errorf("%q, %q, %d forms sent", step.Kind, step.Reason, len(s.posted))
			}
		})
	}
}

func TestTheSafeFormIsChosenAmongOthers(t *testing.T) {
	t.Parallel()
	foreign := `<form name="signIn" action="https://evil.example/ap/signin"><input name="email"><input name="password" type="password"></form>`
	register := `<form action="/ap/register"><input name="email"><input name="password" type="password"><input name="passwordCheck" type="password"></form>`
	search := `<form action="/ap/search"><input name="field-keywords"></form>`
	s := &site{pages: map[string]string{"/ap/signin": search + foreign + register + signInPage + search}, all: "<p>end"}
	signIn, step := start(t, s)
	if step.Kind != audible.StepCredentials {
		t.Fatalf("first step %q", step.Kind)
	}
	if _, err := signIn.Answer(t.Context(), s, credentials); err != nil {
		t.Fatal(err)
	}
	if got := s.asked[len(s.asked)-1]; got != "POST https://www.amazon.com/ap/signin/1" {
		t.Errorf("sent to %s", got)
	}
	sent, err := url.ParseQuery(s.posted[0])
	if err != nil || sent.Get("h") != "v&w" || sent.Get("email") != credentials.Login || sent.Get("password") != credentials.Password {
		t.Errorf("sent %v, %v", len(sent), err)
	}
}

// A page after the password that asks for something else must not get the
// password again, whatever its fields are called.
func TestPasswordGoesIntoTheSignInFormAlone(t *testing.T) {
	t.Parallel()
	otp := `<form id="auth-mfa-form" action="/ap/signin/2"><input name="otpCode"><input name="password"></form>`
	s := &site{pages: map[string]string{"/ap/signin": signInPage, "/ap/signin/1": otp}, all: "<p>end"}
	signIn, _ := start(t, s)
	if _, err := signIn.Answer(t.Context(), s, credentials); err != nil {
		t.Fatal(err)
	}
	if _, err := signIn.Answer(t.Context(), s, audible.Answer{Text: "123456"}); err != nil {
		t.Fatal(err)
	}
	if last := s.posted[len(s.posted)-1]; strings.Contains(last, credentials.Password) || !strings.Contains(last, "otpCode=123456") {
		t.Error("the password went into the form of the one-time password")
	}
}

func TestRedirectsStayOnTheMarketplacesHosts(t *testing.T) {
	t.Parallel()
	for name, location := range map[string]string{
		"another host":        "https://evil.example/ap/signin",
		"another marketplace": "https://www.amazon.co.uk/ap/signin",
		"plain http":          "http://www.amazon.com/ap/signin",
		"a code elsewhere":    "https://evil.example/ap/maplanding?openid.oa2.authorization_code=" + goodCode,
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := &site{all: location}
			_, step := start(t, s)
			if step.Reason != audible.ReasonForeignHost || len(s.asked) != 1 {
				t.Errorf("%q after %v", step.Reason, s.asked)
			}
		})
	}
}

// In Brazil the landing page leads on to the home page. The walk stops at the
// hop that has the code and never asks for the landing page.
func TestTheCodeIsTakenFromTheHopThatHasIt(t *testing.T) {
	t.Parallel()
	s := &site{pages: map[string]string{
		"/ap/signin":   signInPage,
		"/ap/signin/1": "https://www.amazon.com/ap/hop",
		"/ap/hop":      goodLanding,
	}}
	signIn, _ := start(t, s)
	step, err := signIn.Answer(t.Context(), s, credentials)
	if err != nil || step.Kind != audible.StepDone || step.Authorization.Code != goodCode || len(s.asked) != 3 {
		t.Errorf("%q, %v after %v", step.Kind, err, s.asked)
	}
}

func TestACancelledSignInSaysSo(t *testing.T) {
	t.Parallel()
	s := &site{all: "https://www.amazon.com/ap/maplanding?openid.mode=cancel"}
	if _, step := start(t, s); step.Reason != audible.ReasonCancelled {
		t.Errorf("%q", step.Reason)
	}
}

func TestEndlessPagesEnd(t *testing.T) {
	t.Parallel()
	loop := &site{all: "https://www.amazon.com/ap/signin"}
	if _, step := start(t, loop); step.Reason != audible.ReasonTooManyPages || len(loop.asked) != 16 {
		t.Errorf("redirects: %q after %d requests", step.Reason, len(loop.asked))
	}
	nag := &site{all: `<a id="skip" href="/ap/accountfixup/skip">Not now</a>`}
	if _, step := start(t, nag); step.Reason != audible.ReasonTooManyPages || len(nag.asked) > 16 {
		t.Errorf("advice: %q after %d requests", step.Reason, len(nag.asked))
	}
}

// Sixty pages are the end of a sign-in, however it goes on asking, and errors
// count.
func TestASignInHasABudgetOfPages(t *testing.T) {
	t.Parallel()
	s := &site{all: signInPage}
	signIn, step := start(t, s)
	for range 200 {
		if step.Kind == audible.StepBrowser {
			break
		}
		s.status = 200 + 303*(len(s.asked)%2)
		next, err := signIn.Answer(t.Context(), s, credentials)
		if err == nil {
			step = next
		} else if !errors.Is(err, audible.ErrSignInUnavailable) {
			t.Fatal(err)
		}
	}
	if step.Reason != audible.ReasonTooManyPages || len(s.asked) != 60 {
		t.Errorf("%q after %d requests", step.Reason, len(s.asked))
	}
}

func TestAnApprovalIsLookedAtForFiveMinutes(t *testing.T) {
	t.Parallel()
	s := &site{all: `<div id="resend-approval-alert">Approve</div>`}
	signIn, step := start(t, s)
	polls := 0
	for step.Kind == audible.StepApproval && polls < 100 {
		polls++
		var err error
		if step, err = signIn.Answer(t.Context(), s, audible.Answer{Poll: true}); err != nil {
			t.Fatal(err)
		}
	}
	if polls != 80 || step.Reason != audible.ReasonTooManyPages {
		t.Errorf("%d looks, then %q", polls, step.Reason)
	}
}

func TestAmazonOutOfReachLeavesTheStepAlone(t *testing.T) {
	t.Parallel()
	s := &site{pages: map[string]string{"/ap/signin": signInPage}, all: "https://www.amazon.com/ap/maplanding?" +
		"openid.oa2.authorization_code=" + goodCode}
	signIn, _ := start(t, s)
	down := roundTrip(func(r *http.Request) (*http.Response, error) {
		return nil, &url.Error{Op: "Post", URL: r.URL.String() + "?secret", Err: errors.New("connection refused")}
	})
	_, err := signIn.Answer(t.Context(), down, credentials)
	if !errors.Is(err, audible.ErrSignInUnavailable) || strings.Contains(err.Error(), "secret") || strings.Contains(err.Error(), "s3cret") {
		t.Fatalf("error %v", err)
	}
	if signIn.Step().Kind != audible.StepCredentials {
		t.Fatalf("the step became %q", signIn.Step().Kind)
	}
	if step, err := signIn.Answer(t.Context(), s, credentials); err != nil || step.Kind != audible.StepDone {
		t.Errorf("the second try: %q, %v", step.Kind, err)
	}
}

func TestAnswersThatDoNotFitAreNotSent(t *testing.T) {
	t.Parallel()
	s := &site{all: signInPage}
	signIn, _ := start(t, s)
	for name, answer := range map[string]audible.Answer{
		"nothing": {}, "no password": {Login: "kim"}, "no login": {Password: "x"},
		"two lines": {Login: "kim", Password: "a\r\nb"}, "a megabyte": {Login: "kim", Password: strings.Repeat("x", 1<<20)},
	} {
		if _, err := signIn.Answer(t.Context(), s, answer); !errors.Is(err, audible.ErrAnswer) {
			t.Errorf("%s: %v, want ErrAnswer", name, err)
		}
	}
	if len(s.asked) != 1 {
		t.Errorf("%d requests, want 1", len(s.asked))
	}
	if _, err := newSignIn(t, "us", false).Answer(t.Context(), s, credentials); !errors.Is(err, audible.ErrAnswer) {
		t.Errorf("answer before the start: %v", err)
	}
}

func TestAmazonsWordsAreCleaned(t *testing.T) {
	t.Parallel()
	box := `<div class="a-alert-error aok-hidden">hidden template</div><div id="auth-error-message-box"><h4>Oh&nbsp;no</h4>` +
		"<ul><li><span>wrong \x1b[31m \u202eword\n\n" + strings.Repeat("long ", 200) + `</span></li></ul><script>evil()</script></div>`
	_, step := start(t, &site{all: box + signInPage})
	if !strings.HasPrefix(step.Message, "Oh no wrong [31m word long") || len([]rune(step.Message)) != 300 {
		t.Errorf("message %q (%d)", step.Message, len([]rune(step.Message)))
	}
}

func TestOddPagesAreBounded(t *testing.T) {
	t.Parallel()
	many := strings.Repeat(`<form action="/ap/x"><input name="a"></form>`, 500)
	fields := `<form name="signIn" action="/ap/x"><input name="email">` + strings.Repeat(`<input name="b">`, 1000) + `</form>`
	for name, body := range map[string]string{
		"empty": "", "no form": "<p>hello", "500 forms": many, "1,000 fields": fields,
		"deep": strings.Repeat("<div>", 5000),
	} {
		signIn := newSignIn(t, "us", false)
		step, err := signIn.Start(t.Context(), &site{all: body})
		if err == nil && step.Kind != audible.StepBrowser || err != nil && !errors.Is(err, audible.ErrSignInUnavailable) {
			t.Errorf("%s: %q, %v", name, step.Kind, err)
		}
	}
	_, err := newSignIn(t, "us", false).Start(t.Context(), &site{all: strings.Repeat("x", 3<<20)})
	if !errors.Is(err, audible.ErrTooLarge) {
		t.Errorf("3 MiB: %v", err)
	}
	_, err = newSignIn(t, "us", false).Start(t.Context(), &site{all: "{}", encoding: "application/json"})
	if !errors.Is(err, audible.ErrSignInUnavailable) || !strings.Contains(err.Error(), "application/json") {
		t.Errorf("JSON: %v", err)
	}
}

func TestPagesInOtherEncodingsAreRead(t *testing.T) {
	t.Parallel()
	wide := "\xff\xfe"
	for _, r := range signInPage {
		wide += string([]byte{byte(r), 0})
	}
	for name, s := range map[string]*site{
		"UTF-16":    {all: wide, encoding: "text/html"},
		"Shift_JIS": {all: "<title>\x83\x54\x83\x43\x83\x93</title>" + signInPage, encoding: "text/html; charset=Shift_JIS"},
	} {
		if _, step := start(t, s); step.Kind != audible.StepCredentials {
			t.Errorf("%s: %q", name, step.Kind)
		}
	}
}

func TestRequestsLookLikeTheApp(t *testing.T) {
	t.Parallel()
	var vectors loginVectors
	readVectors(t, "login-vectors.json", &vectors)
	var compact metadataVectors
	readVectors(t, "audible-vectors.json", &compact)
	signIn, err := audible.NewSignIn(audible.SignInOptions{Marketplace: market(t, "us"), Rand: vectorRandom(t)})
	if err != nil {
		t.Fatal(err)
	}
	s := &site{all: signInPage}
	if _, err := signIn.Start(t.Context(), s); err != nil {
		t.Fatal(err)
	}
	want := fmt.Sprintf("frc=%s; map-md=%s; amzn-app-id=%s", vectors.Cookies["frc"], compact.MapMD.Cookie, vectors.Cookies["amzn-app-id"])
	if got := s.header.Get("Cookie"); got != want {
		t.Errorf("cookies %s\nwant    %s", got, want)
	}
	if agent := s.header.Get("User-Agent"); agent != "Mozilla/5.0 (iPhone; CPU iPhone OS 15_0 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Mobile/15E148" {
		t.Errorf("user agent %q", agent)
	}
}

func FuzzSignInPage(f *testing.F) {
	f.Add(signInPage, pageType)
	f.Add(`<img alt="CAPTCHA" src="/c.png"><form><input name="guess">`, pageType)
	f.Add(`<input name="otpDeviceContext" type="radio" value="x=, TOTP"><form id="auth-select-device-form" action="/ap/x">`, "text/html")
	f.Add(`<div id="cvf-page-content"><form action="verify"><input name="code">`, "text/html; charset=utf-16")
	f.Add(`<div id="resend-approval-alert">`, "text/html")
	f.Add(`<a href="/ap/skip">Skip</a>passkey`, "text/html;charset=shift_jis")
	f.Fuzz(func(t *testing.T, body, contentType string) {
		s := &site{all: body, encoding: contentType}
		signIn := newSignIn(t, "us", false)
		step, err := signIn.Start(t.Context(), s)
		for range 3 {
			if err != nil || step.Kind == audible.StepBrowser || step.Kind == audible.StepDone {
				break
			}
			a := credentials
			a.Text, a.Choice = "123456", "1"
			step, err = signIn.Answer(t.Context(), s, a)
		}
		reload(t, signIn)
		for _, asked := range s.asked {
			if !strings.Contains(asked, " https://www.a") && !strings.Contains(asked, "media-amazon.com/") &&
				!strings.Contains(asked, "images-amazon.com/") && !strings.Contains(asked, "opfcaptcha-prod.s3.amazonaws.com/") {
				t.Fatalf("asked %s", asked)
			}
		}
		if len(step.Message) > 1200 || len(s.asked) > 64 {
			t.Fatalf("%d bytes of message, %d requests", len(step.Message), len(s.asked))
		}
	})
}
