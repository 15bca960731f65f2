package audit_test

import (
	"encoding/binary"
	"encoding/hex"
	"errors"
	"reflect"
	"testing"
	"time"

	"github.com/audipy/audipy/internal/audipy"
	"github.com/audipy/audipy/internal/audit"
)

// reader takes the hashed form apart again.
type reader struct {
	rest []byte
	err  error
}

func (r *reader) field() []byte {
	if len(r.rest) < 4 {
		r.err = errors.New("length cut")
		return nil
	}
	n := binary.BigEndian.Uint32(r.rest)
	if uint64(len(r.rest)-4) < uint64(n) {
		r.err = errors.New("field cut")
		return nil
	}
	field := r.rest[4 : 4+n]
	r.rest = r.rest[4+n:]
	return field
}

func (r *reader) number() int64 {
	field := r.field()
	if len(field) != 8 {
		r.err = errors.New("not a number")
		return 0
	}
	return int64(binary.BigEndian.Uint64(field))
}

// decode is the inverse of the hashed form. That there is one proves that no
// two records share a form.
func decode(form []byte) (audit.Record, error) {
	in := &reader{rest: form}
	if string(in.field()) != "audipy/audit/1" {
		return audit.Record{}, errors.New("another purpose")
	}
	var r audit.Record
	r.User = audipy.UserID(in.field())
	r.Seq = in.number()
	r.At = time.UnixMicro(in.number()).UTC()
	r.Action = audit.Action(in.field())
	r.Outcome = audit.Outcome(in.field())
	r.Account = audipy.AccountID(in.field())
	r.Target = string(in.field())
	for range in.number() {
		name := string(in.field())
		if in.err != nil {
			return r, in.err
		}
		if r.Counts == nil {
			r.Counts = map[string]int{}
		}
		r.Counts[name] = int(in.number())
	}
	r.PrevHash = in.field()
	if len(in.rest) > 0 {
		return r, errors.New("bytes left over")
	}
	return r, in.err
}

func FuzzRecordEncoding(f *testing.F) {
	for _, v := range vectors(f) {
		prev, err := hex.DecodeString(v.Prev)
		if err != nil {
			f.Fatal(err)
		}
		f.Add(v.User, v.Seq, v.AtMicros, v.Action+v.Outcome, v.Account, v.Target, "library", v.Counts["library"], prev)
	}
	f.Add("", int64(-1), int64(0), "\x00\x00\x00\x01", "a", "", "", -1, []byte{})
	f.Fuzz(func(t *testing.T, user string, seq, at int64, words, account, target, name string, count int, prev []byte) {
		half := len(words) / 2
		r := audit.Record{Seq: seq, At: time.UnixMicro(at).UTC(), User: audipy.UserID(user), PrevHash: prev}
		r.Event = audit.Event{
			Action: audit.Action(words[:half]), Outcome: audit.Outcome(words[half:]),
			Account: audipy.AccountID(account), Target: target, Counts: map[string]int{name: count, target: 1},
		}
		got, err := decode(r.Encode())
		if err != nil {
			t.Fatalf("decode(%+v): %v", r, err)
		}
		if len(got.PrevHash) == 0 && len(prev) == 0 {
			got.PrevHash = r.PrevHash
		}
		if !reflect.DeepEqual(got, r) {
			t.Errorf("two records share a form: %+v and %+v", got, r)
		}
	})
}
