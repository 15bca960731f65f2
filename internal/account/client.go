package account

import (
	"context"

	"github.com/audipy/audipy/audible"
	"github.com/audipy/audipy/internal/audipy"
)

// Client returns a client that calls Audible's store of the given country as
// the account, within its budget of calls.
func (s *Service) Client(
	ctx context.Context, user audipy.UserID, id audipy.AccountID, marketplace string,
) (*audible.Client, error) {
	m, err := audible.ParseMarketplace(marketplace)
	if err != nil {
		return nil, audipy.Fail(audipy.Invalid, err.Error(), nil)
	}
	if _, err := s.store.AccountByID(ctx, user, id); err != nil {
		return nil, err
	}
	return audible.NewClient(audible.ClientOptions{
		Credentials: &credentialStore{service: s, user: user, account: id},
		Marketplace: m,
		Transport:   s.transport,
		Now:         s.now,
		Wait:        s.wait,
		Budget:      func(ctx context.Context) error { return s.budget(ctx, user, id) },
		Observe:     func(call audible.CallInfo) { s.observe(ctx, user, id, call) },
	}), nil
}
