package audiblesim_test

import (
	"net/http"
	"net/url"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/audipy/audipy/audible/audiblesim"
)

// FuzzAccountsJSON: what LoadAccounts takes, AddAccount takes too.
func FuzzAccountsJSON(f *testing.F) {
	for _, seed := range []string{
		`[]`, `[{"login":"a@b","password":"x"}]`, `[{"login":"kim","user_name":true,"password":"x","marketplace":"de"}]`,
		`[{"login":"a@b","password":"x","challenges":["captcha","otp"],"totp_seed":"GEZDGNBVGY3TQOJQ","marketplaces":{"us":3}}]`,
		`[{"login":" ","password":"x"}]`, `[{"login":"a@b"}] x`,
	} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, text string) {
		accounts, err := audiblesim.LoadAccounts(strings.NewReader(text))
		if err != nil {
			return
		}
		for _, a := range accounts {
			for code := range a.Marketplaces {
				a.Marketplaces[code] = min(a.Marketplaces[code], 3)
			}
			s := audiblesim.New(audiblesim.Options{})
			if err := s.AddAccount(a); err != nil {
				t.Errorf("AddAccount(%+v) = %v after LoadAccounts took it", a, err)
			}
			if filled, ok := s.Account(a.Login); !ok || filled.Captcha == "" || filled.Code == "" {
				t.Errorf("Account(%q) = %+v, %t", a.Login, filled, ok)
			}
		}
	})
}

// FuzzMetadata1Decode: no text panics, and what opens has the right prefix.
func FuzzMetadata1Decode(f *testing.F) {
	for _, v := range readVectors(f).Metadata1 {
		f.Add(v.Encrypted)
	}
	f.Add("ECdITeCs:AAAA")
	f.Add("ECdITeCs:AAAAAAAAAAAAAAAA")
	f.Fuzz(func(t *testing.T, text string) {
		if plain, err := audiblesim.DecodeMetadata1(text); err == nil && (!strings.HasPrefix(text, "ECdITeCs:") || len(plain) >= len(text)) {
			t.Errorf("DecodeMetadata1(%q) = %q", text, plain)
		}
	})
}

// FuzzSignature: no header panics, and no time is read from text that Go's
// own parser would take for another.
func FuzzSignature(f *testing.F) {
	for _, c := range readVectors(f).Signing.Cases {
		f.Add(c.Signature)
	}
	f.Add(":")
	f.Add("AAAA:2026-01-02T03:04:05+00:00Z")
	f.Add("AAAA:2026-01-02T03:04:05ZZ")
	f.Fuzz(func(t *testing.T, header string) {
		_, date, err := audiblesim.ParseSignature(header)
		if err != nil {
			return
		}
		if _, rest, _ := strings.Cut(header, ":"); rest != date {
			t.Errorf("date of %q = %q, want all after the first colon", header, date)
		}
		at, err := audiblesim.ParseSignatureDate(date)
		if err != nil {
			return
		}
		if plain, err := time.Parse(time.RFC3339Nano, strings.TrimSuffix(date, "Z")); err == nil && !plain.Equal(at) {
			t.Errorf("date %q = %s, want %s", date, at, plain)
		}
	})
}

// FuzzSignInForm: no posted form breaks the simulator or ends a sign-in, sent
// alone or behind the fields that the page wants back.
func FuzzSignInForm(f *testing.F) {
	f.Add("email=kim%40example.com&password=x")
	f.Add("email=kim%40example.com&password=x&appActionToken=&metadata1=ECdITeCs%3AOo8%2B0npaF9M%2BCLRR")
	f.Add("email=kim%40example.com&password=x&metadata1=" + url.QueryEscape(testMetadata1))
	f.Add("%zz")
	f.Add("email=&password=&email=kim%40example.com&cancel=1")
	// One simulator for all forms, since a store takes longest to make; an
	// hour for each lets it forget the sign-ins before.
	var hours atomic.Int64
	s := audiblesim.New(audiblesim.Options{Now: func() time.Time { return epoch().Add(time.Duration(hours.Load()) * time.Hour) }})
	if err := s.AddAccount(audiblesim.Account{Login: kim, Password: "right horse"}); err != nil {
		f.Fatal(err)
	}
	f.Fuzz(func(t *testing.T, body string) {
		if strings.Contains(body, "horse") {
			return // may be the password, which ends a sign-in rightly
		}
		hours.Add(1)
		c := newApp(t, s.Transport(), "us")
		c.open()
		action, fields := c.form()
		c.follow(http.MethodPost, action, fields.Encode()+"&"+body)
		if c.status != http.StatusOK && c.status != http.StatusBadRequest {
			t.Errorf("the form with %q = %d", body, c.status)
		}
		if c.follow(http.MethodPost, action, body); c.code() != "" {
			t.Errorf("the form %q signed in", body)
		}
	})
}
