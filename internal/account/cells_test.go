package account_test

import (
	"fmt"
	"testing"

	"github.com/audipy/audipy/audible/audiblesim"
	"github.com/audipy/audipy/audible/authfile"
	"github.com/audipy/audipy/internal/account"
	"github.com/audipy/audipy/internal/asvs"
	"github.com/audipy/audipy/internal/audipy"
)

// cell is a place of the database that holds sealed bytes, and the accounts
// that can't be used when it holds others.
type cell struct {
	table, column, key, row string
	user                    audipy.UserID
	accounts                []audipy.AccountID
}

func (c cell) String() string { return fmt.Sprintf("%s.%s of %s", c.table, c.column, c.row) }

// Somebody who can write the database, and has no key, must not be able to
// make one cell pass for another (abuse case T26 of the threat model).
func TestNoSealedCellOpensInAnotherPlace(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w *world) {
		cells := w.sealedCells(t, 2)
		if len(cells) != 14 {
			t.Fatalf("%d sealed cells, want those of two people with two accounts each", len(cells))
		}
		kept := make([][]byte, len(cells))
		for i, c := range cells {
			kept[i] = w.read(t, c)
		}
		for i, to := range cells {
			for j, from := range cells {
				if i != j {
					w.write(t, to, kept[j])
					w.wantShut(t, to, from)
				}
			}
			w.write(t, to, kept[i])
		}
		w.wantOpen(t, cells)
	})
}

// TestTenThousandMovesOfSealedCellsAreAllRefused puts each of 104 cells into
// every other: half of the moves on each database.
func TestTenThousandMovesOfSealedCellsAreAllRefused(t *testing.T) {
	t.Parallel()
	asvs.Covers(t, "11.3.3")
	each(t, func(t *testing.T, w *world) {
		accounts := 17
		if testing.Short() {
			accounts = 5
		}
		cells := w.sealedCells(t, accounts)
		kept := make([][]byte, len(cells))
		for i, c := range cells {
			kept[i] = w.read(t, c)
		}
		half, moves := 0, 0
		if w.IsPostgres() {
			half = 1
		}
		for i, to := range cells {
			for j, from := range cells {
				if i == j || (i+j)%2 != half {
					continue
				}
				w.write(t, to, kept[j])
				moves++
				health, err := w.service(t).Health(t.Context(), to.user, to.accounts[0])
				if err != nil || health.Condition != account.Corrupt && health.Condition != account.KeyUnreadable {
					t.Fatalf("with %s in %s the account is %q, %v", from, to, health.Condition, err)
				}
			}
			w.write(t, to, kept[i])
		}
		w.wantOpen(t, cells)
		if want := len(cells) * (len(cells) - 1) / 2; moves < want-len(cells) {
			t.Errorf("%d moves, want about %d", moves, want)
		}
	})
}

// sealedCells links some accounts for each of two people and lists every sealed
// cell there is.
func (w *world) sealedCells(t *testing.T, each int) []cell {
	t.Helper()
	other, err := w.CreateUser(t.Context(), "lee@example.com")
	if err != nil {
		t.Fatal(err)
	}
	var cells []cell
	for p, user := range []audipy.UserID{w.user, other.ID} {
		keyset := cell{table: "user_keysets", column: "sealed", key: "user_id", row: string(user), user: user}
		for n := range each {
			id := w.linkFile(t, user, fmt.Sprintf("reader-%d-%d@example.com", p, n))
			sealed, err := w.Credentials(t.Context(), user, id)
			if err != nil {
				t.Fatal(err)
			}
			one := []audipy.AccountID{id}
			keyset.accounts = append(keyset.accounts, id)
			cells = append(cells,
				cell{"user_audible_accounts", "sealed_device", "id", string(id), user, one},
				cell{"user_oauth_tokens", "access_token", "id", sealed.Token, user, one},
				cell{"user_oauth_tokens", "refresh_token", "id", sealed.Token, user, one})
		}
		cells = append(cells, keyset)
	}
	return cells
}

// linkFile links a new account by another program's file.
func (w *world) linkFile(t *testing.T, user audipy.UserID, login string) audipy.AccountID {
	t.Helper()
	if err := w.sim.AddAccount(audiblesim.Account{Login: login, Password: password}); err != nil {
		t.Fatal(err)
	}
	data, err := w.sim.CredentialFile(login, "us")
	if err != nil {
		t.Fatal(err)
	}
	found, _, err := authfile.Read(data, authfile.ReadOptions{})
	if err != nil {
		t.Fatal(err)
	}
	linked, err := w.accounts.LinkCredentials(t.Context(), user, found[0].Credentials)
	if err != nil {
		t.Fatal(err)
	}
	return linked.Account.ID
}

func (w *world) read(t *testing.T, c cell) []byte {
	t.Helper()
	var sealed []byte
	query := fmt.Sprintf("SELECT %s FROM %s WHERE %s = $1", c.column, c.table, c.key)
	if err := w.Raw.QueryRowContext(t.Context(), query, c.row).Scan(&sealed); err != nil || len(sealed) == 0 {
		t.Fatalf("read %s: %v", c, err)
	}
	return sealed
}

func (w *world) write(t *testing.T, c cell, sealed []byte) {
	t.Helper()
	query := fmt.Sprintf("UPDATE %s SET %s = $1 WHERE %s = $2", c.table, c.column, c.key)
	if _, err := w.Raw.ExecContext(t.Context(), query, sealed, c.row); err != nil {
		t.Fatalf("write %s: %v", c, err)
	}
}

// wantShut fails when the accounts of a cell open although it holds what was
// sealed for another.
func (w *world) wantShut(t *testing.T, to, from cell) {
	t.Helper()
	accounts := w.service(t) // a new process: none of it is in memory
	for _, id := range to.accounts {
		health, err := accounts.Health(t.Context(), to.user, id)
		if err != nil || health.Condition != account.Corrupt && health.Condition != account.KeyUnreadable {
			t.Errorf("with %s in %s the account is %q, %v", from, to, health.Condition, err)
		}
		if _, err := accounts.RenewNow(t.Context(), to.user, id); audipy.KindOf(err) != audipy.Invalid {
			t.Errorf("with %s in %s a refresh gives %v, want a refusal to read it", from, to, err)
		}
	}
}

// wantOpen fails when an account does not open with its own cells.
func (w *world) wantOpen(t *testing.T, cells []cell) {
	t.Helper()
	for _, c := range cells {
		for _, id := range c.accounts {
			if health, err := w.service(t).Health(t.Context(), c.user, id); err != nil || health.Condition != account.Valid {
				t.Errorf("with its own cells the account is %q, %v", health.Condition, err)
			}
		}
	}
}

// An old token that is pasted back over the new one does not open either.
func TestOldTokenDoesNotOpenInItsOwnPlace(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w *world) {
		id := w.linkFile(t, w.user, "reader@example.com")
		before, err := w.Credentials(t.Context(), w.user, id)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := w.accounts.RenewNow(t.Context(), w.user, id); err != nil {
			t.Fatal(err)
		}
		for column, old := range map[string][]byte{"access_token": before.AccessToken, "refresh_token": before.RefreshToken} {
			c := cell{"user_oauth_tokens", column, "id", before.Token, w.user, []audipy.AccountID{id}}
			fresh := w.read(t, c)
			w.write(t, c, old)
			w.wantShut(t, c, c)
			w.write(t, c, fresh)
			w.wantOpen(t, []cell{c})
		}
	})
}
