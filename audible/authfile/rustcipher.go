package authfile

import (
	"encoding/base64"
	"fmt"
	"io"
	"strings"

	"golang.org/x/crypto/argon2"
	"golang.org/x/crypto/chacha20poly1305"
)

// The encryption of audible-rs (protocol 8.4):
//
//	{
//	  "format": "audible-rs-auth",
//	  "version": 1,
//	  "kdf": {"algorithm": "argon2id", "m_cost": KiB, "t_cost": passes,
//	          "p_cost": lanes, "salt": base64 of 16 bytes},
//	  "cipher": {"algorithm": "xchacha20poly1305", "nonce": base64 of 24 bytes},
//	  "ciphertext": base64 of the ciphertext and its tag
//	}
//
// The plaintext is the JSON of the data member of a plain file, see
// rustOutline. The header is authenticated as lines of text, see
// associatedData.
const (
	rustKDF      = "argon2id"
	rustCipher   = "xchacha20poly1305"
	rustSaltSize = 16
)

// The costs that audible-rs writes, and the highest that are accepted: 256 MiB
// is what a small server can give for one file.
const (
	rustMemory, maxRustMemory           = 64 << 10, 256 << 10 // KiB
	rustTime, maxRustTime               = 3, 10
	rustParallelism, maxRustParallelism = 4, 8
)

// envelope is an encrypted file of audible-rs. Salt and nonce are kept as the
// text that they are in the file, because that text is authenticated.
type envelope struct {
	memory, time, parallelism int64
	salt, nonce               string
	ciphertext                []byte
}

// readEnvelope checks the header before any work is done for it.
func readEnvelope(object map[string]any) (envelope, error) {
	file := newFields(object)
	kdf, cipher := file.object("kdf"), file.object("cipher")
	if file.number("version") != rustVersion {
		file.fail("version", "is not "+rustVersion+", the one that is known")
	}
	if kdf.text("algorithm") != rustKDF {
		kdf.fail("algorithm", "is not "+rustKDF)
	}
	if cipher.text("algorithm") != rustCipher {
		cipher.fail("algorithm", "is not "+rustCipher)
	}
	e := envelope{
		memory:      kdf.cost("m_cost", maxRustMemory),
		time:        kdf.cost("t_cost", maxRustTime),
		parallelism: kdf.cost("p_cost", maxRustParallelism),
		salt:        kdf.text("salt"),
		nonce:       cipher.text("nonce"),
		ciphertext:  file.base64("ciphertext"),
	}
	return e, file.err()
}

// associatedData is the canonical text of the header.
func (e envelope) associatedData() []byte {
	return []byte(strings.Join([]string{
		rustFormat, "v" + rustVersion, rustKDF,
		fmt.Sprintf("m=%d,t=%d,p=%d", e.memory, e.time, e.parallelism),
		"salt=" + e.salt, rustCipher, "nonce=" + e.nonce,
	}, "\n"))
}

// key derives the key; the costs are within the bounds of readEnvelope, so
// they fit the types of argon2.
func (e envelope) key(password []byte) ([]byte, error) {
	salt, err := base64.StdEncoding.DecodeString(e.salt)
	if err != nil || len(salt) != rustSaltSize {
		return nil, ErrWrongPassword
	}
	return argon2.IDKey(password, salt, uint32(e.time), uint32(e.memory), uint8(e.parallelism), keySize), nil
}

// open decrypts. A header that was changed changes the associated data, and
// fails like a wrong password.
func (e envelope) open(password []byte) ([]byte, error) {
	key, err := e.key(password)
	if err != nil {
		return nil, err
	}
	aead, err := chacha20poly1305.NewX(key)
	if err != nil {
		return nil, fmt.Errorf("prepare cipher: %w", err)
	}
	nonce, err := base64.StdEncoding.DecodeString(e.nonce)
	if err != nil || len(nonce) != aead.NonceSize() {
		return nil, ErrWrongPassword
	}
	text, err := aead.Open(nil, nonce, e.ciphertext, e.associatedData())
	if err != nil {
		return nil, ErrWrongPassword
	}
	return text, nil
}

// sealEnvelope encrypts with a salt and a nonce from rand, in this order.
func sealEnvelope(text, password []byte, rand io.Reader) (envelope, error) {
	salt, nonce := make([]byte, rustSaltSize), make([]byte, chacha20poly1305.NonceSizeX)
	if err := fill(rand, salt, nonce); err != nil {
		return envelope{}, err
	}
	e := envelope{
		memory: rustMemory, time: rustTime, parallelism: rustParallelism,
		salt:  base64.StdEncoding.EncodeToString(salt),
		nonce: base64.StdEncoding.EncodeToString(nonce),
	}
	key, err := e.key(password)
	if err != nil {
		return envelope{}, err
	}
	aead, err := chacha20poly1305.NewX(key)
	if err != nil {
		return envelope{}, fmt.Errorf("prepare cipher: %w", err)
	}
	e.ciphertext = aead.Seal(nil, nonce, text, e.associatedData())
	return e, nil
}

// outline is the file.
func (e envelope) outline() outline {
	return append(rustHead(), outline{
		{"kdf", outline{
			{"algorithm", rustKDF},
			{"m_cost", e.memory},
			{"t_cost", e.time},
			{"p_cost", e.parallelism},
			{"salt", e.salt},
		}},
		{"cipher", outline{{"algorithm", rustCipher}, {"nonce", e.nonce}}},
		{"ciphertext", base64.StdEncoding.EncodeToString(e.ciphertext)},
	}...)
}
