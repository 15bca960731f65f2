package audit

import (
	"encoding/hex"
	"errors"
	"fmt"
	"strconv"
	"strings"

	"github.com/audipy/audipy/internal/audipy"
)

// checkpointForm is the first word of a checkpoint's text form.
const checkpointForm = "audipy-checkpoint-1"

// Checkpoint is the head of a chain at some time. Kept where whoever can write
// the database can't, it shows later that records were cut off or that the
// whole chain was rewritten.
type Checkpoint struct {
	// User is whose chain it is.
	User audipy.UserID
	// Seq is the number of its last record; 0 means a chain without any.
	Seq int64
	// Hash is that record's hash, HashSize bytes; zeros when Seq is 0.
	Hash []byte
}

// Checkpoint returns the checkpoint of a chain that ends with r.
func (r Record) Checkpoint() Checkpoint {
	return Checkpoint{User: r.User, Seq: r.Seq, Hash: r.Hash}
}

// String returns the text form, one line without its end:
// "audipy-checkpoint-1 USER SEQ HASH", the hash in lower-case hex.
func (c Checkpoint) String() string {
	return fmt.Sprintf("%s %s %d %s", checkpointForm, c.User, c.Seq, hex.EncodeToString(c.Hash))
}

// MarshalText returns the text form of String.
func (c Checkpoint) MarshalText() ([]byte, error) { return []byte(c.String()), nil }

// UnmarshalText reads what MarshalText wrote; see ParseCheckpoint.
func (c *Checkpoint) UnmarshalText(text []byte) error {
	parsed, err := ParseCheckpoint(string(text))
	if err != nil {
		return err
	}
	*c = parsed
	return nil
}

// ParseCheckpoint reads the text form. It takes exactly what String writes,
// with white space around it, so that one checkpoint has one spelling.
func ParseCheckpoint(text string) (Checkpoint, error) {
	text = strings.TrimSpace(text)
	words := strings.Split(text, " ")
	if len(words) != 4 || words[0] != checkpointForm {
		return Checkpoint{}, fmt.Errorf("not a checkpoint: it should read %q", checkpointForm+" USER SEQ HASH")
	}
	seq, err := strconv.ParseInt(words[2], 10, 64)
	if err != nil || seq < 0 {
		return Checkpoint{}, fmt.Errorf("not a checkpoint: %q is not a record's number", words[2])
	}
	hash, err := hex.DecodeString(words[3])
	if err != nil || len(hash) != HashSize {
		return Checkpoint{}, fmt.Errorf("not a checkpoint: %q is not a hash of %d bytes", words[3], HashSize)
	}
	c := Checkpoint{User: audipy.UserID(words[1]), Seq: seq, Hash: hash}
	if !idForm.MatchString(words[1]) || c.String() != text {
		return Checkpoint{}, errors.New("not a checkpoint: it is not spelled as it was written")
	}
	return c, nil
}
