package authfile_test

import (
	"bytes"
	"encoding/json"
	"errors"
	"testing"

	"github.com/audipy/audipy/audible/authfile"
)

// TestRustSamplesGiveTheSameAccount reads the plain file, and the same
// encrypted by another program with audible-rs's costs and with light ones.
func TestRustSamplesGiveTheSameAccount(t *testing.T) {
	t.Parallel()
	want := reader(t).Credentials
	want.StoreAuthCookie = "" // audible-rs does not keep it
	for name, wantFormat := range map[string]authfile.Format{
		"rust.plain.json":           authfile.AudibleRS,
		"rust.encrypted.json":       authfile.AudibleRSEncrypted,
		"rust-light.encrypted.json": authfile.AudibleRSEncrypted,
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			accounts, format := read(t, sample(t, name))
			if format != wantFormat {
				t.Errorf("format %q, want %q", format, wantFormat)
			}
			checkSame(t, accounts[0].Credentials, want)
		})
	}
}

// TestRustEncryptionHasAudibleRSForm compares the header with the sample's,
// for which it was given the same salt and nonce.
func TestRustEncryptionHasAudibleRSForm(t *testing.T) {
	t.Parallel()
	o := writeKeys()
	random := make([]byte, 40)
	for i := range random[:16] {
		random[i] = byte(i)
	}
	for i := range random[16:] {
		random[16+i] = byte(100 + i)
	}
	o.Rand = bytes.NewReader(random)
	data := write(t, authfile.AudibleRSEncrypted, []authfile.Account{reader(t)}, o)
	var got, want struct {
		Format  string `json:"format"`
		Version int    `json:"version"`
		KDF     any    `json:"kdf"`
		Cipher  any    `json:"cipher"`
	}
	sampleJSON(t, "rust.encrypted.json", &want)
	if err := json.Unmarshal(data, &got); err != nil {
		t.Fatal(err)
	}
	gotText, _ := json.Marshal(got)
	wantText, _ := json.Marshal(want)
	if !bytes.Equal(gotText, wantText) {
		t.Errorf("header\n%s\nwant\n%s", gotText, wantText)
	}
	accounts, _ := read(t, data)
	checkSame(t, accounts[0].Credentials, withoutStoreCookie(reader(t).Credentials))
}

// TestRustHeaderIsAuthenticated changes each value that the associated data
// holds.
func TestRustHeaderIsAuthenticated(t *testing.T) {
	t.Parallel()
	for _, change := range [][2]string{
		{`"m_cost": 1024`, `"m_cost": 1032`},
		{`"t_cost": 1`, `"t_cost": 2`},
		{`"p_cost": 1`, `"p_cost": 2`},
		{`"salt": "AAEC`, `"salt": "AAED`},
		{`"nonce": "ZGVm`, `"nonce": "ZGVn`},
		{`"salt": "AAEC`, `"salt": "`},
		{`"nonce": "ZGVm`, `"nonce": "`},
	} {
		t.Run(change[1], func(t *testing.T) {
			t.Parallel()
			data := replace(t, sample(t, "rust-light.encrypted.json"), change[0], change[1])
			if _, _, err := authfile.Read(data, keys()); !errors.Is(err, authfile.ErrWrongPassword) {
				t.Errorf("Read = %v, want ErrWrongPassword", err)
			}
		})
	}
}

// TestRustPoolSaysUserName reads and writes an account from before 2008,
// which audible-rs knows by its pool alone.
func TestRustPoolSaysUserName(t *testing.T) {
	t.Parallel()
	accounts, _ := read(t, sample(t, "python/py012-nulls-unicode-uk.plain.json"))
	data := write(t, authfile.AudibleRS, accounts, authfile.WriteOptions{})
	if !bytes.Contains(data, []byte(`"account_pool": "pool-A2I9A3Q2GNFNGQ"`)) {
		t.Error("the pool does not name the marketplace")
	}
	again, _ := read(t, data)
	if !again[0].Credentials.UserName {
		t.Error("the account is no longer a user name account")
	}
}

// replace replaces text that must occur.
func replace(t testing.TB, data []byte, from, to string) []byte {
	t.Helper()
	if !bytes.Contains(data, []byte(from)) {
		t.Fatalf("the sample does not hold %q", from)
	}
	return bytes.Replace(data, []byte(from), []byte(to), 1)
}
