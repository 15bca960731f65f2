package authfile_test

import (
	"bytes"
	"crypto/aes"
	"crypto/cipher"
	"crypto/pbkdf2"
	"crypto/sha256"
	"errors"
	"slices"
	"testing"

	"github.com/audipy/audipy/audible/authfile"
)

// vectors is testdata/vectors.json.
type vectors struct {
	Short struct {
		Password      string `json:"password"`
		Plaintext     string `json:"plaintext"`
		Salt12        string `json:"salt12_hex"`
		Iterations    int    `json:"iterations"`
		IVHex         string `json:"iv_hex"`
		KeyHex        string `json:"key_hex"`
		PackedSalt    string `json:"packed_salt_b64"`
		Ciphertext    string `json:"ciphertext_b64"`
		BytesStyleHex string `json:"bytes_style_hex"`
	} `json:"authfile_short"`
	UTF8 struct {
		Password   string `json:"password"`
		PackedSalt string `json:"packed_salt_b64"`
		IV         string `json:"iv_b64"`
		Ciphertext string `json:"ciphertext_b64"`
	} `json:"authfile_short_20000_utf8"`
	Full struct {
		PlainText string            `json:"plain_text"`
		Password  string            `json:"password"`
		JSONStyle map[string]string `json:"json_style"`
	} `json:"authfile_full"`
	Libation struct {
		MasterKeyHex    string `json:"master_key_hex"`
		MasterKeyBase64 string `json:"master_key_b64"`
		NonceHex        string `json:"nonce_hex"`
		AAD             string `json:"aad"`
		Plaintext       string `json:"plaintext"`
		Value           string `json:"value"`
	} `json:"libation_field"`
}

func loadVectors(t testing.TB) vectors {
	t.Helper()
	var v vectors
	sampleJSON(t, "vectors.json", &v)
	return v
}

func TestVectorShortBothWays(t *testing.T) {
	t.Parallel()
	v := loadVectors(t).Short
	packed := unbase64(t, v.PackedSalt)
	key, err := authfile.PythonKey(packed, []byte(v.Password))
	if err != nil || !bytes.Equal(key, unhex(t, v.KeyHex)) {
		t.Errorf("key = %x, %v, want %s", key, err, v.KeyHex)
	}
	text, err := authfile.OpenPython(packed, unhex(t, v.IVHex), unbase64(t, v.Ciphertext), []byte(v.Password))
	if err != nil || string(text) != v.Plaintext {
		t.Errorf("decrypted = %q, %v, want %q", text, err, v.Plaintext)
	}
	random := bytes.NewReader(append(unhex(t, v.Salt12), unhex(t, v.IVHex)...))
	sealed, err := authfile.SealPython([]byte(v.Plaintext), []byte(v.Password), v.Iterations, random)
	if err != nil || !bytes.Equal(sealed, unhex(t, v.BytesStyleHex)) {
		t.Errorf("bytes style = %x, %v, want %s", sealed, err, v.BytesStyleHex)
	}
}

func TestVectorWithManyIterationsAndUmlauts(t *testing.T) {
	t.Parallel()
	all := loadVectors(t)
	v := all.UTF8
	text, err := authfile.OpenPython(unbase64(t, v.PackedSalt), unbase64(t, v.IV), unbase64(t, v.Ciphertext), []byte(v.Password))
	if err != nil || string(text) != all.Short.Plaintext {
		t.Errorf("decrypted = %q, %v, want %q", text, err, all.Short.Plaintext)
	}
}

// TestVectorFullBothWays reads the encrypted file of the vector, and encrypts
// what it read to the same bytes.
func TestVectorFullBothWays(t *testing.T) {
	t.Parallel()
	v := loadVectors(t).Full
	iv := unbase64(t, v.JSONStyle["iv"])
	salt := unbase64(t, v.JSONStyle["salt"])
	text, err := authfile.OpenPython(salt, iv, unbase64(t, v.JSONStyle["ciphertext"]), []byte(v.Password))
	if err != nil || string(text) != v.PlainText {
		t.Fatalf("decrypted text differs, %v", err)
	}
	accounts, format := read(t, []byte(v.PlainText))
	if format != authfile.AudibleCLI || accounts[0].Credentials.RefreshToken != "Atnr|test-refresh" {
		t.Errorf("read as %q", format)
	}
	sealed, err := authfile.SealPython([]byte(v.PlainText), []byte(v.Password), 1000, bytes.NewReader(append(salt[4:], iv...)))
	if err != nil || !bytes.Equal(sealed[32:], unbase64(t, v.JSONStyle["ciphertext"])) {
		t.Errorf("encrypted again, the vector differs: %v", err)
	}
}

func TestVectorOfLibationFieldBothWays(t *testing.T) {
	t.Parallel()
	v := loadVectors(t).Libation
	key, err := authfile.ParseMasterKey([]byte(v.MasterKeyBase64 + "\n"))
	if err != nil || !bytes.Equal(key, unhex(t, v.MasterKeyHex)) {
		t.Fatalf("ParseMasterKey = %x, %v, want %s", key, err, v.MasterKeyHex)
	}
	text, err := authfile.OpenField(v.Value, key, v.AAD)
	if err != nil || text != v.Plaintext {
		t.Errorf("OpenField = %q, %v, want %q", text, err, v.Plaintext)
	}
	sealed, err := authfile.SealField(v.Plaintext, key, v.AAD, bytes.NewReader(unhex(t, v.NonceHex)))
	if err != nil || sealed != v.Value {
		t.Errorf("SealField = %q, %v, want %q", sealed, err, v.Value)
	}
	if _, err := authfile.OpenField(v.Value, key, "AudibleApi.Identity|us|RefreshToken"); !errors.Is(err, authfile.ErrWrongPassword) {
		t.Errorf("a field moved to another place opens: %v", err)
	}
}

// TestSaltWithoutMarkersIsAllSalt reads a file that another program wrote:
// all 16 bytes are salt, with 1000 iterations.
func TestSaltWithoutMarkersIsAllSalt(t *testing.T) {
	t.Parallel()
	plain := sample(t, "python/py012.plain.json")
	unmarked := bytes.Repeat([]byte{0xEE}, 16)
	data, err := sealWithSalt(plain, []byte(password), unmarked)
	if err != nil {
		t.Fatal(err)
	}
	accounts, format := read(t, data)
	if format != authfile.AudibleCLIBytes || accounts[0].Credentials.ADPToken != reader(t).Credentials.ADPToken {
		t.Errorf("the unmarked file is read as %q", format)
	}
}

// sealWithSalt is an encryptor of the bytes style that is independent of the
// package: the salt is used whole, with 1000 iterations and an IV of ones.
func sealWithSalt(text, password, salt []byte) ([]byte, error) {
	key, err := pbkdf2.Key(sha256.New, string(password), salt, 1000, 32)
	if err != nil {
		return nil, err
	}
	block, err := aes.NewCipher(key)
	if err != nil {
		return nil, err
	}
	padding := 16 - len(text)%16
	padded := append(bytes.Clone(text), bytes.Repeat([]byte{byte(padding)}, padding)...)
	iv := bytes.Repeat([]byte{1}, 16)
	cipher.NewCBCEncrypter(block, iv).CryptBlocks(padded, padded)
	return slices.Concat(salt, iv, padded), nil
}
