package backup

import (
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"iter"
	"os"
	"path/filepath"

	"github.com/audipy/audipy/internal/audipy"
	"github.com/audipy/audipy/internal/audit"
	"github.com/audipy/audipy/internal/store"
	"github.com/audipy/audipy/internal/vault"
)

// Restoring says what is restored, and how.
type Restoring struct {
	// File is the backup, and By opens it.
	File io.Reader
	By   Opener
	// Key must be the one that vouched for the backup. With Unproven it may
	// be another, or nil: then nothing shows that the backup is not a forgery.
	Key      *vault.Key
	Unproven bool
	// allowance is ratioAllowance when it is 0; tests set less.
	allowance int64
}

// Report is what was found in a backup that is good.
type Report struct {
	Manifest
	// Proven is true when the key vouches for it, and Keysets is for how many
	// people it opens the credentials.
	Proven  bool
	Keysets int
}

// databaseName is the file that is made inside a folder of its own.
const databaseName = "audipy.db"

// Verify restores a backup into a SQLite database in a temporary folder below
// scratch, an existing one, and deletes it again.
func Verify(ctx context.Context, scratch string, r Restoring) (Report, error) {
	folder, err := os.MkdirTemp(scratch, ".audipy-verify-*")
	if err != nil {
		return Report{}, noFolder(err)
	}
	report, err := r.into(ctx, store.Options{SQLitePath: filepath.Join(folder, databaseName)})
	return report, errors.Join(err, os.RemoveAll(folder))
}

// Restore makes the database o of a backup. It must not exist yet: a SQLite
// file, a PostgreSQL database without tables; else it is a Conflict. The
// database is there whole and checked, or not at all.
func Restore(ctx context.Context, o store.Options, r Restoring) (Report, error) {
	if o.SQLitePath == "" {
		return r.into(ctx, o)
	}
	if _, err := os.Lstat(o.SQLitePath); !errors.Is(err, fs.ErrNotExist) {
		return Report{}, occupied(o.SQLitePath)
	}
	home := filepath.Dir(o.SQLitePath)
	if err := os.MkdirAll(home, 0o700); err != nil {
		return Report{}, noFolder(err)
	}
	folder, err := os.MkdirTemp(home, ".audipy-restore-*")
	if err != nil {
		return Report{}, noFolder(err)
	}
	defer func() { _ = os.RemoveAll(folder) }() // what is good is linked elsewhere by then
	report, err := r.into(ctx, store.Options{SQLitePath: filepath.Join(folder, databaseName), Now: o.Now})
	if err != nil {
		return Report{}, err
	}
	return report, place(filepath.Join(folder, databaseName), o.SQLitePath)
}

// place gives a finished file its name, durably, and fails when there is one
// of that name by now.
func place(from, to string) error {
	err := os.Link(from, to)
	if errors.Is(err, fs.ErrExist) {
		return occupied(to)
	}
	if err == nil {
		err = syncFolder(filepath.Dir(to))
	}
	if err != nil {
		return fmt.Errorf("put the database in its place: %w", err)
	}
	return nil
}

// syncFolder makes a new name last. Systems that can't do it for a folder
// don't need it.
func syncFolder(path string) error {
	f, err := os.Open(path)
	if err != nil {
		return err
	}
	_ = f.Sync()
	return f.Close()
}

func occupied(path string) error {
	return audipy.Fail(audipy.Conflict, fmt.Sprintf("there is a database already: %q", path), nil).
		WithHint("restore into an empty folder (--home), or move the database away; nothing was changed")
}

func noFolder(err error) error {
	return audipy.Fail(audipy.Invalid, "there is no place to restore into", err).
		WithHint("check who owns the data folder and whether its disk is full or read-only")
}

// into restores into a database that is not there yet.
func (r Restoring) into(ctx context.Context, o store.Options) (Report, error) {
	in, err := r.newReader()
	if err != nil {
		return Report{}, err
	}
	if err := r.prove(in.head.KeyID); err != nil {
		return Report{}, err
	}
	report := Report{}
	err = store.Restore(ctx, o, store.Restoring{
		Schema: in.head.Schema, Rows: in.rows(),
		Same: func(again iter.Seq2[store.Row, error]) error {
			report.Manifest = *in.manifest
			if report.Proven, err = r.vouched(in); err != nil {
				return err
			}
			return sameRows(*in.manifest, again)
		},
		Check: func(s *store.Store) error {
			report.Keysets, err = r.check(ctx, s, report)
			return err
		},
	})
	return report, err
}

// key returns the key with an id, which may be an earlier one that is kept beside
// the current; nil when it is not here.
func (r Restoring) key(id string) *vault.Key {
	if r.Key == nil {
		return nil
	}
	key, err := r.Key.Of(id)
	if err != nil {
		return nil
	}
	return key
}

// prove refuses early what could not be proven in the end.
func (r Restoring) prove(keyID string) error {
	switch {
	case r.Unproven || r.key(keyID) != nil:
		return nil
	case r.Key == nil:
		return audipy.Fail(audipy.Invalid, fmt.Sprintf("the backup needs key %s, and there is no key here", keyID), nil).
			WithHint("name the key's file with --key-file; without the key (--unproven) nobody knows who wrote the backup, " +
				"and every account has to be linked again")
	}
	return audipy.Fail(audipy.Invalid, fmt.Sprintf("the backup needs key %s, and the key here is %s", keyID, r.Key.ID()), nil).
		WithHint("name the right key's file with --key-file; without it (--unproven) nobody knows who wrote the backup, " +
			"and every account has to be linked again")
}

// vouched reports whether the key vouches for the manifest. A proof that names
// the key and isn't its own is an error.
func (r Restoring) vouched(in *reader) (bool, error) {
	key := r.key(in.head.KeyID)
	if key == nil {
		return false, nil
	}
	digest, err := in.manifest.digest()
	if err != nil {
		return false, err
	}
	if !key.Vouches(proofPurpose, digest, in.proof) {
		return false, audipy.Fail(audipy.Invalid, "the backup was not written by anybody who has your key", nil).
			WithHint("somebody made it to look like yours; nothing was restored")
	}
	return true, nil
}

// sameRows compares what a database holds with the manifest.
func sameRows(want Manifest, rows iter.Seq2[store.Row, error]) error {
	found := newLines(io.Discard)
	for row, err := range rows {
		if err == nil {
			err = found.add(row)
		}
		if err != nil {
			return fmt.Errorf("read back what was restored: %w", err)
		}
	}
	if !want.equal(found.manifest(want.Head)) {
		return errors.New("what was restored is not what the backup holds")
	}
	return nil
}

// check looks through the finished database: its own integrity, every audit
// chain against the manifest, and whether the key opens what it should. It
// returns for how many people it does.
func (r Restoring) check(ctx context.Context, s *store.Store, report Report) (keysets int, err error) {
	if err := s.CheckIntegrity(ctx); err != nil {
		return 0, err
	}
	for _, head := range report.Heads {
		if err := verify(ctx, s, head); err != nil {
			return 0, fmt.Errorf("check the audit trail: %w", err)
		}
		if !report.Proven || head.User == systemChain {
			continue
		}
		sealed, err := s.Keyset(ctx, head.User)
		if audipy.KindOf(err) == audipy.NotFound {
			continue
		}
		if err == nil {
			_, err = r.Key.OpenKeyset(head.User, sealed.Sealed)
		}
		if err != nil {
			return 0, fmt.Errorf("open the credentials of a person: %w", err)
		}
		keysets++
	}
	return keysets, nil
}

// verify checks the chain that a head of the manifest is the end of.
func verify(ctx context.Context, s *store.Store, head audit.Checkpoint) error {
	if head.User != systemChain {
		_, err := s.VerifyAudit(ctx, head.User, head)
		return err
	}
	found, err := s.VerifySystemAudit(ctx)
	if err == nil && found.String() != head.String() {
		err = &audit.BrokenError{User: head.User, Seq: head.Seq, Reason: "differs from the manifest"}
	}
	return err
}
