package account

import (
	"cmp"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"net/http"
	"time"

	"github.com/audipy/audipy/audible"
	"github.com/audipy/audipy/internal/audipy"
	"github.com/audipy/audipy/internal/audit"
	"github.com/audipy/audipy/internal/store"
	"github.com/audipy/audipy/internal/vault"
)

// Linked is the result of linking an account.
type Linked struct {
	Account audipy.Account
	// Relinked is true when the account was linked before.
	Relinked bool
	// LeftBehind names a device that could not be deregistered and that the
	// person may want to remove at Amazon; empty when there is none.
	LeftBehind string
}

// StartSignIn begins a sign-in in a store of Audible; nothing goes over the
// network yet. With userName it is for an account from before 2008 that has a
// user name. The error is Invalid for a store that has no such accounts.
func (s *Service) StartSignIn(marketplace string, userName bool) (*audible.SignIn, error) {
	m, err := audible.ParseMarketplace(marketplace)
	if err != nil {
		return nil, audipy.Fail(audipy.Invalid, err.Error(), nil)
	}
	if userName && !m.UserNames {
		return nil, audipy.Fail(audipy.Invalid, fmt.Sprintf("the %q store has no accounts with a user name", marketplace), nil).
			WithHint("only us, uk and de have them; leave --user-name out")
	}
	signIn, err := audible.NewSignIn(audible.SignInOptions{Marketplace: m, UserName: userName, Now: s.now})
	if err != nil {
		return nil, fmt.Errorf("start a sign-in: %w", err)
	}
	return signIn, nil
}

// Transport is what page by page sign-ins go through: nil means the default.
func (s *Service) Transport() http.RoundTripper { return s.transport }

// Link registers a device with what a sign-in gave, and keeps the account. A
// link that can't be kept is undone at Amazon. Linking a linked account
// replaces its credentials and deregisters the device they belonged to,
// unless another program shares it.
func (s *Service) Link(ctx context.Context, user audipy.UserID, a audible.Authorization) (Linked, error) {
	return s.register(ctx, user, a, nil)
}

// LinkPending is Link for a pending sign-in that is done; the pending sign-in
// ends in the same transaction. It is Invalid for one that is not done.
func (s *Service) LinkPending(ctx context.Context, user audipy.UserID, p *Pending) (Linked, error) {
	step := p.SignIn.Step()
	if step.Authorization == nil {
		return Linked{}, audipy.Fail(audipy.Invalid, "the sign-in is not done", nil)
	}
	return s.register(ctx, user, *step.Authorization, p)
}

func (s *Service) register(
	ctx context.Context, user audipy.UserID, a audible.Authorization, from *Pending,
) (Linked, error) {
	// The code is good once: what Amazon gives for it is kept even if the
	// person closes the terminal now.
	ctx = context.WithoutCancel(ctx)
	if err := s.claim(ctx, user, a.Marketplace.Code); err != nil {
		return Linked{}, err
	}
	c, err := audible.Register(ctx, s.transport, a, audible.RegisterOptions{Now: s.now})
	if err != nil {
		explained := explainRegistration(err)
		if audipy.KindOf(explained) != audipy.Unavailable {
			s.unclaim(ctx, user, a.Marketplace.Code)
		}
		return Linked{}, explained
	}
	linked, err := s.keep(ctx, user, c, keeping{pending: from})
	if err == nil {
		return linked, nil
	}
	left := s.undo(ctx, c, false)
	if left == "" {
		s.unclaim(ctx, user, a.Marketplace.Code)
	}
	return Linked{LeftBehind: left}, err
}

// LinkCredentials keeps an account whose credentials came from another
// program's file. The device stays shared with that program. An account that
// is linked and works is a Conflict, and stays as it is.
func (s *Service) LinkCredentials(ctx context.Context, user audipy.UserID, c audible.Credentials) (Linked, error) {
	if !c.CanSign() && !c.CanRefresh() {
		return Linked{}, audipy.Fail(audipy.Invalid, "the file holds neither a refresh token nor a signing key, so it opens nothing", nil).
			WithHint("export it again, or sign in with \"audipy login\"")
	}
	known, err := s.known(ctx, user, c)
	if err != nil {
		return Linked{}, err
	}
	if known.State == audipy.StateHealthy {
		return Linked{}, audipy.Fail(audipy.Conflict, fmt.Sprintf("this account is linked already: %s", known.Name), nil).
			WithHint(`nothing was changed; "audipy logout" unlinks it first`)
	}
	// Website cookies open the owner's whole Amazon account, and nothing here
	// needs them: like those of a registration they are not kept.
	c.Cookies, c.StoreAuthCookie = nil, ""
	linked, err := s.keep(ctx, user, c, keeping{shared: true})
	if err != nil || c.Customer.ID != "" {
		return linked, err
	}
	return s.learn(ctx, user, linked)
}

// known returns the account of the credentials' customer, or the zero Account.
func (s *Service) known(ctx context.Context, user audipy.UserID, c audible.Credentials) (audipy.Account, error) {
	accounts, err := s.store.Accounts(ctx, user)
	if err != nil {
		return audipy.Account{}, err
	}
	for _, a := range accounts {
		if a.CustomerID == CustomerID(c) {
			return a, nil
		}
	}
	return audipy.Account{}, nil
}

// keeping says how credentials came.
type keeping struct {
	shared  bool     // from another program's file
	pending *Pending // the sign-in that ends with them, or nil
	link    *held    // the link that the person has confirmed, or nil
	repair  int      // the try to repair the account that gave them, or 0
}

// keep seals credentials into the store as a new or a known account.
func (s *Service) keep(ctx context.Context, user audipy.UserID, c audible.Credentials, k keeping) (Linked, error) {
	ks, err := s.keyset(ctx, user)
	if err != nil {
		return Linked{}, err
	}
	before, err := s.known(ctx, user, c)
	if err != nil {
		return Linked{}, err
	}
	action := audit.LinkCreated
	switch {
	case k.shared:
		action = audit.CredentialsImported
	case before.ID != "":
		action = audit.AccountRelinked
	}
	n := store.NewAccount{
		CustomerID: CustomerID(c), Name: c.Customer.Name, Marketplace: c.Marketplace,
		DeviceName: c.Device.Name, SharedDevice: k.shared, ExpiresAt: c.AccessTokenExpires,
		Seal: sealer(ks, c), PendingLink: k.pending.linkID(), RepairTry: k.repair,
	}
	if k.link != nil {
		n.PendingLink, n.PendingVersion = k.link.row.ID, k.link.row.Version
	}
	n.Depart = departPrevious(ks, c, before)
	kept, err := s.store.LinkAccount(ctx, user, n, audit.Event{Action: action, Outcome: audit.Succeeded, Target: c.Marketplace})
	if err != nil {
		return Linked{}, err
	}
	return Linked{
		Account: kept.Account, Relinked: kept.Relinked,
		LeftBehind: s.departNow(ctx, user, kept.Departing, before.DeviceName),
	}, nil
}

// departPrevious decides on the device whose credentials are replaced. Those
// that don't open can't be used for it, and those of the same device are still
// in use.
func departPrevious(
	ks *vault.Keyset, c audible.Credentials, before audipy.Account,
) func(store.SealedCredentials) (*store.NewDeparture, error) {
	return func(sealed store.SealedCredentials) (*store.NewDeparture, error) {
		previous, err := open(ks, sealed)
		if err != nil || isSameDevice(previous, c) {
			return nil, nil //nolint:nilnil,nilerr // there is nothing to send away
		}
		return departure(ks, before, previous), nil
	}
}

// isSameDevice reports whether two credentials are of one registration. Files
// of other programs may lack any part of one.
func isSameDevice(a, b audible.Credentials) bool {
	isSame := func(a, b string) bool { return a != "" && a == b }
	return isSame(a.Device.Serial, b.Device.Serial) || isSame(a.DeviceKey, b.DeviceKey) || isSame(a.RefreshToken, b.RefreshToken)
}

// undoLimit bounds how long a deregistration may hold up the person.
const undoLimit = 20 * time.Second

// undo deregisters a device, and returns its name when it may still live. A
// refusal alone doesn't end a device: Amazon refuses at times what it accepts
// later, so it counts only for an account whose refusals are believed already.
func (s *Service) undo(ctx context.Context, c audible.Credentials, believed bool) string {
	ctx, cancel := context.WithTimeout(ctx, undoLimit)
	defer cancel()
	err := audible.Deregister(ctx, s.transport, c)
	if err == nil || believed && errors.Is(err, audible.ErrRefused) {
		return ""
	}
	return cmp.Or(c.Device.Name, "Audible for iPhone")
}

// CustomerID is what tells accounts apart: Amazon's id, or a fingerprint of
// the device key for a file that does not name the customer.
func CustomerID(c audible.Credentials) string {
	if c.Customer.ID != "" {
		return c.Customer.ID
	}
	sum := sha256.Sum256([]byte(c.DeviceKey + c.RefreshToken))
	return "key:" + hex.EncodeToString(sum[:16])
}
