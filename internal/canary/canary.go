// Package canary finds secrets where they must not be: it searches bytes for
// every form of secrets that are known because they were planted or overheard.
// It is imported by tests only, and imports the standard library alone.
package canary

import (
	"bytes"
	"encoding/base64"
	"encoding/hex"
	"net/url"
	"slices"
	"strings"
)

// Canary is a secret that was planted, or a part of one.
type Canary struct {
	// Kind says what it is, for people, with ", " before what part it is.
	Kind string
	// Text is what to search for.
	Text string
}

// window is how long the parts are that long secrets are searched by: at the
// start, in the middle and at the end, so that one that was cut is found too.
const window = 24

// Of returns what to search for to find a secret, whole or cut. A key in PEM
// is searched by lines, and by the bytes that they encode.
func Of(kind, secret string) []Canary {
	if strings.Contains(secret, "-----BEGIN") {
		var found []Canary
		lines := strings.Split(strings.TrimSpace(secret), "\n")
		for _, at := range []int{2, len(lines) / 2, len(lines) - 3} {
			raw, err := base64.StdEncoding.DecodeString(lines[at])
			found = append(found, Canary{kind + ", a line", lines[at]})
			if err == nil {
				found = append(found, Canary{kind + ", its bytes", string(raw)})
			}
		}
		return found
	}
	if len(secret) < 2*window {
		return []Canary{{kind, secret}}
	}
	return []Canary{
		{kind + ", its start", secret[5 : 5+window]},
		{kind + ", its middle", secret[len(secret)/2:][:window]},
		{kind + ", its end", secret[len(secret)-window:]},
	}
}

// Forms returns the ways in which a secret may lie in other bytes, by name.
func (c Canary) Forms() map[string]string {
	reversed := []byte(c.Text)
	slices.Reverse(reversed)
	forms := map[string]string{
		"plain": c.Text, "reversed": string(reversed),
		"hex": hex.EncodeToString([]byte(c.Text)), "HEX": strings.ToUpper(hex.EncodeToString([]byte(c.Text))),
		"form-encoded": url.QueryEscape(c.Text), "path-encoded": url.PathEscape(c.Text),
	}
	for name, encoding := range map[string]*base64.Encoding{"base64": base64.RawStdEncoding, "base64url": base64.RawURLEncoding} {
		for offset := range 3 {
			forms[name+"+"+string(rune('0'+offset))] = inBase64(encoding, c.Text, offset)
		}
	}
	return forms
}

// inBase64 returns the characters of an encoding that the text alone decides
// when it stands so many bytes behind a multiple of three.
func inBase64(encoding *base64.Encoding, text string, offset int) string {
	encoded := encoding.EncodeToString([]byte(strings.Repeat("\x00", offset) + text))
	first := (8*offset + 5) / 6
	return encoded[first : 8*(offset+len(text))/6]
}

// Place is something that must hold no secret.
type Place struct {
	// Name says what it is, for people.
	Name string
	Data []byte
	// Belongs are the beginnings of the kinds that may lie here all the same.
	Belongs []string
}

// Finding is a secret where it must not be.
type Finding struct{ Kind, Form, Place string }

// Search looks for every form of every canary in every place.
func Search(places []Place, canaries []Canary) []Finding {
	var found []Finding
	for _, c := range canaries {
		seen := map[string]bool{}
		for form, text := range c.Forms() {
			if seen[text] {
				continue // some forms of most secrets are alike
			}
			seen[text] = true
			for _, p := range places {
				if bytes.Contains(p.Data, []byte(text)) && !p.allows(c) {
					found = append(found, Finding{c.Kind, form, p.Name})
				}
			}
		}
	}
	return found
}

func (p Place) allows(c Canary) bool {
	return slices.ContainsFunc(p.Belongs, func(kind string) bool { return strings.HasPrefix(c.Kind, kind) })
}
