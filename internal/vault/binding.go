package vault

import (
	"encoding/binary"
	"errors"
	"math"
	"strconv"

	"github.com/audipy/audipy/internal/audipy"
)

// cellPurpose and keysetPurpose open the associated data, so that a sealed
// keyset can't be taken for a sealed cell and a later form gets its own number.
const (
	cellPurpose   = "audipy/aad/1"
	keysetPurpose = "audipy/keyset/1"
)

// Binding says which cell a sealed value belongs to; the value opens with the
// same Binding only. The person comes from the Keyset.
type Binding struct {
	// Table, Column and Row name the cell; none is empty.
	Table, Column, Row string
	// Version is the row's version where an old value must not be pasted
	// back (tokens), and 0 elsewhere.
	Version int64
}

// validate returns an error for a binding that names no cell.
func (b Binding) validate() error {
	for _, name := range []string{b.Table, b.Column, b.Row} {
		if name == "" || len(name) > math.MaxUint16 {
			return errors.New("a sealed value needs a table, a column and a row of at most 65535 bytes")
		}
	}
	return nil
}

// associatedData writes what a cell's ciphertext is bound to:
//
//	"audipy/aad/1" | table | column | user | row | version in decimal
//
// each as its length in two bytes, big endian, and then itself.
func (b Binding) associatedData(user audipy.UserID) []byte {
	return list(cellPurpose, b.Table, b.Column, string(user), b.Row, strconv.FormatInt(b.Version, 10))
}

// list writes fields of at most 65535 bytes so that no two lists of fields
// share a form.
func list(fields ...string) []byte {
	size := 0
	for _, field := range fields {
		size += 2 + len(field)
	}
	out := make([]byte, 0, size)
	for _, field := range fields {
		out = binary.BigEndian.AppendUint16(out, uint16(len(field)))
		out = append(out, field...)
	}
	return out
}
