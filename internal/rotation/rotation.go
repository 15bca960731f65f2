package rotation

import (
	"context"
	"fmt"
	"time"

	"github.com/audipy/audipy/internal/audipy"
	"github.com/audipy/audipy/internal/audit"
	"github.com/audipy/audipy/internal/store"
	"github.com/audipy/audipy/internal/vault"
)

// rootName is what the root secret is sealed under.
const rootName = "root_secrets"

// Status says what is sealed by which key.
type Status struct {
	// Current is the id of the key that seals.
	Current string
	// Sealed counts, by the id of the key, the keysets and the versions of the
	// root secret that it seals.
	Sealed map[string]int
	// Oldest is when the keyset was made or renewed that waits for the longest;
	// the zero time when there is none.
	Oldest time.Time
}

// Left is how much is not sealed by the current key.
func (s Status) Left() int {
	n := 0
	for id, count := range s.Sealed {
		if id != s.Current {
			n += count
		}
	}
	return n
}

// Look reads what is sealed by which key. It opens nothing.
func Look(ctx context.Context, s *store.Store, key *vault.Key) (Status, error) {
	status := Status{Current: key.ID(), Sealed: map[string]int{}}
	err := eachKeyset(ctx, s, func(_ audipy.UserID, k store.Keyset) error {
		status.Sealed[vault.SealedBy(k.Sealed)]++
		if status.Oldest.IsZero() || k.UpdatedAt.Before(status.Oldest) {
			status.Oldest = k.UpdatedAt
		}
		return nil
	})
	if err != nil {
		return Status{}, err
	}
	roots, err := s.RootSecrets(ctx)
	for _, one := range roots {
		status.Sealed[vault.SealedBy(one.Sealed)]++
	}
	return status, err
}

// HasSealed reports whether anything is sealed, so that a key must be there.
func HasSealed(ctx context.Context, s *store.Store) (bool, error) {
	roots, err := s.RootSecrets(ctx)
	if err != nil || len(roots) > 0 {
		return len(roots) > 0, err
	}
	found := false
	err = eachKeyset(ctx, s, func(audipy.UserID, store.Keyset) error {
		found = true
		return nil
	})
	return found, err
}

// eachKeyset visits the keysets of everybody.
func eachKeyset(ctx context.Context, s *store.Store, visit func(audipy.UserID, store.Keyset) error) error {
	people, err := s.Users(ctx)
	if err != nil {
		return err
	}
	for _, one := range people {
		k, err := s.Keyset(ctx, one.ID)
		if err == nil {
			err = visit(one.ID, k)
		}
		if err != nil && audipy.KindOf(err) != audipy.NotFound { // none yet, or deleted in this moment
			return err
		}
	}
	return nil
}

// Check opens everything that is sealed by the key or an earlier one.
func Check(ctx context.Context, s *store.Store, key *vault.Key) error {
	err := eachKeyset(ctx, s, func(user audipy.UserID, k store.Keyset) error {
		_, err := key.OpenKeyset(user, k.Sealed)
		return err
	})
	if err != nil {
		return err
	}
	roots, err := s.RootSecrets(ctx)
	if err != nil {
		return err
	}
	for _, one := range roots {
		plain, err := key.OpenSecret(rootName, one.Version, one.Sealed)
		if err != nil {
			return fmt.Errorf("open root secret %d: %w", one.Version, err)
		}
		clear(plain)
	}
	return nil
}

// Rotate puts a new key in the place of the current one, unless something is
// still sealed by an earlier key (a rotation was broken off, or the operator has
// put a new key in place), and then does what Bring does.
func Rotate(ctx context.Context, s *store.Store, key *vault.Key) (int, error) {
	if err := Check(ctx, s, key); err != nil {
		return 0, err
	}
	status, err := Look(ctx, s, key)
	if err != nil {
		return 0, err
	}
	if status.Left() == 0 {
		if err := key.Rotate(); err != nil {
			return 0, err
		}
	}
	brought, err := Bring(ctx, s, key)
	if err != nil {
		return brought, err
	}
	e := audit.Event{
		Action: audit.KeyRotated, Outcome: audit.Succeeded, Target: key.ID(), Counts: map[string]int{"sealed_anew": brought},
	}
	return brought, s.RecordSystem(ctx, e)
}

// rounds bounds how often Bring looks again whether something was sealed by an
// earlier key meanwhile.
const rounds = 10

// Bring seals everything by the current key that an earlier one seals, and gives
// each keyset a new key of its own on the way; what that keyset sealed before
// still opens. It returns how much it brought over. It opens everything first,
// so that a key that is missing is said before anything is changed.
func Bring(ctx context.Context, s *store.Store, key *vault.Key) (int, error) {
	if err := Check(ctx, s, key); err != nil {
		return 0, err
	}
	brought := 0
	for range rounds {
		n, err := bringAll(ctx, s, key)
		brought += n
		if err != nil {
			return brought, err
		}
		status, err := Look(ctx, s, key)
		if err != nil {
			return brought, err
		}
		if status.Left() == 0 {
			return brought, nil
		}
	}
	return brought, audipy.Fail(audipy.Busy, "new data is sealed by an earlier key all the time", nil).
		WithHint("a server somewhere has another key file; give every server the same, and run the command again")
}

func bringAll(ctx context.Context, s *store.Store, key *vault.Key) (int, error) {
	brought := 0
	roots, err := s.RootSecrets(ctx)
	if err != nil {
		return 0, err
	}
	for _, one := range roots {
		if vault.SealedBy(one.Sealed) == key.ID() {
			continue
		}
		if err := bringRoot(ctx, s, key, one); err != nil {
			return brought, err
		}
		brought++
	}
	err = eachKeyset(ctx, s, func(user audipy.UserID, k store.Keyset) error {
		if vault.SealedBy(k.Sealed) == key.ID() {
			return nil
		}
		brought++
		return bringKeyset(ctx, s, key, user, k)
	})
	return brought, err
}

// bringRoot brings a version of the root secret over.
func bringRoot(ctx context.Context, s *store.Store, key *vault.Key, one store.RootSecret) error {
	plain, err := key.OpenSecret(rootName, one.Version, one.Sealed)
	if err != nil {
		return err
	}
	defer clear(plain)
	sealed, err := key.SealSecret(rootName, one.Version, plain)
	if err != nil {
		return err
	}
	again, err := key.OpenSecret(rootName, one.Version, sealed) // before the old form is gone
	if err != nil {
		return fmt.Errorf("read back root secret %d: %w", one.Version, err)
	}
	clear(again)
	e := audit.Event{Action: audit.KeysetRewrapped, Outcome: audit.Succeeded, Target: "root-secret"}
	return unless(s.ReplaceRootSecret(ctx, one, sealed, e))
}

// bringKeyset brings a person's keyset over, with a new key in it.
func bringKeyset(ctx context.Context, s *store.Store, key *vault.Key, user audipy.UserID, k store.Keyset) error {
	opened, err := key.OpenKeyset(user, k.Sealed)
	if err != nil {
		return err
	}
	if opened, err = opened.Rotate(); err != nil {
		return err
	}
	sealed, err := key.SealKeyset(opened)
	if err != nil {
		return err
	}
	if _, err := key.OpenKeyset(user, sealed); err != nil { // before the old form is gone
		return fmt.Errorf("read back the keyset of %s: %w", user, err)
	}
	_, err = s.ReplaceKeyset(ctx, user, k, sealed, audit.Event{Action: audit.KeysetRotated, Outcome: audit.Succeeded})
	return unless(err)
}

// unless forgets that somebody else was faster: the next round sees what is left.
func unless(err error) error {
	if audipy.KindOf(err) == audipy.Conflict || audipy.KindOf(err) == audipy.NotFound {
		return nil
	}
	return err
}
