package cli

import (
	"context"
	"errors"
	"fmt"
	"os"
	"strings"

	"github.com/audipy/audipy/audible/authfile"
	"github.com/audipy/audipy/internal/account"
	"github.com/audipy/audipy/internal/audipy"
)

// importFile links every account of one credential file.
func (c loginCmd) importFile(ctx context.Context, a *app) error {
	accounts, err := a.readCredentialFile(ctx, c.Import, c.KeyOf)
	if err != nil {
		return err
	}
	linked, err := a.linkAll(ctx, accounts)
	if err != nil {
		return err
	}
	return a.printLinked(linked)
}

// linkAll links accounts that were read from files. An account that turns out
// to be linked already fails it only when nothing else was there to link.
func (a *app) linkAll(ctx context.Context, found []authfile.Account) ([]account.Linked, error) {
	accounts, _, err := a.services(ctx)
	if err != nil {
		return nil, err
	}
	var linked []account.Linked
	var already error
	for _, one := range found {
		got, err := accounts.LinkCredentials(ctx, a.user.ID, one.Credentials)
		if audipy.KindOf(err) == audipy.Conflict {
			already = err
			continue
		}
		if err != nil {
			return linked, err
		}
		linked = append(linked, got)
	}
	if len(linked) == 0 {
		return nil, already
	}
	return linked, nil
}

// importFound lists the credential files of other programs, and links the
// accounts of those that need no password. It reports whether it linked any.
func (c loginCmd) importFound(ctx context.Context, a *app) (bool, error) {
	f, err := findFolders(a.env)
	if err != nil {
		return false, err
	}
	known, err := a.linkedCustomers(ctx)
	if err != nil {
		return false, err
	}
	var usable []authfile.Account
	for _, found := range authfile.Find(authfile.FindOptions{Home: f.home, Getenv: a.env.Getenv, GOOS: a.env.GOOS}) {
		state := "links without a sign-in"
		switch {
		case found.Problem != "":
			state = "can't be used: it " + found.Problem
		case found.Encrypted:
			state = fmt.Sprintf("is encrypted; link it with: audipy login --import %q", found.Path)
		default:
			accounts, err := a.readCredentialFile(ctx, found.Path, found.MasterKeyFile)
			fresh := notYetLinked(known, accounts)
			switch {
			case err != nil:
				state, _ = describe(err)
			case len(fresh) == 0:
				state = "brings nothing new: its account is linked"
			}
			usable = append(usable, fresh...)
		}
		a.out.note("found %s of %s: %s", clean(found.Path), found.Program, clean(state))
	}
	if len(usable) == 0 {
		return false, nil
	}
	linked, err := a.linkAll(ctx, usable)
	if audipy.KindOf(err) == audipy.Conflict {
		return false, nil // all of them are linked, under names the files don't hold
	}
	if err != nil {
		return false, err
	}
	a.out.note(`to sign in with a device of its own instead: audipy login --new`)
	return true, a.printLinked(linked)
}

// linkedCustomers returns whose accounts are linked and work.
func (a *app) linkedCustomers(ctx context.Context) (map[string]bool, error) {
	opened, user, err := a.database(ctx)
	if err != nil {
		return nil, err
	}
	accounts, err := opened.Accounts(ctx, user)
	if err != nil {
		return nil, err
	}
	known := map[string]bool{}
	for _, one := range accounts {
		known[one.CustomerID] = one.State != audipy.StateRevoked && one.State != audipy.StateNeedsSignIn
	}
	return known, nil
}

// notYetLinked leaves out the accounts of known customers, and makes those of
// the others known: the second of two files of one account is left out too.
func notYetLinked(known map[string]bool, found []authfile.Account) []authfile.Account {
	var fresh []authfile.Account
	for _, one := range found {
		id := account.CustomerID(one.Credentials)
		if !known[id] {
			fresh = append(fresh, one)
		}
		known[id] = true
	}
	return fresh
}

// readCredentialFile reads a credential file, asking for its password when it
// needs one.
func (a *app) readCredentialFile(ctx context.Context, path, keyFile string) ([]authfile.Account, error) {
	data, err := readBounded(path)
	if err != nil {
		return nil, err
	}
	var options authfile.ReadOptions
	if keyFile != "" {
		if options.MasterKey, err = readBounded(keyFile); err != nil {
			return nil, err
		}
	}
	accounts, _, err := authfile.Read(data, options)
	if errors.Is(err, authfile.ErrPasswordNeeded) {
		password, asked := a.askSecret(ctx, "Password of "+path+" (not shown)")
		if asked != nil {
			return nil, asked
		}
		options.Password = []byte(password)
		accounts, _, err = authfile.Read(data, options)
	}
	if err != nil {
		return nil, audipy.Fail(audipy.Invalid, fmt.Sprintf("%s: %v", path, err), nil).
			WithHint("nothing was linked; the file was not changed")
	}
	return accounts, nil
}

// readBounded reads a file that can only be small.
func readBounded(path string) ([]byte, error) {
	info, err := os.Stat(path)
	if err == nil && (!info.Mode().IsRegular() || info.Size() > authfile.MaxSize) {
		return nil, audipy.Fail(audipy.Invalid, fmt.Sprintf("%s is not a credential file: it is a folder, a device or larger than 256 KiB", path), nil)
	}
	data, readErr := os.ReadFile(path)
	if err := errors.Join(err, readErr); err != nil {
		reason := "it can't be read"
		if errors.Is(err, os.ErrNotExist) {
			reason = "there is no such file"
		}
		return nil, audipy.Fail(audipy.NotFound, fmt.Sprintf("%s: %s", path, reason), err)
	}
	return []byte(strings.TrimPrefix(string(data), "\ufeff")), nil
}
