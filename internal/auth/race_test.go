package auth_test

import (
	"fmt"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/audipy/audipy/internal/asvs"
	"github.com/audipy/audipy/internal/audipy"
	"github.com/audipy/audipy/internal/audit"
	"github.com/audipy/audipy/internal/auth"
	"github.com/audipy/audipy/internal/store/storetest"
	"github.com/audipy/audipy/internal/vault"
)

// racers is how many goroutines run against each other.
func racers() int {
	if testing.Short() {
		return 10
	}
	return 100
}

// race runs fn in many goroutines at once and returns how many got no error.
func race(fn func(i int) error) int {
	var winners atomic.Int64
	var all sync.WaitGroup
	begin := make(chan struct{})
	for i := range racers() {
		all.Go(func() {
			<-begin
			if fn(i) == nil {
				winners.Add(1)
			}
		})
	}
	close(begin)
	all.Wait()
	return int(winners.Load())
}

// roomy is a service without limits on attempts, which has room for everybody.
func (w *world) roomy(t *testing.T) *auth.Service {
	t.Helper()
	many := auth.Limit{Count: 1 << 20, Window: time.Hour}
	s := w.service(t, auth.Options{Limits: auth.Limits{
		Password: many, Network: many, People: many, Reset: many, ResetNetwork: many, SetUp: many, Register: many, AskAll: many,
		Invite:   many,
		Failures: 1 << 20, DeviceCode: many, DeviceNetwork: many, DeviceAsk: many, Code: many, CodeNetwork: many, Recovery: many, RecoveryNetwork: many, Passkey: many, PasskeyNetwork: many, Tries: 1 << 20,
	}})
	s.Widen(racers())
	return s
}

func TestOfManySetUpsOneMakesTheAdministrator(t *testing.T) {
	t.Parallel()
	asvs.Covers(t, "6.3.2", "6.4.1", "6.5.1")
	each(t, func(t *testing.T, w *world) {
		w.Service = w.roomy(t)
		code := must[string](t)(w.NewSetUpCode(t.Context()))
		if n := race(func(i int) error {
			_, err := w.SetUp(t.Context(), auth.SetUp{Code: code, Email: fmt.Sprintf("p%d@example.com", i), Password: password}, visitor())
			return err
		}); n != 1 {
			t.Errorf("%d set-ups succeeded, want one", n)
		}
		if people := must[[]audipy.User](t)(w.People(t.Context())); len(people) != 1 || people[0].Role != audipy.Administrator {
			t.Errorf("people are %+v, want one administrator", people)
		}
		must[audit.Checkpoint](t)(w.VerifySystemAudit(t.Context()))
	})
}

// Servers that start at once on one empty database share one root secret: what
// one has hashed, signed or counted the others know.
func TestServersThatStartAtOnceOnAnEmptyDatabaseAreOne(t *testing.T) {
	t.Parallel()
	asvs.Covers(t, "15.4.2")
	storetest.Each(t, func(t *testing.T, db *storetest.DB) {
		w := &world{DB: db, keys: t.TempDir()}
		servers := make([]*auth.Service, racers())
		key := must[*vault.Key](t)(vault.OpenKey(vault.KeyOptions{ConfigDir: w.keys, NoKeyring: true}))
		if n := race(func(i int) (err error) {
			servers[i], err = auth.New(t.Context(), auth.Options{Store: w.Store, Key: key, Now: w.Clock.Now, Cost: auth.TestCost()})
			return err
		}); n != racers() {
			t.Fatalf("%d of %d servers started", n, racers())
		}
		w.Service = servers[0]
		g := w.setUp(t)
		known := visitor()
		known.Device = g.Device
		id, _, _ := strings.Cut(g.Device, ".")
		for _, server := range servers[1:] {
			w.Service = server
			if again := must[auth.Grant](t)(w.signIn(t.Context(), email, password, known)); !strings.HasPrefix(again.Device, id+".") {
				t.Fatal("a browser that one server knows is new to another")
			}
		}
		must[audit.Checkpoint](t)(w.VerifySystemAudit(t.Context()))
	})
}

func TestOfManyResetsWithOneCodeOneSucceeds(t *testing.T) {
	t.Parallel()
	asvs.Covers(t, "6.5.1", "15.4.2")
	each(t, func(t *testing.T, w *world) {
		w.setUp(t)
		w.Service = w.roomy(t)
		token := must[string](t)(w.ResetByOperator(t.Context(), email))
		if n := race(func(i int) error {
			return w.Reset(t.Context(), token, fmt.Sprintf("another password %d", i), visitor())
		}); n != 1 {
			t.Errorf("%d resets succeeded, want one", n)
		}
	})
}

func TestManySignInsLeaveTwentySessions(t *testing.T) {
	t.Parallel()
	asvs.Covers(t, "7.1.2", "2.3.2")
	each(t, func(t *testing.T, w *world) {
		kim := w.setUp(t)
		w.Service = w.roomy(t)
		want := min(20, racers()+1)
		if n := race(func(int) error {
			_, err := w.signIn(t.Context(), email, password, visitor())
			return err
		}); n != racers() {
			t.Errorf("%d sign-ins of %d succeeded", n, racers())
		}
		if n := len(must[[]auth.Session](t)(w.Sessions(t.Context(), kim.Actor.UserID))); n != want {
			t.Errorf("%d sessions, want %d", n, want)
		}
	})
}

func TestTheTwentyFirstSessionEndsTheOneUnusedForLongest(t *testing.T) {
	t.Parallel()
	asvs.Covers(t, "7.1.2")
	each(t, func(t *testing.T, w *world) {
		first := w.setUp(t)
		var second auth.Grant
		for i := range 20 {
			w.Clock.Advance(2 * time.Minute)
			must[auth.Actor](t)(w.Authenticate(t.Context(), first.Token, visitor()))
			g := must[auth.Grant](t)(w.signIn(t.Context(), email, password, visitor()))
			if i == 0 {
				second = g
			}
		}
		must[auth.Actor](t)(w.Authenticate(t.Context(), first.Token, visitor()))
		_, err := w.Authenticate(t.Context(), second.Token, visitor())
		wantKind(t, err, audipy.Unauthorized)
	})
}

func TestOfManyGuessesAtOnceNoMoreAreCheckedThanTheLimitSays(t *testing.T) {
	t.Parallel()
	asvs.Covers(t, "6.3.1")
	each(t, func(t *testing.T, w *world) {
		kim := w.setUp(t)
		w.Widen(racers())
		race(func(int) error {
			_, err := w.signIn(t.Context(), email, "a guess of fifteen", from("198.51.100.1"))
			return err
		})
		refused := 0
		for _, r := range must[[]audit.Record](t)(w.Activity(t.Context(), kim.Actor.UserID, 0, 1000)) {
			if r.Action == audit.SessionRefused {
				refused++
			}
		}
		if refused != 5 {
			t.Errorf("%d guesses were checked, want 5", refused)
		}
		must[audit.Checkpoint](t)(w.VerifyAudit(t.Context(), kim.Actor.UserID))
	})
}

func TestEveryWrongPasswordOfManyIsCounted(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w *world) {
		w.setUp(t)
		w.Service = w.roomy(t)
		race(func(int) error {
			_, err := w.signIn(t.Context(), email, "a guess of fifteen", visitor())
			return err
		})
		var n int
		check(t, w.Raw.QueryRowContext(t.Context(), `SELECT password_failures FROM users`).Scan(&n))
		if n != racers() {
			t.Errorf("%d wrong passwords are counted of %d", n, racers())
		}
	})
}

func TestNobodyGetsInWithAPasswordThatWasChangedMeanwhile(t *testing.T) {
	t.Parallel()
	asvs.Covers(t, "7.4.3")
	each(t, func(t *testing.T, w *world) {
		kim := w.setUp(t)
		w.Service = w.roomy(t)
		var tokens sync.Map
		race(func(i int) error {
			if i == racers()/2 {
				_, err := w.ChangePassword(t.Context(), kim.Actor, password, "eight calm herons wade", visitor())
				return err
			}
			g, err := w.signIn(t.Context(), email, password, visitor())
			tokens.Store(g.Token, true)
			return err
		})
		tokens.Range(func(token, _ any) bool {
			if _, err := w.Authenticate(t.Context(), token.(string), visitor()); err == nil {
				t.Error("a session with the old password is alive after the change")
			}
			return true
		})
		must[auth.Grant](t)(w.signIn(t.Context(), email, "eight calm herons wade", visitor()))
	})
}

func TestManyRenewalsOfAHashLetEverybodyIn(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w *world) {
		w.setUp(t)
		many := auth.Limit{Count: 1 << 20, Window: time.Hour}
		s := w.service(t, auth.Options{Cost: auth.Cost{Time: 2, Memory: 64, Lanes: 1}, Limits: auth.Limits{
			Password: many, Network: many, People: many, Failures: 1 << 20,
		}})
		s.Widen(racers())
		if n := race(func(int) error {
			_, err := s.SignIn(t.Context(), auth.SignIn{Email: email, Password: password}, visitor())
			return err
		}); n != racers() {
			t.Errorf("%d of %d got in", n, racers())
		}
	})
}
