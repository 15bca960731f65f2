package auth_test

import (
	"crypto/ed25519"
	"encoding/base64"
	"encoding/json"
	"maps"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/golang-jwt/jwt/v5"

	"github.com/audipy/audipy/internal/asvs"
	"github.com/audipy/audipy/internal/audipy"
	"github.com/audipy/audipy/internal/auth"
	"github.com/audipy/audipy/internal/store/storetest"
)

// parts returns the header and the claims of a token.
func parts(t testing.TB, token string) (header, claims map[string]any) {
	t.Helper()
	pieces := strings.Split(token, ".")
	for i, dest := range []*map[string]any{&header, &claims} {
		data := must[[]byte](t)(base64.RawURLEncoding.DecodeString(pieces[i]))
		check(t, json.Unmarshal(data, dest))
	}
	return header, claims
}

// forge signs text as the header and the claims of a token.
func forge(key ed25519.PrivateKey, header, claims string) string {
	encode := base64.RawURLEncoding.EncodeToString
	text := encode([]byte(header)) + "." + encode([]byte(claims))
	return text + "." + encode(ed25519.Sign(key, []byte(text)))
}

func text(t testing.TB, v any) string {
	t.Helper()
	return string(must[[]byte](t)(json.Marshal(v)))
}

// claimsText is the JSON of claims in the order in which we write them, so that
// nothing but what was changed is another.
func claimsText(t testing.TB, claims map[string]any) string {
	t.Helper()
	var fields []string
	order := []string{"iss", "sub", "aud", "exp", "nbf", "iat", "jti", "sid", "epoch", "scope"}
	for name := range claims {
		if !slices.Contains(order, name) {
			order = append(order, name)
		}
	}
	for _, name := range order {
		if value, ok := claims[name]; ok {
			if seconds, isNumber := value.(float64); isNumber && seconds < 1e15 {
				value = int64(seconds)
			}
			fields = append(fields, text(t, name)+":"+text(t, value))
		}
	}
	return "{" + strings.Join(fields, ",") + "}"
}

// with is a map with one value changed, or left out when it is nil.
func with(m map[string]any, name string, value any) map[string]any {
	changed := maps.Clone(m)
	changed[name] = value
	if value == nil {
		delete(changed, name)
	}
	return changed
}

// TestOnlyTokensThatWeWriteAreTokens breaks every check of access tokens once,
// with our own key: what the signature alone would let pass.
func TestOnlyTokensThatWeWriteAreTokens(t *testing.T) {
	t.Parallel()
	asvs.Covers(t, "9.1.1", "9.1.2", "9.1.3", "9.2.1", "9.2.2", "9.2.3", "9.2.4", "10.3.1", "10.3.3")
	w := &world{DB: storetest.Open(t), keys: t.TempDir()}
	w.Service = w.service(t, auth.Options{})
	tokens, _ := w.letIn(t, w.setUp(t).Actor)
	must[auth.Actor](t)(w.AuthenticateBearer(t.Context(), tokens.Access))
	header, claims := parts(t, tokens.Access)
	if header["alg"] != "EdDSA" || header["typ"] != "at+jwt" || claims["exp"].(float64)-claims["iat"].(float64) != 600 {
		t.Errorf("tokens are %v of %v", header, claims)
	}
	key, now := w.SigningKey(0), claims["iat"].(float64)
	_, stranger, err := ed25519.GenerateKey(nil)
	check(t, err)
	if same := forge(key, text(t, header), claimsText(t, claims)); same != tokens.Access {
		t.Fatalf("the forger writes %s, not %s", same, tokens.Access)
	}
	bad := map[string]string{
		"another key":         forge(stranger, text(t, header), claimsText(t, claims)),
		"a key for mails":     forge(ed25519.NewKeyFromSeed(make([]byte, 32)), text(t, header), claimsText(t, claims)),
		"claims twice":        forge(key, text(t, header), strings.Replace(claimsText(t, claims), `{`, `{"sub":"x",`, 1)),
		"a space":             forge(key, text(t, header), claimsText(t, claims)+" "),
		"no signature":        tokens.Access[:strings.LastIndex(tokens.Access, ".")+1],
		"five parts":          tokens.Access + ".a.b",
		"too long":            tokens.Access + strings.Repeat("A", 4096),
		"padding":             tokens.Access + "=",
		"a later key's token": forge(w.SigningKey(1), text(t, with(header, "kid", w.SigningKeyID(1))), claimsText(t, claims)),
		"the old one's":       forge(w.SigningKey(-1), text(t, with(header, "kid", w.SigningKeyID(-1))), claimsText(t, claims)),
	}
	for _, alg := range []string{"none", "None", "HS256", "ES256K", "RS256", "eddsa", "Ed25519", ""} {
		bad["alg "+alg] = forge(key, text(t, with(header, "alg", alg)), claimsText(t, claims))
	}
	hmac := jwt.NewWithClaims(jwt.SigningMethodHS256, jwt.MapClaims(claims))
	maps.Copy(hmac.Header, with(header, "alg", "HS256"))
	bad["HS256 with the public key"] = must[string](t)(hmac.SignedString([]byte(key.Public().(ed25519.PublicKey))))
	for name, value := range map[string]any{
		"crit": []string{"exp"}, "jku": "https://evil.example/keys", "x5u": "https://evil.example/cert", "jwk": map[string]string{"kty": "OKP"},
		"x5c": []string{"MII"}, "b64": false, "zip": "DEF", "cty": "JWT", "typ": "JWT", "kid": "../../x",
	} {
		bad["header "+name] = forge(key, text(t, with(header, name, value)), claimsText(t, claims))
	}
	for _, name := range []string{"kid", "typ"} {
		bad["no "+name] = forge(key, text(t, with(header, name, nil)), claimsText(t, claims))
	}
	for name, value := range map[string]any{
		"exp over": now - 31, "nbf to come": now + 31, "iat to come": now + 31, "exp text": "tomorrow", "exp huge": 1e30, "aud other": []string{"mail"},
		"aud more": []string{"audipy-api", "mail"}, "aud text": "audipy-api", "iss other": "https://evil.example", "sub other": "nobody",
		"sid other": "01a22730-0000-7000-8000-000000000000", "epoch other": 99, "scope other": "admin", "scope twice": "library:read library:read",
		"role more": "admin",
	} {
		claim, _, _ := strings.Cut(name, " ")
		bad[name] = forge(key, text(t, header), claimsText(t, with(claims, claim, value)))
	}
	for _, name := range []string{"exp", "nbf", "aud", "iss", "sub", "sid", "epoch", "scope"} {
		bad["no "+name] = forge(key, text(t, header), claimsText(t, with(claims, name, nil)))
	}
	for name, token := range bad {
		if got, err := w.AuthenticateBearer(t.Context(), token); err == nil || audipy.KindOf(err) != audipy.Unauthorized {
			t.Errorf("%s: a token was taken, of %+v, %v", name, got.Program, err)
		}
	}
}

func TestEveryFlippedBitOfATokenIsSeen(t *testing.T) {
	t.Parallel()
	asvs.Covers(t, "9.1.1")
	w := &world{DB: storetest.Open(t), keys: t.TempDir()}
	w.Service = w.service(t, auth.Options{})
	tokens, _ := w.letIn(t, w.setUp(t).Actor)
	for i := range tokens.Access {
		flipped := []byte(tokens.Access)
		flipped[i] ^= 1
		if _, err := w.AuthenticateBearer(t.Context(), string(flipped)); err == nil {
			t.Errorf("the flip at %d is not seen", i)
		}
	}
}

func TestAnAccessTokenIsGoodForTenMinutesAndAKeyForNinetyDays(t *testing.T) {
	t.Parallel()
	asvs.Covers(t, "9.2.1")
	w := &world{DB: storetest.Open(t), keys: t.TempDir()}
	w.Service = w.service(t, auth.Options{})
	kim := w.setUp(t).Actor
	tokens, _ := w.letIn(t, kim)
	w.Clock.Advance(10*time.Minute + 29*time.Second)
	must[auth.Actor](t)(w.AuthenticateBearer(t.Context(), tokens.Access))
	w.Clock.Advance(2 * time.Second)
	_, err := w.AuthenticateBearer(t.Context(), tokens.Access)
	wantKind(t, err, audipy.Unauthorized)
	// To a minute before the next key signs.
	const period = 90 * 24 * time.Hour
	w.Clock.Advance(period - time.Duration(w.Clock.Now().Unix())*time.Second%period - time.Minute)
	before, _ := w.letIn(t, kim)
	w.Clock.Advance(2 * time.Minute)
	after, _ := w.letIn(t, kim)
	a, _ := parts(t, before.Access)
	b, _ := parts(t, after.Access)
	if a["kid"] == b["kid"] {
		t.Errorf("the key stays %v", a["kid"])
	}
	for _, token := range []string{before.Access, after.Access} {
		must[auth.Actor](t)(w.AuthenticateBearer(t.Context(), token))
	}
}

func FuzzBearer(f *testing.F) {
	w := &world{DB: storetest.Open(f), keys: f.TempDir()}
	w.Service = w.service(f, auth.Options{})
	for _, seed := range []string{
		"", "audipy_pat_", "audipy_pat_" + strings.Repeat("0", 36), "a.b.c", "eyJhbGciOiJub25lIn0.e30.", strings.Repeat(".", 100),
		"eyJhbGciOiJFZERTQSIsInR5cCI6ImF0K2p3dCIsImtpZCI6IjEtMSJ9.e30.AA", "\x00", strings.Repeat("A", 43),
	} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, credential string) {
		if _, err := w.AuthenticateBearer(t.Context(), credential); err == nil || audipy.KindOf(err) != audipy.Unauthorized {
			t.Errorf("%q was taken: %v", credential, err)
		}
	})
}

func FuzzUserCode(f *testing.F) {
	for _, seed := range []string{"BCDF-GHJK", "bcdfghjk", "O0O0-O0O0", "", "----", "ßßßß", strings.Repeat("B", 40)} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, typed string) {
		code, ok := auth.CleanUserCode(typed)
		if again, same := auth.CleanUserCode(code); ok && (!same || again != code || len(code) != 8) {
			t.Errorf("%q became %q, then %q", typed, code, again)
		}
	})
}
