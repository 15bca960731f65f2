package cli

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"

	"github.com/audipy/audipy/internal/audipy"
	"github.com/audipy/audipy/internal/backup"
	"github.com/audipy/audipy/internal/store"
	"github.com/audipy/audipy/internal/vault"
)

// backupCmd writes everything into one encrypted file, while other processes go
// on working.
type backupCmd struct {
	Output string   `short:"o" required:"" placeholder:"FILE" type:"path" help:"The file to write."`
	To     []string `placeholder:"RECIPIENT" sep:"none" help:"Encrypt for a recipient of age (age1…) instead of a passphrase; may be given several times."`
	ByKey  bool     `help:"Let the key open it, and no passphrase: a timer can do it, and a server tries it every week."`
	Force  bool     `help:"Replace the file if it exists."`
}

// Run writes the backup.
func (c backupCmd) Run(ctx context.Context, a *app) error {
	key, err := a.existingKey()
	if err != nil {
		return err
	}
	opened, err := a.existingStore(ctx)
	if err != nil {
		return err
	}
	file, err := createOutFile(c.Output, c.Force)
	if err != nil {
		return err
	}
	defer file.abandon()
	lock, opens, err := c.lock(ctx, a, key)
	if err != nil {
		return err
	}
	source := backup.Source{
		Store: opened, Key: key, Database: a.databaseKind(), Program: currentVersion().Version, Now: a.env.Now(),
	}
	m, err := backup.Write(ctx, file, lock, source)
	if err != nil {
		return err
	}
	if err := file.commit(); err != nil {
		return err
	}
	return c.report(a, m, key, opens)
}

// report says what was written, and what has to be kept beside it.
func (c backupCmd) report(a *app, m backup.Manifest, key *vault.Key, opens string) error {
	info, err := os.Stat(c.Output)
	if err != nil {
		return cannotWrite(c.Output, err)
	}
	type document struct {
		File        string          `json:"file"`
		Bytes       int64           `json:"bytes"`
		Manifest    backup.Manifest `json:"manifest"`
		KeyIncluded bool            `json:"key_included"`
		KeySource   string          `json:"key_source"`
		Needed      []string        `json:"needed"`
	}
	needed := []string{"this file", opens, "key " + key.ID()}
	return a.out.result(document{c.Output, info.Size(), m, false, key.Source(), needed}, func() {
		a.out.line("wrote %s: %s rows of %d tables, %s bytes, encrypted",
			clean(c.Output), thousands(int(m.Count())), len(m.Tables), thousands(int(info.Size())))
		a.out.line("  not in it: key %s, which opens the credentials; it is in %s: keep a copy of it elsewhere", key.ID(), clean(key.Source()))
		a.out.line("  to restore it you need: %s, %s and %s", needed[0], needed[1], needed[2])
		a.out.line("  to see that it is good: audipy restore --verify %s", clean(c.Output))
	})
}

// lock asks for what the backup is encrypted with, and says in words what
// opens it.
func (c backupCmd) lock(ctx context.Context, a *app, key *vault.Key) (backup.Lock, string, error) {
	if c.ByKey {
		lock, err := backup.ForKey(key)
		return lock, "no passphrase", err
	}
	if len(c.To) > 0 {
		lock, err := backup.ForRecipients(c.To)
		return lock, "the identity of a recipient", err
	}
	passphrase, err := a.askNewPassword(ctx, "Passphrase for "+c.Output)
	if err != nil {
		return backup.Lock{}, "", err
	}
	lock, err := backup.ForPassphrase(passphrase)
	return lock, "its passphrase", err
}

// existingStore opens the database as it is; none is NotFound, and none is
// made.
func (a *app) existingStore(ctx context.Context) (*store.Store, error) {
	o := a.storeOptions()
	if _, err := os.Lstat(o.SQLitePath); o.SQLitePath != "" && errors.Is(err, fs.ErrNotExist) {
		return nil, audipy.Fail(audipy.NotFound, fmt.Sprintf("there is no database at %q", o.SQLitePath), nil).
			WithHint(`name its folder with --home, or its address with AUDIPY_DATABASE; the first "audipy serve" or "audipy login" makes one`)
	}
	opened, err := store.Open(ctx, o)
	if err == nil {
		a.store = opened // closed when the command ends
	}
	return opened, err
}

// databaseKind names the database that is configured.
func (a *app) databaseKind() string {
	if a.storeOptions().PostgresURL != "" {
		return "postgres"
	}
	return "sqlite"
}
