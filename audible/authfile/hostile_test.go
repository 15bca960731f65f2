package authfile_test

import (
	"bytes"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/x509"
	"encoding/base64"
	"encoding/json"
	"encoding/pem"
	"errors"
	"fmt"
	"strings"
	"testing"

	"github.com/audipy/audipy/audible/authfile"
)

// TestMalformedFieldsAreNamed edits one member of a good file and compares
// the whole message.
func TestMalformedFieldsAreNamed(t *testing.T) {
	t.Parallel()
	const adp = `the field "adp_token" is not {enc:…}{key:…}{iv:…}{name:…}{serial:Mg==}`
	const key = `the field "device_private_key" is not an RSA key of 2048 to 4096 bits in PKCS#1 or PKCS#8`
	const notATime = `the field "expires" is not a time in seconds since 1970`
	for _, c := range []struct {
		name    string
		changes map[string]any
		want    string
	}{
		{"no marketplace", map[string]any{"locale_code": nil}, `the field "locale_code" is missing`},
		{"unknown marketplace", map[string]any{"locale_code": "cn"}, `the field "locale_code" names an unknown marketplace, "cn"`},
		{"token as marketplace", map[string]any{"locale_code": "Atnr|secret"}, `the field "locale_code" names an unknown marketplace`},
		{"adp token cut", map[string]any{"adp_token": "{enc:a}{key:b}"}, adp},
		{"adp token with a line break", map[string]any{"adp_token": "{enc:a\r\nX: y}{key:b}{iv:c}{name:d}{serial:Mg==}"}, adp},
		{"access token of another kind", map[string]any{"access_token": "Atza|x"}, `the field "access_token" does not start with "Atna|"`},
		{"refresh token of another kind", map[string]any{"refresh_token": "x"}, `the field "refresh_token" does not start with "Atnr|"`},
		{"number as token", map[string]any{"refresh_token": 7}, `the field "refresh_token" is not text`},
		{"list as device", map[string]any{"device_info": []int{1}}, `the field "device_info" is not an object`},
		{"number in device", map[string]any{"device_info": map[string]any{"device_type": 1}}, `the field "device_info.device_type" is not text`},
		{"blank in serial", map[string]any{"device_info": map[string]any{"device_serial_number": "a b"}}, `the field "device_serial_number" is not an identifier`},
		{"text as flag", map[string]any{"with_username": "yes"}, `the field "with_username" is neither true nor false`},
		{"number as cookie", map[string]any{"website_cookies": map[string]any{"a": 1}}, `the field "website_cookies" holds something that is not text`},
		{"line break in store cookie", map[string]any{"store_authentication_cookie": map[string]any{"cookie": "a\nb"}}, `the field "store_authentication_cookie" holds a space or a character that is not ASCII`},
		{"expiry NaN", map[string]any{"expires": "NaN"}, notATime},
		{"expiry infinite", map[string]any{"expires": "Inf"}, notATime},
		{"expiry negative", map[string]any{"expires": -1}, notATime},
		{"expiry in words", map[string]any{"expires": "tomorrow"}, notATime},
		{"expiry with a huge exponent", map[string]any{"expires": "1e999999999"}, notATime},
		{"expiry as list", map[string]any{"expires": []int{}}, `the field "expires" is not a number`},
		{"expiry in year 9999", map[string]any{"expires": 253402300799.0}, `the field "expires" is after the year 2099`},
		{"EC key", map[string]any{"device_private_key": ecKey(t)}, key},
		{"512-bit key", map[string]any{"device_private_key": rsaText(512)}, key},
		{"16384-bit key", map[string]any{"device_private_key": rsaText(16384)}, key},
		{"key with headers", map[string]any{"device_private_key": "-----BEGIN RSA PRIVATE KEY-----\nProc-Type: 4,ENCRYPTED\n\nAAAA\n-----END RSA PRIVATE KEY-----\n"}, key},
		{"two keys", map[string]any{"device_private_key": strings.Repeat(reader(t).Credentials.DeviceKey, 2)}, key},
		{"nothing to use", map[string]any{"refresh_token": nil, "adp_token": nil}, "not a credential file of audible-cli, audible-rs, Libation or OpenAudible: it holds neither a refresh token nor a device key with its token"},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			_, format, err := authfile.Read(edit(t, c.changes), authfile.ReadOptions{})
			want := "read audible-cli file: " + c.want
			if err == nil || err.Error() != want || format != authfile.AudibleCLI {
				t.Errorf("Read = format %q, %v\nwant %s", format, err, want)
			}
		})
	}
}

func ecKey(t *testing.T) string {
	t.Helper()
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	der, err := x509.MarshalPKCS8PrivateKey(key)
	if err != nil {
		t.Fatal(err)
	}
	return string(pem.EncodeToMemory(&pem.Block{Type: "PRIVATE KEY", Bytes: der}))
}

// rsaText is PKCS#1 of the given size whose numbers belong to no key: making
// a real one of 16384 bits takes minutes.
func rsaText(bits int) string {
	number := func(size int) []byte {
		value := bytes.Repeat([]byte{0x55}, size)
		return append([]byte{0x02, 0x82, byte(size >> 8), byte(size)}, value...)
	}
	body := []byte{0x02, 0x01, 0x00}
	body = append(append(body, number(bits/8)...), 0x02, 0x03, 0x01, 0x00, 0x01)
	body = append(body, number(bits/8)...)
	for range 5 {
		body = append(body, number(bits/16)...)
	}
	der := append([]byte{0x30, 0x82, byte(len(body) >> 8), byte(len(body))}, body...)
	return base64.StdEncoding.EncodeToString(der)
}

func TestWhatIsNoCredentialFileIsSaidSo(t *testing.T) {
	t.Parallel()
	good := sample(t, "python/py012.plain.json")
	for _, c := range []struct{ name, data, want string }{
		{"empty", "", "its JSON ends too early: the file is cut off"},
		{"cut off", string(good[:len(good)/2]), "its JSON ends too early: the file is cut off"},
		{"prose", "dear diary", "its JSON is malformed after byte 0"},
		{"NaN", `{"adp_token":"x","expires":NaN}`, "its JSON is malformed after byte 27"},
		{"list", "[]", "it is not a JSON object"},
		{"other object", `{"a":1}`, "it is a JSON object without their members"},
		{"trailing text", `{"adp_token":"x"} {}`, "something follows the JSON text"},
		{"twice", `{"adp_token":"x","adp_token":"y"}`, "an object has the same member twice"},
		{"twice inside", `{"adp_token":"x","device_info":{"a":1,"a":2}}`, "an object has the same member twice"},
		{"not UTF-8", "{\"adp_token\":\"\xff\"}", "it is not UTF-8"},
		{"deep", strings.Repeat(`{"a":`, 5000) + "1" + strings.Repeat("}", 5000), "it is nested too deeply"},
		{"deep lists", `{"a":` + strings.Repeat("[", 100000), "it is nested too deeply"},
		{"Libation without accounts", `{"Accounts":[]}`, "Libation has no account that is signed in"},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			_, _, err := authfile.Read([]byte(c.data), keys())
			if !errors.Is(err, authfile.ErrNotCredentials) || !strings.HasSuffix(err.Error(), ": "+c.want) {
				t.Errorf("Read = %v, want …: %s", err, c.want)
			}
		})
	}
}

func TestTooLargeIsRefusedUnread(t *testing.T) {
	t.Parallel()
	data := append(sample(t, "python/py012.plain.json"), bytes.Repeat([]byte(" "), authfile.MaxSize)...)
	if _, _, err := authfile.Read(data, authfile.ReadOptions{}); !errors.Is(err, authfile.ErrTooLarge) {
		t.Errorf("Read = %v, want ErrTooLarge", err)
	}
	if _, _, err := authfile.Detect(data); !errors.Is(err, authfile.ErrTooLarge) {
		t.Errorf("Detect = %v, want ErrTooLarge", err)
	}
}

// TestOneMessageForEveryFailedDecryption damages encrypted files in each way
// and expects the same text every time.
func TestOneMessageForEveryFailedDecryption(t *testing.T) {
	t.Parallel()
	encode := base64.StdEncoding.EncodeToString
	salt, iv, ciphertext := parts(t, sample(t, "python/py012.json-encrypted.json"), "json")
	envelope := func(salt, iv, ciphertext []byte) []byte {
		data, err := json.Marshal(map[string]string{"salt": encode(salt), "iv": encode(iv), "ciphertext": encode(ciphertext)})
		if err != nil {
			t.Fatal(err)
		}
		return data
	}
	flipped := bytes.Clone(ciphertext)
	flipped[len(flipped)-1] ^= 1
	middle := bytes.Clone(ciphertext)
	middle[40] ^= 1
	for name, data := range map[string][]byte{
		"IV of 15 bytes":       envelope(salt, iv[:15], ciphertext),
		"no IV":                envelope(salt, nil, ciphertext),
		"half a block":         envelope(salt, iv, ciphertext[:len(ciphertext)-8]),
		"no ciphertext":        envelope(salt, iv, nil),
		"flipped padding":      envelope(salt, iv, flipped),
		"flipped text":         envelope(salt, iv, middle),
		"salt cut":             envelope(salt[:9], iv, ciphertext),
		"65535 iterations":     envelope(append([]byte("$\xff\xff$"), salt[4:]...), iv, ciphertext),
		"bytes style cut":      sample(t, "python/py012.bytes-encrypted.auth")[:100],
		"bytes style cut to 3": []byte("$\x03\xe8$567890123456"),
		"no object inside":     sealText(t, []byte("[1,2,3]")),
		"no UTF-8 inside":      sealText(t, []byte("{\"adp_token\":\"\xff\"}")),
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			_, _, err := authfile.Read(data, keys())
			if !errors.Is(err, authfile.ErrWrongPassword) || !strings.HasSuffix(err.Error(), "file: "+authfile.ErrWrongPassword.Error()) {
				t.Errorf("Read = %v, want %v alone", err, authfile.ErrWrongPassword)
			}
		})
	}
}

func sealText(t *testing.T, text []byte) []byte {
	t.Helper()
	data, err := authfile.SealPython(text, []byte(password), 1, rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	return data
}

// TestWrongPasswords tries many, of which about one in 256 passes the
// padding.
func TestWrongPasswords(t *testing.T) {
	t.Parallel()
	for _, name := range []string{"python/py012.json-encrypted.json", "python/py012.bytes-encrypted.auth"} {
		data := sample(t, name)
		for i := range 600 {
			o := authfile.ReadOptions{Password: fmt.Appendf(nil, "guess %d", i)}
			if _, _, err := authfile.Read(data, o); !errors.Is(err, authfile.ErrWrongPassword) {
				t.Fatalf("password %d: %v", i, err)
			}
		}
		if _, _, err := authfile.Read(data, authfile.ReadOptions{}); !errors.Is(err, authfile.ErrPasswordNeeded) {
			t.Errorf("without a password: %v", err)
		}
	}
	o := authfile.ReadOptions{Password: []byte("wrong")}
	if _, _, err := authfile.Read(sample(t, "rust-light.encrypted.json"), o); !errors.Is(err, authfile.ErrWrongPassword) {
		t.Errorf("audible-rs: %v", err)
	}
}

// TestIterationsAreReadFromTheSalt covers the ends of the range of audible-cli.
func TestIterationsAreReadFromTheSalt(t *testing.T) {
	t.Parallel()
	for _, iterations := range []int{1, 256, 65535} {
		o := writeKeys()
		o.Iterations = iterations
		o.Password = []byte("pässwörd 鍵")
		data := write(t, authfile.AudibleCLIJSON, []authfile.Account{reader(t)}, o)
		accounts, _, err := authfile.Read(data, authfile.ReadOptions{Password: o.Password})
		if err != nil {
			t.Fatalf("%d iterations: %v", iterations, err)
		}
		checkSame(t, accounts[0].Credentials, reader(t).Credentials)
	}
	_, _, err := authfile.Read(append([]byte("$\x00\x00$"), make([]byte, 60)...), keys())
	if err == nil || err.Error() != `read audible-cli-bytes file: the field "salt" asks for 0 iterations` {
		t.Errorf("0 iterations: %v", err)
	}
	for _, iterations := range []int{-1, 65536} {
		o := writeKeys()
		o.Iterations = iterations
		if err := authfile.Write(&bytes.Buffer{}, authfile.AudibleCLIJSON, []authfile.Account{reader(t)}, o); err == nil {
			t.Errorf("a file with %d iterations is written", iterations)
		}
	}
}
