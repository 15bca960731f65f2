package audiblesim_test

import (
	"bytes"
	"crypto/rsa"
	"crypto/sha256"
	"crypto/x509"
	"encoding/json"
	"encoding/pem"
	"net/http"
	"net/url"
	"os"
	"testing"

	"github.com/audipy/audipy/audible/audiblesim"
)

// vectors are facts of the protocol that client and simulator are tested
// against independently.
type vectors struct {
	Metadata1 []struct{ Plain, Encrypted string } `json:"metadata1"`
	Signing   struct {
		Key   string `json:"private_key_pkcs1_pem"`
		ADP   string `json:"adp_token"`
		Alg   string `json:"x-adp-alg"`
		Cases []struct {
			Method    string `json:"method"`
			Target    string `json:"path_and_query"`
			Body      string `json:"body"`
			Date      string `json:"date"`
			Digest    string `json:"sha256_of_signed_bytes"`
			Signature string `json:"x-adp-signature"`
		} `json:"cases"`
	} `json:"signing"`
	Addresses map[string]string `json:"oauth_url"`
}

func readVectors(tb testing.TB) vectors {
	tb.Helper()
	text, err := os.ReadFile("testdata/vectors.json")
	if err != nil {
		tb.Fatal(err)
	}
	var v vectors
	if err := json.Unmarshal(text, &v); err != nil {
		tb.Fatal(err)
	}
	return v
}

func TestMetadata1OpensUnderBothKeys(t *testing.T) {
	t.Parallel()
	cases := readVectors(t).Metadata1
	if len(cases) < 12 {
		t.Fatalf("%d vectors, want 12 and more", len(cases))
	}
	for _, c := range cases {
		if got, err := audiblesim.DecodeMetadata1(c.Encrypted); err != nil || got != c.Plain {
			t.Errorf("DecodeMetadata1(%q) = %q, %v; want %q", c.Encrypted, got, err, c.Plain)
		}
	}
}

func TestMetadata1ThatWasChangedIsRefused(t *testing.T) {
	t.Parallel()
	for _, text := range []string{
		"", "ECdITeCs:", "ECdITeCs:####", "ECdITeCs:AAAA", "ECdITeCs:AAAAAAAA", "Oo8+0npaF9M+CLRR",
		"ECdITeCs:Oo8+0npaF9M+CLRS", "ECdITeCs:Oo8+0npaF9M+CLRRAA==",
	} {
		if got, err := audiblesim.DecodeMetadata1(text); err == nil {
			t.Errorf("DecodeMetadata1(%q) = %q, want an error", text, got)
		}
	}
}

func TestSignatureVectorsFitTheirBytes(t *testing.T) {
	t.Parallel()
	v := readVectors(t).Signing
	block, _ := pem.Decode([]byte(v.Key))
	key, err := x509.ParsePKCS1PrivateKey(block.Bytes)
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range v.Cases {
		request, err := http.NewRequestWithContext(t.Context(), c.Method, "https://api.audible.com"+c.Target, bytes.NewReader([]byte(c.Body)))
		if err != nil {
			t.Fatal(err)
		}
		request.Header.Set("x-adp-token", v.ADP)
		request.Header.Set("x-adp-alg", v.Alg)
		request.Header.Set("x-adp-signature", c.Signature)
		at, err := audiblesim.ParseSignatureDate(c.Date)
		if err != nil {
			t.Fatalf("date %q: %v", c.Date, err)
		}
		if err := audiblesim.VerifySignature(request, []byte(c.Body), &key.PublicKey, at); err != nil {
			t.Errorf("%s %s: %v", c.Method, c.Target, err)
		}
		if err := audiblesim.VerifySignature(request, []byte(c.Body+" "), &key.PublicKey, at); err == nil {
			t.Errorf("%s %s with another body is accepted", c.Method, c.Target)
		}
	}
}

func TestSignInAddressesOfThePythonClientAreAccepted(t *testing.T) {
	t.Parallel()
	addresses := readVectors(t).Addresses
	if len(addresses) != 3 {
		t.Fatalf("%d addresses, want 3", len(addresses))
	}
	for name, address := range addresses {
		s := audiblesim.New(audiblesim.Options{})
		if status, body := call(t, s.Transport(), http.MethodGet, address, "", nil); status != http.StatusOK || s.Counts().SignIns != 1 {
			t.Errorf("%s: %d %s, want a sign-in page", name, status, body)
		}
	}
}

func TestOptionalParametersHaveTheirValues(t *testing.T) {
	t.Parallel()
	s := audiblesim.New(audiblesim.Options{})
	c := newApp(t, s.Transport(), "de")
	for name, test := range map[string]struct{ right, wrong string }{
		"forceMobileLayout":       {"true", "1"},
		"disableLoginPrepopulate": {"1", "true"},
		"language":                {"de_DE", "de-DE"},
		"pageId":                  {"amzn_audible_ios_v2_light_de", "amzn_audible_ios_v2_light_us"},
		"openid.oa2.client_id":    {"device:" + c.clientID(), c.clientID()},
		"anythingElse":            {"x", ""},
	} {
		for value, status := range map[string]int{test.right: http.StatusOK, test.wrong: http.StatusBadRequest} {
			if value == "" {
				continue
			}
			q := c.parameters()
			q.Set(name, value)
			if c.openWith(q); c.status != status {
				t.Errorf("%s=%s is answered with %d, want %d", name, value, c.status, status)
			}
		}
	}
}

// sign signs a request as protocol 7.1 says.
func sign(tb testing.TB, r *http.Request, body string, key *rsa.PrivateKey, adpToken, date string) {
	tb.Helper()
	signed := r.Method + "\n" + r.URL.RequestURI() + "\n" + date + "\n" + body + "\n" + adpToken
	digest := sha256.Sum256([]byte(signed))
	r.Header.Set("x-adp-token", adpToken)
	r.Header.Set("x-adp-alg", "SHA256withRSA:1.0")
	r.Header.Set("x-adp-signature", signature(tb, key, digest[:])+":"+date)
}

func TestAuthorizationParametersAreCheckedOneByOne(t *testing.T) {
	t.Parallel()
	s := audiblesim.New(audiblesim.Options{})
	c := newApp(t, s.Transport(), "de")
	for name := range c.parameters() {
		if name == "forceMobileLayout" {
			continue
		}
		missing, wrong, twice := c.parameters(), c.parameters(), c.parameters()
		missing.Del(name)
		wrong.Set(name, "wrong")
		twice.Add(name, twice.Get(name))
		for how, q := range map[string]url.Values{"missing": missing, "wrong": wrong, "twice": twice} {
			c.openWith(q)
			if c.status != http.StatusBadRequest || c.page.Find("#ap_error_page_message").Length() != 1 {
				t.Errorf("%s %s = %d, want an error page", name, how, c.status)
			}
		}
	}
	if got := s.Counts(); got.SignIns != 0 || got.BadAuthorizations != 51 {
		t.Errorf("sign-ins %d and refusals %d, want 0 and 51", got.SignIns, got.BadAuthorizations)
	}
}
