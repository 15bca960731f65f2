package cli

import (
	"context"
	"path/filepath"

	"github.com/audipy/audipy/internal/audipy"
	"github.com/audipy/audipy/internal/vault"
)

// serverKey opens the key of the server. Once it has sealed anything it must be
// there, and be the same.
func (a *app) serverKey(ctx context.Context) (*vault.Key, error) {
	roots, err := a.store.RootSecrets(ctx)
	if err != nil {
		return nil, err
	}
	keysets, err := a.keysets(ctx)
	if err != nil {
		return nil, err
	}
	key, err := vault.OpenKey(vault.KeyOptions{
		File: a.cfg.get("key_file"), ConfigDir: filepath.Dir(a.cfg.file), DataDir: a.cfg.get("home"),
		NoKeyring: a.env.NoKeyring || a.cfg.get("keyring") == "off", MustExist: len(roots)+len(keysets) > 0,
	})
	if err != nil {
		return nil, err
	}
	for user, sealed := range keysets {
		if _, err := key.OpenKeyset(user, sealed); err != nil {
			return nil, err
		}
	}
	return key, nil
}

// keysets returns everybody's sealed keyset.
func (a *app) keysets(ctx context.Context) (map[audipy.UserID][]byte, error) {
	people, err := a.store.Users(ctx)
	if err != nil {
		return nil, err
	}
	found := map[audipy.UserID][]byte{}
	for _, one := range people {
		keyset, err := a.store.Keyset(ctx, one.ID)
		switch {
		case err == nil:
			found[one.ID] = keyset.Sealed
		case audipy.KindOf(err) != audipy.NotFound:
			return nil, err
		}
	}
	return found, nil
}
