package backup_test

import (
	"bytes"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/audipy/audipy/internal/asvs"
	"github.com/audipy/audipy/internal/audipy"
	"github.com/audipy/audipy/internal/audit"
	"github.com/audipy/audipy/internal/auth"
	"github.com/audipy/audipy/internal/backup"
	"github.com/audipy/audipy/internal/store"
	"github.com/audipy/audipy/internal/store/storetest"
	"github.com/audipy/audipy/internal/vault"
)

func TestARestoredBackupNeedsNoSignIn(t *testing.T) {
	t.Parallel()
	for _, intoPostgres := range []bool{false, true} {
		storetest.Each(t, func(t *testing.T, db *storetest.DB) {
			w := newWorld(t, db)
			w.keepCalendarAndPassword(t)
			file := w.backup(t)
			w.Clock.Advance(2 * day) // the program goes on, with a newer token
			w.sync(t, db.Store)

			o := store.Options{SQLitePath: filepath.Join(t.TempDir(), "new", "audipy.db"), Now: db.Clock.Now}
			if intoPostgres {
				o = store.Options{PostgresURL: storetest.EmptyPostgres(t), Now: db.Clock.Now}
			}
			report := must[backup.Report](t)(backup.Restore(t.Context(), o, w.restoring(t, file)))
			if !report.Proven || report.Keysets != 1 {
				t.Errorf("proven: %t, for %d people", report.Proven, report.Keysets)
			}
			if o.SQLitePath != "" {
				left := must[[]os.DirEntry](t)(os.ReadDir(filepath.Dir(o.SQLitePath)))
				if len(left) != 1 || left[0].Name() != "audipy.db" {
					t.Errorf("the data folder holds %v, want the database alone", left)
				}
			}
			restored := must[*store.Store](t)(store.Open(t.Context(), o))
			defer func() { check(t, restored.Close()) }()
			if got, want := w.library(t, restored), w.library(t, db.Store); !slices.Equal(got, want) {
				t.Errorf("the library has %d titles, want %d, or others", len(got), len(want))
			}
			w.wantSignedOut(t, restored)
			w.wantWithdrawn(t, restored)
			before := w.sim.Counts().Refreshes
			w.Clock.Advance(day)
			w.sync(t, restored)
			if got := w.library(t, restored); len(got) != 33 {
				t.Errorf("after a sync the library has %d titles, want 33", len(got))
			}
			if prompts := w.sim.Prompts(login); prompts != 0 || w.sim.Counts().Refreshes == before {
				t.Errorf("%d sign-ins, and %d refreshes after the restoring", prompts, w.sim.Counts().Refreshes-before)
			}
		})
	}
}

// calendarToken is the hash of a calendar's token.
var calendarToken = []byte("a hash of 32 bytes, as they are.")

// keepCalendarAndPassword are what a person can end, and works without them.
func (w *world) keepCalendarAndPassword(t *testing.T) {
	t.Helper()
	check(t, w.SetCalendarFeed(t.Context(), w.user, calendarToken, audit.Event{Action: audit.CalendarMade, Outcome: audit.Succeeded}))
	seal := func(int64) ([]byte, []byte, error) { return []byte("sealed"), []byte("sealed"), nil }
	check(t, w.StorePassword(t.Context(), w.user, w.account, seal, audit.Event{Action: audit.SignInStored, Outcome: audit.Succeeded}))
}

// wantWithdrawn fails when the calendar of before can be read, or the password of
// before is used, in the restored database.
func (w *world) wantWithdrawn(t *testing.T, restored *store.Store) {
	t.Helper()
	if _, err := restored.CalendarFeedOwner(t.Context(), calendarToken); audipy.KindOf(err) != audipy.NotFound {
		t.Errorf("the calendar of before: %v, want NotFound", err)
	}
	kept := must[audipy.StoredSignIn](t)(restored.StoredSignIn(t.Context(), w.user, w.account))
	if kept.PasswordAt.IsZero() || kept.Stopped != audipy.StopRestored {
		t.Errorf("what is known of the password of before: %+v, want it kept and stopped", kept)
	}
	seal := func(int64) ([]byte, error) { return []byte("sealed"), nil }
	check(t, restored.StoreSeed(t.Context(), w.user, w.account, seal, audit.Event{Action: audit.SignInStored, Outcome: audit.Succeeded}))
	kept = must[audipy.StoredSignIn](t)(restored.StoredSignIn(t.Context(), w.user, w.account))
	if kept.Stopped != audipy.StopRestored {
		t.Errorf("a seed brings the password of before back to use: %+v", kept)
	}
}

// wantSignedOut fails unless the session of before is over in the restored
// database and the password is still good.
func (w *world) wantSignedOut(t *testing.T, restored *store.Store) {
	t.Helper()
	people := w.people(t, restored)
	if _, err := people.Authenticate(t.Context(), w.session, auth.Visitor{}); audipy.KindOf(err) != audipy.Unauthorized {
		t.Errorf("the session of before: %v, want Unauthorized", err)
	}
	must[auth.Grant](t)(people.SignIn(t.Context(), auth.SignIn{Email: login, Password: personPassword}, auth.Visitor{}))
}

func TestVerifyingTriesTheWholeBackup(t *testing.T) {
	t.Parallel()
	w := newWorld(t, storetest.Open(t))
	scratch := t.TempDir()
	report := must[backup.Report](t)(backup.Verify(t.Context(), scratch, w.restoring(t, w.backup(t))))
	if !report.Proven || report.Keysets != 1 || report.KeyID != w.key(t).ID() || report.Count() < 33 {
		t.Errorf("report = %+v", report)
	}
	if left := must[[]os.DirEntry](t)(os.ReadDir(scratch)); len(left) > 0 {
		t.Errorf("%q is left behind", left[0].Name())
	}
}

func TestAWrongSecretOpensNothing(t *testing.T) {
	t.Parallel()
	w := newWorld(t, storetest.Open(t))
	identity, lock := pair(t)
	other, _ := pair(t)
	byPassphrase, byRecipient := w.backup(t), w.backupFor(t, lock, w.key(t))
	wrong := must[backup.Opener](t)(backup.ByPassphrase("another passphrase"))
	wantRefused(t, func() backup.Restoring {
		return backup.Restoring{File: bytes.NewReader(byPassphrase), By: wrong, Key: w.key(t)}
	}, "the passphrase does not open this backup")
	wantRefused(t, func() backup.Restoring {
		return backup.Restoring{File: bytes.NewReader(byRecipient), By: byIdentity(t, other), Key: w.key(t)}
	}, "no identity of that file opens this backup")
	wantRefused(t, func() backup.Restoring {
		return backup.Restoring{File: bytes.NewReader(byPassphrase), By: byIdentity(t, identity), Key: w.key(t)}
	}, "no identity of that file opens this backup")
	must[backup.Report](t)(backup.Verify(t.Context(), t.TempDir(), backup.Restoring{
		File: bytes.NewReader(byRecipient), By: byIdentity(t, identity), Key: w.key(t),
	}))
}

func TestAChangedOrCutBackupIsRefused(t *testing.T) {
	t.Parallel()
	w := newWorld(t, storetest.Open(t))
	identity, lock := pair(t)
	file := w.backupFor(t, lock, w.key(t))
	bad := map[string][]byte{"nothing": nil, "something else": []byte("PK\x03\x04 an archive"), "a tail": append(bytes.Clone(file), 'x')}
	for i := range 12 {
		cut := (i + 1) * len(file) / 13
		bad[fmt.Sprintf("cut at %d", cut)] = file[:cut]
		flipped := bytes.Clone(file)
		flipped[cut] ^= 0x20
		bad[fmt.Sprintf("bit flipped at %d", cut)] = flipped
	}
	for name, file := range bad {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			wantRefused(t, func() backup.Restoring {
				return backup.Restoring{File: bytes.NewReader(file), By: byIdentity(t, identity), Key: w.key(t)}
			}, "")
		})
	}
}

func TestAForgedBackupIsRefused(t *testing.T) {
	t.Parallel()
	w := newWorld(t, storetest.Open(t))
	identity, lock := pair(t)
	text := inside(t, w.backupFor(t, lock, w.key(t)), identity)
	// Whoever knows the recipient can lock whatever they like for it.
	forgeries := map[string]struct{ text, says string }{
		"another program's name":  {strings.ReplaceAll(text, `"program":"test"`, `"program":"evil"`), "anybody who has your key"},
		"another title":           {strings.Replace(text, "english", "klingon", 1), "not a backup of AudiPy"},
		"a row less":              {cutLine(text, 5), "not a backup of AudiPy"},
		"no manifest":             {text[:strings.LastIndex(text, `{"manifest"`)], "not a backup of AudiPy"},
		"something behind it":     {text + "[1]\n", "not a backup of AudiPy"},
		"a path for a table":      {strings.Replace(text, `{"table":"users"`, `{"table":"../../etc/passwd"`, 1), "has no place there"},
		"a newer schema":          {strings.Replace(text, `"schema":`, `"schema":9`, 2), "written by a newer AudiPy"},
		"a newer form":            {strings.ReplaceAll(text, `"audipy_backup":1`, `"audipy_backup":2`), "written by a newer AudiPy"},
		"a line without an end":   {text + strings.Repeat("[", 17<<20), "not a backup of AudiPy"},
		"rows of no table at all": {"{\"audipy_backup\":1,\"schema\":4,\"key_id\":\"" + w.key(t).ID() + "\"}\n[1,2]\n", "not a backup of AudiPy"},
	}
	for name, forged := range forgeries {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			file := packed(t, strings.NewReader(forged.text), identity)
			wantRefused(t, func() backup.Restoring {
				return backup.Restoring{File: bytes.NewReader(file), By: byIdentity(t, identity), Key: w.key(t)}
			}, forged.says)
		})
	}
}

func cutLine(text string, n int) string {
	all := strings.SplitAfter(text, "\n")
	return strings.Join(slices.Delete(all, n, n+1), "")
}

func TestABackupThatUnpacksToTooMuchIsRefused(t *testing.T) {
	t.Parallel()
	asvs.Covers(t, "5.2.3")
	w := newWorld(t, storetest.Open(t))
	identity, _ := pair(t)
	lines := []io.Reader{
		strings.NewReader(fmt.Sprintf("{\"audipy_backup\":1,\"schema\":4,\"key_id\":%q}\n", w.key(t).ID())),
		strings.NewReader(`{"table":"users","columns":[{"name":"id","kind":"text"},{"name":"email","kind":"text"},` +
			`{"name":"password_hash","kind":"text"},{"name":"created_at","kind":"integer"},` +
			`{"name":"updated_at","kind":"integer"},{"name":"is_active","kind":"bool"}]}` + "\n"),
	}
	much := strings.Repeat("a", 1<<20)
	for i := range 200 {
		lines = append(lines, strings.NewReader(fmt.Sprintf(`["%d","%d`, i, i)), strings.NewReader(much),
			strings.NewReader(`",null,1,2,true]`+"\n"))
	}
	file := packed(t, io.MultiReader(lines...), identity)
	wantRefused(t, func() backup.Restoring {
		return backup.Restoring{File: bytes.NewReader(file), By: byIdentity(t, identity), Key: w.key(t)}.WithAllowance(1 << 20)
	}, "more inside than fits")
}

// What one person's shelf may say shrinks to less than a hundredth.
func TestABackupOfAShelfThatRepeatsItselfCanBeRestored(t *testing.T) {
	t.Parallel()
	w := newWorld(t, storetest.Open(t))
	check(t, w.ConnectElsewhere(t.Context(), w.user, store.NewElsewhereServer{
		Seal: func(string) ([]byte, error) { return []byte{1}, nil },
	}, audit.Event{Action: audit.ElsewhereConnected, Outcome: audit.Succeeded}))
	server := must[store.ElsewhereServer](t)(w.ElsewhereServer(t.Context(), w.user)).ID
	long := strings.Repeat("<", 400)
	names := slices.Repeat([]audipy.Contributor{{Name: long}}, 20)
	var copies []audipy.ElsewhereCopy
	for i := range 200 {
		copies = append(copies, audipy.ElsewhereCopy{
			ID: strconv.Itoa(i), Edition: audipy.Edition{Title: long, Authors: names, Narrators: names},
		})
	}
	must[bool](t)(w.SaveElsewhere(t.Context(), w.user, store.ElsewhereReading{Server: server, Copies: copies},
		audit.Event{Action: audit.ElsewhereRead, Outcome: audit.Succeeded}))
	file := w.backup(t)
	report := must[backup.Report](t)(backup.Verify(t.Context(), t.TempDir(), w.restoring(t, file)))
	if inside := int64(200 * 40 * 400 * len(`\\u003c`)); inside < 100*int64(len(file)) || report.Count() < 200 {
		t.Errorf("%d rows in %d bytes, which hold %d of one letter", report.Count(), len(file), inside)
	}
	tight := backup.Source{Store: w.Store, Key: w.key(t), Database: "sqlite", Program: "test", Now: w.Clock.Now()}.WithAllowance(1 << 20)
	_, err := backup.Write(t.Context(), io.Discard, must[backup.Lock](t)(backup.WeakLock(passphrase)), tight)
	if audipy.KindOf(err) != audipy.Unavailable {
		t.Errorf("what restoring would refuse is written: %v", err)
	}
}

func TestWithoutTheKeyABackupIsNotProven(t *testing.T) {
	t.Parallel()
	w := newWorld(t, storetest.Open(t))
	file := w.backup(t)
	stranger := must[*vault.Key](t)(vault.OpenKey(vault.KeyOptions{File: filepath.Join(t.TempDir(), "key")}))
	for _, key := range []*vault.Key{nil, stranger} {
		r := func() backup.Restoring {
			r := w.restoring(t, file)
			r.Key = key
			return r
		}
		wantRefused(t, r, "needs key "+w.key(t).ID())
		unproven := r()
		unproven.Unproven = true
		report := must[backup.Report](t)(backup.Verify(t.Context(), t.TempDir(), unproven))
		if report.Proven || report.Keysets != 0 {
			t.Errorf("report = %+v", report)
		}
	}
}

func TestNothingIsRestoredOverADatabase(t *testing.T) {
	t.Parallel()
	storetest.Each(t, func(t *testing.T, db *storetest.DB) {
		w := newWorld(t, db)
		file := w.backup(t)
		check(t, db.DeleteUser(t.Context(), w.user))
		_, err := backup.Restore(t.Context(), db.Options, w.restoring(t, file))
		if audipy.KindOf(err) != audipy.Conflict {
			t.Errorf("Restore = %v, want a Conflict", err)
		}
		if titles := w.library(t, db.Store); len(titles) > 0 {
			t.Errorf("%d titles are back", len(titles))
		}
	})
}

func TestNoSecretIsInABackup(t *testing.T) {
	t.Parallel()
	w := newWorld(t, storetest.Open(t))
	identity, lock := pair(t)
	text := inside(t, w.backupFor(t, lock, w.key(t)), identity)
	key := strings.TrimSpace(string(must[[]byte](t)(os.ReadFile(w.keyFile))))
	for _, secret := range []string{key, "Atna|", "Atnr|", "{enc:", "PRIVATE KEY", "pending_links", "account_leases"} {
		if strings.Contains(text, secret) {
			t.Errorf("the backup holds %q", secret)
		}
	}
}

// A passphrase is stretched: whoever tries them needs a second and 256 MiB for
// each.
func TestAPassphraseIsStretched(t *testing.T) {
	t.Parallel()
	asvs.Covers(t, "11.4.4")
	storetest.Each(t, func(t *testing.T, db *storetest.DB) {
		w := newWorld(t, db)
		lock := must[backup.Lock](t)(backup.ForPassphrase("a passphrase of several words"))
		head, _, _ := bytes.Cut(w.backupFor(t, lock, w.key(t)), []byte("\n---"))
		if !regexp.MustCompile(`\n-> scrypt \S{22} 18\n`).Match(head) {
			t.Errorf("the backup begins %q", head)
		}
	})
}
