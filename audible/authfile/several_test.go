package authfile_test

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"strings"
	"testing"

	"github.com/audipy/audipy/audible/authfile"
	"github.com/audipy/audipy/internal/asvs"
)

// TestLibationKeepsSeveralAccounts writes two accounts into one file, in
// plain text and encrypted.
func TestLibationKeepsSeveralAccounts(t *testing.T) {
	t.Parallel()
	want, _ := read(t, sample(t, "libation.plain.json"))
	for _, format := range []authfile.Format{authfile.Libation, authfile.LibationEncrypted} {
		got, _ := read(t, write(t, format, want, writeKeys()))
		if len(got) != 2 {
			t.Fatalf("%s: %d accounts, want 2", format, len(got))
		}
		for i := range got {
			if got[i].Label != want[i].Label || got[i].Login != want[i].Login {
				t.Errorf("%s: account %d is %q, login %q", format, i+1, got[i].Label, got[i].Login)
			}
			checkSame(t, got[i].Credentials, want[i].Credentials)
		}
	}
}

// TestLibationNamesAccountsWithoutLogin writes an account of audible-cli,
// whose file holds no mail address.
func TestLibationNamesAccountsWithoutLogin(t *testing.T) {
	t.Parallel()
	account := reader(t)
	account.Label = ""
	accounts, _ := read(t, write(t, authfile.Libation, []authfile.Account{account}, authfile.WriteOptions{}))
	if id := account.Credentials.Customer.ID; accounts[0].Login != id || accounts[0].Label != id+" - us" {
		t.Errorf("login %q, label %q, want the customer's id", accounts[0].Login, accounts[0].Label)
	}
}

// TestOpenAudibleHoldsSeveralAccounts puts both layouts into one file, with
// things around them that are none of this package's business.
func TestOpenAudibleHoldsSeveralAccounts(t *testing.T) {
	t.Parallel()
	var nested, flat map[string]any
	sampleJSON(t, "openaudible-nested.json", &nested)
	sampleJSON(t, "openaudible-flat.json", &flat)
	nested["b"] = flat["a"]
	nested["settings"] = map[string]any{"list": []any{1, map[string]any{"adp_token": "x"}}, "empty": map[string]any{}}
	data, err := json.Marshal(nested)
	if err != nil {
		t.Fatal(err)
	}
	accounts, _ := read(t, data)
	if len(accounts) != 2 || accounts[0].Credentials.Marketplace != "us" || accounts[1].Credentials.Marketplace != "uk" {
		t.Errorf("%d accounts, want those of us and uk", len(accounts))
	}
}

// TestOpenAudibleNamesUnnamedAccountsByTheirKey drops the customer.
func TestOpenAudibleNamesUnnamedAccountsByTheirKey(t *testing.T) {
	t.Parallel()
	data := replace(t, sample(t, "openaudible-flat.json"), `"customer_info"`, `"other_info"`)
	accounts, _ := read(t, data)
	if accounts[0].Label != "a" || accounts[0].Credentials.Customer.AccountPool != "pool-A2I9A3Q2GNFNGQ" {
		t.Errorf("label %q, pool %q", accounts[0].Label, accounts[0].Credentials.Customer.AccountPool)
	}
}

func TestOpenAudibleNamesWhatIsMalformed(t *testing.T) {
	t.Parallel()
	for _, c := range []struct{ from, to, field string }{
		{`"region": "GB"`, `"region": 44`, "region"},
		{`"legacy_user": true`, `"legacy_user": "yes"`, "legacy_user"},
		{`"expires": 1893456000123`, `"expires": "never"`, "expires"},
		{`"expires": 1893456000123`, `"expires": 253402300799000`, "expires"},
		{`"refresh_token": "Atnr|`, `"refresh_token": "Bad|`, "refresh_token"},
		{`"device_info": {`, `"device_info": [], "x": {`, "device_info"},
	} {
		t.Run(c.to, func(t *testing.T) {
			t.Parallel()
			_, _, err := authfile.Read(replace(t, sample(t, "openaudible-flat.json"), c.from, c.to), keys())
			var field *authfile.FieldError
			if !errors.As(err, &field) || field.Field != c.field {
				t.Errorf("Read = %v, want a FieldError of %s", err, c.field)
			}
		})
	}
	var b strings.Builder
	for i := range 51 {
		fmt.Fprintf(&b, `,"a%d":{"adp_token":"x","device_private_key":"y"}`, i)
	}
	_, _, err := authfile.Read([]byte("{"+b.String()[1:]+"}"), keys())
	if !errors.Is(err, authfile.ErrNotCredentials) || !strings.HasSuffix(err.Error(), "it has more than 50 accounts") {
		t.Errorf("51 accounts: %v", err)
	}
}

// TestPaddingGivesNoOracle tries every value for the byte that decides the
// padding. One of them makes good padding of one byte, and none may be told
// from the others.
func TestPaddingGivesNoOracle(t *testing.T) {
	t.Parallel()
	asvs.Covers(t, "11.2.5")
	data := sample(t, "python/py012.bytes-encrypted.auth")
	last := len(data) - 17 // the last byte of the block before the last
	messages := map[string]int{}
	for value := 1; value < 256; value++ {
		damaged := bytes.Clone(data)
		damaged[last] ^= byte(value)
		_, _, err := authfile.Read(damaged, keys())
		if err == nil {
			t.Fatalf("the file opens with byte %d changed by %#x", last, value)
		}
		messages[err.Error()]++
	}
	if len(messages) != 1 {
		t.Errorf("%d different messages, want one: %v", len(messages), messages)
	}
}

// TestUserNameAccountsAreKnownByTheirPool reads a file of an older version,
// which has no with_username.
func TestUserNameAccountsAreKnownByTheirPool(t *testing.T) {
	t.Parallel()
	data := edit(t, map[string]any{"with_username": nil, "customer_info": map[string]any{"account_pool": "pool-AF2M0KC94RCEA"}})
	accounts, _ := read(t, data)
	if !accounts[0].Credentials.UserName {
		t.Error("the pool of a user name account is not seen")
	}
	accounts, _ = read(t, edit(t, map[string]any{"with_username": nil, "customer_info": nil}))
	if c := accounts[0].Credentials; c.UserName || c.Customer.AccountPool != "Amazon" {
		t.Errorf("without any sign: user name %t, pool %q", c.UserName, c.Customer.AccountPool)
	}
}

// TestHalfACredentialIsEnough reads files that can only sign or only refresh.
func TestHalfACredentialIsEnough(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		missing             []string
		canSign, canRefresh bool
	}{
		{[]string{"refresh_token", "access_token", "expires"}, true, false},
		{[]string{"adp_token", "device_private_key"}, false, true},
		{[]string{"adp_token"}, false, true},
	} {
		changes := map[string]any{}
		for _, name := range c.missing {
			changes[name] = nil
		}
		accounts, _ := read(t, edit(t, changes))
		got := accounts[0].Credentials
		if got.CanSign() != c.canSign || got.CanRefresh() != c.canRefresh {
			t.Errorf("without %q: can sign %t, can refresh %t", c.missing, got.CanSign(), got.CanRefresh())
		}
		again, _ := read(t, write(t, authfile.AudibleRS, accounts, authfile.WriteOptions{}))
		checkSame(t, again[0].Credentials, withoutStoreCookie(got))
	}
}
