package authfile_test

import (
	"bytes"
	"encoding/hex"
	"testing"
	"unicode/utf8"

	"github.com/audipy/audipy/audible/authfile"
)

// FuzzRead reads anything. What is read must be writable in the Python
// library's form, and be the same when it is read again. Files that ask for
// much work are left to TestRustWorkIsBounded, for the fuzzer would do little
// else.
func FuzzRead(f *testing.F) {
	for _, name := range samples(f) {
		if name != "rust.encrypted.json" {
			f.Add(sample(f, name))
		}
	}
	v := loadVectors(f)
	f.Add([]byte(v.Full.PlainText))
	f.Add(unhex(f, v.Short.BytesStyleHex))
	f.Fuzz(func(t *testing.T, data []byte) {
		options := keys()
		if format, _, _ := authfile.Detect(data); format == authfile.AudibleRSEncrypted {
			options.Password = nil
		}
		accounts, _, err := authfile.Read(data, options)
		if err != nil {
			return
		}
		for _, account := range accounts {
			var b bytes.Buffer
			if err := authfile.Write(&b, authfile.AudibleCLI, []authfile.Account{account}, authfile.WriteOptions{}); err != nil {
				t.Fatalf("what was read can't be written: %v", err)
			}
			if err := checkPythonFile(b.Bytes()); err != nil {
				t.Fatalf("the Python library refuses the file: %v", err)
			}
			again, _, err := authfile.Read(b.Bytes(), options)
			if err != nil {
				t.Fatalf("what was written can't be read: %v", err)
			}
			checkSame(t, again[0].Credentials, account.Credentials)
		}
	})
}

// FuzzLibationField opens anything; what opens must have been sealed so.
func FuzzLibationField(f *testing.F) {
	v := loadVectors(f).Libation
	f.Add(v.Value, v.AAD)
	f.Add("v1...", "")
	f.Fuzz(func(t *testing.T, value, binding string) {
		text, err := authfile.OpenField(value, masterKey(), binding)
		if err == nil && !utf8.ValidString(text) {
			t.Fatalf("opened to text that is not UTF-8: %s", hex.EncodeToString([]byte(text)))
		}
		nonce := bytes.NewReader(make([]byte, 12))
		sealed, err := authfile.SealField(binding, masterKey(), value, nonce)
		if err != nil {
			t.Fatal(err)
		}
		if again, err := authfile.OpenField(sealed, masterKey(), value); utf8.ValidString(binding) && (err != nil || again != binding) {
			t.Fatalf("sealed text opens to another: %v", err)
		}
	})
}

// FuzzConfigTOML parses anything within the bounds.
func FuzzConfigTOML(f *testing.F) {
	f.Add(sample(f, "config/config.toml"))
	f.Add(sample(f, "config/config-many-profiles.toml"))
	f.Add([]byte("[accounts.a]\nauth_file = 'a.auth'\nmarketplaces = ['de']\n"))
	f.Fuzz(func(t *testing.T, data []byte) {
		files, _, err := authfile.ConfigFiles(data)
		if err == nil && len(files) > 100 {
			t.Fatalf("%d profiles", len(files))
		}
		for _, file := range files {
			if file == "" {
				t.Fatal("a profile names no file")
			}
		}
	})
}
