package audit

import (
	"crypto/sha256"
	"encoding/binary"
	"errors"
	"fmt"
	"maps"
	"slices"
	"time"

	"github.com/audipy/audipy/internal/audipy"
)

// HashSize is the length of PrevHash and Hash in bytes.
const HashSize = sha256.Size

// purpose is the first hashed field: a record's hash is good for nothing else,
// and a later form gets a number of its own.
const purpose = "audipy/audit/1"

// Record is one link of a person's chain.
type Record struct {
	// Seq counts the person's records from 1, without gaps.
	Seq int64 `json:"seq"`
	// At is when it happened, UTC in whole microseconds: what both
	// databases give back unchanged.
	At time.Time `json:"at"`
	// User is whose chain it is.
	User audipy.UserID `json:"user"`
	Event
	// PrevHash is the Hash of the record before, or HashSize zero bytes for
	// the first. Hash covers every field above and PrevHash.
	PrevHash []byte `json:"prev_hash"`
	Hash     []byte `json:"hash"`
}

// Chain returns the record that follows prev in the chain of user; a nil prev
// starts the chain. The time is cut to microseconds. It returns an error for
// an event that Validate refuses, a user id that is none, and a prev that
// belongs to somebody else. Nothing is kept of e.Counts: the record has a copy.
func Chain(prev *Record, user audipy.UserID, at time.Time, e Event) (Record, error) {
	if err := e.Validate(); err != nil {
		return Record{}, err
	}
	if !idForm.MatchString(string(user)) {
		return Record{}, errors.New("audit record: the user is not an id")
	}
	e.Counts = maps.Clone(e.Counts)
	r := Record{Seq: 1, At: at.UTC().Truncate(time.Microsecond), User: user, Event: e, PrevHash: make([]byte, HashSize)}
	if prev != nil {
		if prev.User != user || len(prev.Hash) != HashSize || prev.Seq < 1 {
			return Record{}, fmt.Errorf("audit record: record %d is not the one before it", prev.Seq)
		}
		r.Seq = prev.Seq + 1
		r.PrevHash = slices.Clone(prev.Hash)
	}
	r.Hash = r.sum()
	return r, nil
}

// sum is the hash that the record should have.
func (r Record) sum() []byte {
	sum := sha256.Sum256(r.encode())
	return sum[:]
}

// encode writes the hashed form. Every field is its length as four bytes, big
// endian, and then itself, so that no two records share a form; numbers are
// eight bytes, big endian, the time is microseconds since 1970 and the counts
// are in the order of their names' bytes:
//
//	"audipy/audit/1" | user | seq | at | action | outcome | account | target |
//	number of counts | { name | count }… | prev hash
func (r Record) encode() []byte {
	b := make([]byte, 0, 512)
	b = appendField(b, purpose)
	b = appendField(b, string(r.User))
	b = appendNumber(b, r.Seq)
	b = appendNumber(b, r.At.UnixMicro())
	b = appendField(b, string(r.Action))
	b = appendField(b, string(r.Outcome))
	b = appendField(b, string(r.Account))
	b = appendField(b, r.Target)
	b = appendNumber(b, int64(len(r.Counts)))
	for _, name := range slices.Sorted(maps.Keys(r.Counts)) {
		b = appendField(b, name)
		b = appendNumber(b, int64(r.Counts[name]))
	}
	return appendField(b, string(r.PrevHash))
}

func appendField(b []byte, field string) []byte {
	b = binary.BigEndian.AppendUint32(b, uint32(len(field)))
	return append(b, field...)
}

func appendNumber(b []byte, n int64) []byte {
	b = binary.BigEndian.AppendUint32(b, 8)
	return binary.BigEndian.AppendUint64(b, uint64(n))
}
