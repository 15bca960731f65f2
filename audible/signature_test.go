package audible_test

import (
	"encoding/json"
	"os"
	"path/filepath"
	"testing"

	"github.com/audipy/audipy/audible"
)

// signedCase is one signature that must come out byte for byte.
type signedCase struct {
	Method    string `json:"method"`
	Path      string `json:"path"`
	PathQuery string `json:"path_and_query"`
	Body      string `json:"body"`
	Date      string `json:"date"`
	Alg       string `json:"x-adp-alg"`
	Signature string `json:"x-adp-signature"`
}

// readVector decodes a file of testdata.
func readVector(tb testing.TB, name string, into any) {
	tb.Helper()
	raw, err := os.ReadFile(filepath.Join("testdata", name))
	if err != nil {
		tb.Fatal(err)
	}
	if err := json.Unmarshal(raw, into); err != nil {
		tb.Fatalf("%s: %v", name, err)
	}
}

// testKeys are the keys of audible-vectors.json, generated for tests.
type testKeys struct {
	PEM      string       `json:"private_key_pkcs1_pem"`
	PKCS8    string       `json:"private_key_pkcs8_der_b64"`
	ADPToken string       `json:"adp_token"`
	Cases    []signedCase `json:"cases"`
}

func loadTestKeys(tb testing.TB) testKeys {
	tb.Helper()
	var file struct {
		Signing testKeys `json:"signing"`
	}
	readVector(tb, "audible-vectors.json", &file)
	return file.Signing
}

func checkSignatures(t *testing.T, c audible.Credentials, cases []signedCase) {
	t.Helper()
	if len(cases) == 0 {
		t.Fatal("no vectors")
	}
	for _, v := range cases {
		target := v.Path + v.PathQuery
		got, err := audible.Sign(c, v.Method, target, v.Date, []byte(v.Body))
		if err != nil {
			t.Fatalf("Sign(%s %s): %v", v.Method, target, err)
		}
		if got != v.Signature {
			t.Errorf("Sign(%s %s) = %.40s…, want %.40s…", v.Method, target, got, v.Signature)
		}
	}
}

func TestSignaturesOfTheProtocolComeOutByteForByte(t *testing.T) {
	t.Parallel()
	keys := loadTestKeys(t)
	for name, key := range map[string]string{"PKCS#1 PEM": keys.PEM, "bare PKCS#8": keys.PKCS8} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			checkSignatures(t, audible.Credentials{ADPToken: keys.ADPToken, DeviceKey: key}, keys.Cases)
		})
	}
}

func TestSignaturesOfThePythonClientComeOutByteForByte(t *testing.T) {
	t.Parallel()
	var account struct {
		ADPToken string `json:"adp_token"`
		Key      string `json:"device_private_key"`
	}
	readVector(t, "signature-account.json", &account)
	var vectors struct {
		Signatures []signedCase `json:"signatures"`
	}
	readVector(t, "signature-vectors.json", &vectors)
	checkSignatures(t, audible.Credentials{ADPToken: account.ADPToken, DeviceKey: account.Key}, vectors.Signatures)
}
