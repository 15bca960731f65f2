package cli

import (
	"context"

	"github.com/audipy/audipy/internal/httpapi"
	"github.com/audipy/audipy/internal/rotation"
	"github.com/audipy/audipy/internal/vault"
)

// serverKey opens the key of the server. Once it has sealed anything it must be
// there, and open that.
func (a *app) serverKey(ctx context.Context) (*vault.Key, error) {
	has, err := rotation.HasSealed(ctx, a.store)
	if err != nil {
		return nil, err
	}
	key, err := vault.OpenKey(a.keyOptions(has))
	if err != nil {
		return nil, err
	}
	return key, rotation.Check(ctx, a.store, key)
}

// kit is what whoever sets the server up should keep.
func (e engine) kit() (httpapi.RecoveryKit, error) {
	text, err := e.key.Text()
	return httpapi.RecoveryKit{KeyID: e.key.ID(), Key: text, Source: e.key.Source()}, err
}
