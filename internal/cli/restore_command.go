package cli

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"

	"github.com/audipy/audipy/internal/audipy"
	"github.com/audipy/audipy/internal/backup"
	"github.com/audipy/audipy/internal/vault"
)

// restoreCmd makes a database of a backup.
type restoreCmd struct {
	File     string `arg:"" type:"path" help:"The backup."`
	Verify   bool   `help:"Only try it, in a temporary folder: read all of it, restore it, check it, throw it away."`
	Identity string `placeholder:"FILE" type:"path" help:"File with the identity of age that opens it, instead of a passphrase."`
	Unproven bool   `help:"Go on without the key that the backup names: nothing shows then who wrote it, and every account must be linked again."`
}

// Run restores or verifies.
func (c restoreCmd) Run(ctx context.Context, a *app) error {
	file, err := os.Open(c.File)
	if err != nil {
		return audipy.Fail(audipy.NotFound, fmt.Sprintf("the backup %q can't be read", c.File), err)
	}
	defer func() { _ = file.Close() }() // it was only read
	if info, err := file.Stat(); err != nil || !info.Mode().IsRegular() {
		return audipy.Fail(audipy.Invalid, fmt.Sprintf("%q is not a file", c.File), err)
	}
	key, err := a.existingKey()
	if err != nil && !errors.Is(err, vault.ErrKeyMissing) {
		return err
	}
	by, err := c.opener(ctx, a, file, key)
	if err != nil {
		return err
	}
	r := backup.Restoring{File: file, By: by, Key: key, Unproven: c.Unproven}
	var report backup.Report
	if c.Verify {
		report, err = backup.Verify(ctx, os.TempDir(), r)
	} else {
		report, err = backup.Restore(ctx, a.storeOptions(), r)
	}
	if err != nil {
		return tampered(err)
	}
	return c.print(a, report)
}

// opener asks for what opens the backup, unless the key does. The key may be nil.
func (c restoreCmd) opener(ctx context.Context, a *app, backedUp *os.File, key *vault.Key) (backup.Opener, error) {
	if key != nil {
		by, err := backup.ByKey(key)
		if err != nil {
			return backup.Opener{}, err
		}
		opens := by.Opens(backedUp)
		if _, err := backedUp.Seek(0, io.SeekStart); err != nil || opens {
			return by, err
		}
	}
	if c.Identity == "" {
		passphrase, err := a.askSecret(ctx, "Passphrase of "+c.File+" (not shown)")
		if err != nil {
			return backup.Opener{}, err
		}
		return backup.ByPassphrase(passphrase)
	}
	file, err := os.Open(c.Identity)
	if err != nil {
		return backup.Opener{}, audipy.Fail(audipy.NotFound, fmt.Sprintf("the identity file %q can't be read", c.Identity), err)
	}
	defer func() { _ = file.Close() }() // it was only read
	return backup.ByIdentities(file)
}

// print says what was found.
func (c restoreCmd) print(a *app, r backup.Report) error {
	type document struct {
		Verified bool            `json:"verified"`
		Restored bool            `json:"restored"`
		Proven   bool            `json:"proven"`
		Keysets  int             `json:"keysets"`
		Manifest backup.Manifest `json:"manifest"`
	}
	return a.out.result(document{true, !c.Verify, r.Proven, r.Keysets, r.Manifest}, func() {
		what := "restored it: "
		if c.Verify {
			what = "the backup is good: "
		}
		a.out.line("%s%s rows of %d tables and %d audit trails, as of %s", what, thousands(int(r.Count())),
			len(r.Tables), len(r.Heads), r.MadeAt.Local().Format("2006-01-02 15:04"))
		if r.Proven {
			a.out.line("  key %s vouches for it and opens the credentials of %d %s",
				r.KeyID, r.Keysets, plural(r.Keysets, "person", "people"))
		} else {
			a.out.line("  nobody knows who wrote it, and without key %s every account must be linked again", r.KeyID)
		}
		if !c.Verify {
			a.out.line("  everybody has to sign in to AudiPy again; nobody has to at Amazon while the key is there")
		}
	})
}
