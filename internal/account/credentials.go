package account

import (
	"context"
	"sync/atomic"

	"github.com/audipy/audipy/audible"
	"github.com/audipy/audipy/internal/audipy"
	"github.com/audipy/audipy/internal/audit"
	"github.com/audipy/audipy/internal/store"
)

// credentialStore is the audible.RefreshKeeper of one account: the sealed rows
// of the store. Several may exist for one account, in several processes.
type credentialStore struct {
	service *Service
	user    audipy.UserID
	account audipy.AccountID
	// fence is that of the lease under which a refresh is under way, or 0.
	fence atomic.Int64
	// canSign is whether the credentials that were loaded last can sign.
	canSign atomic.Bool
}

// Load opens the account's credentials.
func (c *credentialStore) Load(ctx context.Context) (audible.Credentials, audible.Version, error) {
	sealed, err := c.service.store.Credentials(ctx, c.user, c.account)
	if err != nil {
		return audible.Credentials{}, 0, err
	}
	ks, err := c.service.keyset(ctx, c.user)
	if err != nil {
		return audible.Credentials{}, 0, err
	}
	credentials, err := open(ks, sealed)
	c.canSign.Store(credentials.CanSign())
	return credentials, audible.Version(sealed.Version), err
}

// Save seals and keeps refreshed credentials by compare and swap, under the
// lease of the refresh. A lost race is audible.ErrStale, as the interface asks;
// a lease that another process has taken over is audible.ErrRefreshing.
func (c *credentialStore) Save(
	ctx context.Context, fresh audible.Credentials, old audible.Version,
) (audible.Version, error) {
	ks, err := c.service.keyset(ctx, c.user)
	if err != nil {
		return 0, err
	}
	version, err := c.service.store.SaveCredentials(ctx, c.user, store.Save{
		Account: c.account, Version: int64(old), Fence: c.fence.Load(),
		ExpiresAt: fresh.AccessTokenExpires, Seal: sealer(ks, fresh),
	}, audit.Event{Action: audit.TokenRefreshed, Outcome: audit.Succeeded, Account: c.account})
	if audipy.KindOf(err) != audipy.Conflict {
		return audible.Version(version), err
	}
	known, unread := c.service.store.TokenState(ctx, c.user, c.account)
	if unread == nil && known.Version == int64(old) {
		return 0, audible.ErrRefreshing
	}
	return 0, audible.ErrStale
}
