package canary_test

import (
	"encoding/base64"
	"encoding/hex"
	"net/url"
	"slices"
	"strings"
	"testing"

	"github.com/audipy/audipy/internal/canary"
)

// The search is worth what it finds: each form, planted at each offset among
// other bytes, must be.
func TestSearchFindsEveryForm(t *testing.T) {
	t.Parallel()
	c := canary.Canary{Kind: "secret", Text: "Pw+Canary/7Hq2 Zx9&Lm4|tÿ"}
	reversed := []byte(c.Text)
	slices.Reverse(reversed)
	planted := map[string]func(text string) string{
		"plain":        func(text string) string { return text },
		"reversed":     func(string) string { return string(reversed) },
		"hex":          func(text string) string { return hex.EncodeToString([]byte(text)) },
		"HEX":          func(text string) string { return strings.ToUpper(hex.EncodeToString([]byte(text))) },
		"form-encoded": func(text string) string { return url.QueryEscape(text) },
		"path-encoded": func(text string) string { return url.PathEscape(text) },
	}
	for offset := range 3 {
		prefix, digit := "abc"[:offset], string(rune('0'+offset))
		planted["base64+"+digit] = func(text string) string {
			return base64.StdEncoding.EncodeToString([]byte(prefix + text + "and more"))
		}
		planted["base64url+"+digit] = func(text string) string {
			return base64.URLEncoding.EncodeToString([]byte(prefix + text + "and more"))
		}
	}
	for form, plant := range planted {
		places := []canary.Place{{Name: "a file", Data: []byte("before " + plant(c.Text) + " after")}}
		if len(canary.Search(places, []canary.Canary{c})) == 0 {
			t.Errorf("%s was not found", form)
		}
	}
	if len(planted) != len(c.Forms()) {
		t.Errorf("%d forms were planted of %d", len(planted), len(c.Forms()))
	}
	if found := canary.Search([]canary.Place{{Name: "a file", Data: []byte("nothing of the kind")}}, []canary.Canary{c}); found != nil {
		t.Errorf("found %v where nothing is", found)
	}
}

// A long secret is found when only a part of it got out.
func TestSearchFindsPartsOfLongSecrets(t *testing.T) {
	t.Parallel()
	long := "Atnr|" + strings.Repeat("0123456789abcdefghijklmnopqrstuvwxyz", 5)
	for _, part := range []string{long[:60], long[60:150], long[len(long)-40:]} {
		places := []canary.Place{{Name: "a log", Data: []byte("token=" + part)}}
		if len(canary.Search(places, canary.Of("token", long))) == 0 {
			t.Errorf("%d characters of a token were not found", len(part))
		}
	}
}

// What belongs somewhere is no finding there, and is one everywhere else.
func TestASecretMayLieWhereItBelongs(t *testing.T) {
	t.Parallel()
	secret := canary.Of("session", strings.Repeat("S3ss10n", 9))
	cookie := []byte("audipy=" + strings.Repeat("S3ss10n", 9))
	if found := canary.Search([]canary.Place{{Name: "cookie", Data: cookie, Belongs: []string{"session"}}}, secret); found != nil {
		t.Errorf("found %v where it belongs", found)
	}
	if canary.Search([]canary.Place{{Name: "cookie", Data: cookie, Belongs: []string{"password"}}}, secret) == nil {
		t.Error("nothing was found where another kind belongs")
	}
}
