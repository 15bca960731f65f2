package provider_test

import (
	"crypto/rand"
	"crypto/rsa"
	"crypto/x509"
	"encoding/base64"
	"errors"
	"maps"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/audipy/audipy/internal/asvs"
	"github.com/audipy/audipy/internal/audipy"
	"github.com/audipy/audipy/internal/provider"
	"github.com/audipy/audipy/internal/provider/providertest"
)

const redirect = "https://books.example/auth/callback/oidc"

// clock is a time that a test moves.
type clock struct {
	mu sync.Mutex
	t  time.Time
}

func newClock() *clock { return &clock{t: time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC)} }

func (c *clock) now() time.Time {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.t
}

func (c *clock) advance(d time.Duration) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.t = c.t.Add(d)
}

// world is a provider and its client.
type world struct {
	*clock
	op     *providertest.Server
	client *provider.OIDC
}

func newWorld(t *testing.T, change ...func(*provider.OIDCOptions)) *world {
	t.Helper()
	w := &world{clock: newClock()}
	w.op = providertest.New(t, w.now)
	o := provider.OIDCOptions{
		Issuer: w.op.Issuer(), ClientID: providertest.ClientID, ClientSecret: providertest.ClientSecret, Name: "Home", Now: w.now,
	}
	for _, c := range change {
		c(&o)
	}
	var err error
	w.client, err = provider.NewOIDC(o)
	check(t, err)
	return w
}

func (w *world) attempt() provider.Attempt {
	return provider.Attempt{
		State: rand.Text(), Nonce: rand.Text(), Verifier: rand.Text() + rand.Text(), RedirectURI: redirect, At: w.now(),
	}
}

func robin() providertest.Person {
	return providertest.Person{Subject: "subject-1", Email: "robin@example.org", Name: "Robin"}
}

// begin sends the person to the provider and returns what they come back with.
func (w *world) begin(t *testing.T, a provider.Attempt, p providertest.Person) url.Values {
	t.Helper()
	location, err := w.client.Begin(t.Context(), a)
	check(t, err)
	return w.op.SignIn(t, location, p)
}

// signIn is a whole sign-in of Robin.
func (w *world) signIn(t *testing.T) (provider.Identity, error) {
	t.Helper()
	a := w.attempt()
	return w.client.Finish(t.Context(), a, answerOf(w.begin(t, a, robin())))
}

func answerOf(back url.Values) provider.Answer {
	return provider.Answer{Code: back.Get("code"), Issuer: back.Get("iss")}
}

func check(t testing.TB, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

func codeOf(err error) string {
	if e, ok := errors.AsType[*audipy.Error](err); ok {
		return e.Code
	}
	return ""
}

func TestAProviderSaysWhoSomebodyIs(t *testing.T) {
	t.Parallel()
	asvs.Covers(t, "10.5.2", "6.8.1")
	for _, alg := range []string{"RS256", "ES256", "EdDSA"} {
		w := newWorld(t)
		w.op.Break(providertest.Faults{Alg: alg})
		got, err := w.signIn(t)
		want := provider.Identity{Issuer: w.op.Issuer(), Subject: "subject-1", Email: "robin@example.org", Name: "Robin"}
		if err != nil || got != want {
			t.Errorf("by %s: %+v, %v", alg, got, err)
		}
		if w.op.Redeemed() != 1 {
			t.Errorf("by %s: the code was handed in %d times", alg, w.op.Redeemed())
		}
	}
}

func TestTheAddressAtAProviderSaysNoMoreThanItMust(t *testing.T) {
	t.Parallel()
	asvs.Covers(t, "10.2.1", "10.2.3")
	w := newWorld(t)
	a := w.attempt()
	location, err := w.client.Begin(t.Context(), a)
	check(t, err)
	u, err := url.Parse(location)
	check(t, err)
	if base := u.Scheme + "://" + u.Host + u.Path; base != w.op.Issuer()+"/authorize" {
		t.Errorf("the browser is sent to %s", base)
	}
	names := slices.Sorted(maps.Keys(u.Query()))
	if strings.Join(names, " ") != "client_id code_challenge code_challenge_method nonce redirect_uri response_type scope state" {
		t.Errorf("the parameters are %v", names)
	}
	q := u.Query()
	if q.Get("scope") != "openid email" || q.Get("code_challenge_method") != "S256" || q.Get("redirect_uri") != redirect ||
		q.Get("state") != a.State || q.Get("nonce") != a.Nonce || q.Get("response_type") != "code" {
		t.Errorf("the address is %s", location)
	}
	if strings.Contains(location, a.Verifier) || strings.Contains(location, url.QueryEscape(providertest.ClientSecret)) {
		t.Errorf("the address gives a secret away: %s", location)
	}
}

// badClaims are ID tokens that say what they must not.
func badClaims() map[string]providertest.Faults {
	claim := func(name string, value any) providertest.Faults {
		return providertest.Faults{Claims: func(c map[string]any) { c[name] = value }}
	}
	without := func(name string) providertest.Faults {
		return providertest.Faults{Claims: func(c map[string]any) { delete(c, name) }}
	}
	now := newClock().now().Unix()
	return map[string]providertest.Faults{
		"another issuer":             claim("iss", "https://evil.example"),
		"a slash behind the issuer":  {Claims: func(c map[string]any) { c["iss"] = c["iss"].(string) + "/" }},
		"no issuer":                  without("iss"),
		"another audience":           claim("aud", "somebody-else"),
		"an audience without us":     claim("aud", []string{"a", "b"}),
		"several and no party":       claim("aud", []string{providertest.ClientID, "b"}),
		"no audience":                without("aud"),
		"another party":              claim("azp", "somebody-else"),
		"over":                       claim("exp", now-1),
		"no end":                     without("exp"),
		"an end in text":             claim("exp", "tomorrow"),
		"made long ago":              claim("iat", now-601),
		"made in the future":         claim("iat", now+61),
		"not made":                   without("iat"),
		"not good yet":               claim("nbf", now+301),
		"another nonce":              claim("nonce", "of another sign-in"),
		"no nonce":                   without("nonce"),
		"an empty nonce":             claim("nonce", ""),
		"nobody":                     without("sub"),
		"a subject with line ends":   claim("sub", "a\r\nb"),
		"a subject without end":      claim("sub", strings.Repeat("x", 256)),
		"a subject that is a number": claim("sub", 7),
	}
}

// badTokens are ID tokens that are not the provider's, or no ID tokens.
func badTokens(t *testing.T) map[string]providertest.Faults {
	t.Helper()
	stranger, err := rsa.GenerateKey(rand.Reader, 2048)
	check(t, err)
	head := func(name string, value any) providertest.Faults {
		return providertest.Faults{Header: func(h map[string]any) { h[name] = value }}
	}
	token := func(change func(string) string) providertest.Faults { return providertest.Faults{Token: change} }
	return map[string]providertest.Faults{
		"alg none":                     {Header: func(h map[string]any) { h["alg"] = "none" }, Token: func(raw string) string { return raw[:strings.LastIndex(raw, ".")+1] }},
		"no signature":                 token(func(raw string) string { return raw[:strings.LastIndex(raw, ".")+1] }),
		"a signature of somebody else": {Signer: stranger},
		"a public key for a secret":    {Alg: "HS256", Header: func(h map[string]any) { h["kid"] = "RS256" }},
		"ES256K":                       head("alg", "ES256K"),
		"RS512":                        head("alg", "RS512"),
		"another case":                 head("alg", "rs256"),
		"a key that is not there":      head("kid", "../../x"),
		"another kind of key":          head("kid", "ES256"),
		"a key elsewhere":              head("jku", "https://evil.example/keys"),
		"a key in the token":           head("jwk", map[string]any{"kty": "RSA"}),
		"a certificate elsewhere":      head("x5u", "https://evil.example/cert"),
		"a certificate in the token":   head("x5c", []string{"AA=="}),
		"what nobody knows":            head("crit", []string{"b64"}),
		"an access token":              head("typ", "at+jwt"),
		"a changed claim": token(func(raw string) string {
			parts := strings.Split(raw, ".")
			parts[1] = parts[1][:len(parts[1])-4] + "AAAA"
			return strings.Join(parts, ".")
		}),
		"as a JSON object": token(func(raw string) string {
			parts := strings.Split(raw, ".")
			return `{"protected":"` + parts[0] + `","payload":"` + parts[1] + `","signature":"` + parts[2] + `"}`
		}),
		"no token":   token(func(string) string { return "" }),
		"no JSON":    token(func(string) string { return "a.b.c" }),
		"four parts": token(func(raw string) string { return raw + ".x" }),
	}
}

// TestEveryCheckOfAnIDTokenRefuses breaks each check once.
func TestEveryCheckOfAnIDTokenRefuses(t *testing.T) {
	t.Parallel()
	asvs.Covers(t, "6.8.2", "9.1.1", "9.1.2", "9.1.3", "9.2.1", "9.2.2", "9.2.3", "10.5.1", "10.5.4")
	all := badTokens(t)
	maps.Copy(all, badClaims())
	for name, faults := range all {
		w := newWorld(t)
		if faults.Alg == "HS256" {
			faults.Signer = providertest.HMAC(x509.MarshalPKCS1PublicKey(w.op.Key()))
		}
		w.op.Break(faults)
		got, err := w.signIn(t)
		if codeOf(err) != "provider_refused" || got != (provider.Identity{}) {
			t.Errorf("%s: %+v, %v", name, got, err)
		}
	}
}

func TestAnAudienceAmongOthersNeedsUsAsItsParty(t *testing.T) {
	t.Parallel()
	asvs.Covers(t, "10.5.4")
	w := newWorld(t)
	w.op.Break(providertest.Faults{Claims: func(c map[string]any) {
		c["aud"], c["azp"] = []string{providertest.ClientID, "b"}, providertest.ClientID
	}})
	if _, err := w.signIn(t); err != nil {
		t.Errorf("error = %v", err)
	}
}

func TestAnAnswerIsGoodForItsOwnAttemptAndProvider(t *testing.T) {
	t.Parallel()
	asvs.Covers(t, "10.1.2", "10.2.1", "10.2.2", "10.5.1")
	w := newWorld(t)
	mine, theirs := w.attempt(), w.attempt()
	back := answerOf(w.begin(t, mine, robin()))
	for name, c := range map[string]struct {
		attempt provider.Attempt
		answer  provider.Answer
	}{
		"another attempt's": {theirs, back},
		"another address":   {func() provider.Attempt { a := mine; a.RedirectURI += "/"; return a }(), answerOf(w.begin(t, mine, robin()))},
		"another provider":  {mine, provider.Answer{Code: back.Code, Issuer: "https://evil.example"}},
		"nobody's":          {mine, provider.Answer{Code: back.Code}},
		"no code":           {mine, provider.Answer{Issuer: back.Issuer}},
		"a code of lines":   {mine, provider.Answer{Code: "a\nb", Issuer: back.Issuer}},
		"a code of a page":  {mine, provider.Answer{Code: strings.Repeat("a", 1025), Issuer: back.Issuer}},
	} {
		if _, err := w.client.Finish(t.Context(), c.attempt, c.answer); codeOf(err) != "provider_refused" {
			t.Errorf("%s: %v", name, err)
		}
	}
	// A provider that doesn't look at the challenge is found out by the nonce.
	w.op.Break(providertest.Faults{IgnoresPKCE: true})
	back = answerOf(w.begin(t, mine, robin()))
	if _, err := w.client.Finish(t.Context(), theirs, back); codeOf(err) != "provider_refused" {
		t.Errorf("a code of another browser: %v", err)
	}
	if _, err := w.client.Finish(t.Context(), mine, answerOf(w.begin(t, mine, robin()))); err != nil {
		t.Errorf("one's own: %v", err)
	}
}

func TestWhatAProviderSaysOfItselfIsChecked(t *testing.T) {
	t.Parallel()
	asvs.Covers(t, "10.5.3")
	set := func(name string, value any) func(map[string]any) { return func(m map[string]any) { m[name] = value } }
	for name, change := range map[string]func(map[string]any){
		"another issuer":      set("issuer", "https://evil.example"),
		"a slash behind":      func(m map[string]any) { m["issuer"] = m["issuer"].(string) + "/" },
		"no issuer":           func(m map[string]any) { delete(m, "issuer") },
		"tokens in the clear": set("token_endpoint", "http://id.example.org/token"),
		"no place for tokens": func(m map[string]any) { delete(m, "token_endpoint") },
		"keys from a file":    set("jwks_uri", "file:///etc/passwd"),
		"a page of scripts":   set("authorization_endpoint", "javascript:alert(1)"),
		"no good signature":   set("id_token_signing_alg_values_supported", []string{"HS256", "none"}),
	} {
		w := newWorld(t)
		w.op.Break(providertest.Faults{Metadata: change})
		if _, err := w.client.Begin(t.Context(), w.attempt()); codeOf(err) != "provider_unavailable" {
			t.Errorf("%s: %v", name, err)
		}
	}
	for _, issuer := range []string{
		"", "id.example.org", "http://id.example.org", "https://", "ftp://id.example.org", "https://id.example.org?a=b", "https://a:b@id.example.org",
		"https://id.example.org#x",
	} {
		if _, err := provider.NewOIDC(provider.OIDCOptions{Issuer: issuer, ClientID: "x"}); audipy.KindOf(err) != audipy.Invalid {
			t.Errorf("the issuer %q: %v", issuer, err)
		}
	}
}

func TestAProviderThatAnswersWithNonsenseIsOutOfOrder(t *testing.T) {
	t.Parallel()
	answer := func(status int, kind, body string) http.HandlerFunc {
		return func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("Content-Type", kind)
			w.WriteHeader(status)
			_, _ = w.Write([]byte(body))
		}
	}
	for name, c := range map[string]struct {
		handler http.HandlerFunc
		want    string
	}{
		"a page":        {answer(200, "text/html", "<h1>hello</h1>"), "provider_unavailable"},
		"a page at 500": {answer(500, "text/html", "<h1>oh</h1>"), "provider_unavailable"},
		"500":           {answer(500, "application/json", `{}`), "provider_unavailable"},
		"429":           {answer(429, "application/json", `{"error":"slow_down"}`), "provider_unavailable"},
		"too much":      {answer(200, "application/json", `{"id_token":"`+strings.Repeat("a", 10<<20)+`"}`), "provider_unavailable"},
		"deep":          {answer(200, "application/json", strings.Repeat(`[`, 60_000)), "provider_unavailable"},
		"cut off":       {answer(200, "application/json", `{"access_token":`), "provider_unavailable"},
		"no id token":   {answer(200, "application/json", `{"access_token":"a","token_type":"Bearer"}`), "provider_refused"},
		"a refusal":     {answer(400, "application/json", `{"error":"invalid_grant"}`), "provider_refused"},
		"elsewhere": {func(w http.ResponseWriter, r *http.Request) {
			w.Header().Set("Content-Type", "application/json")
			http.Redirect(w, r, "/keys?moved", http.StatusTemporaryRedirect)
		}, "provider_unavailable"},
	} {
		w := newWorld(t)
		w.op.Break(providertest.Faults{Answer: c.handler})
		if _, err := w.signIn(t); codeOf(err) != c.want {
			t.Errorf("%s: %v, want %s", name, err, c.want)
		}
		if w.op.KeysAsked() != 0 {
			t.Errorf("%s: the redirect was followed", name)
		}
	}
}

func TestKeysAreReplacedAsAWholeAndSeldomAskedFor(t *testing.T) {
	t.Parallel()
	asvs.Covers(t, "9.1.3")
	w := newWorld(t)
	for range 3 {
		if _, err := w.signIn(t); err != nil {
			t.Fatal(err)
		}
	}
	if n := w.op.KeysAsked(); n != 1 {
		t.Errorf("the keys were asked for %d times", n)
	}
	unknown := providertest.Faults{Header: func(h map[string]any) { h["kid"] = "new" }}
	w.op.Break(unknown)
	for range 5 {
		if _, err := w.signIn(t); codeOf(err) != "provider_refused" {
			t.Errorf("an unknown key: %v", err)
		}
	}
	if n := w.op.KeysAsked(); n != 1 {
		t.Errorf("within a minute the keys were asked for %d times", n)
	}
	w.advance(time.Minute)
	unknown.Keys = func(keys []map[string]any) []map[string]any {
		keys[0]["kid"] = "new"
		return keys[:1]
	}
	w.op.Break(unknown)
	if _, err := w.signIn(t); err != nil {
		t.Errorf("a new key: %v", err)
	}
	w.op.Break(providertest.Faults{Alg: "ES256"})
	if _, err := w.signIn(t); codeOf(err) != "provider_refused" {
		t.Errorf("a key that is gone: %v", err)
	}
	w.op.Break(providertest.Faults{Keys: func([]map[string]any) []map[string]any { return nil }})
	w.advance(time.Hour)
	if _, err := w.signIn(t); codeOf(err) != "provider_refused" {
		t.Errorf("no keys: %v", err)
	}
}

func TestWeakKeysAndKeysForOtherThingsCountForNothing(t *testing.T) {
	t.Parallel()
	asvs.Covers(t, "11.2.3")
	small, err := rsa.GenerateKey(rand.Reader, 1024)
	check(t, err)
	for name, faults := range map[string]providertest.Faults{
		"1024 bits": {Signer: small, Keys: func(keys []map[string]any) []map[string]any {
			keys[0]["n"] = base64.RawURLEncoding.EncodeToString(small.N.Bytes())
			return keys
		}},
		"for encryption": {Keys: func(keys []map[string]any) []map[string]any {
			keys[0]["use"] = "enc"
			return keys
		}},
		"a secret one": {Keys: func([]map[string]any) []map[string]any {
			return []map[string]any{{"kty": "oct", "kid": "RS256", "k": "AAAA"}}
		}},
	} {
		w := newWorld(t)
		w.op.Break(faults)
		if _, err := w.signIn(t); codeOf(err) != "provider_refused" {
			t.Errorf("%s: %v", name, err)
		}
	}
}

func TestAProviderThatIsAskedAnewMustHaveAsked(t *testing.T) {
	t.Parallel()
	asvs.Covers(t, "6.8.4", "10.3.4")
	w := newWorld(t)
	fresh := func(change func(map[string]any)) error {
		w.op.Break(providertest.Faults{Claims: change})
		a := w.attempt()
		a.Fresh = true
		location, err := w.client.Begin(t.Context(), a)
		check(t, err)
		if q, _ := url.Parse(location); q.Query().Get("prompt") != "login" || q.Query().Get("max_age") != "0" {
			t.Errorf("asked by %s", location)
		}
		_, err = w.client.Finish(t.Context(), a, answerOf(w.op.SignIn(t, location, robin())))
		return err
	}
	check(t, fresh(nil))
	for name, change := range map[string]func(map[string]any){
		"long ago":  func(c map[string]any) { c["auth_time"] = w.now().Add(-61 * time.Second).Unix() },
		"later":     func(c map[string]any) { c["auth_time"] = w.now().Add(61 * time.Second).Unix() },
		"not said":  func(c map[string]any) { delete(c, "auth_time") },
		"in a text": func(c map[string]any) { c["auth_time"] = "now" },
	} {
		if err := fresh(change); codeOf(err) != "provider_refused" {
			t.Errorf("%s: %v", name, err)
		}
	}
}

func TestASecondFactorCountsOfAProviderThatIsTrustedAlone(t *testing.T) {
	t.Parallel()
	asvs.Covers(t, "6.8.4")
	for _, c := range []struct {
		trusted bool
		methods []string
		want    bool
	}{
		{false, []string{"mfa"}, false},
		{true, []string{"pwd", "mfa"}, true},
		{true, []string{"pwd", "otp"}, false},
		{true, nil, false},
	} {
		w := newWorld(t, func(o *provider.OIDCOptions) { o.TrustSecondFactor = c.trusted })
		a, p := w.attempt(), robin()
		p.Methods = c.methods
		got, err := w.client.Finish(t.Context(), a, answerOf(w.begin(t, a, p)))
		if err != nil || got.SecondFactor != c.want {
			t.Errorf("trusted %t, methods %v: %+v, %v", c.trusted, c.methods, got, err)
		}
	}
}

func TestNamesOfProvidersAreTidied(t *testing.T) {
	t.Parallel()
	asvs.Covers(t, "2.2.1")
	w := newWorld(t)
	w.op.Break(providertest.Faults{Claims: func(c map[string]any) {
		c["name"], c["email"] = "\u202eRobin\x00\r\n"+strings.Repeat("x", 10_000), " "
	}})
	got, err := w.signIn(t)
	if err != nil || got.Name != "Robin"+strings.Repeat("x", 95) || got.Email != "" || got.Label() != got.Name {
		t.Errorf("%+v, %v", got, err)
	}
}

// faultyMetadata is a provider that names another address than its own.
func faultyMetadata(name, value string) providertest.Faults {
	return providertest.Faults{Metadata: func(m map[string]any) { m[name] = value }}
}
