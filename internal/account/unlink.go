package account

import (
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
}

// Unlink deregisters the account's device at Amazon and deletes our copy of
// its credentials. The copy goes even when Amazon can't be reached: the result
// then names the device that stays behind, for the person to remove.
func (s *Service) Unlink(
	ctx context.Context, user audipy.UserID, id audipy.AccountID, o UnlinkOptions,
) (Unlinked, error) {
	account, err := s.store.AccountByID(ctx, user, id)
	if err != nil {
		return Unlinked{}, err
	}
	var result Unlinked
	event := audit.Event{Action: audit.AccountUnlinked, Outcome: audit.Succeeded, Account: id}
	source := &credentialStore{service: s, user: user, account: id}
	credentials, _, err := source.Load(ctx)
	switch {
	case account.State == audipy.StateRevoked:
		// Its device went with an earlier unlink.
	case account.SharedDevice && !o.SignOutShared:
		result.Kept, event.Target = true, "device-kept"
	case err != nil:
		result.LeftBehind, event.Target = orElse(account.DeviceName, "unknown"), "device-left"
	default:
		result, event.Target = s.signOut(ctx, account, credentials)
	}
	deleted, err := s.store.UnlinkAccount(ctx, user, id, !o.ForgetLibrary, event)
	if err != nil || !result.Deregistered {
		return result, err
	}
	return s.signOutNewer(ctx, user, credentials, deleted), nil
}

func (s *Service) signOut(ctx context.Context, account audipy.Account, c audible.Credentials) (Unlinked, string) {
	if left := s.undo(ctx, c, account.State == audipy.StateNeedsSignIn); left != "" {
		return Unlinked{LeftBehind: left}, "device-left"
	}
	return Unlinked{Deregistered: true}, "device-deregistered"
}

// signOutNewer looks whether the credentials that were deleted are those of
// the device that was signed out. Another process may have linked the account
// anew meanwhile: nobody has the credentials of that device any more, so it
// goes too.
func (s *Service) signOutNewer(
	ctx context.Context, user audipy.UserID, signedOut audible.Credentials, deleted store.SealedCredentials,
) Unlinked {
	gone := Unlinked{Deregistered: true}
	if len(deleted.Device) == 0 {
		return gone
	}
	ks, err := s.keyset(ctx, user)
	if err != nil {
		return Unlinked{LeftBehind: "unknown"}
	}
	newer, err := open(ks, deleted)
	switch {
	case err != nil:
		return Unlinked{LeftBehind: "unknown"}
	case isSameDevice(newer, signedOut):
		return gone
	}
	if left := s.undo(ctx, newer, false); left != "" {
		return Unlinked{LeftBehind: left}
	}
	return gone
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
