package authfile_test

import (
	"bytes"
	"errors"
	"slices"
	"strings"
	"testing"

	"github.com/audipy/audipy/audible/authfile"
)

func TestDetectTellsEverySample(t *testing.T) {
	t.Parallel()
	want := map[string]authfile.Format{
		"python/legacy-login_cookies.plain.json":            authfile.AudibleCLI,
		"python/py010.plain.json":                           authfile.AudibleCLI,
		"python/py012.plain.json":                           authfile.AudibleCLI,
		"python/py012-nulls-unicode-uk.plain.json":          authfile.AudibleCLI,
		"python/py010.json-encrypted.json":                  authfile.AudibleCLIJSON,
		"python/py012.json-encrypted.json":                  authfile.AudibleCLIJSON,
		"python/py012-nulls-unicode-uk.json-encrypted.json": authfile.AudibleCLIJSON,
		"python/py012.bytes-encrypted.auth":                 authfile.AudibleCLIBytes,
		"rust.plain.json":                                   authfile.AudibleRS,
		"rust.encrypted.json":                               authfile.AudibleRSEncrypted,
		"rust-light.encrypted.json":                         authfile.AudibleRSEncrypted,
		"libation.plain.json":                               authfile.Libation,
		"libation.encrypted.json":                           authfile.LibationEncrypted,
		"openaudible-nested.json":                           authfile.OpenAudible,
		"openaudible-flat.json":                             authfile.OpenAudible,
	}
	names := samples(t)
	if len(names) != len(want) {
		t.Errorf("%d samples, of which %d have a format here", len(names), len(want))
	}
	for _, name := range names {
		format, encrypted, err := authfile.Detect(sample(t, name))
		if err != nil || format != want[name] || encrypted != strings.Contains(name, "encrypted") {
			t.Errorf("Detect(%s) = %q, encrypted %t, %v, want %q", name, format, encrypted, err, want[name])
		}
	}
}

// TestDetectNeedsNoSoundCredentials tells the format of files that Read
// refuses for what is in them.
func TestDetectNeedsNoSoundCredentials(t *testing.T) {
	t.Parallel()
	for data, want := range map[string]authfile.Format{
		`{"adp_token":null}`:                                authfile.AudibleCLI,
		`{"refresh_token":"x"}`:                             authfile.AudibleCLI,
		`{"locale_code":"us"}`:                              authfile.AudibleCLI,
		`{"adp_token":"x","ciphertext":"y"}`:                authfile.AudibleCLI,
		`{"ciphertext":1}`:                                  authfile.AudibleCLIJSON,
		`{"format":"audible-rs-auth"}`:                      authfile.AudibleRS,
		`{"format":"audible-rs-auth","ciphertext":null}`:    authfile.AudibleRSEncrypted,
		`{"Accounts":[{"a":{"IsEncrypted":false}}]}`:        authfile.Libation,
		`{"Accounts":[{"a":[{"b":{"IsEncrypted":true}}]}]}`: authfile.LibationEncrypted,
		`{"a":{"adp_token":"x","device_private_key":"y"}}`:  authfile.OpenAudible,
		`{"a":{"b":{"c":{"tokens":{"mac_dms":{}}}}}}`:       authfile.OpenAudible,
		"$\x00\x00$":                                       "",
		"$\x03\xe8$123456789012":                           authfile.AudibleCLIBytes,
		strings.Repeat("0123456789abcdef", 4):              "",
		"\x80" + strings.Repeat("0123456789abcdef", 4)[1:]: authfile.AudibleCLIBytes,
		"\x80" + strings.Repeat("0123456789abcdef", 4):     "",
		"\x80" + strings.Repeat("0123456789abcdef", 2)[1:]: "",
		"-----BEGIN RSA PRIVATE KEY-----\n-----END":        "",
		`{"a":{"adp_token":1,"device_private_key":"y"}}`:   "",
		`{"Accounts":{}}`:                                  "",
	} {
		format, _, err := authfile.Detect([]byte(data))
		if format != want || (want == "") != errors.Is(err, authfile.ErrNotCredentials) {
			t.Errorf("Detect(%.40q) = %q, %v, want %q", data, format, err, want)
		}
	}
}

func TestFormatsSayWhatTheyCan(t *testing.T) {
	t.Parallel()
	var encrypted, readOnly, several []authfile.Format
	for _, format := range authfile.Formats() {
		if format.IsEncrypted() {
			encrypted = append(encrypted, format)
		}
		if !format.IsWritable() {
			readOnly = append(readOnly, format)
		}
		if format.HasSeveral() {
			several = append(several, format)
		}
	}
	if want := []authfile.Format{"audible-cli-json", "audible-cli-bytes", "audible-rs-encrypted", "libation-encrypted"}; !slices.Equal(encrypted, want) {
		t.Errorf("encrypted: %q, want %q", encrypted, want)
	}
	if want := []authfile.Format{"openaudible"}; !slices.Equal(readOnly, want) {
		t.Errorf("read only: %q, want %q", readOnly, want)
	}
	if want := []authfile.Format{"libation", "libation-encrypted", "openaudible"}; !slices.Equal(several, want) {
		t.Errorf("several accounts: %q, want %q", several, want)
	}
	if authfile.Format("zip").IsWritable() || authfile.Format("").IsWritable() {
		t.Error("a format that does not exist can be written")
	}
}

// TestNothingIsWrittenToTheInput reads from memory that must stay as it is.
func TestNothingIsWrittenToTheInput(t *testing.T) {
	t.Parallel()
	for _, name := range samples(t) {
		data := sample(t, name)
		before := bytes.Clone(data)
		read(t, data)
		if !bytes.Equal(data, before) {
			t.Errorf("reading %s changed it", name)
		}
	}
}
