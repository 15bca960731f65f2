package authfile

import (
	"crypto/aes"
	"crypto/cipher"
	"crypto/pbkdf2"
	"crypto/sha256"
	"crypto/subtle"
	"encoding/base64"
	"encoding/binary"
	"fmt"
	"io"
)

// The encryption of the Python library (protocol 8.2):
//
//	packed salt (16) = '$' | iterations, 2 bytes, big-endian | '$' | salt (12)
//	key (32)         = PBKDF2-HMAC-SHA256(password, salt, iterations)
//	ciphertext       = AES-256-CBC(key, IV (16), PKCS#7)
//
// The bytes style is packed salt, IV and ciphertext one after the other.
const (
	saltMarker        = '$'
	packedSaltSize    = 16
	saltHeaderSize    = 4
	defaultIterations = 1000
	// maxIterations is what the two bytes can hold.
	maxIterations = 1<<16 - 1
	keySize       = 32
	pythonInfo    = "base64-encoded AES-CBC-256 of JSON object"
)

// sealed is what both encrypted styles of the Python library hold.
type sealed struct {
	packedSalt, iv, ciphertext []byte
}

// sealedFromBytes splits the bytes style. Data that is too short gives parts
// that are too short, which open refuses like all else.
func sealedFromBytes(data []byte) sealed {
	salt, rest := cut(data, packedSaltSize)
	iv, ciphertext := cut(rest, aes.BlockSize)
	return sealed{salt, iv, ciphertext}
}

// cut is data[:n] and data[n:] for data that may be shorter.
func cut(data []byte, n int) (head, tail []byte) {
	n = min(n, len(data))
	return data[:n], data[n:]
}

// sealedFromJSON takes the parts out of the JSON style. What is not base64 is
// named, for that has nothing to do with the password.
func sealedFromJSON(object map[string]any) (sealed, error) {
	file := newFields(object)
	s := sealed{file.base64("salt"), file.base64("iv"), file.base64("ciphertext")}
	return s, file.err()
}

// bytes is the bytes style.
func (s sealed) bytes() []byte {
	data := append([]byte{}, s.packedSalt...)
	return append(append(data, s.iv...), s.ciphertext...)
}

// outline is the JSON style.
func (s sealed) outline() outline {
	encode := base64.StdEncoding.EncodeToString
	return outline{
		{"salt", encode(s.packedSalt)},
		{"iv", encode(s.iv)},
		{"ciphertext", encode(s.ciphertext)},
		{"info", pythonInfo},
	}
}

// unpackSalt returns the salt and the iterations. Without the markers the
// whole is the salt and the iterations are the library's default.
func unpackSalt(packed []byte) (salt []byte, iterations int) {
	if len(packed) < saltHeaderSize || packed[0] != saltMarker || packed[3] != saltMarker {
		return packed, defaultIterations
	}
	return packed[saltHeaderSize:], int(binary.BigEndian.Uint16(packed[1:3]))
}

// key derives the key. The work is bounded by the format, which has two bytes
// for the number of iterations.
func (s sealed) key(password []byte) ([]byte, error) {
	salt, iterations := unpackSalt(s.packedSalt)
	if iterations == 0 {
		return nil, faulty("salt", "asks for 0 iterations")
	}
	key, err := pbkdf2.Key(sha256.New, string(password), salt, iterations, keySize)
	if err != nil {
		return nil, fmt.Errorf("derive key: %w", err)
	}
	return key, nil
}

// open decrypts. Whatever is wrong, the key is derived first and the error is
// ErrWrongPassword; with bad padding the text is returned uncut beside it, so
// that the caller can do the same work as with good padding.
func (s sealed) open(password []byte) ([]byte, error) {
	key, err := s.key(password)
	if err != nil {
		return nil, err
	}
	block, err := aes.NewCipher(key)
	if err != nil {
		return nil, fmt.Errorf("prepare cipher: %w", err)
	}
	if len(s.iv) != aes.BlockSize || len(s.ciphertext) == 0 || len(s.ciphertext)%aes.BlockSize != 0 {
		return nil, ErrWrongPassword
	}
	text := make([]byte, len(s.ciphertext))
	cipher.NewCBCDecrypter(block, s.iv).CryptBlocks(text, s.ciphertext)
	padding, ok := paddingSize(text)
	if !ok {
		return text, ErrWrongPassword
	}
	return text[:len(text)-padding], nil
}

// paddingSize reads PKCS#7 padding, looking at the whole last block whatever
// it holds.
func paddingSize(text []byte) (int, bool) {
	last := text[len(text)-aes.BlockSize:]
	size := int(last[aes.BlockSize-1])
	good := subtle.ConstantTimeLessOrEq(1, size) & subtle.ConstantTimeLessOrEq(size, aes.BlockSize)
	for i, b := range last {
		isPadding := subtle.ConstantTimeLessOrEq(aes.BlockSize-i, size)
		good &= subtle.ConstantTimeSelect(isPadding, subtle.ConstantTimeByteEq(b, byte(size)), 1)
	}
	return size, good == 1
}

// seal encrypts with a salt and an IV from rand, in this order.
func seal(text, password []byte, iterations int, rand io.Reader) (sealed, error) {
	s := sealed{packedSalt: make([]byte, packedSaltSize), iv: make([]byte, aes.BlockSize)}
	s.packedSalt[0], s.packedSalt[3] = saltMarker, saltMarker
	binary.BigEndian.PutUint16(s.packedSalt[1:3], uint16(iterations))
	if err := fill(rand, s.packedSalt[saltHeaderSize:], s.iv); err != nil {
		return sealed{}, err
	}
	key, err := s.key(password)
	if err != nil {
		return sealed{}, err
	}
	block, err := aes.NewCipher(key)
	if err != nil {
		return sealed{}, fmt.Errorf("prepare cipher: %w", err)
	}
	padding := aes.BlockSize - len(text)%aes.BlockSize
	s.ciphertext = append([]byte{}, text...)
	for range padding {
		s.ciphertext = append(s.ciphertext, byte(padding))
	}
	cipher.NewCBCEncrypter(block, s.iv).CryptBlocks(s.ciphertext, s.ciphertext)
	return s, nil
}

// fill reads random bytes into each part, in order.
func fill(rand io.Reader, parts ...[]byte) error {
	for _, part := range parts {
		if _, err := io.ReadFull(rand, part); err != nil {
			return fmt.Errorf("read random bytes: %w", err)
		}
	}
	return nil
}
