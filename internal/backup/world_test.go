package backup_test

import (
	"bytes"
	"compress/gzip"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"filippo.io/age"

	"github.com/audipy/audipy/audible/audiblesim"
	"github.com/audipy/audipy/audible/authfile"
	"github.com/audipy/audipy/internal/account"
	"github.com/audipy/audipy/internal/audipy"
	"github.com/audipy/audipy/internal/auth"
	"github.com/audipy/audipy/internal/backup"
	"github.com/audipy/audipy/internal/librarysync"
	"github.com/audipy/audipy/internal/store"
	"github.com/audipy/audipy/internal/store/storetest"
	"github.com/audipy/audipy/internal/vault"
)

const (
	login      = "kim@example.com"
	passphrase = "a made-up passphrase"
	// personPassword is for AudiPy, not for Amazon.
	personPassword = "quite a long made-up password"
)

func TestMain(m *testing.M) {
	defer storetest.Sweep()
	m.Run()
}

// world is a person with a linked and synced account.
type world struct {
	*storetest.DB
	sim     *audiblesim.Sim
	keyFile string
	user    audipy.UserID
	account audipy.AccountID
	session string // the token of the person's session
}

func newWorld(t *testing.T, db *storetest.DB) *world {
	t.Helper()
	w := &world{DB: db, keyFile: filepath.Join(t.TempDir(), "key")}
	w.sim = audiblesim.New(audiblesim.Options{Seed: 3, Now: db.Clock.Now})
	check(t, w.sim.AddAccount(audiblesim.Account{
		Login: login, Password: "a made-up password", Marketplaces: map[string]int{"us": 30, "de": 3},
	}))
	people := w.people(t, db.Store)
	code := must[string](t)(people.NewSetUpCode(t.Context()))
	made := must[auth.Grant](t)(people.SetUp(t.Context(), auth.SetUp{
		Code: code, Name: "Kim", Email: login, Password: personPassword,
	}, auth.Visitor{}))
	w.user, w.session = made.Actor.UserID, made.Token
	found, _, err := authfile.Read(must[[]byte](t)(w.sim.CredentialFile(login, "us")), authfile.ReadOptions{})
	check(t, err)
	accounts, _ := w.services(t, db.Store)
	w.account = must[account.Linked](t)(accounts.LinkCredentials(t.Context(), w.user, found[0].Credentials)).Account.ID
	w.sync(t, db.Store)
	return w
}

func (w *world) key(t *testing.T) *vault.Key {
	t.Helper()
	return must[*vault.Key](t)(vault.OpenKey(vault.KeyOptions{File: w.keyFile}))
}

// people is who signs in to AudiPy.
func (w *world) people(t *testing.T, db *store.Store) *auth.Service {
	t.Helper()
	return must[*auth.Service](t)(auth.New(t.Context(), auth.Options{
		Store: db, Key: w.key(t), Now: w.Clock.Now, Cost: auth.TestCost(),
	}))
}

// services are those of a program on a database of the world.
func (w *world) services(t *testing.T, db *store.Store) (*account.Service, *librarysync.Service) {
	t.Helper()
	accounts := account.New(account.Options{
		Store: db, Key: w.key(t), Transport: w.sim.Transport(), Now: w.Clock.Now,
		Rate: store.Rate{PerSecond: 1000, Burst: 1000, Daily: 100_000},
	})
	return accounts, librarysync.New(librarysync.Options{Accounts: accounts, Store: db, Now: w.Clock.Now})
}

func (w *world) sync(t *testing.T, db *store.Store) {
	t.Helper()
	_, syncs := w.services(t, db)
	_, err := syncs.Sync(t.Context(), librarysync.Request{User: w.user, Account: w.account})
	check(t, err)
}

// library is what a database shows of the library.
func (w *world) library(t *testing.T, db *store.Store) []string {
	t.Helper()
	var titles []string
	for item, err := range db.AllItems(t.Context(), w.user, store.ItemFilter{}) {
		check(t, err)
		titles = append(titles, item.Marketplace+" "+item.ASIN+" "+item.Title)
	}
	slices.Sort(titles)
	return titles
}

// backup writes one with a passphrase.
func (w *world) backup(t *testing.T) []byte {
	t.Helper()
	return w.backupFor(t, must[backup.Lock](t)(backup.WeakLock(passphrase)), w.key(t))
}

func (w *world) backupFor(t *testing.T, lock backup.Lock, key *vault.Key) []byte {
	t.Helper()
	var file bytes.Buffer
	m := must[backup.Manifest](t)(backup.Write(t.Context(), &file, lock, backup.Source{
		Store: w.Store, Key: key, Database: "sqlite", Program: "test", Now: w.Clock.Now(),
	}))
	if m.Count() < 33 || len(m.Heads) != 2 {
		t.Fatalf("the manifest has %d rows and %d audit chains", m.Count(), len(m.Heads))
	}
	return file.Bytes()
}

// restoring opens a file with the passphrase and the world's key.
func (w *world) restoring(t *testing.T, file []byte) backup.Restoring {
	t.Helper()
	return backup.Restoring{
		File: bytes.NewReader(file), By: must[backup.Opener](t)(backup.ByPassphrase(passphrase)), Key: w.key(t),
	}
}

// pair is an identity of age and its lock.
func pair(t *testing.T) (*age.X25519Identity, backup.Lock) {
	t.Helper()
	identity := must[*age.X25519Identity](t)(age.GenerateX25519Identity())
	return identity, must[backup.Lock](t)(backup.ForRecipients([]string{identity.Recipient().String()}))
}

// inside is what a backup holds, as text.
func inside(t *testing.T, file []byte, identity age.Identity) string {
	t.Helper()
	opened := must[io.Reader](t)(age.Decrypt(bytes.NewReader(file), identity))
	text := must[[]byte](t)(io.ReadAll(must[*gzip.Reader](t)(gzip.NewReader(opened))))
	return string(text)
}

// packed is a backup file that holds the text.
func packed(t *testing.T, text io.Reader, identity *age.X25519Identity) []byte {
	t.Helper()
	var file bytes.Buffer
	sealed := must[io.WriteCloser](t)(age.Encrypt(&file, identity.Recipient()))
	zipped := gzip.NewWriter(sealed)
	must[int64](t)(io.Copy(zipped, text))
	check(t, zipped.Close())
	check(t, sealed.Close())
	return file.Bytes()
}

// byIdentity opens what was locked for the identity.
func byIdentity(t *testing.T, identity *age.X25519Identity) backup.Opener {
	t.Helper()
	return must[backup.Opener](t)(backup.ByIdentities(strings.NewReader(identity.String())))
}

// wantRefused fails unless a backup can be neither restored nor verified, for
// a reason that says so, and nothing is left of either.
func wantRefused(t *testing.T, r func() backup.Restoring, says string) {
	t.Helper()
	home, scratch := t.TempDir(), t.TempDir()
	_, restored := backup.Restore(t.Context(), store.Options{SQLitePath: filepath.Join(home, "audipy.db")}, r())
	_, verified := backup.Verify(t.Context(), scratch, r())
	for _, err := range []error{restored, verified} {
		if audipy.KindOf(err) != audipy.Invalid && audipy.KindOf(err) != audipy.Conflict || !strings.Contains(err.Error(), says) {
			t.Errorf("error = %v, want one a person understands, with %q", err, says)
		}
	}
	for _, folder := range []string{home, scratch} {
		if left := must[[]fs.DirEntry](t)(os.ReadDir(folder)); len(left) > 0 {
			t.Errorf("%q is left behind", left[0].Name())
		}
	}
}

// day is a day.
const day = 24 * time.Hour

func must[T any](t testing.TB) func(T, error) T {
	return func(v T, err error) T {
		t.Helper()
		check(t, err)
		return v
	}
}

func check(t testing.TB, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}
