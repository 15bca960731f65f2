package audit

import (
	"bufio"
	"crypto/ed25519"
	"encoding/base64"
	"errors"
	"fmt"
	"io"
	"regexp"
	"strings"
	"time"
)

// signedForm is the first word of a signed checkpoint's text form.
const signedForm = "audipy-checkpoint-2"

// signedPurpose is the first signed field.
const signedPurpose = "audipy/checkpoint/2"

// signedText finds a signed checkpoint in a line of any file, such as a log.
var signedText = regexp.MustCompile(signedForm + ` [A-Za-z0-9][A-Za-z0-9._-]{0,63} [0-9]{1,19} [0-9a-f]{64} [0-9TZ:-]{20} [0-9a-f]{8} [A-Za-z0-9_-]{86}`)

// maxCheckpointLine bounds a line of a file that checkpoints are looked for in.
const maxCheckpointLine = 1 << 20

// Signed is a checkpoint that whoever has a key has signed: one of those who
// can't write it can't forge it either.
type Signed struct {
	Checkpoint
	// At is when it was made, UTC in whole seconds.
	At time.Time
	// KeyID names the key-encryption key that the signing key is derived
	// from, as eight hex digits.
	KeyID string
	// Signature is Ed25519's, over all of the above.
	Signature []byte
}

// Sign returns the checkpoint as it was at a time, signed by key.
func (c Checkpoint) Sign(at time.Time, keyID string, key ed25519.PrivateKey) Signed {
	s := Signed{Checkpoint: c, At: at.UTC().Truncate(time.Second), KeyID: keyID}
	s.Signature = ed25519.Sign(key, s.signed())
	return s
}

// SignedBy reports whether the signature is that of the key.
func (s Signed) SignedBy(key ed25519.PublicKey) bool {
	return len(key) == ed25519.PublicKeySize && ed25519.Verify(key, s.signed(), s.Signature)
}

// signed writes what is signed, in the way of a record's hashed form:
//
//	"audipy/checkpoint/2" | user | seq | hash | seconds since 1970 | key id
func (s Signed) signed() []byte {
	b := appendField(nil, signedPurpose)
	b = appendField(b, string(s.User))
	b = appendNumber(b, s.Seq)
	b = appendField(b, string(s.Hash))
	b = appendNumber(b, s.At.Unix())
	return appendField(b, s.KeyID)
}

// String returns the text form, one line without its end:
// "audipy-checkpoint-2 USER SEQ HASH TIME KEY SIGNATURE", the time as
// 2006-01-02T15:04:05Z and the signature in base64 for addresses.
func (s Signed) String() string {
	return fmt.Sprintf("%s%s %s %s %s", signedForm, strings.TrimPrefix(s.Checkpoint.String(), checkpointForm),
		s.At.Format(time.RFC3339), s.KeyID, base64.RawURLEncoding.EncodeToString(s.Signature))
}

// MarshalText returns the text form of String.
func (s Signed) MarshalText() ([]byte, error) { return []byte(s.String()), nil }

// UnmarshalText reads what MarshalText wrote; see ParseSigned.
func (s *Signed) UnmarshalText(text []byte) error {
	parsed, err := ParseSigned(string(text))
	if err != nil {
		return err
	}
	*s = parsed
	return nil
}

// ParseSigned reads the text form, exactly as String writes it with white space
// around it. It does not look whether the signature is good.
func ParseSigned(text string) (Signed, error) {
	text = strings.TrimSpace(text)
	words := strings.Split(text, " ")
	if len(words) != 7 || words[0] != signedForm {
		return Signed{}, fmt.Errorf("not a signed checkpoint: it should read %q", signedForm+" USER SEQ HASH TIME KEY SIGNATURE")
	}
	plain, err := ParseCheckpoint(checkpointForm + " " + strings.Join(words[1:4], " "))
	if err != nil {
		return Signed{}, err
	}
	s := Signed{Checkpoint: plain, KeyID: words[5]}
	if s.At, err = time.Parse(time.RFC3339, words[4]); err != nil {
		return Signed{}, fmt.Errorf("not a signed checkpoint: %q is not a time", words[4])
	}
	s.At = s.At.UTC()
	s.Signature, err = base64.RawURLEncoding.DecodeString(words[6])
	if err != nil || len(s.Signature) != ed25519.SignatureSize || !signedText.MatchString(text) || s.String() != text {
		return Signed{}, errors.New("not a signed checkpoint: it is not spelled as it was written")
	}
	return s, nil
}

// FindSigned returns every signed checkpoint that stands somewhere in the lines
// of a file, in their order: a file of checkpoints, or the log of a server. Lines
// of more than a megabyte are an error.
func FindSigned(r io.Reader) ([]Signed, error) {
	lines := bufio.NewScanner(r)
	lines.Buffer(nil, maxCheckpointLine)
	var found []Signed
	for lines.Scan() {
		for _, text := range signedText.FindAllString(lines.Text(), -1) {
			if s, err := ParseSigned(text); err == nil {
				found = append(found, s)
			}
		}
	}
	if err := lines.Err(); err != nil {
		return nil, fmt.Errorf("look for checkpoints: %w", err)
	}
	return found, nil
}
