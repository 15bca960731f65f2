package auth

import (
	"context"
	"crypto/rand"
	"crypto/subtle"
	"encoding/base64"
	"errors"
	"fmt"
	"strconv"
	"strings"
	"testing"

	"golang.org/x/crypto/argon2"

	"github.com/audipy/audipy/internal/store"
)

// Cost is what a password hash costs: argon2id with so many passes over so
// many KiB in so many lanes.
type Cost struct {
	Time, Memory uint32
	Lanes        uint8
}

// Sizes of salt and tag in bytes.
const (
	saltSize = 16
	tagSize  = 32
)

// StandardCost is the second choice of RFC 9106: 64 MiB, 3 passes.
func StandardCost() Cost { return Cost{Time: 3, Memory: 64 << 10, Lanes: 4} }

// LowMemoryCost is for machines with less than 1 GiB: 19 MiB, 2 passes, the
// least that OWASP recommends.
func LowMemoryCost() Cost { return Cost{Time: 2, Memory: 19 << 10, Lanes: 1} }

// littleMemory is below how many bytes of memory new hashes have the
// LowMemoryCost.
const littleMemory = 1 << 30

// costFor is what new hashes cost where the program may use so many bytes of
// memory; 0 means that nobody knows.
func costFor(memory int64) Cost {
	if memory > 0 && memory < littleMemory {
		return LowMemoryCost()
	}
	return StandardCost()
}

// isWeaker reports whether a hash of this cost is easier to guess than one of
// another.
func (c Cost) isWeaker(than Cost) bool {
	return uint64(c.Time)*uint64(c.Memory) < uint64(than.Time)*uint64(than.Memory)
}

// TestCost costs next to nothing. New refuses it, and whatever else costs less
// than LowMemoryCost, in every program that "go test" did not build.
func TestCost() Cost { return Cost{Time: 1, Memory: 64, Lanes: 1} }

// check refuses a cost that a password must not be kept at. The linker sets
// what testing.Testing returns, so that nothing a released program reads or is
// given can turn this off.
func (c Cost) check() error { return c.allowed(testing.Testing()) }

func (c Cost) allowed(testing bool) error {
	if c == StandardCost() || c == LowMemoryCost() || testing {
		return nil
	}
	return errors.New("auth: passwords are kept at StandardCost or LowMemoryCost")
}

// phc is a password hash taken apart.
type phc struct {
	cost      Cost
	salt, tag []byte
}

// String returns the PHC string form.
func (p phc) String() string {
	return fmt.Sprintf("$argon2id$v=%d$m=%d,t=%d,p=%d$%s$%s", argon2.Version, p.cost.Memory, p.cost.Time, p.cost.Lanes,
		base64.RawStdEncoding.EncodeToString(p.salt), base64.RawStdEncoding.EncodeToString(p.tag))
}

// maxMemory bounds what a hash read from the database may cost, in KiB, and
// maxTime its passes: a row that was tampered with must not stop the machine.
const (
	maxMemory = 1 << 20
	maxTime   = 16
)

// parsePHC reads what String writes; one hash has one spelling.
func parsePHC(text string) (phc, error) {
	var p phc
	bad := fmt.Errorf("not a password hash of ours")
	parts := strings.Split(text, "$")
	if len(text) > 256 || len(parts) != 6 || parts[0] != "" || parts[1] != "argon2id" || parts[2] != "v=19" {
		return p, bad
	}
	costs := strings.Split(parts[3], ",")
	if len(costs) != 3 {
		return p, bad
	}
	m, errM := number(costs[0], "m=", maxMemory)
	t, errT := number(costs[1], "t=", maxTime)
	lanes, errP := number(costs[2], "p=", 255)
	salt, errS := base64.RawStdEncoding.Strict().DecodeString(parts[4])
	tag, errG := base64.RawStdEncoding.Strict().DecodeString(parts[5])
	for _, err := range []error{errM, errT, errP, errS, errG} {
		if err != nil {
			return p, bad
		}
	}
	p = phc{cost: Cost{Time: t, Memory: m, Lanes: uint8(lanes)}, salt: salt, tag: tag}
	if len(salt) != saltSize || len(tag) != tagSize || m < 8*lanes || p.String() != text {
		return phc{}, bad
	}
	return p, nil
}

func number(text, prefix string, limit uint64) (uint32, error) {
	digits, ok := strings.CutPrefix(text, prefix)
	n, err := strconv.ParseUint(digits, 10, 32)
	if !ok || err != nil || n < 1 || n > limit {
		return 0, fmt.Errorf("%q is out of range", text)
	}
	return uint32(n), nil
}

// derive runs argon2id over the peppered password.
func (p phc) derive(pepper []byte, password string) []byte {
	input := mac(pepper, password)
	defer clear(input)
	return argon2.IDKey(input, p.salt, p.cost.Time, p.cost.Memory, p.cost.Lanes, tagSize)
}

// hash makes the hash of a new password; Busy when too many wait for one.
func (s *Service) hash(ctx context.Context, password string) (store.NewPassword, error) {
	leave, err := s.gate.enter(ctx)
	if err != nil {
		return store.NewPassword{}, err
	}
	defer leave()
	p := phc{cost: s.cost, salt: make([]byte, saltSize)}
	_, _ = rand.Read(p.salt) // never fails: the program ends if there is no randomness
	p.tag = p.derive(s.ring.current().pepper, password)
	return store.NewPassword{Hash: p.String(), Pepper: s.ring.newest}, nil
}

// compare reports whether the password is the one that was kept; Busy when too
// many wait for a hash. Without a hash that can be read nothing is right, at
// the same cost. What is longer than a password may be is cut, and so wrong.
func (s *Service) compare(ctx context.Context, kept store.Password, password string) (bool, error) {
	leave, err := s.gate.enter(ctx)
	if err != nil {
		return false, err
	}
	defer leave()
	p, err := parsePHC(kept.Hash)
	k, known := s.ring.version[kept.Pepper]
	if err != nil || !known {
		p, k = s.dummy, s.ring.current()
	}
	same := subtle.ConstantTimeCompare(p.derive(k.pepper, password[:min(len(password), PasswordMax+1)]), p.tag) == 1
	return same && err == nil && known, nil
}
