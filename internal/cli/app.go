package cli

import (
	"bufio"
	"cmp"
	"context"
	"fmt"
	"log/slog"
	"strings"

	"github.com/alecthomas/kong"

	"github.com/audipy/audipy/internal/account"
	"github.com/audipy/audipy/internal/audipy"
	"github.com/audipy/audipy/internal/auth"
	"github.com/audipy/audipy/internal/httpapi"
	"github.com/audipy/audipy/internal/librarysync"
	"github.com/audipy/audipy/internal/metrics"
	"github.com/audipy/audipy/internal/store"
	"github.com/audipy/audipy/internal/vault"
)

// app is what every command is given: the environment, the printer, the
// effective configuration, and the engine, opened at its first use.
type app struct {
	env    Env
	out    *printer
	cfg    config
	parser *kong.Kong
	log    *slog.Logger
	// server is the name or the address of the server that the command is about;
	// empty for what is kept here.
	server string
	remote *serverData

	store    *store.Store
	user     audipy.User
	accounts *account.Service
	syncs    *librarysync.Service
	// furnished and demo are what the demo prepared for its server.
	furnished *engine
	demo      *httpapi.Demo
	// consent returns where a made-up Amazon lets people sign in, for a server
	// at an origin; nil means at Amazon.
	consent func(origin string) string
	// counts are a server's metrics; nil where nobody asked for them.
	counts *metrics.Metrics
	// lines reads standard input, from the first question on.
	lines *bufio.Reader
}

// close gives back what commands opened.
func (a *app) close() {
	if a.store != nil {
		_ = a.store.Close() // every change was committed before
	}
}

// database opens the store and says whose data the command is about.
func (a *app) database(ctx context.Context) (*store.Store, audipy.UserID, error) {
	if a.user.ID != "" {
		return a.store, a.user.ID, nil
	}
	opened, err := store.Open(ctx, a.storeOptions())
	if err != nil {
		return nil, "", err
	}
	a.store = opened // closed when the command ends
	if a.user, err = a.person(ctx); err != nil {
		return nil, "", err
	}
	// No process stays behind to do it when the ten minutes are over.
	_, err = opened.DeleteExpiredLinks(ctx)
	return opened, a.user.ID, err
}

// person is who the command line is: somebody named, or else the one implicit
// person of a folder without a server.
func (a *app) person(ctx context.Context) (audipy.User, error) {
	if email := a.cfg.get("as"); email != "" {
		return auth.FindPerson(ctx, a.store, email)
	}
	return a.store.EnsureLocalUser(ctx)
}

// services opens the key and the services that need it. A command that only
// reads the library does without, and so works when the key is gone.
func (a *app) services(ctx context.Context) (*account.Service, *librarysync.Service, error) {
	if a.accounts != nil {
		return a.accounts, a.syncs, nil
	}
	opened, user, err := a.database(ctx)
	if err != nil {
		return nil, nil, err
	}
	key, err := a.openKey(ctx, opened, user)
	if err != nil {
		return nil, nil, err
	}
	a.accounts = account.New(account.Options{
		Store: opened, Key: key, Transport: a.env.Transport, Now: a.env.Now, Wait: a.env.Wait,
		Rate: a.env.Rate, Log: a.log, StoresSignIns: a.cfg.get("stored_passwords") == "yes",
	})
	a.syncs = librarysync.New(librarysync.Options{Accounts: a.accounts, Store: opened, Now: a.env.Now})
	return a.accounts, a.syncs, nil
}

// openKey opens the key, or makes it where nothing of the person's is sealed yet.
func (a *app) openKey(ctx context.Context, opened *store.Store, user audipy.UserID) (*vault.Key, error) {
	_, err := opened.Keyset(ctx, user)
	if err != nil && audipy.KindOf(err) != audipy.NotFound {
		return nil, err
	}
	return vault.OpenKey(a.keyOptions(err == nil))
}

// allAccounts returns every account that was ever linked.
func (a *app) allAccounts(ctx context.Context) ([]audipy.Account, error) {
	opened, user, err := a.database(ctx)
	if err != nil {
		return nil, err
	}
	return opened.Accounts(ctx, user)
}

// howToLink says how an account is linked here.
func (a *app) howToLink() string { return `run "audipy login" to link one` }

// linked returns the accounts that are linked here.
func (a *app) linked(ctx context.Context) ([]audipy.Account, error) { return linkedIn(ctx, a) }

// linkedIn returns the accounts that are linked, those that were unlinked left
// out. None is NotFound, with the way to link one.
func linkedIn(ctx context.Context, d data) ([]audipy.Account, error) {
	all, err := d.allAccounts(ctx)
	if err != nil {
		return nil, err
	}
	var linked []audipy.Account
	for _, one := range all {
		if one.State != audipy.StateRevoked {
			linked = append(linked, one)
		}
	}
	if len(linked) == 0 {
		return nil, audipy.Fail(audipy.NotFound, "no Audible account is linked", nil).WithHint(d.howToLink())
	}
	return linked, nil
}

// selectAccount returns the account that the text names among those linked here.
func (a *app) selectAccount(ctx context.Context, text string) (audipy.Account, error) {
	return accountIn(ctx, a, text)
}

// accountIn returns the linked account that the text names: by the end
// of its id, or by a part of its name. Empty text means the only one.
func accountIn(ctx context.Context, d data, text string) (audipy.Account, error) {
	linked, err := linkedIn(ctx, d)
	if err != nil {
		return audipy.Account{}, err
	}
	return pickAccount(linked, text)
}

// pickAccount returns the account of a list that the text names.
func pickAccount(linked []audipy.Account, text string) (audipy.Account, error) {
	var found []audipy.Account
	for _, one := range linked {
		byName := strings.Contains(strings.ToLower(one.Name), strings.ToLower(text))
		if byName || strings.HasSuffix(string(one.ID), text) {
			found = append(found, one)
		}
	}
	if len(found) == 1 {
		return found[0], nil
	}
	names := make([]string, len(linked))
	for i, one := range linked {
		names[i] = accountName(one)
	}
	hint := "name one with --account: " + strings.Join(names, ", ")
	if len(names) == 0 {
		hint = `run "audipy login" to link one`
	}
	if len(found) == 0 {
		return audipy.Account{}, audipy.Fail(audipy.NotFound, fmt.Sprintf("no account matches %q", text), nil).WithHint(hint)
	}
	if text == "" {
		return audipy.Account{}, audipy.Fail(audipy.Invalid, fmt.Sprintf("%d accounts are linked: which one?", len(found)), nil).WithHint(hint)
	}
	return audipy.Account{}, audipy.Fail(audipy.Invalid, fmt.Sprintf("%d accounts match %q", len(found), text), nil).WithHint(hint)
}

// accountsIn is accountIn that takes every account for no text.
func accountsIn(ctx context.Context, d data, text string) ([]audipy.Account, error) {
	if text == "" {
		return linkedIn(ctx, d)
	}
	one, err := accountIn(ctx, d, text)
	return []audipy.Account{one}, err
}

// accountName names an account to its owner: the name, the home store, and
// the end of the id, by which two accounts of one name are told apart.
func accountName(one audipy.Account) string {
	id := string(one.ID)
	return fmt.Sprintf("%s (%s, %s)", cmp.Or(one.Name, "unnamed"), one.Marketplace, id[max(0, len(id)-6):])
}
