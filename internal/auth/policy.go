package auth

import (
	"strings"
	"unicode/utf8"

	"github.com/audipy/audipy/internal/audipy"
)

// The bounds of a password: code points at least, bytes at most.
const (
	PasswordMin = 15
	PasswordMax = 1024
)

// checkPassword refuses a password that is too easy.
func checkPassword(password, _, _ string) error {
	if utf8.RuneCountInString(password) < PasswordMin || len(password) > PasswordMax {
		return audipy.Fail(audipy.Invalid, "a password needs 15 characters or more", nil)
	}
	return nil
}

// canonicalEmail returns the one spelling of an address.
func canonicalEmail(text string) (string, error) {
	text = strings.ToLower(strings.TrimSpace(text))
	if !strings.Contains(text, "@") || len(text) > 254 {
		return "", audipy.Fail(audipy.Invalid, "this is not an e-mail address", nil)
	}
	return text, nil
}

// checkName returns the name without space around it.
func checkName(name string) (string, error) {
	name = strings.TrimSpace(name)
	if utf8.RuneCountInString(name) > 100 {
		return "", audipy.Fail(audipy.Invalid, "a name has at most 100 characters", nil)
	}
	return name, nil
}
