package account

import (
	"cmp"
	"context"

	"github.com/audipy/audipy/audible"
	"github.com/audipy/audipy/internal/audipy"
	"github.com/audipy/audipy/internal/audit"
	"github.com/audipy/audipy/internal/store"
)

// UnlinkOptions say what goes with the credentials.
type UnlinkOptions struct {
	// SignOutShared also deregisters a device that another program uses;
	// that program is then signed out too.
	SignOutShared bool
	// ForgetLibrary deletes the account's library and receipts as well.
	ForgetLibrary bool
}

// Unlinked says what became of the device.
type Unlinked struct {
	// Deregistered is true when Amazon has ended the registration, or has
	// refused its credentials for so long that it must have ended before.
	Deregistered bool
	// Kept is true when the device was left alone because another program
	// shares it.
	Kept bool
	// LeftBehind names a device that could not be deregistered; empty when
	// there is none.
	LeftBehind string
	// Retrying is true when that is tried again in the background.
	Retrying bool
}

// Unlink deletes our copy of the account's credentials and deregisters its
// device at Amazon. The copy goes at once; the device keeps the credentials
// that it needs to leave, and no more calls are made with them. When Amazon
// can't be reached the result names the device, and DepartDevice goes on.
func (s *Service) Unlink(
	ctx context.Context, user audipy.UserID, id audipy.AccountID, o UnlinkOptions,
) (Unlinked, error) {
	account, err := s.store.AccountByID(ctx, user, id)
	if err != nil {
		return Unlinked{}, err
	}
	var result Unlinked
	event := audit.Event{Action: audit.AccountUnlinked, Outcome: audit.Succeeded, Account: id}
	unlinking := store.Unlinking{Account: id, KeepLibrary: !o.ForgetLibrary}
	switch {
	case account.State == audipy.StateRevoked:
		// Its device went with an earlier unlink.
	case account.SharedDevice && !o.SignOutShared:
		result.Kept, event.Target = true, "device-kept"
	default:
		unlinking.Depart, err = s.departUnlinked(ctx, user, account)
		if err != nil {
			result.LeftBehind, event.Target = cmp.Or(account.DeviceName, "unknown"), "device-left"
		}
	}
	departing, err := s.store.UnlinkAccount(ctx, user, unlinking, event)
	if err != nil || departing == "" {
		return result, err
	}
	result.LeftBehind = s.departNow(ctx, user, departing, cmp.Or(account.DeviceName, "unknown"))
	result.Deregistered, result.Retrying = result.LeftBehind == "", result.LeftBehind != ""
	return result, nil
}

// departUnlinked returns what sends the device of an account away. It fails
// when the credentials don't open: then nobody can.
func (s *Service) departUnlinked(
	ctx context.Context, user audipy.UserID, account audipy.Account,
) (func(store.SealedCredentials) (*store.NewDeparture, error), error) {
	ks, err := s.keyset(ctx, user)
	if err != nil {
		return nil, err
	}
	source := &credentialStore{service: s, user: user, account: account.ID}
	if _, _, err := source.Load(ctx); err != nil {
		return nil, err
	}
	return func(sealed store.SealedCredentials) (*store.NewDeparture, error) {
		// Another process may have linked the account anew meanwhile: what
		// is deleted is what leaves.
		c, err := open(ks, sealed)
		if err != nil {
			return nil, err
		}
		return departure(ks, account, c), nil
	}, nil
}

// Export returns the account's credentials in the clear, for a credential
// file that the person asked for, and records that they were taken out.
func (s *Service) Export(
	ctx context.Context, user audipy.UserID, id audipy.AccountID, format string,
) (audible.Credentials, error) {
	source := &credentialStore{service: s, user: user, account: id}
	credentials, _, err := source.Load(ctx)
	if err != nil {
		return audible.Credentials{}, err
	}
	return credentials, s.store.Record(ctx, user, audit.Event{
		Action: audit.CredentialsExported, Outcome: audit.Succeeded, Account: id, Target: format,
	})
}
