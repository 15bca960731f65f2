package cli_test

import (
	"bytes"
	"encoding/base64"
	"encoding/hex"
	"net/url"
	"slices"
	"strings"
	"testing"
)

// canary is a secret that was planted, or a part of one.
type canary struct{ kind, text string }

// window is how long the parts are that long secrets are searched by: at the
// start, in the middle and at the end, so that one that was cut is found too.
const window = 24

// canariesOf returns what to search for to find a secret, whole or cut. A key
// in PEM is searched by lines, and by the bytes that they encode.
func canariesOf(kind, secret string) []canary {
	if strings.Contains(secret, "-----BEGIN") {
		var found []canary
		lines := strings.Split(strings.TrimSpace(secret), "\n")
		for _, at := range []int{2, len(lines) / 2, len(lines) - 3} {
			raw, err := base64.StdEncoding.DecodeString(lines[at])
			found = append(found, canary{kind + ", a line", lines[at]})
			if err == nil {
				found = append(found, canary{kind + ", its bytes", string(raw)})
			}
		}
		return found
	}
	if len(secret) < 2*window {
		return []canary{{kind, secret}}
	}
	return []canary{
		{kind + ", its start", secret[5 : 5+window]},
		{kind + ", its middle", secret[len(secret)/2:][:window]},
		{kind + ", its end", secret[len(secret)-window:]},
	}
}

// forms returns the ways in which a secret may lie in other bytes.
func (c canary) forms() map[string]string {
	reversed := []byte(c.text)
	slices.Reverse(reversed)
	forms := map[string]string{
		"plain": c.text, "reversed": string(reversed),
		"hex": hex.EncodeToString([]byte(c.text)), "HEX": strings.ToUpper(hex.EncodeToString([]byte(c.text))),
		"form-encoded": url.QueryEscape(c.text), "path-encoded": url.PathEscape(c.text),
	}
	for name, encoding := range map[string]*base64.Encoding{"base64": base64.RawStdEncoding, "base64url": base64.RawURLEncoding} {
		for offset := range 3 {
			forms[name+"+"+string(rune('0'+offset))] = inBase64(encoding, c.text, offset)
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

// haystack is something that must hold no secret.
type haystack struct {
	name string
	data []byte
}

// finding is a secret where it must not be.
type finding struct{ kind, form, place string }

// search looks for every form of every canary.
func search(places []haystack, canaries []canary) []finding {
	var found []finding
	for _, c := range canaries {
		seen := map[string]bool{}
		for form, text := range c.forms() {
			if seen[text] {
				continue // some forms of most secrets are alike
			}
			seen[text] = true
			for _, h := range places {
				if bytes.Contains(h.data, []byte(text)) {
					found = append(found, finding{c.kind, form, h.name})
				}
			}
		}
	}
	return found
}

// The search is worth what it finds: each form, planted at each offset among
// other bytes, must be.
func TestSearchFindsEveryForm(t *testing.T) {
	t.Parallel()
	c := canary{"secret", "Pw+Canary/7Hq2 Zx9&Lm4|tÿ"}
	reversed := []byte(c.text)
	slices.Reverse(reversed)
	planted := map[string]func(text string) string{
		"plain":        func(text string) string { return text },
		"reversed":     func(string) string { return string(reversed) },
		"hex":          func(text string) string { return hex.EncodeToString([]byte(text)) },
		"HEX":          func(text string) string { return strings.ToUpper(hex.EncodeToString([]byte(text))) },
		"form-encoded": func(text string) string { return url.QueryEscape(text) },
		"path-encoded": func(text string) string { return url.PathEscape(text) },
	}
	for offset := range 3 {
		prefix, digit := "abc"[:offset], string(rune('0'+offset))
		planted["base64+"+digit] = func(text string) string {
			return base64.StdEncoding.EncodeToString([]byte(prefix + text + "and more"))
		}
		planted["base64url+"+digit] = func(text string) string {
			return base64.URLEncoding.EncodeToString([]byte(prefix + text + "and more"))
		}
	}
	for form, plant := range planted {
		places := []haystack{{"a file", []byte("before " + plant(c.text) + " after")}}
		if len(search(places, []canary{c})) == 0 {
			t.Errorf("%s was not found", form)
		}
	}
	if len(planted) != len(c.forms()) {
		t.Errorf("%d forms were planted of %d", len(planted), len(c.forms()))
	}
	if found := search([]haystack{{"a file", []byte("nothing of the kind")}}, []canary{c}); found != nil {
		t.Errorf("found %v where nothing is", found)
	}
}

// A long secret is found when only a part of it got out.
func TestSearchFindsPartsOfLongSecrets(t *testing.T) {
	t.Parallel()
	long := "Atnr|" + strings.Repeat("0123456789abcdefghijklmnopqrstuvwxyz", 5)
	for _, part := range []string{long[:60], long[60:150], long[len(long)-40:]} {
		if len(search([]haystack{{"a log", []byte("token=" + part)}}, canariesOf("token", long))) == 0 {
			t.Errorf("%d characters of a token were not found", len(part))
		}
	}
}
