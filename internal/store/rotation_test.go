package store_test

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"testing"

	"github.com/audipy/audipy/internal/asvs"
	"github.com/audipy/audipy/internal/audipy"
	"github.com/audipy/audipy/internal/audit"
	"github.com/audipy/audipy/internal/rotation"
	"github.com/audipy/audipy/internal/store"
	"github.com/audipy/audipy/internal/store/storetest"
	"github.com/audipy/audipy/internal/vault"
)

// rotateEnv tells a helper process after which statement it kills itself, and
// where database and key are.
const rotateEnv = "AUDIPY_STORE_TEST_ROTATE"

// rotateUntilKilled is the work of a helper process: a rotation, as the command
// line makes it, up to a statement.
func rotateUntilKilled(order string) {
	words := strings.SplitN(order, "|", 4)
	var last int
	if _, err := fmt.Sscan(words[0], &last); err != nil {
		panic(err)
	}
	o := store.Options{SQLitePath: words[2], PostgresURL: words[3]}
	ctx := context.Background()
	s, err := store.Open(ctx, o)
	if err != nil {
		panic(err)
	}
	done := 0
	if err := store.Watch(s, o, func() {
		if done++; done == last {
			killMyself()
		}
	}); err != nil {
		panic(err)
	}
	if err := rotate(ctx, s, words[1]); err != nil {
		panic(err)
	}
}

func killMyself() {
	self, err := os.FindProcess(os.Getpid())
	if err == nil {
		err = self.Kill()
	}
	if err != nil {
		panic(err)
	}
	select {}
}

// rotate makes a new key unless a rotation was broken off, and brings
// everything over.
func rotate(ctx context.Context, s *store.Store, keyFile string) error {
	key, err := vault.OpenKey(vault.KeyOptions{File: keyFile, MustExist: true})
	if err != nil {
		return err
	}
	_, err = rotation.Rotate(ctx, s, key)
	return err
}

// sealedWorld is a database with secrets of three people.
type sealedWorld struct {
	*storetest.DB
	keyFile string
	people  []audipy.UserID
	cells   map[audipy.UserID][]byte
}

// secretOf is where a person's secret is sealed, and what it is.
func secretOf(user audipy.UserID) (vault.Binding, string) {
	return vault.Binding{Table: "t", Column: "c", Row: string(user)}, "the secret of " + string(user)
}

func newSealedWorld(t *testing.T, db *storetest.DB) *sealedWorld {
	t.Helper()
	w := &sealedWorld{DB: db, keyFile: filepath.Join(t.TempDir(), "key"), cells: map[audipy.UserID][]byte{}}
	key := w.key(t)
	for _, name := range []string{"alice", "bob", "carol"} {
		user := must[audipy.User](t)(db.CreateUser(t.Context(), name+"@example.com")).ID
		sealed, ks, err := key.NewKeyset(user)
		check(t, err)
		_, err = db.AddKeyset(t.Context(), user, sealed, event(audit.KeysetCreated))
		check(t, err)
		cell, text := secretOf(user)
		w.cells[user] = must[[]byte](t)(ks.Seal(cell, []byte(text)))
		w.people = append(w.people, user)
	}
	for version := range int64(2) {
		sealed := must[[]byte](t)(key.SealSecret("root_secrets", version+1, []byte("root")))
		check(t, db.AddRootSecret(t.Context(), store.RootSecret{Version: version + 1, Sealed: sealed}, event(audit.RootSecretCreated)))
	}
	return w
}

func (w *sealedWorld) key(t *testing.T) *vault.Key {
	t.Helper()
	return must[*vault.Key](t)(vault.OpenKey(vault.KeyOptions{File: w.keyFile}))
}

// helper runs a rotation in a process of its own and reports whether it was
// killed.
func (w *sealedWorld) helper(t *testing.T, last int) (killed bool) {
	t.Helper()
	cmd := exec.CommandContext(t.Context(), os.Args[0])
	cmd.Env = append(os.Environ(), fmt.Sprintf("%s=%d|%s|%s|%s", rotateEnv, last, w.keyFile, w.Options.SQLitePath, w.Options.PostgresURL))
	out, err := cmd.CombinedOutput()
	if gone, ok := errors.AsType[*exec.ExitError](err); ok && gone.ExitCode() == -1 {
		return true
	}
	if err != nil {
		t.Fatalf("killed after statement %d: %v: %s", last, err, out)
	}
	return false
}

// readable fails the test unless a server with the key as it lies opens
// everything.
func (w *sealedWorld) readable(t *testing.T, when string) {
	t.Helper()
	key := w.key(t)
	if err := rotation.Check(t.Context(), w.Store, key); err != nil {
		t.Fatalf("%s: %v", when, err)
	}
	for _, user := range w.people {
		row := must[store.Keyset](t)(w.Keyset(t.Context(), user))
		ks := must[*vault.Keyset](t)(key.OpenKeyset(user, row.Sealed))
		cell, text := secretOf(user)
		if plain, err := ks.Open(cell, w.cells[user]); err != nil || string(plain) != text {
			t.Fatalf("%s: the secret of %s: %q, %v", when, user, plain, err)
		}
		_, err := w.VerifyAudit(t.Context(), user)
		check(t, err)
	}
}

func TestARotationKilledAfterAnyStatementGoesOnAndLosesNothing(t *testing.T) {
	t.Parallel()
	asvs.Covers(t, "13.3.4")
	step := 1
	if testing.Short() {
		step = 10
	}
	storetest.Each(t, func(t *testing.T, first *storetest.DB) {
		kills := 0
		for last := 1; ; last += step {
			db := first
			switch {
			case last > 1 && first.IsPostgres():
				db = storetest.OpenPostgres(t)
			case last > 1:
				db = storetest.Open(t)
			}
			w := newSealedWorld(t, db)
			before := w.key(t).ID()
			killed := w.helper(t, last)
			w.readable(t, fmt.Sprintf("killed after statement %d", last))
			if killed {
				kills++
				w.helper(t, 0) // the command once more
				w.readable(t, "after it went on")
			}
			key := w.key(t)
			status := must[rotation.Status](t)(rotation.Look(t.Context(), w.Store, key))
			earlier := must[[]string](t)(key.Earlier())
			if status.Left() != 0 || key.ID() == before || len(earlier) == 0 || len(earlier) > 2 {
				t.Fatalf("killed after statement %d: in the end %+v, earlier keys %v, before %s", last, status, earlier, before)
			}
			if !killed {
				break
			}
		}
		if kills < 30/step {
			t.Errorf("the rotation was killed %d times only", kills)
		}
	})
}

func TestServersGoOnWhileTheKeyIsRotated(t *testing.T) {
	t.Parallel()
	asvs.Covers(t, "15.4.2")
	storetest.Each(t, func(t *testing.T, db *storetest.DB) {
		w := newSealedWorld(t, db)
		running := w.key(t) // of a server that was started before
		stop, ended := make(chan struct{}), sync.WaitGroup{}
		for _, user := range w.people {
			ended.Go(func() {
				for {
					select {
					case <-stop:
						return
					default:
					}
					row, err := w.Keyset(context.WithoutCancel(t.Context()), user)
					if err == nil {
						_, err = running.OpenKeyset(user, row.Sealed)
					}
					if err != nil {
						t.Errorf("while the key is rotated: %v", err)
						return
					}
				}
			})
		}
		var rotations sync.WaitGroup
		for range 3 { // three operators at once
			rotations.Go(func() {
				if err := rotate(context.WithoutCancel(t.Context()), w.Store, w.keyFile); err != nil {
					t.Error(err)
				}
			})
		}
		rotations.Wait()
		close(stop)
		ended.Wait()
		w.readable(t, "after the rotation")
		sealed, _, err := running.NewKeyset("somebody-new")
		check(t, err)
		if by := vault.SealedBy(sealed); by != w.key(t).ID() {
			t.Errorf("a server that was started before seals by %s, want the new key", by)
		}
	})
}
