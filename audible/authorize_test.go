package audible_test

import (
	"bytes"
	"encoding/hex"
	"encoding/json"
	"io"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/audipy/audipy/audible"
)

// loginVectors are what an independent client computes for fixed randomness.
type loginVectors struct {
	Metadata []struct {
		Plain     string `json:"plain"`
		Encrypted string `json:"encrypted"`
	} `json:"metadata1"`
	ClientID []struct {
		Serial string `json:"serial"`
		OAuth  string `json:"oauth"`
	} `json:"client_id"`
	Cookies map[string]string `json:"init_cookies"`
	URLs    map[string]string `json:"oauth_url"`
	PKCE    []struct {
		Verifier  string `json:"code_verifier"`
		Challenge string `json:"code_challenge"`
	} `json:"pkce"`
}

func readVectors(t testing.TB, name string, into any) {
	t.Helper()
	text, err := os.ReadFile(filepath.Join("testdata", name))
	if err != nil {
		t.Fatal(err)
	}
	if err := json.Unmarshal(text, into); err != nil {
		t.Fatal(err)
	}
}

// vectorRandom gives the randomness of the vectors: the verifier's bytes 0 to
// 31, the serial, and the counting bytes of the frc cookie.
func vectorRandom(t testing.TB) io.Reader {
	t.Helper()
	serial, err := hex.DecodeString("FA4E0000000000000000000000000001")
	if err != nil {
		t.Fatal(err)
	}
	counting := make([]byte, 313)
	for i := range counting {
		counting[i] = byte(i)
	}
	return io.MultiReader(bytes.NewReader(counting[:32]), bytes.NewReader(serial), bytes.NewReader(counting))
}

func market(t testing.TB, code string) audible.Marketplace {
	t.Helper()
	m, err := audible.ParseMarketplace(code)
	if err != nil {
		t.Fatal(err)
	}
	return m
}

func newSignIn(t testing.TB, code string, userName bool) *audible.SignIn {
	t.Helper()
	s, err := audible.NewSignIn(audible.SignInOptions{Marketplace: market(t, code), UserName: userName})
	if err != nil {
		t.Fatal(err)
	}
	return s
}

func TestStartAddressIsThatOfTheVectors(t *testing.T) {
	t.Parallel()
	var vectors loginVectors
	readVectors(t, "login-vectors.json", &vectors)
	if len(vectors.URLs) != 3 {
		t.Fatalf("%d addresses in the vectors, want 3", len(vectors.URLs))
	}
	for name, want := range vectors.URLs {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			code, rest, _ := strings.Cut(name, ",")
			s, err := audible.NewSignIn(audible.SignInOptions{
				Marketplace: market(t, code), UserName: rest != "", Rand: vectorRandom(t),
			})
			if err != nil {
				t.Fatal(err)
			}
			if got := s.URL(); got != want {
				t.Errorf("URL() = %s\nwant    %s", got, want)
			}
		})
	}
}

func TestStartAddressOfEveryMarketplaceStaysAtHome(t *testing.T) {
	t.Parallel()
	for _, m := range audible.Marketplaces() {
		u, err := url.Parse(newSignIn(t, m.Code, false).URL())
		if err != nil {
			t.Fatal(err)
		}
		q := u.Query()
		if u.Host != "www.amazon."+m.TLD || q.Get("marketPlaceId") != m.ID || q.Get("openid.assoc_handle") != "amzn_audible_ios_"+m.Code {
			t.Errorf("%s: host %s, marketplace %s, handle %s", m.Code, u.Host, q.Get("marketPlaceId"), q.Get("openid.assoc_handle"))
		}
	}
}

func TestChallengeBelongsToTheVerifier(t *testing.T) {
	t.Parallel()
	var vectors loginVectors
	readVectors(t, "login-vectors.json", &vectors)
	s, err := audible.NewSignIn(audible.SignInOptions{Marketplace: market(t, "de"), Rand: vectorRandom(t)})
	if err != nil {
		t.Fatal(err)
	}
	got, err := s.Complete("https://www.amazon.de/ap/maplanding?openid.oa2.authorization_code=ANABCDEF")
	if err != nil {
		t.Fatal(err)
	}
	if got.Verifier != vectors.PKCE[0].Verifier || !strings.Contains(s.URL(), vectors.PKCE[0].Challenge) {
		t.Errorf("verifier %q and address %q are not of the vector", got.Verifier, s.URL())
	}
	if got.Code != "ANABCDEF" || got.Device.Serial != "FA4E0000000000000000000000000001" || got.Device.Type != "A2CZJZGLK2JJVM" {
		t.Error("code, serial or device type are wrong")
	}
}

func TestEverySignInHasSecretsOfItsOwn(t *testing.T) {
	t.Parallel()
	a, b := newSignIn(t, "us", false).URL(), newSignIn(t, "us", false).URL()
	if a == b {
		t.Error("two sign-ins share their challenge and serial")
	}
}

func TestNewSignInRefusesWhatDoesNotExist(t *testing.T) {
	t.Parallel()
	if _, err := audible.NewSignIn(audible.SignInOptions{Marketplace: audible.Marketplace{Code: "xx"}}); err == nil {
		t.Error("marketplace xx was taken")
	}
	_, err := audible.NewSignIn(audible.SignInOptions{Marketplace: market(t, "fr"), UserName: true})
	if err == nil || !strings.Contains(err.Error(), "us, uk and de") {
		t.Errorf("user name in fr: error %v", err)
	}
	short := strings.NewReader("too little randomness")
	if _, err := audible.NewSignIn(audible.SignInOptions{Marketplace: market(t, "us"), Rand: short}); err == nil {
		t.Error("a sign-in was made without randomness")
	}
}

// A forged marketplace can't move the sign-in to another host.
func TestNewSignInKnowsTheHostsItself(t *testing.T) {
	t.Parallel()
	s, err := audible.NewSignIn(audible.SignInOptions{Marketplace: audible.Marketplace{Code: "us", TLD: "evil.example"}})
	if err != nil {
		t.Fatal(err)
	}
	if !strings.HasPrefix(s.URL(), "https://www.amazon.com/ap/signin?") {
		t.Errorf("URL() = %s", s.URL())
	}
}
