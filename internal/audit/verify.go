package audit

import (
	"bytes"
	"fmt"
	"slices"
	"time"

	"github.com/audipy/audipy/internal/audipy"
)

// BrokenError says that a chain is not as it was written.
type BrokenError struct {
	// User is whose chain it is, and Seq the first record that is wrong or
	// missing.
	User audipy.UserID
	Seq  int64
	// Reason says in words what is wrong with it.
	Reason string
}

// Error names the record and the reason.
func (e *BrokenError) Error() string {
	return fmt.Sprintf("audit trail of %s: record %d %s", e.User, e.Seq, e.Reason)
}

// Verifier checks one person's chain, record by record from the first, in
// constant memory. Make one with NewVerifier; it belongs to one goroutine.
type Verifier struct {
	user   audipy.UserID
	head   Checkpoint
	known  []Checkpoint
	broken *BrokenError
}

// NewVerifier returns a Verifier for the chain of user that also compares the
// chain with checkpoints noted earlier. Without any it can't see that the
// newest records were cut off.
func NewVerifier(user audipy.UserID, known ...Checkpoint) *Verifier {
	v := &Verifier{user: user, head: Checkpoint{User: user, Hash: make([]byte, HashSize)}}
	v.known = slices.Clone(known)
	for _, c := range known {
		if c.User != user && v.broken == nil {
			v.broken = &BrokenError{user, c.Seq, fmt.Sprintf("is compared with a checkpoint of %s", c.User)}
		}
	}
	return v
}

// Add checks the next record. It returns a *BrokenError at the first record
// that was changed, inserted, moved or whose predecessor is missing, and the
// same error from then on.
func (v *Verifier) Add(r Record) error {
	if v.broken != nil {
		return v.broken
	}
	if reason := v.flaw(r); reason != "" {
		v.broken = &BrokenError{v.user, v.head.Seq + 1, reason}
		return v.broken
	}
	v.head = Checkpoint{User: v.user, Seq: r.Seq, Hash: r.Hash}
	return nil
}

// flaw returns what is wrong with r as the next record, or "".
func (v *Verifier) flaw(r Record) string {
	switch next := v.head.Seq + 1; {
	case r.User != v.user:
		return fmt.Sprintf("belongs to %s", r.User)
	case r.Seq > next:
		return fmt.Sprintf("is missing: the next one there is record %d", r.Seq)
	case r.Seq < next:
		return fmt.Sprintf("is out of order: record %d stands in its place", r.Seq)
	case !bytes.Equal(r.PrevHash, v.head.Hash):
		return "does not follow the record before it"
	case r.At.Nanosecond()%int(time.Microsecond) != 0 || !bytes.Equal(r.Hash, r.sum()):
		return "was changed"
	}
	for _, c := range v.known {
		if c.Seq == r.Seq && !bytes.Equal(c.Hash, r.Hash) {
			return "differs from the checkpoint: the trail was rewritten"
		}
	}
	return ""
}

// Close says that there are no more records. It returns the error of Add if
// there was one, and a *BrokenError when a checkpoint knows of a later record.
func (v *Verifier) Close() error {
	if v.broken != nil {
		return v.broken
	}
	for _, c := range v.known {
		if c.Seq > v.head.Seq {
			v.broken = &BrokenError{v.user, v.head.Seq + 1, fmt.Sprintf("is missing: the checkpoint saw record %d", c.Seq)}
			return v.broken
		}
	}
	return nil
}

// Head returns the last record that was found good, as a checkpoint; its Seq
// is 0 when there was none.
func (v *Verifier) Head() Checkpoint { return v.head }
