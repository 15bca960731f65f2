package account_test

import (
	"bytes"
	"context"
	"errors"
	"log/slog"
	"strings"
	"testing"
	"time"

	"github.com/audipy/audipy/audible"
	"github.com/audipy/audipy/audible/audiblesim"
	"github.com/audipy/audipy/internal/account"
	"github.com/audipy/audipy/internal/audipy"
	"github.com/audipy/audipy/internal/store"
	"github.com/audipy/audipy/internal/vault"
)

// serviceWith is service with options of the test's own.
func (w *world) serviceWith(t *testing.T, change func(*account.Options)) *account.Service {
	t.Helper()
	key, err := vault.OpenKey(vault.KeyOptions{ConfigDir: w.keys, NoKeyring: true})
	if err != nil {
		t.Fatal(err)
	}
	o := account.Options{Store: w.Store, Key: key, Transport: w.sim.Transport(), Now: w.Clock.Now, Wait: w.wait}
	change(&o)
	return account.New(o)
}

func TestAnAccountThatDoesNotExistIsNotFound(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w *world) {
		const nobody = audipy.AccountID("nobody")
		_, client := w.accounts.Client(t.Context(), w.user, nobody, "us")
		_, refresh := w.accounts.RenewNow(t.Context(), w.user, nobody)
		_, card := w.accounts.Card(t.Context(), w.user, nobody)
		_, health := w.accounts.Health(t.Context(), w.user, nobody)
		_, unlink := w.accounts.Unlink(t.Context(), w.user, nobody, account.UnlinkOptions{})
		_, export := w.accounts.Export(t.Context(), w.user, nobody, "json")
		for call, err := range map[string]error{
			"Client": client, "RenewNow": refresh, "Card": card, "Health": health, "Unlink": unlink, "Export": export,
			"Note": w.accounts.Note(t.Context(), w.user, nobody, audible.ErrRefused),
		} {
			if audipy.KindOf(err) != audipy.NotFound {
				t.Errorf("%s: error %v, want that there is no such account", call, err)
			}
		}
		one := w.link(t)
		_, err := w.accounts.Client(t.Context(), w.user, one.ID, "xx")
		wantKind(t, err, audipy.Invalid)
		if _, err := w.accounts.Client(t.Context(), w.user, one.ID, "de"); err != nil {
			t.Errorf("a client for another store: %v", err)
		}
	})
}

func TestCredentialsWithoutARefreshTokenSign(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w *world) {
		c := w.fromFile(t)
		c.RefreshToken = ""
		linked, err := w.accounts.LinkCredentials(t.Context(), w.user, c)
		if err != nil {
			t.Fatal(err)
		}
		if got := w.condition(t, w.accounts, linked.Account.ID); got != account.Valid {
			t.Errorf("condition = %q while the access token lives, want valid", got)
		}
		w.Clock.Advance(61 * time.Minute)
		h, err := w.accounts.Health(t.Context(), w.user, linked.Account.ID)
		if err != nil || h.Condition != account.SigningOnly || h.CanRefresh || !h.CanSign {
			t.Errorf("health an hour later = %+v, %v, want signing only", h, err)
		}
		if n, err := w.count(t, linked.Account.ID); err != nil || n != 30 {
			t.Errorf("count by signature = %d, %v, want 30", n, err)
		}
	})
}

func TestAWaitForTheBudgetThatEndsIsSaid(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w *world) {
		one := w.link(t)
		stopped := errors.New("the person went away")
		var asked []time.Duration
		slow := w.serviceWith(t, func(o *account.Options) {
			o.Rate = store.Rate{PerSecond: 0.1, Burst: 1, Daily: 100}
			o.Wait = func(_ context.Context, d time.Duration) error { asked = append(asked, d); return stopped }
		})
		client, err := slow.Client(t.Context(), w.user, one.ID, "us")
		if err != nil {
			t.Fatal(err)
		}
		var outcome error
		for range 2 {
			_, outcome = client.Profile(t.Context())
		}
		if !errors.Is(outcome, stopped) || len(asked) != 1 || asked[0] <= 0 || asked[0] > 10*time.Second {
			t.Errorf("second call: %v after waits %v, want the waiter's error after one of at most 10s", outcome, asked)
		}
	})
}

func TestCallsAreLoggedWithoutWhatTheyHold(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w *world) {
		one := w.link(t)
		var out bytes.Buffer
		logging := w.serviceWith(t, func(o *account.Options) {
			o.Rate = store.Rate{PerSecond: 1000, Burst: 1000, Daily: 100_000}
			o.Log = slog.New(slog.NewTextHandler(&out, &slog.HandlerOptions{Level: slog.LevelDebug}))
		})
		client, err := logging.Client(t.Context(), w.user, one.ID, "us")
		if err != nil {
			t.Fatal(err)
		}
		list := func(faults ...audiblesim.Fault) string {
			out.Reset()
			if err := w.sim.SetFaults(faults...); err != nil {
				t.Fatal(err)
			}
			_, _ = client.Library(t.Context(), audible.LibraryQuery{PageSize: 1}) // the log is what is looked at
			return out.String()
		}
		for name, c := range map[string]struct {
			line string
			want []string
		}{
			"success":  {list(), []string{"level=DEBUG", "endpoint=library", "status=200", "retries=0", "throttled=0"}},
			"repeated": {list(audiblesim.Fault{Kind: audiblesim.FaultStatus, Times: 1}), []string{"level=WARN", "status=200", "retries=1"}},
			"too fast": {list(audiblesim.Fault{Kind: audiblesim.FaultRateLimit, Times: 2}), []string{"level=WARN", "retries=2", "throttled=2"}},
			"refused":  {list(audiblesim.Fault{Kind: audiblesim.FaultStatus, Status: 400}), []string{"level=WARN", "status=400", "retries=0"}},
		} {
			for _, part := range append(c.want, "account="+string(one.ID)) {
				if !strings.Contains(c.line, part) {
					t.Errorf("%s: logged %q, want %s in it", name, c.line, part)
				}
			}
			for _, secret := range []string{"Atna", "Atnr", "http", login, "page=", "Kim"} {
				if strings.Contains(c.line, secret) {
					t.Errorf("%s: the log holds %q: %s", name, secret, c.line)
				}
			}
		}
	})
}
