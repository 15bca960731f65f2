package vault

import (
	"bytes"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"math"

	"github.com/tink-crypto/tink-go/v2/aead"
	"github.com/tink-crypto/tink-go/v2/keyset"
	"github.com/tink-crypto/tink-go/v2/tink"

	"github.com/audipy/audipy/internal/audipy"
)

const (
	// sealedForm is the first byte of every sealed cell and every sealed
	// keyset: the number of the form.
	sealedForm = 0x01
	// maxSealedKeyset bounds a sealed keyset in bytes. A key takes about
	// 100, and one is added by a rotation a year.
	maxSealedKeyset = 64 << 10
)

// Keyset holds the keys that seal one person's cells: one seals, all open.
type Keyset struct {
	user   audipy.UserID
	handle *keyset.Handle
	aead   tink.AEAD
}

// NewKeyset makes the keyset of a person and seals it for keeping. The
// person's id is not empty.
func (k *Key) NewKeyset(user audipy.UserID) (sealed []byte, ks *Keyset, err error) {
	handle, err := keyset.NewHandle(aead.AES256GCMKeyTemplate())
	if err != nil {
		return nil, nil, fmt.Errorf("make keyset of %s: %w", user, err)
	}
	if ks, err = newKeyset(user, handle); err != nil {
		return nil, nil, err
	}
	sealed, err = k.SealKeyset(ks)
	return sealed, ks, err
}

func newKeyset(user audipy.UserID, handle *keyset.Handle) (*Keyset, error) {
	if user == "" || len(user) > math.MaxUint16 {
		return nil, errors.New("a keyset needs a person of at most 65535 bytes")
	}
	primitive, err := aead.New(handle)
	if err != nil {
		return nil, fmt.Errorf("use keyset of %s: %w", user, err)
	}
	return &Keyset{user: user, handle: handle, aead: primitive}, nil
}

// SealKeyset seals a keyset for keeping: after Rotate, or to move it to
// another key. The form is
//
//	0x01 | key id (4 bytes) | Tink's encrypted keyset
//
// and the encrypted keyset is bound to the person and the key id.
func (k *Key) SealKeyset(ks *Keyset) ([]byte, error) {
	m := k.sealing()
	var out bytes.Buffer
	out.WriteByte(sealedForm)
	out.Write(m.id[:])
	err := ks.handle.WriteWithAssociatedData(keyset.NewBinaryWriter(&out), m.aead, m.keysetData(ks.user))
	if err != nil {
		return nil, fmt.Errorf("seal keyset of %s: %w", ks.user, err)
	}
	return out.Bytes(), nil
}

// OpenKeyset opens the keyset of a person. It returns an error that wraps
// ErrWrongKey, and names both keys, when another key sealed it, and
// ErrCannotOpen when it is damaged or another person's.
func (k *Key) OpenKeyset(user audipy.UserID, sealed []byte) (*Keyset, error) {
	body := 1 + keyIDSize
	if len(sealed) <= body || len(sealed) > maxSealedKeyset || sealed[0] != sealedForm {
		return nil, ErrCannotOpen
	}
	m := k.opening(SealedBy(sealed))
	if m == nil {
		return nil, k.wrong(SealedBy(sealed))
	}
	r := bytes.NewReader(sealed[body:])
	handle, err := keyset.ReadWithAssociatedData(keyset.NewBinaryReader(r), m.aead, m.keysetData(user))
	if err != nil {
		return nil, ErrCannotOpen // Tink's reason would tell which of the causes it was
	}
	return newKeyset(user, handle)
}

// SealedBy returns the id of the key that sealed a keyset or a secret, as
// Key.ID spells it; "" for what is neither.
func SealedBy(sealed []byte) string {
	if len(sealed) <= 1+keyIDSize || sealed[0] != sealedForm {
		return ""
	}
	return hex.EncodeToString(sealed[1 : 1+keyIDSize])
}

func (k *Key) wrong(want string) error {
	msg := fmt.Sprintf("the store is sealed by key %s, and the key from %s is %s", want, k.Source(), k.ID())
	return audipy.Fail(audipy.Invalid, msg, ErrWrongKey).
		WithHint(fmt.Sprintf("bring key %s back, or name its file with AUDIPY_KEY_FILE", want))
}

func (m *material) keysetData(user audipy.UserID) []byte {
	return list(keysetPurpose, string(user), m.ID())
}

// Seal seals plain for the cell that b names. The form is 0x01 and Tink's
// ciphertext (prefix with the key's number, nonce, AES-256-GCM, tag).
func (ks *Keyset) Seal(b Binding, plain []byte) ([]byte, error) {
	if err := b.validate(); err != nil {
		return nil, err
	}
	sealed, err := ks.aead.Encrypt(plain, b.associatedData(ks.user))
	if err != nil {
		return nil, fmt.Errorf("seal %s.%s: %w", b.Table, b.Column, err)
	}
	return append([]byte{sealedForm}, sealed...), nil
}

// Open opens what Seal sealed for the same cell, by this keyset or by one that
// it was rotated from. Every other input is ErrCannotOpen. Wipe the result
// with clear after use.
func (ks *Keyset) Open(b Binding, sealed []byte) ([]byte, error) {
	if b.validate() != nil || len(sealed) == 0 || sealed[0] != sealedForm {
		return nil, ErrCannotOpen
	}
	plain, err := ks.aead.Decrypt(sealed[1:], b.associatedData(ks.user))
	if err != nil {
		return nil, ErrCannotOpen
	}
	return plain, nil
}

// Rotate returns a keyset that seals with a new key and still opens what ks
// sealed. It has to be kept, with SealKeyset, before it seals anything.
func (ks *Keyset) Rotate() (*Keyset, error) {
	m := keyset.NewManagerFromHandle(ks.handle)
	id, err := m.Add(aead.AES256GCMKeyTemplate())
	if err != nil {
		return nil, fmt.Errorf("rotate keyset of %s: %w", ks.user, err)
	}
	if err := m.SetPrimary(id); err != nil {
		return nil, fmt.Errorf("rotate keyset of %s: %w", ks.user, err)
	}
	handle, err := m.Handle()
	if err != nil {
		return nil, fmt.Errorf("rotate keyset of %s: %w", ks.user, err)
	}
	return newKeyset(ks.user, handle)
}

// User is whose keyset it is.
func (ks *Keyset) User() audipy.UserID { return ks.user }

// String returns "[keyset of USER]".
func (ks *Keyset) String() string { return "[keyset of " + string(ks.user) + "]" }

// Format writes String for every verb, so that no verb shows a key.
func (ks *Keyset) Format(f fmt.State, _ rune) { _, _ = io.WriteString(f, ks.String()) }
