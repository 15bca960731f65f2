package auth_test

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/sha256"
	"encoding/base64"
	"encoding/binary"
	"encoding/json"
	"maps"
	"testing"

	"github.com/audipy/audipy/internal/auth"
)

const (
	origin  = "https://books.example"
	bitUP   = 1
	bitUV   = 4
	bitBE   = 8
	bitBS   = 16
	bitAT   = 64
	created = "webauthn.create"
	got     = "webauthn.get"
)

// device is an authenticator: it holds one key, and says what a test wants.
type device struct {
	key    *ecdsa.PrivateKey
	id     []byte
	handle []byte
	// What it says.
	flags  byte
	count  uint32
	host   string
	client map[string]any               // beside type, challenge and origin
	raw    string                       // instead of the client's data
	kind   string                       // instead of the type of the ceremony
	spoil  func(data, signature []byte) // after it has signed
}

func newDevice(t *testing.T) *device {
	t.Helper()
	key := must[*ecdsa.PrivateKey](t)(ecdsa.GenerateKey(elliptic.P256(), rand.Reader))
	id := make([]byte, 32)
	_, _ = rand.Read(id)
	return &device{key: key, id: id, flags: bitUP | bitUV, host: "books.example"}
}

// asked are the parts of a ceremony that a device looks at.
type asked struct {
	Challenge string
	User      struct{ ID string }
	Exclude   []struct{ ID string } `json:"excludeCredentials"`
	Allow     []struct{ ID string } `json:"allowCredentials"`
	RPID      string                `json:"rpId"`
	Verify    string                `json:"userVerification"`
	Params    []struct{ Alg int }   `json:"pubKeyCredParams"`
	RP        struct{ ID string }
	Timeout   int
	Select    struct {
		ResidentKey, UserVerification string
	} `json:"authenticatorSelection"`
}

func read(t *testing.T, c auth.Ceremony) asked {
	t.Helper()
	var a asked
	check(t, json.Unmarshal(c, &a))
	return a
}

func b64(data []byte) string { return base64.RawURLEncoding.EncodeToString(data) }

// clientData is what the browser says.
func (d *device) clientData(t *testing.T, kind, challenge string) []byte {
	t.Helper()
	if d.raw != "" {
		return []byte(d.raw)
	}
	if d.kind != "" {
		kind = d.kind
	}
	said := map[string]any{"type": kind, "challenge": challenge, "origin": origin, "crossOrigin": false}
	maps.Copy(said, d.client)
	return must[[]byte](t)(json.Marshal(said))
}

// data is the authenticator's data, with the key when it is new.
func (d *device) data(fresh bool) []byte {
	sum := sha256.Sum256([]byte(d.host))
	flags := d.flags
	if fresh {
		flags |= bitAT
	}
	out := binary.BigEndian.AppendUint32(append(sum[:], flags), d.count)
	if !fresh {
		return out
	}
	out = append(out, make([]byte, 16)...) // of no known make
	out = binary.BigEndian.AppendUint16(out, uint16(len(d.id)))
	out = append(out, d.id...)
	point, _ := d.key.PublicKey.ECDH()
	xy := point.Bytes()[1:]
	out = append(out, 0xa5, 1, 2, 3, 0x26, 0x20, 1, 0x21, 0x58, 32) // a COSE key: EC2, ES256, P-256
	out = append(out, xy[:32]...)
	return append(append(out, 0x22, 0x58, 32), xy[32:]...)
}

// create answers a ceremony with a new passkey.
func (d *device) create(t *testing.T, c auth.Ceremony) []byte {
	t.Helper()
	a := read(t, c)
	d.handle = must[[]byte](t)(base64.RawURLEncoding.DecodeString(a.User.ID))
	data := d.data(true)
	object := append([]byte{0xa3, 0x63}, "fmt"...)
	object = append(append(object, 0x64), "none"...)
	object = append(append(append(object, 0x67), "attStmt"...), 0xa0, 0x68)
	object = append(append(object, "authData"...), 0x59, byte(len(data)>>8), byte(len(data)))
	object = append(object, data...)
	return d.answer(t, map[string]any{
		"clientDataJSON": b64(d.clientData(t, created, a.Challenge)), "attestationObject": b64(object), "transports": []string{"internal"},
	})
}

// get answers a ceremony with a signature.
func (d *device) get(t *testing.T, c auth.Ceremony) []byte {
	t.Helper()
	client := d.clientData(t, got, read(t, c).Challenge)
	data := d.data(false)
	sum := sha256.Sum256(client)
	sum = sha256.Sum256(append(data, sum[:]...))
	signature := must[[]byte](t)(ecdsa.SignASN1(rand.Reader, d.key, sum[:]))
	if d.spoil != nil {
		d.spoil(data, signature)
	}
	return d.answer(t, map[string]any{
		"clientDataJSON": b64(client), "authenticatorData": b64(data), "signature": b64(signature), "userHandle": b64(d.handle),
	})
}

func (d *device) answer(t *testing.T, response map[string]any) []byte {
	t.Helper()
	return must[[]byte](t)(json.Marshal(map[string]any{
		"id": b64(d.id), "rawId": b64(d.id), "type": "public-key", "response": response, "clientExtensionResults": map[string]any{},
	}))
}
