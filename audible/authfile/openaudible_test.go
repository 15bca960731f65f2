package authfile_test

import (
	"errors"
	"testing"
	"time"

	"github.com/audipy/audipy/audible/authfile"
)

func TestOpenAudibleLayouts(t *testing.T) {
	t.Parallel()
	want := reader(t).Credentials
	want.Cookies, want.ActivationBytes = nil, ""
	want.AccessTokenExpires = time.Date(2030, 1, 1, 0, 0, 0, 123000000, time.UTC)

	accounts, format := read(t, sample(t, "openaudible-nested.json"))
	if format != authfile.OpenAudible || len(accounts) != 1 || accounts[0].Label != "Fake Reader" {
		t.Fatalf("Read = %v of format %q", accounts, format)
	}
	checkSame(t, accounts[0].Credentials, want)

	accounts, _ = read(t, sample(t, "openaudible-flat.json"))
	want.Marketplace, want.UserName = "uk", true
	checkSame(t, accounts[0].Credentials, want)
}

func TestOpenAudibleWithoutRegionIsRefused(t *testing.T) {
	t.Parallel()
	data := replace(t, sample(t, "openaudible-nested.json"), `"region": "US"`, `"other": "US"`)
	_, _, err := authfile.Read(data, authfile.ReadOptions{})
	var field *authfile.FieldError
	if !errors.As(err, &field) || field.Field != "locale_code" {
		t.Errorf("Read = %v, want a FieldError of locale_code", err)
	}
}

// TestBareRegistrationAnswerIsRefused reads Amazon's answer with nothing
// around it, which does not say where the device is registered.
func TestBareRegistrationAnswerIsRefused(t *testing.T) {
	t.Parallel()
	data := []byte(`{"tokens":{"mac_dms":{"adp_token":"a","device_private_key":"b"}}}`)
	if _, format, err := authfile.Read(data, authfile.ReadOptions{}); err == nil || format != authfile.OpenAudible {
		t.Errorf("Read = format %q, %v", format, err)
	}
}
