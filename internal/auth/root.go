package auth

import (
	"context"
	"crypto/hkdf"
	"crypto/hmac"
	"crypto/rand"
	"crypto/sha256"
	"fmt"

	"github.com/audipy/audipy/internal/audit"
	"github.com/audipy/audipy/internal/store"
	"github.com/audipy/audipy/internal/vault"
)

// rootName binds the sealed root secret to its place.
const rootName = "root_secrets"

// keys are derived from one version of the root secret, one per purpose.
type keys struct {
	pepper, device, cursor, throttle, signing, refresh []byte
}

// keyring holds the keys of every version of the root secret.
type keyring struct {
	newest  int64
	version map[int64]keys
}

// loadKeyring reads the root secret, and makes it at the first start. Of
// several processes that do so at once all get the same one.
func loadKeyring(ctx context.Context, s *store.Store, key *vault.Key) (*keyring, error) {
	rows, err := s.RootSecrets(ctx)
	if err == nil && len(rows) == 0 {
		if err = addRoot(ctx, s, key, 1); err == nil {
			rows, err = s.RootSecrets(ctx)
		}
	}
	if err != nil {
		return nil, err
	}
	ring := &keyring{newest: rows[0].Version, version: map[int64]keys{}}
	for _, row := range rows {
		root, err := key.OpenSecret(rootName, row.Version, row.Sealed)
		if err != nil {
			return nil, fmt.Errorf("open root secret %d: %w", row.Version, err)
		}
		ring.version[row.Version], err = deriveKeys(root)
		clear(root)
		if err != nil {
			return nil, err
		}
	}
	return ring, nil
}

// RenewRoot makes a new version of the root secret, where there is one: known
// browsers and open pages of lists end at once, passwords move to the new version
// as their people sign in. Processes that run take it up at their next start.
func RenewRoot(ctx context.Context, s *store.Store, key *vault.Key) error {
	rows, err := s.RootSecrets(ctx)
	if err != nil || len(rows) == 0 {
		return err
	}
	return addRoot(ctx, s, key, rows[0].Version+1)
}

func addRoot(ctx context.Context, s *store.Store, key *vault.Key, version int64) error {
	root := make([]byte, 32)
	_, _ = rand.Read(root) // never fails: the program ends if there is no randomness
	defer clear(root)
	sealed, err := key.SealSecret(rootName, version, root)
	if err != nil {
		return err
	}
	return s.AddRootSecret(ctx, store.RootSecret{Version: version, Sealed: sealed},
		audit.Event{Action: audit.RootSecretCreated, Outcome: audit.Succeeded})
}

func deriveKeys(root []byte) (keys, error) {
	var k keys
	for purpose, dest := range map[string]*[]byte{
		"audipy/v1/pepper": &k.pepper, "audipy/v1/device-cookie": &k.device, "audipy/v1/cursor": &k.cursor,
		"audipy/v1/throttle": &k.throttle, "audipy/v1/access-token": &k.signing, "audipy/v1/refresh-token": &k.refresh,
	} {
		var err error
		if *dest, err = hkdf.Key(sha256.New, root, nil, purpose, 32); err != nil {
			return keys{}, fmt.Errorf("derive key: %w", err)
		}
	}
	return k, nil
}

// current are the keys that new values are made with.
func (r *keyring) current() keys { return r.version[r.newest] }

func mac(key []byte, message string) []byte {
	h := hmac.New(sha256.New, key)
	_, _ = h.Write([]byte(message)) // a hash takes every byte
	return h.Sum(nil)
}
