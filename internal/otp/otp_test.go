package otp_test

import (
	"errors"
	"strings"
	"testing"
	"time"

	"github.com/audipy/audipy/internal/otp"
)

func TestCodesAreThoseOfTheStandard(t *testing.T) {
	t.Parallel()
	seed := []byte("12345678901234567890")
	for counter, want := range []string{"755224", "287082", "359152", "969429", "338314"} { // RFC 4226, appendix D
		if got := otp.Code(seed, int64(counter), otp.Digits); got != want {
			t.Errorf("code %d = %s, want %s", counter, got, want)
		}
	}
	for unix, want := range map[int64]string{59: "94287082", 1111111109: "07081804", 20000000000: "65353130"} { // RFC 6238, appendix B
		if got := otp.Code(seed, otp.Step(time.Unix(unix, 0)), 8); got != want {
			t.Errorf("code at %d = %s, want %s", unix, got, want)
		}
	}
	if at := otp.StepStart(otp.Step(time.Unix(59, 0))); at.Unix() != 30 {
		t.Errorf("the step of second 59 begins at second %d, want 30", at.Unix())
	}
}

func TestASeedIsReadAsShopsShowIt(t *testing.T) {
	t.Parallel()
	seed := []byte("12345678901234567890")
	text := otp.SeedText(seed)
	for _, shown := range []string{
		text, strings.ToLower(text), " GEZD GNBV-GY3TQOJQ GEZDGNBVGY3TQOJQ ", text + "====",
		"otpauth://totp/Amazon:kim?secret=" + text + "&issuer=Amazon",
		"OTPAUTH://TOTP/x?digits=6&period=30&algorithm=sha1&secret=" + text,
	} {
		if got, err := otp.ParseSeed(shown); err != nil || string(got) != string(seed) {
			t.Errorf("ParseSeed(%q) = %q, %v", shown, got, err)
		}
	}
	for _, shown := range []string{
		"", "123456", "GEZDGNBV", "0189", strings.Repeat("A", 200), "otpauth://hotp/x?secret=" + text,
		"otpauth://totp/x?digits=8&secret=" + text, "otpauth://totp/x?algorithm=SHA256&secret=" + text, "otpauth://totp/x", "otpauth://%zz",
	} {
		if got, err := otp.ParseSeed(shown); !errors.Is(err, otp.ErrSeed) {
			t.Errorf("ParseSeed(%q) = %q, %v; want ErrSeed", shown, got, err)
		}
	}
}
