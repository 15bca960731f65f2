package authfile_test

import (
	"bytes"
	"maps"
	"slices"
	"testing"
	"time"

	"pgregory.net/rapid"

	"github.com/audipy/audipy/audible"
	"github.com/audipy/audipy/audible/authfile"
)

// checkSame compares credentials without printing them.
func checkSame(t interface {
	Helper()
	Errorf(format string, args ...any)
}, got, want audible.Credentials,
) {
	t.Helper()
	for name, same := range map[string]bool{
		"marketplace":      got.Marketplace == want.Marketplace,
		"user name":        got.UserName == want.UserName,
		"access token":     got.AccessToken == want.AccessToken,
		"expiry":           got.AccessTokenExpires.Equal(want.AccessTokenExpires),
		"refresh token":    got.RefreshToken == want.RefreshToken,
		"ADP token":        got.ADPToken == want.ADPToken,
		"device key":       got.DeviceKey == want.DeviceKey,
		"device":           got.Device == want.Device,
		"customer":         got.Customer == want.Customer,
		"cookies":          maps.Equal(got.Cookies, want.Cookies) && (got.Cookies == nil) == (want.Cookies == nil),
		"store cookie":     got.StoreAuthCookie == want.StoreAuthCookie,
		"activation bytes": got.ActivationBytes == want.ActivationBytes,
	} {
		if !same {
			t.Errorf("the %s differs", name)
		}
	}
}

func withoutStoreCookie(c audible.Credentials) audible.Credentials {
	c.StoreAuthCookie = ""
	return c
}

// kept is what a format can hold of credentials.
func kept(format authfile.Format, c audible.Credentials) audible.Credentials {
	switch format {
	case authfile.AudibleRS, authfile.AudibleRSEncrypted:
		c = withoutStoreCookie(c)
		if c.UserName {
			c.Customer.AccountPool = pool(c)
		}
	case authfile.Libation, authfile.LibationEncrypted:
		c.Customer = audible.Customer{ID: c.Customer.ID, AccountPool: pool(c)}
	case authfile.AudibleCLI, authfile.AudibleCLIJSON, authfile.AudibleCLIBytes, authfile.OpenAudible:
	}
	return c
}

func pool(c audible.Credentials) string {
	if !c.UserName {
		return "Amazon"
	}
	market, err := audible.ParseMarketplace(c.Marketplace)
	if err != nil {
		return ""
	}
	return "pool-" + market.ID
}

func writable() []authfile.Format {
	return slices.DeleteFunc(authfile.Formats(), func(f authfile.Format) bool { return !f.IsWritable() })
}

// TestEverySampleSurvivesEveryFormat takes one sample alone through argon2id
// when it is short of time.
func TestEverySampleSurvivesEveryFormat(t *testing.T) {
	t.Parallel()
	for _, format := range writable() {
		names := samples(t)
		if format == authfile.AudibleRSEncrypted && testing.Short() {
			names = names[:1]
		}
		for _, name := range names {
			t.Run(string(format)+"/"+name, func(t *testing.T) {
				t.Parallel()
				accounts, _ := read(t, sample(t, name))
				for _, account := range accounts {
					again, gotFormat := read(t, write(t, format, []authfile.Account{account}, writeKeys()))
					if gotFormat != format || len(again) != 1 {
						t.Fatalf("read back %d accounts of format %q", len(again), gotFormat)
					}
					checkSame(t, again[0].Credentials, kept(format, account.Credentials))
				}
			})
		}
	}
}

// credentialsGen draws credentials in the form that Read gives.
func credentialsGen(key string) *rapid.Generator[audible.Credentials] {
	return rapid.Custom(func(t *rapid.T) audible.Credentials {
		market := rapid.SampledFrom(audible.Marketplaces()).Draw(t, "market")
		opaque := rapid.StringMatching(`[!-z|~]{1,40}`)
		name := rapid.StringMatching(`[^\pC]{0,20}`)
		c := audible.Credentials{
			Marketplace:     market.Code,
			UserName:        market.UserNames && rapid.Bool().Draw(t, "user name"),
			RefreshToken:    "Atnr|" + opaque.Draw(t, "refresh"),
			ADPToken:        "{enc:" + opaque.Draw(t, "enc") + "}{key:k}{iv:i}{name:n}{serial:Mg==}",
			DeviceKey:       key,
			Device:          audible.Device{Serial: rapid.StringMatching(`[0-9A-F]{1,40}`).Draw(t, "serial"), Type: "A2CZJZGLK2JJVM", Name: name.Draw(t, "device")},
			Customer:        audible.Customer{ID: "amzn1.account." + rapid.StringMatching(`[A-Z0-9]{1,30}`).Draw(t, "id"), Name: name.Draw(t, "name"), GivenName: name.Draw(t, "given"), HomeRegion: "EU"},
			StoreAuthCookie: rapid.StringMatching(`[!-~]{0,40}`).Draw(t, "store"),
			ActivationBytes: rapid.StringMatching(`([0-9a-f]{8})?`).Draw(t, "activation"),
		}
		c.Customer.AccountPool = pool(c)
		if rapid.Bool().Draw(t, "has access token") {
			c.AccessToken = "Atna|" + opaque.Draw(t, "access")
			micros := rapid.Int64Range(1_200_000_000_000_000, 4_000_000_000_000_000).Draw(t, "expires")
			c.AccessTokenExpires = time.UnixMicro(micros).UTC()
		}
		cookies := rapid.MapOfN(rapid.StringMatching(`[a-z-]{1,12}`), rapid.StringMatching(`[!#-~]{1,30}`), 0, 8).Draw(t, "cookies")
		if len(cookies) > 0 {
			c.Cookies = cookies
		}
		return c
	})
}

// TestAnyCredentialsSurvive draws accounts and writes them in every format
// but the one whose key derivation takes long, and checks the library's rules
// on the plain file.
func TestAnyCredentialsSurvive(t *testing.T) {
	t.Parallel()
	key := reader(t).Credentials.DeviceKey
	rapid.Check(t, func(t *rapid.T) {
		c := credentialsGen(key).Draw(t, "credentials")
		for _, format := range writable() {
			if format == authfile.AudibleRSEncrypted {
				continue
			}
			var b bytes.Buffer
			if err := authfile.Write(&b, format, []authfile.Account{{Credentials: c}}, writeKeys()); err != nil {
				t.Fatalf("Write(%s): %v", format, err)
			}
			accounts, got, err := authfile.Read(b.Bytes(), keys())
			if err != nil || got != format {
				t.Fatalf("Read(%s) = format %q, %v", format, got, err)
			}
			checkSame(t, accounts[0].Credentials, kept(format, c))
			if format == authfile.AudibleCLI {
				if err := checkPythonFile(b.Bytes()); err != nil {
					t.Fatalf("the Python library refuses the file: %v", err)
				}
			}
		}
	})
}

// TestRandomSaltsDiffer writes the same account twice with the machine's own
// randomness and the default work.
func TestRandomSaltsDiffer(t *testing.T) {
	t.Parallel()
	for _, format := range []authfile.Format{authfile.AudibleCLIBytes, authfile.LibationEncrypted} {
		o := authfile.WriteOptions{Password: []byte(password), MasterKey: masterKey()}
		one := write(t, format, []authfile.Account{reader(t)}, o)
		two := write(t, format, []authfile.Account{reader(t)}, o)
		if bytes.Equal(one, two) {
			t.Errorf("two %s files are equal", format)
		}
		if format == authfile.AudibleCLIBytes && !bytes.HasPrefix(one, []byte("$\xff\xff$")) {
			t.Errorf("the default work is %x, want the most that the format holds", one[:4])
		}
	}
}
