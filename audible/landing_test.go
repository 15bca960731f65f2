package audible_test

import (
	"errors"
	"fmt"
	"strings"
	"testing"

	"github.com/audipy/audipy/audible"
)

const goodLanding = "https://www.amazon.com/ap/maplanding?openid.mode=id_res&openid.oa2.authorization_code=ANVBTWKXQRHSGYDLPEZCFJMO" +
	"&openid.ns=http%3A%2F%2Fspecs.openid.net%2Fauth%2F2.0&serial="

const goodCode = "ANVBTWKXQRHSGYDLPEZCFJMO"

func TestLandingAddressGivesItsCode(t *testing.T) {
	t.Parallel()
	for name, pasted := range map[string]string{
		"as it is":         goodLanding,
		"white space":      " \t\n" + goodLanding + "\r\n ",
		"line breaks":      goodLanding[:40] + "\r\n" + goodLanding[40:90] + "\n   " + goodLanding[90:],
		"byte order mark":  "\uFEFF" + goodLanding,
		"audible's host":   strings.Replace(goodLanding, "www.amazon.com", "www.audible.com", 1),
		"code at the end":  "https://www.amazon.com/ap/maplanding?openid.oa2.authorization_code=" + goodCode,
		"empty fragment":   goodLanding + "#",
		"escaped key":      "https://www.amazon.com/ap/maplanding?openid%2Eoa2%2Eauthorization_code=" + goodCode,
		"other parameters": goodLanding + "&captcha_verified=1",
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			code, err := audible.ParseLanding(market(t, "us"), pasted)
			if err != nil || code != goodCode {
				t.Errorf("ParseLanding() = %q, %v; want %q", code, err, goodCode)
			}
		})
	}
}

// badLandings are the malformed pastes of protocol 4 and security G151-G158.
func badLandings(t testing.TB) map[string]struct {
	pasted string
	want   audible.LandingProblem
	says   string
} {
	type bad = struct {
		pasted string
		want   audible.LandingProblem
		says   string
	}
	swap := func(from, to string) string { return strings.Replace(goodLanding, from, to, 1) }
	atLimit := "https://www.amazon.com/ap/maplanding?" + strings.Repeat("a", 1024)
	tail := "&openid.oa2.authorization_code=ANVBT"
	return map[string]bad{
		"nothing":            {" \n ", audible.LandingEmpty, "nothing was pasted"},
		"a book":             {strings.Repeat("x", 1<<20), audible.LandingTooLong, "longer"},
		"words":              {"it says page not found", audible.LandingNotAddress, "not a whole address"},
		"no scheme":          {strings.TrimPrefix(goodLanding, "https://"), audible.LandingNotAddress, "https://"},
		"bare query":         {"openid.oa2.authorization_code=" + goodCode, audible.LandingNotAddress, "whole address"},
		"start address":      {newSignIn(t, "us", false).URL(), audible.LandingStartAddress, "starts the sign-in"},
		"namespace part":     {"http://www.amazon.com/ap/ext/oauth/2", audible.LandingNamespace, "part of the start address"},
		"http":               {swap("https:", "http:"), audible.LandingNotHTTPS, `does not begin with "https://"`},
		"javascript":         {"javascript:alert(1)", audible.LandingNotAddress, "whole address"},
		"other marketplace":  {swap("amazon.com", "amazon.de"), audible.LandingWrongMarketplace, "www.amazon.de"},
		"look-alike suffix":  {swap("amazon.com", "amazon.com.evil.example"), audible.LandingLookAlike, "only looks like Amazon"},
		"look-alike letters": {swap("amazon.com", "аmazon.com"), audible.LandingLookAlike, "only looks like Amazon"},
		"look-alike puny":    {swap("amazon.com", "xn--mazon-3ve.com"), audible.LandingLookAlike, "only looks like Amazon"},
		"no www":             {swap("www.amazon.com", "amazon.com"), audible.LandingLookAlike, "only looks like Amazon"},
		"capitals":           {swap("www.amazon.com", "WWW.AMAZON.COM"), audible.LandingLookAlike, "only looks like"},
		"another site":       {swap("www.amazon.com", "example.org"), audible.LandingForeignHost, "is not Amazon"},
		"user info":          {swap("www.amazon.com", "www.amazon.com@evil.example"), audible.LandingUserInfo, "in front of its host"},
		"port":               {swap("www.amazon.com", "www.amazon.com:8443"), audible.LandingPort, "names a port"},
		"usual port":         {swap("www.amazon.com", "www.amazon.com:443"), audible.LandingPort, "names a port"},
		"path with dots":     {swap("/ap/maplanding", "/ap/maplanding/../x"), audible.LandingPath, "another page"},
		"other path":         {swap("/ap/", "/gp/"), audible.LandingPath, "another page"},
		"escaped path":       {swap("/ap/maplanding", "/ap/map%6Canding"), audible.LandingPath, "another page"},
		"second step":        {"https://www.amazon.com/ap/mfa?arb=1", audible.LandingUnfinished, "not finished"},
		"signin with number": {"https://www.amazon.com/ap/signin/141-1", audible.LandingUnfinished, "not finished"},
		"home page":          {"https://www.amazon.com/?ref_=nav", audible.LandingHomePage, "home page"},
		"code in fragment":   {"https://www.amazon.com/ap/maplanding#openid.oa2.authorization_code=" + goodCode, audible.LandingFragment, "#"},
		"fragment":           {goodLanding + "#top", audible.LandingFragment, "#"},
		"no query":           {"https://www.amazon.com/ap/maplanding", audible.LandingNoCode, "no authorization code"},
		"other query":        {"https://www.amazon.com/ap/maplanding?a=b", audible.LandingNoCode, "no authorization code"},
		"cut before code":    {goodLanding[:60], audible.LandingCutOff, "end of the address is missing"},
		"cut in the path":    {"https://www.amazon.com/ap/mapl", audible.LandingCutOff, "end of the address is missing"},
		"cut in an escape":   {strings.TrimSuffix(goodLanding, "2F2.0&serial="), audible.LandingCutOff, "end of the address is missing"},
		"cut by a terminal":  {atLimit[:1024-len(tail)] + tail, audible.LandingCutOff, "end of the address is missing"},
		"cancelled":          {"https://www.amazon.com/ap/maplanding?openid.mode=cancel", audible.LandingCancelled, "cancelled"},
		"empty code":         {swap(goodCode, ""), audible.LandingBadCode, "damaged"},
		"strange code":       {swap(goodCode, "%3Cscript%3E"), audible.LandingBadCode, "damaged"},
		"two codes":          {goodLanding + "&openid.oa2.authorization_code=OTHER", audible.LandingTwoCodes, "more than one"},
	}
}

func TestEachMalformedPasteIsAnsweredInItsOwnWords(t *testing.T) {
	t.Parallel()
	for name, test := range badLandings(t) {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			code, err := audible.ParseLanding(market(t, "us"), test.pasted)
			var landing *audible.LandingError
			if !errors.As(err, &landing) || code != "" {
				t.Fatalf("ParseLanding() = %q, %v; want a LandingError", code, err)
			}
			if landing.Problem != test.want || !strings.Contains(err.Error(), test.says) {
				t.Errorf("problem %q: %s\nwant %q with %q", landing.Problem, err, test.want, test.says)
			}
			if strings.Contains(err.Error(), goodCode) {
				t.Error("the error holds the code")
			}
		})
	}
}

// In Brazil the browser always ends on the home page, so the advice differs.
func TestBrazilianHomePageLeadsToTheHistory(t *testing.T) {
	t.Parallel()
	_, err := audible.ParseLanding(market(t, "br"), "https://www.amazon.com.br/?ref_=nav_landing")
	if err == nil || !strings.Contains(err.Error(), "history") {
		t.Errorf("error %v", err)
	}
}

func TestEveryLandingProblemHasWordsOfItsOwn(t *testing.T) {
	t.Parallel()
	seen := make(map[string]audible.LandingProblem)
	for _, test := range badLandings(t) {
		_, err := audible.ParseLanding(market(t, "us"), test.pasted)
		if other, again := seen[err.Error()]; again && other != test.want {
			t.Errorf("%q and %q have the same words", other, test.want)
		}
		seen[err.Error()] = test.want
	}
}

func TestCompleteTakesOneAddressOnce(t *testing.T) {
	t.Parallel()
	s := newSignIn(t, "us", false)
	if _, err := s.Complete("https://www.amazon.de/ap/maplanding?openid.oa2.authorization_code=X"); err == nil {
		t.Fatal("an address of another store was taken")
	}
	if got, err := s.Complete(goodLanding); err != nil || got.Code != goodCode {
		t.Fatalf("Complete() after a wrong paste: %v", err)
	}
	if _, err := s.Complete(goodLanding); !errors.Is(err, audible.ErrSignInOver) {
		t.Errorf("second Complete() = %v, want ErrSignInOver", err)
	}
	if step := s.Step(); step.Kind != audible.StepDone || step.Authorization == nil || step.Authorization.Code != goodCode {
		t.Errorf("Step() = %v", step.Kind)
	}
}

func FuzzLanding(f *testing.F) {
	f.Add(goodLanding)
	for _, test := range badLandings(f) {
		if len(test.pasted) < 4096 {
			f.Add(test.pasted)
		}
	}
	f.Fuzz(func(t *testing.T, pasted string) {
		code, err := audible.ParseLanding(market(t, "us"), pasted)
		var landing *audible.LandingError
		if err != nil && (!errors.As(err, &landing) || err.Error() == "" || code != "") {
			t.Fatalf("ParseLanding() = %q, %v", code, err)
		}
		if err == nil && (code == "" || !strings.Contains(pasted, "/ap/maplanding")) {
			t.Fatalf("took %q out of %q", code, pasted)
		}
	})
}

func ExampleParseLanding() {
	m, _ := audible.ParseMarketplace("us")
	_, err := audible.ParseLanding(m, "https://www.amazon.com/?ref_=nav_logo")
	if landing, ok := errors.AsType[*audible.LandingError](err); ok {
		fmt.Println(landing.Problem)
	}
	// Output: home_page
}
