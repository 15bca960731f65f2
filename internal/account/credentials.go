package account

import (
	"context"

	"github.com/audipy/audipy/audible"
	"github.com/audipy/audipy/internal/audipy"
	"github.com/audipy/audipy/internal/audit"
	"github.com/audipy/audipy/internal/store"
)

// credentialStore is the audible.CredentialStore and RefreshLocker of one
// account: the sealed rows of the store. Several may exist for one account, in
// several processes.
type credentialStore struct {
	service *Service
	user    audipy.UserID
	account audipy.AccountID
}

// Load opens the account's credentials.
func (c *credentialStore) Load(ctx context.Context) (audible.Credentials, audible.Version, error) {
	ks, err := c.service.keyset(ctx, c.user)
	if err != nil {
		return audible.Credentials{}, 0, err
	}
	sealed, err := c.service.store.Credentials(ctx, c.user, c.account)
	if err != nil {
		return audible.Credentials{}, 0, err
	}
	credentials, err := open(ks, sealed)
	return credentials, audible.Version(sealed.Version), err
}

// Save seals and keeps refreshed credentials by compare and swap. A lost race
// is audible.ErrStale, as the interface asks.
func (c *credentialStore) Save(
	ctx context.Context, fresh audible.Credentials, old audible.Version,
) (audible.Version, error) {
	ks, err := c.service.keyset(ctx, c.user)
	if err != nil {
		return 0, err
	}
	version, err := c.service.store.SaveCredentials(ctx, c.user, store.Save{
		Account: c.account, Version: int64(old), ExpiresAt: fresh.AccessTokenExpires, Seal: sealer(ks, fresh),
	}, audit.Event{Action: audit.TokenRefreshed, Outcome: audit.Succeeded, Account: c.account})
	if audipy.KindOf(err) == audipy.Conflict {
		return 0, audible.ErrStale
	}
	return audible.Version(version), err
}
