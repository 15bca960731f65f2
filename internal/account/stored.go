package account

import (
	"context"
	"fmt"
	"strings"
	"unicode"

	"github.com/audipy/audipy/internal/audipy"
	"github.com/audipy/audipy/internal/audit"
	"github.com/audipy/audipy/internal/otp"
	"github.com/audipy/audipy/internal/store"
	"github.com/audipy/audipy/internal/vault"
)

// The targets of records about what is stored.
const (
	targetPassword = "password"
	targetSeed     = "seed"
	// targetOff says that the operator has switched storing off.
	targetOff = "switched-off"
)

// maxSignInText is how long a login or a password may be: as Amazon's own form
// has it here.
const maxSignInText = 1024

// StoresSignIns reports whether the operator lets people store their Amazon
// password here.
func (s *Service) StoresSignIns() bool { return s.storesSignIns }

// refuseStoring is NotFound where the operator has not switched storing on.
func (s *Service) refuseStoring() error {
	if s.storesSignIns {
		return nil
	}
	return audipy.Fail(audipy.NotFound, "this server stores no Amazon passwords", nil).WithCode("not_offered").
		WithHint(`whoever runs AudiPy can switch that on by the setting "stored_passwords"`)
}

// StorePassword keeps the login and password of the account's owner at Amazon,
// sealed, so that a dead link repairs itself. Nothing is asked of Amazon: a wrong
// one shows at the first repair, and is deleted then. It is NotFound where the
// operator has not switched storing on, and a Conflict for an account that was
// unlinked or whose owner Amazon has not named yet.
func (s *Service) StorePassword(ctx context.Context, user audipy.UserID, id audipy.AccountID, login, password string) error {
	if err := s.refuseStoring(); err != nil {
		return err
	}
	account, err := s.store.AccountByID(ctx, user, id)
	if err != nil {
		return err
	}
	login = strings.TrimSpace(login)
	switch {
	case !isOneLine(login):
		return audipy.Fail(audipy.Invalid, "the login is missing, or is no single line", nil).WithCode("bad_login")
	case !isOneLine(password):
		return audipy.Fail(audipy.Invalid, "the password is missing, or is no single line of at most 1,024 bytes", nil).WithCode("bad_password")
	case strings.HasPrefix(account.CustomerID, "key:"):
		return audipy.Fail(audipy.Conflict, "Amazon has not said yet whose account this is, so a sign-in could not be checked against it", nil).
			WithCode("owner_unknown").WithHint("sign in to it once through AudiPy")
	}
	ks, err := s.keyset(ctx, user)
	if err != nil {
		return err
	}
	return s.store.StorePassword(ctx, user, id, func(version int64) (username, sealed []byte, err error) {
		if username, err = ks.Seal(signInCell(id, "encrypted_username", version), []byte(login)); err != nil {
			return nil, nil, err
		}
		sealed, err = ks.Seal(signInCell(id, "encrypted_password", version), []byte(password))
		return username, sealed, err
	}, audit.Event{Action: audit.SignInStored, Outcome: audit.Succeeded, Account: id, Target: targetPassword})
}

// StoreSeed keeps the seed of the owner's authenticator app beside the password,
// sealed, so that AudiPy can answer for a code too. It is NotFound where the
// operator has not switched storing on, and a Conflict without a stored password.
func (s *Service) StoreSeed(ctx context.Context, user audipy.UserID, id audipy.AccountID, text string) error {
	if err := s.refuseStoring(); err != nil {
		return err
	}
	seed, err := otp.ParseSeed(text)
	if err != nil {
		return audipy.Fail(audipy.Invalid, err.Error(), nil).WithCode("bad_seed").
			WithHint("Amazon shows it as text beside the QR code, where a new authenticator app is set up")
	}
	defer clear(seed)
	ks, err := s.keyset(ctx, user)
	if err != nil {
		return err
	}
	return s.store.StoreSeed(ctx, user, id, func(version int64) ([]byte, error) {
		return ks.Seal(signInCell(id, "encrypted_seed", version), seed)
	}, audit.Event{Action: audit.SignInStored, Outcome: audit.Succeeded, Account: id, Target: targetSeed})
}

// ForgetPassword deletes the stored login, password and seed of an account.
func (s *Service) ForgetPassword(ctx context.Context, user audipy.UserID, id audipy.AccountID) error {
	return s.forget(ctx, user, id, targetPassword)
}

func (s *Service) forget(ctx context.Context, user audipy.UserID, id audipy.AccountID, why string) error {
	return s.store.ForgetSignIn(ctx, user, id, audit.Event{
		Action: audit.SignInForgotten, Outcome: audit.Succeeded, Account: id, Target: why,
	})
}

// ForgetSeed deletes the stored seed of an account.
func (s *Service) ForgetSeed(ctx context.Context, user audipy.UserID, id audipy.AccountID) error {
	return s.store.ForgetSeed(ctx, user, id, audit.Event{
		Action: audit.SignInForgotten, Outcome: audit.Succeeded, Account: id, Target: targetSeed,
	})
}

// ForgetUnwanted deletes what is stored of everybody's sign-ins where the
// operator has not switched storing on, or no longer, and returns of how many
// accounts.
func (s *Service) ForgetUnwanted(ctx context.Context) (int, error) {
	if s.storesSignIns {
		return 0, nil
	}
	people, err := s.store.Users(ctx)
	if err != nil {
		return 0, err
	}
	forgotten := 0
	for _, one := range people {
		kept, err := s.store.StoredSignIns(ctx, one.ID)
		if err != nil {
			return forgotten, err
		}
		for _, stored := range kept {
			if err := s.forget(ctx, one.ID, stored.Account, targetOff); err != nil {
				return forgotten, fmt.Errorf("forget a stored sign-in: %w", err)
			}
			forgotten++
		}
	}
	return forgotten, nil
}

func signInCell(id audipy.AccountID, column string, version int64) vault.Binding {
	return vault.Binding{Table: accountTable, Column: column, Row: string(id), Version: version}
}

// storedAnswer is what is stored of a sign-in, open.
type storedAnswer struct {
	login, password string
	seed            []byte // nil for none
}

// openStored opens what a repair may use.
func (s *Service) openStored(ctx context.Context, user audipy.UserID, id audipy.AccountID, r store.SealedSignIn) (storedAnswer, error) {
	ks, err := s.keyset(ctx, user)
	if err != nil {
		return storedAnswer{}, err
	}
	username, err := ks.Open(signInCell(id, "encrypted_username", r.PasswordVersion), r.Username)
	if err != nil {
		return storedAnswer{}, unreadable(err)
	}
	password, err := ks.Open(signInCell(id, "encrypted_password", r.PasswordVersion), r.Password)
	if err != nil {
		return storedAnswer{}, unreadable(err)
	}
	defer clear(password)
	answer := storedAnswer{login: string(username), password: string(password)}
	if len(r.Seed) > 0 {
		if answer.seed, err = ks.Open(signInCell(id, "encrypted_seed", r.SeedVersion), r.Seed); err != nil {
			return storedAnswer{}, unreadable(err)
		}
	}
	return answer, nil
}

func isOneLine(text string) bool {
	return text != "" && len(text) <= maxSignInText && !strings.ContainsFunc(text, unicode.IsControl)
}
