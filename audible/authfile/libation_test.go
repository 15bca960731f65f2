package authfile_test

import (
	"bytes"
	"encoding/json"
	"errors"
	"strings"
	"testing"
	"time"

	"github.com/audipy/audipy/audible"
	"github.com/audipy/audipy/audible/authfile"
)

func TestLibationSamplesGiveTwoAccounts(t *testing.T) {
	t.Parallel()
	for name, wantFormat := range map[string]authfile.Format{
		"libation.plain.json":     authfile.Libation,
		"libation.encrypted.json": authfile.LibationEncrypted,
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			accounts, format := read(t, sample(t, name))
			if format != wantFormat || len(accounts) != 2 {
				t.Fatalf("Read = %d accounts of format %q", len(accounts), format)
			}
			checkLibationReader(t, accounts[0])
			old := accounts[1]
			if old.Label != "Old books" || old.Login != "reader" || old.Credentials.Marketplace != "de" || !old.Credentials.UserName {
				t.Errorf("second account %q, login %q, marketplace %q", old.Label, old.Login, old.Credentials.Marketplace)
			}
			if old.Credentials.Customer.AccountPool != "pool-AN7V1F1VY261K" {
				t.Errorf("second account's pool %q", old.Credentials.Customer.AccountPool)
			}
			if want := time.Date(2026, 8, 1, 12, 34, 56, 789123000, time.UTC); !old.Credentials.AccessTokenExpires.Equal(want) {
				t.Errorf("expiry with offset = %v, want %v", old.Credentials.AccessTokenExpires, want)
			}
		})
	}
}

func checkLibationReader(t *testing.T, account authfile.Account) {
	t.Helper()
	if account.Label != "reader@example.com - us" || account.Login != "reader@example.com" {
		t.Errorf("label %q, login %q", account.Label, account.Login)
	}
	want := reader(t).Credentials
	want.Customer = audible.Customer{ID: want.Customer.ID, AccountPool: "Amazon"}
	want.Device.Type, want.Device.Name = "A10KISP2GWF0E4", "Fake Reader's 2nd Audible for Android"
	want.AccessTokenExpires = time.Date(2026, 8, 1, 12, 34, 56, 789000000, time.UTC)
	checkSame(t, account.Credentials, want)
}

func TestLibationNamesOfStores(t *testing.T) {
	t.Parallel()
	for _, market := range audible.Marketplaces() {
		t.Run(market.Code, func(t *testing.T) {
			t.Parallel()
			account := reader(t)
			account.Credentials.Marketplace = market.Code
			for _, userName := range []bool{false, true} {
				account.Credentials.UserName = userName
				var b bytes.Buffer
				err := authfile.Write(&b, authfile.Libation, []authfile.Account{account}, authfile.WriteOptions{})
				if userName && !market.UserNames {
					if err == nil {
						t.Errorf("Libation has no user name accounts in %s, and one was written", market.Code)
					}
					continue
				}
				accounts, _ := read(t, b.Bytes())
				if got := accounts[0].Credentials; got.Marketplace != market.Code || got.UserName != userName {
					t.Errorf("read back %q, user name %t", got.Marketplace, got.UserName)
				}
			}
		})
	}
}

// TestLibationEncryptsEverySecret writes with a key and looks for secrets in
// the text.
func TestLibationEncryptsEverySecret(t *testing.T) {
	t.Parallel()
	account := reader(t)
	account.Credentials.ActivationBytes = "" // Libation keeps DecryptKey in plain text
	account.Label = "me"
	data := write(t, authfile.LibationEncrypted, []authfile.Account{account}, writeKeys())
	checkNoSecret(t, string(data))
	var file struct {
		Accounts []struct {
			IdentityTokens struct {
				AdpToken struct {
					Value       string
					IsEncrypted bool
				}
			}
		}
	}
	if err := json.Unmarshal(data, &file); err != nil {
		t.Fatal(err)
	}
	field := file.Accounts[0].IdentityTokens.AdpToken
	text, err := authfile.OpenField(field.Value, masterKey(), "AudibleApi.Identity|us|AdpToken")
	if err != nil || text != account.Credentials.ADPToken || !field.IsEncrypted {
		t.Errorf("the field does not open at its place: %v", err)
	}
}

func TestLibationNeedsItsKey(t *testing.T) {
	t.Parallel()
	data := sample(t, "libation.encrypted.json")
	if _, _, err := authfile.Read(data, authfile.ReadOptions{}); !errors.Is(err, authfile.ErrKeyNeeded) {
		t.Errorf("without a key: %v", err)
	}
	wrong := authfile.ReadOptions{MasterKey: bytes.Repeat([]byte{7}, 32)}
	if _, _, err := authfile.Read(data, wrong); !errors.Is(err, authfile.ErrWrongPassword) {
		t.Errorf("with a wrong key: %v", err)
	}
	short := authfile.ReadOptions{MasterKey: []byte("short")}
	if _, _, err := authfile.Read(data, short); err == nil {
		t.Error("a key of five bytes is taken")
	}
	if err := authfile.Write(&bytes.Buffer{}, authfile.LibationEncrypted, []authfile.Account{reader(t)}, authfile.WriteOptions{}); !errors.Is(err, authfile.ErrKeyNeeded) {
		t.Errorf("writing without a key: %v", err)
	}
}

// TestLibationTakesNoGuess reads a value that looks encrypted and is not
// marked so.
func TestLibationTakesNoGuess(t *testing.T) {
	t.Parallel()
	data := replace(t, sample(t, "libation.plain.json"), `"1a2b3c4d"`, `"v1.a.b.c"`)
	accounts, _ := read(t, data)
	if accounts[0].Credentials.ActivationBytes != "" {
		t.Error("activation bytes that are none are kept")
	}
	data = replace(t, sample(t, "libation.encrypted.json"), `"IsEncrypted": true`, `"IsEncrypted": false`)
	if _, _, err := authfile.Read(data, keys()); err == nil {
		t.Error("a ciphertext that is marked as plain is taken for a token")
	}
}

// TestLibationSpentTokenIsUnknown reads what Libation writes for an access
// token that it dropped.
func TestLibationSpentTokenIsUnknown(t *testing.T) {
	t.Parallel()
	account := reader(t)
	account.Credentials.AccessToken, account.Credentials.AccessTokenExpires = "", time.Time{}
	data := write(t, authfile.Libation, []authfile.Account{account}, authfile.WriteOptions{})
	if !bytes.Contains(data, []byte(`"TokenValue": "Atna|"`)) || !bytes.Contains(data, []byte(`"0001-01-01T00:00:00"`)) {
		t.Error("the missing token is not written as Libation writes it")
	}
	accounts, _ := read(t, data)
	if c := accounts[0].Credentials; c.AccessToken != "" || !c.AccessTokenExpires.IsZero() {
		t.Errorf("the missing token is read back, expiry %v", c.AccessTokenExpires)
	}
}

func TestLibationRefusesTwins(t *testing.T) {
	t.Parallel()
	one, two := reader(t), reader(t)
	one.Login, two.Login = "reader@example.com", "Reader@Example.com"
	err := authfile.Write(&bytes.Buffer{}, authfile.Libation, []authfile.Account{one, two}, authfile.WriteOptions{})
	if err == nil {
		t.Error("two accounts of one login in one store are written")
	}
	two.Credentials.Marketplace = "de"
	write(t, authfile.Libation, []authfile.Account{one, two}, authfile.WriteOptions{})
	two.Credentials.RefreshToken = ""
	if err := authfile.Write(&bytes.Buffer{}, authfile.Libation, []authfile.Account{two}, authfile.WriteOptions{}); err == nil {
		t.Error("an account that Libation would not use is written")
	}
}

// TestLibationFieldsAreChecked damages the layout of one encrypted value.
func TestLibationFieldsAreChecked(t *testing.T) {
	t.Parallel()
	v := loadVectors(t).Libation
	parts := strings.Split(v.Value, ".")
	for name, value := range map[string]string{
		"no parts":      "secret-value",
		"three parts":   strings.Join(parts[:3], "."),
		"other version": "v2." + strings.Join(parts[1:], "."),
		"padded base64": parts[0] + "." + parts[1] + "=." + parts[2] + "." + parts[3],
		"short nonce":   parts[0] + "." + parts[1][:4] + "." + parts[2] + "." + parts[3],
		"short tag":     parts[0] + "." + parts[1] + "." + parts[2] + "." + parts[3][:8],
		"other tag":     parts[0] + "." + parts[1] + "." + parts[2] + ".AAAAAAAAAAAAAAAAAAAAAA",
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			if _, err := authfile.OpenField(value, masterKey(), v.AAD); !errors.Is(err, authfile.ErrWrongPassword) {
				t.Errorf("OpenField = %v, want ErrWrongPassword", err)
			}
		})
	}
}

// TestLibationNamesTheAccountAtFault damages the second account.
func TestLibationNamesTheAccountAtFault(t *testing.T) {
	t.Parallel()
	const start = "read libation file: account 2 of the file: "
	for _, c := range [][3]string{
		{`"pre-amazon - germany"`, `"pre-amazon - atlantis"`, `the field "locale_code" names an unknown marketplace, "atlantis"`},
		{`"pre-amazon - germany"`, `7`, `the field "Accounts.IdentityTokens.LocaleName" is not text`},
		{`"2026-08-01T14:34:56.7891234+02:00"`, `"soon"`, `the field "Expires" is not a date`},
		{`"2026-08-01T14:34:56.7891234+02:00"`, `"9999-12-31T23:59:59"`, `the field "expires" is after the year 2099`},
	} {
		_, _, err := authfile.Read(replace(t, sample(t, "libation.plain.json"), c[0], c[1]), keys())
		if err == nil || err.Error() != start+c[2] {
			t.Errorf("with %s: %v", c[1], err)
		}
	}
	for _, data := range []string{`{"Accounts":[1]}`, `{"Accounts":[{"IdentityTokens":7}]}`} {
		var field *authfile.FieldError
		if _, _, err := authfile.Read([]byte(data), keys()); !errors.As(err, &field) {
			t.Errorf("Read(%s) = %v, want a FieldError", data, err)
		}
	}
}
