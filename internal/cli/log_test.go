package cli_test

import (
	"bytes"
	"encoding/json"
	"log/slog"
	"strings"
	"testing"
	"time"

	"github.com/audipy/audipy/internal/asvs"
	"github.com/audipy/audipy/internal/cli"
)

// canaries are made-up secrets of every kind, in the forms that they have on
// the wire, with the part that must not be found.
func canaries() map[string]string {
	return map[string]string{
		"Atna|canary-access":          "canary-access",
		"Atnr|canary+refresh/x=":      "canary+refresh",
		"atza%7Ccanary-app":           "canary-app",
		`Atnr\u007ccanary-escaped`:    "canary-escaped",
		"{enc:canaryadp}{key:canaryk": "canaryk",
		`-----BEGIN RSA PRIVATE KEY-----\nMIIcanary\n-----END RSA PRIVATE KEY-----`: "MIIcanary",
		"-----BEGIN PRIVATE KEY-----canarycut":                                      "canarycut",
		"openid.oa2.authorization_code=ANcanarycode":                                "ANcanarycode",
		`"authorization_code":"ANcanaryjson"`:                                       "ANcanaryjson",
		"https://www.amazon.de/ap/maplanding?openid.assoc_handle=canary":            "assoc_handle=canary",
		"kim.canary@example.com":                                                    "kim.canary",
		"kim.canary%40example.com":                                                  "kim.canary",
		"eyJhbGciOiJub25lIn0.eyJjYW5hcnkiOjF9.canarysignature":                      "canarysignature",
		"get https://api.audible.com/1.0/library?response_groups=canaryquery: EOF":  "canaryquery",
	}
}

func TestLogHoldsNoSecret(t *testing.T) {
	t.Parallel()
	asvs.Covers(t, "16.2.4", "16.2.5")
	for _, format := range []string{"json", "text"} {
		var out bytes.Buffer
		logCanaries(t, cli.NewLogger("debug", format, &out))
		for text, part := range canaries() {
			if strings.Contains(out.String(), part) {
				t.Errorf("%q got into the log as %s", text, format)
			}
		}
		if strings.Contains(out.String(), "hidden-value") {
			t.Errorf("a value got into the log as %s under a key that names a secret", format)
		}
		for line := range strings.Lines(out.String()) {
			if format == "json" && !json.Valid([]byte(line)) {
				t.Errorf("not JSON any more: %s", line)
			}
		}
	}
}

func logCanaries(t *testing.T, log *slog.Logger) {
	t.Helper()
	for text := range canaries() {
		log.LogAttrs(t.Context(), slog.LevelDebug, "a message", slog.String("field", "with "+text),
			slog.Group("inner", slog.String("field", text)))
	}
	for _, key := range []string{"password", "access_token", "adp_token", "device_private_key", "otp", "cookies", "Authorization", "login"} {
		log.LogAttrs(t.Context(), slog.LevelInfo, "keys", slog.String(key, "hidden-value"))
	}
}

func TestLogKeepsWhatIsNoSecret(t *testing.T) {
	t.Parallel()
	var out bytes.Buffer
	log := cli.NewLogger("info", "json", &out)
	log.LogAttrs(t.Context(), slog.LevelInfo, "call to Audible", slog.String("endpoint", "library"), slog.Int("status", 200))
	log.LogAttrs(t.Context(), slog.LevelDebug, "not at this level")
	if got := out.String(); !strings.Contains(got, `"endpoint":"library","status":200`) || strings.Contains(got, "not at this level") {
		t.Errorf("log = %s", got)
	}
	out.Reset()
	cli.NewLogger("off", "json", &out).LogAttrs(t.Context(), slog.LevelError, "nothing")
	if out.Len() > 0 {
		t.Errorf("off logs %s", out.String())
	}
}

func TestLinesAreOneRecordEachWhateverIsInThem(t *testing.T) {
	t.Parallel()
	asvs.Covers(t, "16.4.1")
	hostile := "Mozilla\r\nlevel=ERROR msg=forged\x1b[31m" + strings.Repeat("x", 1<<20)
	for _, format := range []string{"json", "text"} {
		var out bytes.Buffer
		cli.NewLogger("info", format, &out).LogAttrs(t.Context(), slog.LevelInfo, "request", slog.String("agent", hostile))
		if strings.Count(out.String(), "\n") != 1 || strings.ContainsAny(out.String(), "\r\x1b") {
			t.Errorf("as %s: %.200q", format, out.String())
		}
	}
}

// FuzzRedact plants secrets anywhere in a line.
func FuzzRedact(f *testing.F) {
	for _, seed := range []string{"", "get ", `{"msg":"`, "At", "-----", "https://x/", "a@", `\`, "{enc:", "eyJ"} {
		f.Add(seed, seed)
	}
	f.Fuzz(func(t *testing.T, before, after string) {
		if strings.Contains(before+after, "canary") {
			return
		}
		for text, part := range canaries() {
			line := before + " " + text + " " + after
			got := cli.Redact(line)
			if strings.Contains(got, part) {
				t.Errorf("redact(%q) = %q, which holds %q", line, got, part)
			}
		}
	})
}

func TestTimesInTheLogAreInUTC(t *testing.T) {
	t.Parallel()
	asvs.Covers(t, "16.2.2")
	for _, format := range []string{"json", "text"} {
		var text bytes.Buffer
		log := cli.NewLogger("info", format, &text)
		east := time.Date(2026, 7, 1, 1, 30, 0, 0, time.FixedZone("east", 2*3600))
		record := slog.NewRecord(east, slog.LevelInfo, "hello", 0)
		if err := log.Handler().Handle(t.Context(), record); err != nil {
			t.Fatal(err)
		}
		if !strings.Contains(text.String(), "2026-06-30T23:30:00") || !strings.Contains(text.String(), "Z") {
			t.Errorf("%s: %s", format, &text)
		}
	}
}
