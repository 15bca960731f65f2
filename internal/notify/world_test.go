package notify_test

import (
	"context"
	"fmt"
	"net/netip"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/audipy/audipy/internal/advice"
	"github.com/audipy/audipy/internal/audipy"
	"github.com/audipy/audipy/internal/audit"
	"github.com/audipy/audipy/internal/jobs"
	"github.com/audipy/audipy/internal/mail/mailtest"
	"github.com/audipy/audipy/internal/notify"
	"github.com/audipy/audipy/internal/store"
	"github.com/audipy/audipy/internal/store/storetest"
	"github.com/audipy/audipy/internal/vault"
)

func TestMain(m *testing.M) {
	defer storetest.Sweep()
	m.Run()
}

func must[T any](t testing.TB) func(T, error) T {
	return func(v T, err error) T {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
		return v
	}
}

func check(t testing.TB, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

func event(a audit.Action) audit.Event { return audit.Event{Action: a, Outcome: audit.Succeeded} }

// world is a server that tells people by a mail server.
type world struct {
	*storetest.DB
	server *mailtest.Server
	notify *notify.Service
	// arrived are the mails, with when they came by the world's clock.
	arrived []arrival
}

type arrival struct {
	mailtest.Mail
	at time.Time
}

func each(t *testing.T, run func(t *testing.T, w *world)) {
	t.Helper()
	storetest.Each(t, func(t *testing.T, db *storetest.DB) { run(t, newWorld(t, db)) })
}

func newWorld(t *testing.T, db *storetest.DB) *world {
	t.Helper()
	w := &world{DB: db, server: mailtest.Start(t)}
	w.notify = notify.New(notify.Options{
		Store: db.Store, Advice: advice.New(advice.Options{Store: db.Store, Now: db.Clock.Now}),
		Key:  must[*vault.Key](t)(vault.OpenKey(vault.KeyOptions{ConfigDir: t.TempDir(), NoKeyring: true})),
		Mail: w.server.Sender(t), PublicURL: "https://audipy.example.com", Now: db.Clock.Now,
		Networks: []netip.Prefix{netip.MustParsePrefix("127.0.0.0/8")},
	})
	return w
}

// goOn lets time go by in steps of a quarter of an hour, and has everything done
// that is due. Step is called at the beginning of each.
func (w *world) goOn(t *testing.T, until time.Time, step func(now time.Time)) {
	t.Helper()
	ctx, stop := context.WithCancel(t.Context())
	defer stop()
	runner := jobs.New(jobs.Options{
		Store: w.Store, Now: w.Clock.Now, Parallel: 1,
		Handlers: map[store.JobKind]jobs.Handler{
			store.JobNotices: w.notify.WatchJob,
			store.JobDeliver: func(ctx context.Context, job store.Job) (time.Time, error) {
				next, err := w.notify.DeliverJob(ctx, job)
				for w.server.Taken() > 0 {
					w.arrived = append(w.arrived, arrival{w.server.Next(t), w.Clock.Now()})
				}
				return next, err
			},
			store.JobSync: never, store.JobCatalog: never, store.JobClean: never, store.JobDeregister: never,
		},
		// With one job at a time nothing runs while it waits.
		Wait: func(context.Context, time.Duration) error {
			w.Clock.Advance(15 * time.Minute)
			if now := w.Clock.Now(); now.After(until) {
				stop()
			} else if step != nil {
				step(now)
			}
			return nil
		},
	})
	runner.Run(ctx)
}

// never is for the jobs that others do.
func never(context.Context, store.Job) (time.Time, error) { return time.Time{}, nil }

// person is somebody with an account and a library.
type person struct {
	id      audipy.UserID
	account audipy.AccountID
	lease   store.Lease
}

func edition(asin, title, sequence string) audipy.Edition {
	return audipy.Edition{
		ASIN: asin, Title: title, Language: "english", ContentType: "Product", DeliveryType: "SinglePartBook",
		Authors:     []audipy.Contributor{{Name: "Ann Author"}},
		Series:      []audipy.SeriesPlace{{ASIN: "S1", Title: "Saga", Sequence: sequence}},
		ReleaseDate: "2020-01-01", RuntimeMinutes: 600,
	}
}

// loner is an edition that belongs to no series.
func loner(asin, title string) audipy.Edition {
	e := edition(asin, title, "")
	e.Series, e.Authors = nil, []audipy.Contributor{{Name: "Other " + asin}}
	return e
}

func priced(e audipy.Edition, minor int64) audipy.Product {
	usd := audipy.Money{Minor: minor, Currency: "USD"}
	return audipy.Product{
		Edition: e, Marketplace: "us", Availability: audipy.Available,
		Prices: audipy.Prices{List: audipy.Money{Minor: 3000, Currency: "USD"}, Lowest: usd, LowestKind: "sale", CreditHundredths: 100},
	}
}

// joins makes a person with two volumes of a saga of six, a title of Plus, and
// two others.
func (w *world) joins(t *testing.T, email string) person {
	t.Helper()
	ctx := t.Context()
	p := person{id: must[audipy.User](t)(w.CreateUser(ctx, email)).ID}
	p.account = must[store.Linked](t)(w.LinkAccount(ctx, p.id, store.NewAccount{
		CustomerID: "A1", Name: "Kim", Marketplace: "us",
		Seal: func(store.Rows) (store.Sealed, error) {
			return store.Sealed{Device: []byte("d"), AccessToken: []byte("a"), RefreshToken: []byte("r")}, nil
		},
	}, event(audit.LinkCreated))).Account.ID
	w.syncs(t, &p, p.shelf(time.Time{}))
	members := []audipy.SeriesMember{}
	for i := 1; i <= 6; i++ {
		members = append(members, audipy.SeriesMember{ASIN: fmt.Sprintf("V%d", i), Sequence: fmt.Sprint(i), Sort: i})
	}
	check(t, w.ReplaceSeriesMembers(ctx, p.id, store.Series{Marketplace: "us", ASIN: "S1", Title: "Saga"}, members))
	return p
}

func (person) shelf(plusUntil time.Time) []audipy.Item {
	plus := audipy.Item{Edition: loner("PLUS", "Borrowed"), Plus: true, PlusUntil: plusUntil}
	return []audipy.Item{
		{Edition: edition("V1", "Saga One", "1")},
		{Edition: edition("V2", "Saga Two", "2")},
		plus,
		{Edition: loner("GONE", "Returned")},
		{Edition: loner("OWNED", "Kept")},
	}
}

// begins leases the account and begins a run.
func (w *world) begins(t *testing.T, p *person) audipy.SyncRun {
	t.Helper()
	p.lease = must[store.Lease](t)(w.AcquireLease(t.Context(), p.id, store.LeaseRequest{
		Account: p.account, Kind: store.LeaseSync, Owner: fmt.Sprint(w.Clock.Now().UnixNano()), TTL: time.Minute,
	}))
	return must[audipy.SyncRun](t)(w.StartSyncRun(t.Context(), p.id, store.NewRun{
		Account: p.account, Marketplace: "us", Kind: audipy.SyncFull, Fence: p.lease.Fence,
	}))
}

func (w *world) syncs(t *testing.T, p *person, items []audipy.Item) {
	t.Helper()
	run := w.begins(t, p)
	must[audipy.SyncRun](t)(w.ApplySync(t.Context(), p.id, store.Apply{
		RunID: run.ID, Fence: p.lease.Fence, Items: items, Complete: true, AudibleCount: len(items),
	}, event(audit.SyncApplied)))
	check(t, w.ReleaseLease(t.Context(), p.id, p.lease))
}

func (w *world) syncFails(t *testing.T, p *person) {
	t.Helper()
	run := w.begins(t, p)
	must[audipy.SyncRun](t)(w.FailSyncRun(t.Context(), p.id, store.FailedRun{
		RunID: run.ID, Fence: p.lease.Fence, Failure: "Audible did not answer",
	}, event(audit.SyncFailed)))
	check(t, w.ReleaseLease(t.Context(), p.id, p.lease))
}

func (w *world) wishes(t *testing.T, p *person, asins ...string) {
	t.Helper()
	p.lease = must[store.Lease](t)(w.AcquireLease(t.Context(), p.id, store.LeaseRequest{
		Account: p.account, Kind: store.LeaseSync, Owner: "wishes", TTL: time.Minute,
	}))
	list := store.Wishlist{Account: p.account, Marketplace: "us", Fence: p.lease.Fence}
	for _, asin := range asins {
		list.Wishes = append(list.Wishes, store.Wish{ASIN: asin})
	}
	check(t, w.ReplaceWishlist(t.Context(), p.id, list, event(audit.WishlistUpdated)))
	check(t, w.ReleaseLease(t.Context(), p.id, p.lease))
}

// costs has the catalogue say prices, and somebody look at them.
func (w *world) costs(t *testing.T, p person, products ...audipy.Product) {
	t.Helper()
	check(t, w.UpsertProducts(t.Context(), p.id, products))
	check(t, w.RequestNotices(t.Context(), p.id))
}

func (w *world) switches(t *testing.T, p person, modes map[audipy.NoticeKind]audipy.NoticeMode) {
	t.Helper()
	check(t, w.ChangeNoticeChannel(t.Context(), p.id, store.ChannelChange{ID: audipy.EmailChannel, Name: "x", Modes: modes}, event(audit.ChannelChanged)))
}

// told are the lines that mails to an address told, in order, without saying
// twice what one message repeated.
func (w *world) told(email string) []string {
	lines, seen := []string{}, map[string]bool{}
	for _, one := range w.arrived {
		id := one.Header.Get("Message-Id")
		if !slices.Contains(one.To, email) || seen[id] {
			continue
		}
		seen[id] = true
		before, _, _ := strings.Cut(one.Text, "\n--")
		bullets := 0
		for text := range strings.SplitSeq(before, "\n") {
			if item, ok := strings.CutPrefix(text, "- "); ok {
				lines = append(lines, item)
				bullets++
			}
		}
		if bullets == 0 {
			lines = append(lines, one.Subject)
		}
	}
	slices.Sort(lines)
	return lines
}
