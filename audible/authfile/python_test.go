package authfile_test

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"maps"
	"strings"
	"testing"
	"time"

	"github.com/audipy/audipy/audible/authfile"
)

// expected is an entry of testdata/python/expected.json.
type expected struct {
	Password        string `json:"password"`
	Style           string `json:"style"`
	Iterations      int    `json:"iterations"`
	PlaintextEquals string `json:"plaintext_equals"`
	PlaintextSHA256 string `json:"plaintext_sha256"`
	PlaintextBytes  int    `json:"plaintext_bytes"`
}

// parts splits an encrypted file of either style into salt, IV and
// ciphertext.
func parts(t testing.TB, data []byte, style string) (salt, iv, ciphertext []byte) {
	t.Helper()
	if style == "bytes" {
		return data[:16], data[16:32], data[32:]
	}
	var file struct {
		Salt       []byte `json:"salt"`
		IV         []byte `json:"iv"`
		Ciphertext []byte `json:"ciphertext"`
	}
	if err := json.Unmarshal(data, &file); err != nil {
		t.Fatal(err)
	}
	return file.Salt, file.IV, file.Ciphertext
}

func TestPythonSamplesDecryptByteForByte(t *testing.T) {
	t.Parallel()
	var files map[string]expected
	sampleJSON(t, "python/expected.json", &files)
	if len(files) != 4 {
		t.Fatalf("expected.json lists %d files, want 4", len(files))
	}
	for name, want := range files {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			salt, iv, ciphertext := parts(t, sample(t, "python/"+name), want.Style)
			text, err := authfile.OpenPython(salt, iv, ciphertext, []byte(want.Password))
			if err != nil {
				t.Fatal(err)
			}
			if !bytes.Equal(text, sample(t, "python/"+want.PlaintextEquals)) {
				t.Errorf("the decrypted text differs from %s", want.PlaintextEquals)
			}
			if sum := sha256.Sum256(text); hex.EncodeToString(sum[:]) != want.PlaintextSHA256 || len(text) != want.PlaintextBytes {
				t.Errorf("the decrypted text has %d bytes and another sum", len(text))
			}
		})
	}
}

// TestPythonSamplesAreRewrittenByteForByte reads each encrypted sample and
// writes it again with the salt and IV of the sample.
func TestPythonSamplesAreRewrittenByteForByte(t *testing.T) {
	t.Parallel()
	var files map[string]expected
	sampleJSON(t, "python/expected.json", &files)
	for name, want := range files {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			data := sample(t, "python/"+name)
			accounts, format := read(t, data)
			salt, iv, _ := parts(t, data, want.Style)
			o := writeKeys()
			o.Iterations = want.Iterations
			o.Rand = bytes.NewReader(append(append([]byte{}, salt[4:]...), iv...))
			if got := write(t, format, accounts, o); !bytes.Equal(got, data) {
				t.Errorf("written again, the file differs:\n%.300s", got)
			}
			plain := write(t, authfile.AudibleCLI, accounts, authfile.WriteOptions{})
			if !bytes.Equal(plain, sample(t, "python/"+want.PlaintextEquals)) {
				t.Errorf("written in plain text, it differs from %s:\n%s", want.PlaintextEquals, plain)
			}
		})
	}
}

func TestPythonFileGivesEveryField(t *testing.T) {
	t.Parallel()
	accounts, format := read(t, sample(t, "python/py012-nulls-unicode-uk.plain.json"))
	c := accounts[0].Credentials
	if format != authfile.AudibleCLI || len(accounts) != 1 {
		t.Fatalf("Read = %d accounts, format %q", len(accounts), format)
	}
	if want := `Zoë Łukasz 山田 🎧 "q" \ /`; c.Customer.Name != want || accounts[0].Label != want {
		t.Errorf("name %q, label %q, want %q", c.Customer.Name, accounts[0].Label, want)
	}
	if c.Marketplace != "uk" || !c.UserName || c.Customer.AccountPool != "Audible" || c.Customer.HomeRegion != "EU" {
		t.Errorf("marketplace %q, user name %t, pool %q, region %q", c.Marketplace, c.UserName, c.Customer.AccountPool, c.Customer.HomeRegion)
	}
	if c.Cookies != nil || c.StoreAuthCookie != "" || c.ActivationBytes != "" {
		t.Error("null members are not empty")
	}
	if want := time.Date(2030, 1, 1, 0, 0, 0, 123456000, time.UTC); !c.AccessTokenExpires.Equal(want) {
		t.Errorf("expiry %v, want %v", c.AccessTokenExpires, want)
	}
	if c.Device.Serial != "FA4E0000000000000000000000000001" || c.Device.Type != "A2CZJZGLK2JJVM" || c.Device.Name != "Fake Reader's 2nd Audible for iPhone" {
		t.Errorf("device %+v", c.Device)
	}
}

func TestLegacySpellingIsRead(t *testing.T) {
	t.Parallel()
	accounts, _ := read(t, sample(t, "python/legacy-login_cookies.plain.json"))
	c := accounts[0].Credentials
	if len(c.Cookies) != 5 || c.Cookies["at-main"] != "Atza|FAKE-not-a-token" {
		t.Errorf("login_cookies gave %d cookies, want 5", len(c.Cookies))
	}
	if want := time.Date(2030, 1, 1, 0, 0, 0, 5e8, time.UTC); !c.AccessTokenExpires.Equal(want) {
		t.Errorf("expiry from text %v, want %v", c.AccessTokenExpires, want)
	}
	if c.UserName || c.ActivationBytes != "" {
		t.Errorf("missing members gave user name %t, activation bytes %q", c.UserName, c.ActivationBytes)
	}
}

// TestOtherJSONWritersAreRead covers files that other programs have touched:
// no indentation, escaped slashes, a byte order mark, the tolerated
// "encryption" member, an exponent.
func TestOtherJSONWritersAreRead(t *testing.T) {
	t.Parallel()
	var compact bytes.Buffer
	if err := json.Compact(&compact, sample(t, "python/py012.plain.json")); err != nil {
		t.Fatal(err)
	}
	text := strings.ReplaceAll(compact.String(), "/", `\/`)
	text = strings.Replace(text, "1893456000.123456", "1.893456e9", 1)
	text = "\ufeff" + strings.TrimSuffix(text, "}") + `,"encryption":false}`
	accounts, format := read(t, []byte(text))
	want := reader(t).Credentials
	got := accounts[0].Credentials
	if format != authfile.AudibleCLI || got.DeviceKey != want.DeviceKey || got.Cookies["sess-at-main"] != want.Cookies["sess-at-main"] {
		t.Errorf("the rewritten file is read as another: format %q", format)
	}
	if got.AccessTokenExpires.Unix() != 1893456000 {
		t.Errorf("expiry with exponent = %v", got.AccessTokenExpires)
	}
}

// TestKeysOfEveryFormAreNormalised reads the four forms of one key.
func TestKeysOfEveryFormAreNormalised(t *testing.T) {
	t.Parallel()
	var forms map[string]string
	sampleJSON(t, "keys.json", &forms)
	want := forms["pkcs1_pem"]
	for name, key := range forms {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			data := edit(t, map[string]any{"device_private_key": key})
			accounts, _ := read(t, data)
			if accounts[0].Credentials.DeviceKey != want {
				t.Error("the key is not PKCS#1 PEM with a final newline")
			}
		})
	}
}

// edit returns the plain file of the Python library with members replaced.
func edit(t testing.TB, changes map[string]any) []byte {
	t.Helper()
	var object map[string]any
	sampleJSON(t, "python/py012.plain.json", &object)
	maps.Copy(object, changes)
	data, err := json.Marshal(object)
	if err != nil {
		t.Fatal(err)
	}
	return data
}
