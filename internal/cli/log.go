package cli

import (
	"io"
	"log/slog"
	"regexp"
	"strings"

	"github.com/audipy/audipy/internal/httpapi"
)

// newLogger returns a logger that writes one record a line, as JSON or as text,
// and that keeps secrets out twice: attributes whose key names one are never
// written, and what looks like one is cut out of the finished line. What
// belongs to a request bears its id. The level is off, info or debug.
func newLogger(level, format string, w io.Writer) *slog.Logger {
	options := &slog.HandlerOptions{Level: slog.LevelInfo, ReplaceAttr: redactAttr}
	switch level {
	case "debug":
		options.Level = slog.LevelDebug
	case "info":
	default:
		return slog.New(slog.DiscardHandler)
	}
	if format == "text" {
		return slog.New(httpapi.LogRequests(slog.NewTextHandler(&redactingWriter{w}, options)))
	}
	return slog.New(httpapi.LogRequests(slog.NewJSONHandler(&redactingWriter{w}, options)))
}

// logger returns the logger that the settings ask for. Left alone, a server
// logs and a command doesn't; people read text, and programs JSON.
func (a *app) logger(command string) *slog.Logger {
	level, format := a.cfg.get("log"), a.cfg.get("log_format")
	if level == "auto" && command == "serve" {
		level = "info"
	}
	if format == "auto" && a.env.StderrIsTerminal {
		format = "text"
	}
	return newLogger(level, format, a.env.Stderr)
}

const redacted = "[redacted]"

// secretKeys are parts of keys whose values are never written.
func secretKeys() []string {
	return []string{
		"password", "token", "code", "otp", "cookie", "authorization", "adp", "private_key", "device_key", "verifier",
		"captcha", "secret", "seed", "login", "email", "address", "query", "body", "header",
	}
}

// redactAttr keeps what is named a secret out, and writes times in UTC, so that
// the records of several machines can be put in order.
func redactAttr(groups []string, a slog.Attr) slog.Attr {
	if len(groups) == 0 && a.Key == slog.TimeKey {
		return slog.Time(a.Key, a.Value.Time().UTC())
	}
	key := strings.ToLower(a.Key)
	for _, part := range secretKeys() {
		if strings.Contains(key, part) {
			return slog.String(a.Key, redacted)
		}
	}
	return a
}

// redactingWriter is the last line of defence. A handler writes each record
// with one call.
type redactingWriter struct{ to io.Writer }

// Write writes the record without what looks like a secret.
func (w *redactingWriter) Write(p []byte) (int, error) {
	if _, err := w.to.Write([]byte(redact(string(p)))); err != nil {
		return 0, err
	}
	return len(p), nil
}

// Patterns of what no log may hold: Amazon's tokens, plain or with an encoded
// bar; the ADP token; PEM blocks, which a record has on one line; codes of a
// sign-in; the rest of an address behind its question mark; mail addresses;
// and signed web tokens.
var (
	amazonToken  = regexp.MustCompile(`(?i)At[a-z]{2}(?:\||%7c|\\+u007c)[^\s"'&,;\\]*`)
	adpToken     = regexp.MustCompile(`\{(?:enc|key|iv|name|serial):[^\s"]*`)
	pemBlock     = regexp.MustCompile(`-----BEGIN(?s:.*?)(?:-----END[A-Z0-9 ]*-----|["\n]|$)`)
	signInCode   = regexp.MustCompile(`(?i)(authorization_code|code_verifier|code_challenge)(?:[=:\s"\\]|%3d)+[^\s"&,\\]+`)
	addressQuery = regexp.MustCompile(`(https?://[^\s"?]*)\?[^\s"]*`)
	mailAddress  = regexp.MustCompile(`[^\s"'<>@=:,;()\\]+(?:@|%40)[^\s"'<>@,;()\\]+\.[^\s"'<>@,;()\\]+`)
	webToken     = regexp.MustCompile(`eyJ[A-Za-z0-9_-]{5,}\.[A-Za-z0-9_-]+\.?[A-Za-z0-9_-]*`)
)

// redact cuts secrets out of a line.
func redact(line string) string {
	line = pemBlock.ReplaceAllStringFunc(line, func(found string) string {
		return redacted + strings.Repeat(`"`, trailing(found, `"`)) + strings.Repeat("\n", trailing(found, "\n"))
	})
	line = addressQuery.ReplaceAllString(line, "$1?"+redacted)
	line = signInCode.ReplaceAllString(line, "$1="+redacted)
	for _, pattern := range []*regexp.Regexp{amazonToken, adpToken, webToken, mailAddress} {
		line = pattern.ReplaceAllString(line, redacted)
	}
	return line
}

func trailing(text, end string) int {
	if strings.HasSuffix(text, end) {
		return 1
	}
	return 0
}
