package auth

import (
	"bytes"
	"compress/gzip"
	_ "embed" // the list of common passwords
	"fmt"
	"io"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/audipy/audipy/internal/audipy"
)

// The bounds of a password: code points at least, bytes at most.
const (
	PasswordMin = 15
	PasswordMax = 1024
)

// maxName is the most characters of a person's name.
const maxName = 100

// blocked is the list of common passwords that are long enough, one a line,
// in lower case, sorted and compressed: decision 032.
//
//go:embed blocked.txt.gz
var blocked []byte

// contextWords returns what a password for this server must not be built on.
func (s *Service) contextWords(email, name string) []string {
	local, domain, _ := strings.Cut(email, "@")
	words := append([]string{"audipy", "audible", "amazon", local, s.host}, strings.Fields(name)...)
	return append(words, strings.Split(domain, ".")[0])
}

// checkPassword refuses a password that is too short, too long, common, or
// built on what everybody knows of the person and this server. There are no
// rules on what it must be made of.
func (s *Service) checkPassword(password, email, name string) error {
	switch {
	case len(password) > PasswordMax:
		msg := fmt.Sprintf("A password has at most %d bytes.", PasswordMax)
		return audipy.Fail(audipy.Invalid, msg, nil).WithCode("password_too_long")
	case utf8.RuneCountInString(password) < PasswordMin:
		msg := fmt.Sprintf("A password has at least %d characters.", PasswordMin)
		return audipy.Fail(audipy.Invalid, msg, nil).WithCode("password_too_short").
			WithHint("A sentence of a few words works well.")
	}
	folded := strings.ToLower(password)
	for _, word := range s.contextWords(email, name) {
		word = strings.ToLower(word)
		if utf8.RuneCountInString(word) >= 4 && strings.Contains(folded, word) {
			return blockedPassword("This password has a name in it that others would try: yours, your address or this service's.")
		}
	}
	if repeats(folded) {
		return blockedPassword("This password repeats a few characters.")
	}
	common, err := isCommon(folded)
	if err != nil {
		return err
	}
	if common {
		return blockedPassword("This password is on the list of common ones.")
	}
	return nil
}

func blockedPassword(msg string) error {
	return audipy.Fail(audipy.Invalid, msg, nil).WithCode("password_blocked").WithHint("Choose another.")
}

// repeats reports whether text is one piece over and over, at least three
// times.
func repeats(text string) bool {
	for size := 1; size <= len(text)/3; size++ {
		if strings.HasPrefix(text[size:], text[:len(text)-size]) {
			return true
		}
	}
	return false
}

// isCommon looks a password in lower case up in the list. It is read anew each
// time: passwords are set rarely, and the list is kept out of memory.
func isCommon(folded string) (bool, error) {
	r, err := gzip.NewReader(bytes.NewReader(blocked))
	if err != nil {
		return false, fmt.Errorf("read the list of common passwords: %w", err)
	}
	list, err := io.ReadAll(r)
	if err != nil {
		return false, fmt.Errorf("read the list of common passwords: %w", err)
	}
	return strings.Contains("\n"+string(list), "\n"+folded+"\n"), nil
}

// checkName returns the name without space around it. It may be empty.
func checkName(name string) (string, error) {
	name = strings.TrimSpace(name)
	bad := strings.ContainsFunc(name, func(r rune) bool { return !unicode.IsPrint(r) || r == utf8.RuneError })
	if bad || utf8.RuneCountInString(name) > maxName {
		msg := fmt.Sprintf("A name has at most %d characters, and no control characters.", maxName)
		return "", audipy.Fail(audipy.Invalid, msg, nil).WithCode("name_invalid")
	}
	return name, nil
}
