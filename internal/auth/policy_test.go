package auth_test

import (
	"bytes"
	"compress/gzip"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base64"
	"fmt"
	"io"
	"slices"
	"strings"
	"testing"
	"unicode/utf8"

	"golang.org/x/crypto/argon2"

	"github.com/audipy/audipy/internal/asvs"
	"github.com/audipy/audipy/internal/audipy"
	"github.com/audipy/audipy/internal/auth"
	"github.com/audipy/audipy/internal/store"
	"github.com/audipy/audipy/internal/store/storetest"
)

// policies is a service to try passwords with.
func policies(t testing.TB) *auth.Service {
	t.Helper()
	w := &world{DB: storetest.Open(t), keys: t.TempDir()}
	return w.service(t, auth.Options{PublicURL: "https://bookshelf.example.org"})
}

func TestPasswordsHaveFifteenCharactersAndAtMost1024Bytes(t *testing.T) {
	t.Parallel()
	asvs.Covers(t, "6.2.1", "6.2.9")
	s := policies(t)
	for password, code := range map[string]string{
		"abcdefghijklmx":        "password_too_short",
		"abcdefghijklmxo":       "",
		strings.Repeat("é", 14): "password_too_short",
		"👩🐢🦉🐙🦊🐝🐞🦋🐌🐛🦗🕷🦂🐢🦉":                    "",
		"zebra " + strings.Repeat("x", 58):   "",
		"wörter " + strings.Repeat("ä", 193): "",
		"a" + strings.Repeat("b", 1023):      "",
		"a" + strings.Repeat("b", 1024):      "password_too_long",
		"a" + strings.Repeat("é", 512):       "password_too_long",
	} {
		err := s.CheckPassword(password, email, "Kim Doe")
		if code == "" && err != nil {
			t.Errorf("%.20q of %d bytes: %v", password, len(password), err)
		} else if code != "" {
			wantCode(t, err, code)
		}
	}
}

func TestAPasswordMayBeMadeOfAnything(t *testing.T) {
	t.Parallel()
	asvs.Covers(t, "6.2.5")
	s := policies(t)
	for _, password := range []string{
		"just lower case words", "JUST UPPER CASE WORDS", "830592716459207", "!?)(/&%$§=;:_-*+~", "一二三四五六七八九十百千万億兆",
		"               x", "tab\tand\nline and more",
	} {
		if err := s.CheckPassword(password, email, "Kim Doe"); err != nil {
			t.Errorf("%q: %v", password, err)
		}
	}
}

func TestEveryCommonPasswordIsRefused(t *testing.T) {
	t.Parallel()
	asvs.Covers(t, "6.2.4", "6.2.12")
	r, err := gzip.NewReader(bytes.NewReader(auth.Blocked()))
	check(t, err)
	list := strings.Split(strings.TrimSuffix(string(must[[]byte](t)(io.ReadAll(r))), "\n"), "\n")
	if len(list) < 3000 || !slices.IsSorted(list) {
		t.Errorf("%d common passwords, sorted: %t", len(list), slices.IsSorted(list))
	}
	s := policies(t)
	for i, password := range list {
		if n := utf8.RuneCountInString(password); n < auth.PasswordMin || len(password) > auth.PasswordMax {
			t.Errorf("%q can't be a password anyway", password)
		}
		if testing.Short() && i%10 != 0 {
			continue
		}
		for _, variant := range []string{password, strings.ToUpper(password)} {
			if strings.ToLower(variant) == password {
				wantCode(t, s.CheckPassword(variant, email, ""), "password_blocked")
			}
		}
	}
}

func TestNamesThatEverybodyKnowsAreRefusedInPasswords(t *testing.T) {
	t.Parallel()
	asvs.Covers(t, "6.1.2", "6.2.11")
	s := policies(t)
	for _, password := range []string{
		"audibleaudible1", "my AudiPy server", "I like Amazon a lot", "kimberley is my cat", "Hartmannsweiler", "two.bookshelf.walls",
		"post at fastmailer", "aaaaaaaaaaaaaaa", "abcabcabcabcabc", "passwordpassword",
	} {
		wantCode(t, s.CheckPassword(password, "kimberley@fastmailer.example", "Al Hartmann"), "password_blocked")
	}
	check(t, s.CheckPassword("all of these words", "kim@ab.example", "Al")) // parts of three letters hide everywhere
}

func TestTheSameRulesHoldAtSetUpChangeAndReset(t *testing.T) {
	t.Parallel()
	asvs.Covers(t, "6.2.4", "6.2.11")
	each(t, func(t *testing.T, w *world) {
		code := must[string](t)(w.NewSetUpCode(t.Context()))
		for _, bad := range []string{"too short", "passwordpassword", "audipyaudipy12345"} {
			_, err := w.SetUp(t.Context(), auth.SetUp{Code: code, Email: email, Password: bad}, visitor())
			wantKind(t, err, audipy.Invalid)
		}
		kim := must[auth.Grant](t)(w.SetUp(t.Context(), auth.SetUp{Code: code, Email: email, Password: password}, visitor()))
		token := must[string](t)(w.ResetByOperator(t.Context(), email))
		for _, bad := range []string{"too short", "passwordpassword", "audipyaudipy12345"} {
			_, err := w.ChangePassword(t.Context(), kim.Actor, password, bad, visitor())
			wantKind(t, err, audipy.Invalid)
			wantKind(t, w.Reset(t.Context(), token, bad, visitor()), audipy.Invalid)
		}
		check(t, w.Reset(t.Context(), token, "eight calm herons wade", visitor()))
	})
}

func TestAddressesHaveOneSpelling(t *testing.T) {
	t.Parallel()
	asvs.Covers(t, "1.3.11")
	for text, want := range map[string]string{
		"USER@b.de": "user@b.de", "user@B.DE": "user@b.de", "a+b@c.example": "a+b@c.example",
		"kim@bücher.example": "kim@xn--bcher-kva.example", "kim@xn--bcher-kva.example": "kim@xn--bcher-kva.example",
		"kim@BÜCHER.example": "kim@xn--bcher-kva.example", "o'neil@x.example": "o'neil@x.example",
		strings.Repeat("a", 64) + "@b.de": strings.Repeat("a", 64) + "@b.de",
	} {
		if got, err := auth.CanonicalEmail(text); err != nil || got != want {
			t.Errorf("CanonicalEmail(%q) = %q, %v, want %q", text, got, err, want)
		}
	}
	for _, bad := range []string{
		"", "@", "a@b", "a@[127.0.0.1]", `"a b"@c.de`, "A <a@b.de>", "a@-b.de", "a@b-.de", "a@b..de", "@b.de", "a@", "a@b.de.",
		"a@b.de\r\nBcc: x@y.z", "a@b.de,c@d.ef", "a@b.de ", " a@b.de", "a＠b.de", "a@b@c.de", "a@127.0.0.1", ".a@b.de", "a.@b.de",
		"a..b@c.de", "a@b_c.de", "ä@b.de", "a@b.de\x00", "a@xn--a.de", "a@b.xn--x", strings.Repeat("a", 65) + "@b.de",
		"a@" + strings.Repeat("b", 64) + ".de", "a@" + strings.Repeat("b.", 126) + "de", "a@\xff.de", "a\u202e@b.de",
	} {
		got, err := auth.CanonicalEmail(bad)
		if err == nil {
			t.Errorf("CanonicalEmail(%q) = %q, want an error", bad, got)
			continue
		}
		wantCode(t, err, "email_invalid")
	}
}

func TestTwoSpellingsOfAnAddressAreOnePerson(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w *world) {
		code := must[string](t)(w.NewSetUpCode(t.Context()))
		must[auth.Grant](t)(w.SetUp(t.Context(), auth.SetUp{Code: code, Email: "Kim@Bücher.example", Password: password}, visitor()))
		for _, spelling := range []string{"kim@xn--bcher-kva.example", "KIM@BÜCHER.EXAMPLE"} {
			must[auth.Grant](t)(w.signIn(t.Context(), spelling, password, visitor()))
		}
	})
}

func TestCheapHashesExistInTestsOnly(t *testing.T) {
	t.Parallel()
	for cost, ok := range map[auth.Cost]bool{
		auth.StandardCost(): true, auth.LowMemoryCost(): true, auth.TestCost(): false, {}: false,
		{Time: 3, Memory: 64<<10 - 1, Lanes: 4}: false,
	} {
		if err := auth.CheckCost(cost, false); (err == nil) != ok {
			t.Errorf("cost %+v in a release: %v", cost, err)
		}
	}
	if c := auth.StandardCost(); c != (auth.Cost{Time: 3, Memory: 65536, Lanes: 4}) {
		t.Errorf("the standard cost is %+v", c)
	}
	if c := auth.LowMemoryCost(); c != (auth.Cost{Time: 2, Memory: 19456, Lanes: 1}) {
		t.Errorf("the cost for little memory is %+v", c)
	}
	for memory, want := range map[int64]auth.Cost{
		0: auth.StandardCost(), 256 << 20: auth.LowMemoryCost(), 1<<30 - 1: auth.LowMemoryCost(), 1 << 30: auth.StandardCost(),
	} {
		if got := auth.CostFor(memory); got != want {
			t.Errorf("in %d bytes a hash costs %+v, want %+v", memory, got, want)
		}
	}
}

func TestAPasswordIsKeptAsASaltedHashUnderAPepper(t *testing.T) {
	t.Parallel()
	asvs.Covers(t, "11.4.2")
	w := &world{DB: storetest.Open(t), keys: t.TempDir()}
	s := w.service(t, auth.Options{Cost: auth.LowMemoryCost()})
	one, two := must[store.NewPassword](t)(s.Hash(t.Context(), password)), must[store.NewPassword](t)(s.Hash(t.Context(), password))
	if one == two || !strings.HasPrefix(one.Hash, "$argon2id$v=19$m=19456,t=2,p=1$") || one.Pepper != 1 {
		t.Errorf("the same password is kept as %+v and %+v", one, two)
	}
	// Whoever has the database alone has no key to try passwords with.
	parts := strings.Split(one.Hash, "$")
	salt := must[[]byte](t)(base64.RawStdEncoding.DecodeString(parts[4]))
	keyless := hmac.New(sha256.New, nil)
	_, _ = keyless.Write([]byte(password)) // a hash takes every byte
	for name, input := range map[string][]byte{"the password": []byte(password), "its hash": keyless.Sum(nil)} {
		if tag := argon2.IDKey(input, salt, 2, 19<<10, 1, 32); base64.RawStdEncoding.EncodeToString(tag) == parts[5] {
			t.Errorf("%s alone gives the hash", name)
		}
	}
}

func FuzzPHC(f *testing.F) {
	f.Add("$argon2id$v=19$m=64,t=1,p=1$AAAAAAAAAAAAAAAAAAAAAA$" + strings.Repeat("A", 43))
	f.Add("$argon2id$v=19$m=4294967295,t=1,p=1$AAAAAAAAAAAAAAAAAAAAAA$" + strings.Repeat("A", 43))
	f.Add("$argon2i$v=19$m=64,t=1,p=1$$")
	f.Fuzz(func(t *testing.T, text string) {
		again, err := auth.CanonicalPHC(text)
		if err == nil && again != text {
			t.Errorf("%q is read as %q", text, again)
		}
	})
}

func FuzzEmail(f *testing.F) {
	for _, seed := range []string{email, "Kim@Bücher.example", "a@b", "a@xn--a.de", "a＠b.de", "a@b.de\r\nBcc: x"} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, text string) {
		one, err := auth.CanonicalEmail(text)
		if err != nil {
			return
		}
		two, err := auth.CanonicalEmail(one)
		if err != nil || two != one || len(one) > 254 || strings.ContainsAny(one, " \r\n,<>\"\x00") {
			t.Errorf("%q becomes %q and then %q, %v", text, one, two, err)
		}
	})
}

func FuzzPasswordPolicy(f *testing.F) {
	s := policies(f)
	for _, seed := range []string{password, "", "passwordpassword", strings.Repeat("a", 2000), "\xff\xfe" + strings.Repeat("x", 20)} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, text string) {
		if err := s.CheckPassword(text, email, "Kim"); err == nil &&
			(utf8.RuneCountInString(text) < auth.PasswordMin || len(text) > auth.PasswordMax) {
			t.Errorf("%q is taken", text)
		}
	})
}

func FuzzToken(f *testing.F) {
	for _, seed := range []string{strings.Repeat("A", 42), strings.Repeat("A", 43), strings.Repeat("A", 44), strings.Repeat("é", 21) + "a"} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, text string) {
		if auth.IsToken(text) && (len(text) != 43 || strings.ContainsAny(text, "+/=; ,\"\r\n")) {
			t.Errorf("%q is taken for a token", text)
		}
	})
}

func TestNetworksAreCountedAsAttackersHaveThem(t *testing.T) {
	t.Parallel()
	for address, want := range map[string]string{
		"192.0.2.7": "[{192.0.2.7/32 1}]", "::ffff:192.0.2.7": "[{192.0.2.7/32 1}]",
		"2001:db8:1:2:3:4:5:6": "[{2001:db8:1:2::/64 1} {2001:db8:1::/48 4}]", "fe80::1%eth0": "[{fe80::/64 1} {fe80::/48 4}]",
	} {
		if got := fmt.Sprint(auth.Networks(from(address).Address)); got != want {
			t.Errorf("%s is counted as %s, want %s", address, got, want)
		}
	}
	if got := fmt.Sprint(auth.Networks(auth.Visitor{}.Address)); got != "[{unknown 1}]" {
		t.Errorf("no address is counted as %s", got)
	}
}
