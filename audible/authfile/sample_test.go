package authfile_test

import (
	"bytes"
	"encoding/base64"
	"encoding/hex"
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/audipy/audipy/audible"
	"github.com/audipy/audipy/audible/authfile"
)

// password opens every sample that has one.
const password = "correct horse battery staple"

// masterKey opens libation.encrypted.json; it is the key of the vector
// libation_field.
func masterKey() []byte {
	key := make([]byte, authfile.MasterKeySize)
	for i := range key {
		key[i] = byte(i)
	}
	return key
}

func keys() authfile.ReadOptions {
	return authfile.ReadOptions{Password: []byte(password), MasterKey: masterKey()}
}

// sample returns a file of testdata.
func sample(t testing.TB, name string) []byte {
	t.Helper()
	data, err := os.ReadFile(filepath.Join("testdata", filepath.FromSlash(name)))
	if err != nil {
		t.Fatal(err)
	}
	return data
}

func sampleJSON(t testing.TB, name string, into any) {
	t.Helper()
	if err := json.Unmarshal(sample(t, name), into); err != nil {
		t.Fatalf("sample %s: %v", name, err)
	}
}

// samples returns the names of all credential files of testdata.
func samples(t testing.TB) []string {
	t.Helper()
	names := []string{}
	for _, pattern := range []string{"python/*.plain.json", "python/*encrypted*", "rust*.json", "libation*.json", "openaudible*.json"} {
		found, err := filepath.Glob(filepath.Join("testdata", filepath.FromSlash(pattern)))
		if err != nil || len(found) == 0 {
			t.Fatalf("no samples match %s: %v", pattern, err)
		}
		for _, path := range found {
			name, err := filepath.Rel("testdata", path)
			if err != nil {
				t.Fatal(err)
			}
			names = append(names, filepath.ToSlash(name))
		}
	}
	return names
}

// read reads a file that must be readable.
func read(t testing.TB, data []byte) ([]authfile.Account, authfile.Format) {
	t.Helper()
	accounts, format, err := authfile.Read(data, keys())
	if err != nil {
		t.Fatalf("Read: %v", err)
	}
	return accounts, format
}

// write writes a file that must be writable.
func write(t testing.TB, format authfile.Format, accounts []authfile.Account, o authfile.WriteOptions) []byte {
	t.Helper()
	var b bytes.Buffer
	if err := authfile.Write(&b, format, accounts, o); err != nil {
		t.Fatalf("Write(%s): %v", format, err)
	}
	return b.Bytes()
}

// writeKeys has what every format needs, with the iterations of the Python
// library.
func writeKeys() authfile.WriteOptions {
	return authfile.WriteOptions{Password: []byte(password), MasterKey: masterKey(), Iterations: 1000}
}

// reader is the made-up account of testdata.
func reader(t testing.TB) authfile.Account {
	t.Helper()
	accounts, _ := read(t, sample(t, "python/py012.plain.json"))
	return accounts[0]
}

func unhex(t testing.TB, text string) []byte {
	t.Helper()
	data, err := hex.DecodeString(text)
	if err != nil {
		t.Fatal(err)
	}
	return data
}

func unbase64(t testing.TB, text string) []byte {
	t.Helper()
	data, err := base64.StdEncoding.DecodeString(text)
	if err != nil {
		t.Fatal(err)
	}
	return data
}

// secretsOf returns every secret of an account, for searching errors and
// listings.
func secretsOf(c audible.Credentials) []string {
	secrets := []string{c.AccessToken, c.RefreshToken, c.ADPToken, c.DeviceKey, c.StoreAuthCookie, c.ActivationBytes}
	for _, value := range c.Cookies {
		secrets = append(secrets, value)
	}
	lines := strings.Split(c.DeviceKey, "\n")
	return append(secrets, lines[1], password)
}

// checkNoSecret fails when a text holds a secret of the made-up account.
func checkNoSecret(t testing.TB, text string) {
	t.Helper()
	for _, secret := range secretsOf(reader(t).Credentials) {
		if secret != "" && strings.Contains(text, secret) {
			t.Errorf("the text holds a secret of %d characters", len(secret))
		}
	}
}
