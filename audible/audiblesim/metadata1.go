package audiblesim

import (
	"encoding/base64"
	"encoding/binary"
	"errors"
	"fmt"
	"hash/crc32"
	"net/url"
	"strings"
)

const (
	metadataPrefix = "ECdITeCs:"
	xxteaDelta     = 0x9E3779B9
)

// metadataKeys are the two keys that apps encrypt with (protocol 3.5).
func metadataKeys() [2][4]uint32 {
	return [2][4]uint32{
		{1888420705, 2576816180, 2347232058, 874813317},
		{4169969034, 4087877101, 1706678977, 3681020276},
	}
}

// decodeMetadata1 opens the telemetry of a sign-in form and returns its JSON.
// It checks the prefix, the encoding, and the checksum under either key; the
// content is the app's own business, as Amazon does not compare it.
func decodeMetadata1(text string) (string, error) {
	body, ok := strings.CutPrefix(text, metadataPrefix)
	if !ok {
		return "", fmt.Errorf("metadata1 does not begin with %q", metadataPrefix)
	}
	sealed, err := base64.StdEncoding.DecodeString(body)
	if err != nil {
		return "", errors.New("metadata1 is not base64")
	}
	if len(sealed) < 8 || len(sealed)%4 != 0 {
		return "", errors.New("metadata1 is not a row of at least two words")
	}
	for _, key := range metadataKeys() {
		if plain, ok := openMetadata(sealed, key); ok {
			return plain, nil
		}
	}
	return "", errors.New("metadata1 has a wrong checksum under either key")
}

// openMetadata decrypts and checks "CRC32#JSON". The last word was padded
// with zero bytes.
func openMetadata(sealed []byte, key [4]uint32) (string, bool) {
	words := make([]uint32, len(sealed)/4)
	for i := range words {
		words[i] = binary.LittleEndian.Uint32(sealed[4*i:])
	}
	decryptWords(words, key)
	plain := make([]byte, 0, len(sealed))
	for _, word := range words {
		plain = binary.LittleEndian.AppendUint32(plain, word)
	}
	sum, text, ok := strings.Cut(strings.TrimRight(string(plain), "\x00"), "#")
	return text, ok && sum == fmt.Sprintf("%08X", crc32.ChecksumIEEE([]byte(text)))
}

// decryptWords undoes XXTEA (Corrected Block TEA) in place. At least two
// words are needed.
func decryptWords(v []uint32, key [4]uint32) {
	n := len(v)
	rounds := 6 + 52/n
	for sum := uint32(rounds) * xxteaDelta; sum != 0; sum -= xxteaDelta {
		e := sum >> 2 & 3
		next := v[0]
		for p := n - 1; p >= 0; p-- {
			previous := v[(p+n-1)%n]
			mixed := (previous>>5 ^ next<<2) + (next>>3 ^ previous<<4)
			v[p] -= mixed ^ ((sum ^ next) + (key[uint32(p)&3^e] ^ previous))
			next = v[p]
		}
	}
}

// checkMetadata looks at the metadata1 of an answered form; s.mu is held. It
// is wanted with a login or password (protocol 3.4) and optional there; on a
// captcha page the iPhone clients leave it out (protocol 3.6). What is there
// must be right; the text returned is what to tell the client otherwise.
func (s *Sim) checkMetadata(f *flow, form url.Values) string {
	text := form.Get("metadata1")
	if text == "" {
		if step := f.step(); step == stepSignIn || step == stepClaim || step == stepPassword {
			s.counts.MetadataMissing++
			f.bare = true
		}
		return ""
	}
	if _, err := decodeMetadata1(text); err != nil {
		s.counts.MetadataBad++
		return "We're sorry, your device could not be recognised: " + err.Error() + "."
	}
	s.counts.MetadataGood++
	return ""
}
