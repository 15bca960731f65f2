package cli

import (
	"context"
	"fmt"
	"log/slog"
	"net"
	"os"
	"path/filepath"
	"time"

	"github.com/audipy/audipy/internal/account"
	"github.com/audipy/audipy/internal/advice"
	"github.com/audipy/audipy/internal/audipy"
	"github.com/audipy/audipy/internal/auth"
	"github.com/audipy/audipy/internal/cert"
	"github.com/audipy/audipy/internal/cover"
	"github.com/audipy/audipy/internal/elsewhere"
	"github.com/audipy/audipy/internal/httpapi"
	"github.com/audipy/audipy/internal/librarysync"
	"github.com/audipy/audipy/internal/metrics"
	"github.com/audipy/audipy/internal/notify"
	"github.com/audipy/audipy/internal/store"
	"github.com/audipy/audipy/internal/vault"
)

// serveCmd is the server: pages and API for a household, until it is stopped.
type serveCmd struct{}

// engine is everything below the server's edge.
type engine struct {
	store    *store.Store
	key      *vault.Key
	auth     *auth.Service
	accounts *account.Service
	syncs    *librarysync.Service
	advice   *advice.Service
	notices  *notify.Service
	shelves  *elsewhere.Service
}

// Run serves until ctx ends.
func (serveCmd) Run(ctx context.Context, a *app) error {
	n, err := networkOf(a.cfg)
	if err != nil {
		return err
	}
	e, err := a.openEngine(ctx)
	if err != nil {
		return err
	}
	source, err := a.certificate(&n)
	if err != nil {
		return err
	}
	listener, err := (&net.ListenConfig{}).Listen(ctx, "tcp", n.listen)
	if err != nil {
		return cantListen(n.listen, a.listenedBy(), err)
	}
	defer func() { _ = listener.Close() }() // the server has closed it already
	if err := n.settle(listener.Addr()); err != nil {
		return err
	}
	if err := a.offerWaysIn(e.auth, n.origin()); err != nil {
		return err
	}
	watch := librarysync.NewWatch(e.store)
	o := a.serverOptions(ctx, e, n, watch, source)
	waitMetrics, err := a.countIn(ctx, e, &o)
	if err != nil {
		return err
	}
	handler, err := httpapi.New(o)
	if err != nil {
		return err
	}
	if err := a.warnOfRole(ctx); err != nil {
		return err
	}
	if err := a.announce(ctx, e, n, source); err != nil {
		return err
	}
	a.log.LogAttrs(ctx, slog.LevelInfo, "serving", slog.String("listen", listener.Addr().String()))
	ctx, stop := context.WithCancel(ctx)
	wait := a.background(ctx, e, watch)
	err = httpapi.Serve(ctx, listener, handler, o)
	stop()
	wait()
	waitForMails(ctx, e.auth)
	waitMetrics()
	return err
}

// serverOptions are what the server works with.
func (a *app) serverOptions(
	ctx context.Context, e engine, n network, watch *librarysync.Watch, source *cert.Source,
) httpapi.Options {
	o := httpapi.Options{
		Auth: e.auth, Store: e.store, Accounts: e.accounts, Syncs: e.syncs, Advice: e.advice, Notices: e.notices, Elsewhere: e.shelves,
		Covers:    a.covers(),
		Pages:     a.env.Pages,
		PublicURL: n.public, RelayOrigin: n.relayOrigin(), TrustedProxies: n.proxies, Insecure: n.insecure,
		Subdomains: n.subdomains,
		Watch:      watch, Version: currentVersion().Version, Database: a.databaseKind(),
		Simulated: a.env.Transport != nil, Demo: a.demo, Limits: a.env.Limits, Ending: ctx.Done(), Now: a.env.Now, Log: a.log,
	}
	o.Kit, o.Backups = e.kit, a.cfg.get("backup_folder") != ""
	if source != nil {
		o.TLS = source.Config()
	}
	return o
}

// forgetUnwanted deletes what people have stored of their sign-ins where the
// operator no longer lets them.
func (a *app) forgetUnwanted(ctx context.Context, e engine) error {
	forgotten, err := e.accounts.ForgetUnwanted(ctx)
	if forgotten > 0 {
		a.log.LogAttrs(ctx, slog.LevelInfo, "stored Amazon passwords deleted: stored_passwords is not yes", slog.Int("accounts", forgotten))
	}
	return err
}

// waitForMails lets the mails under way go out, for mailPatience at most.
func waitForMails(ctx context.Context, people *auth.Service) {
	mails, give := context.WithTimeout(context.WithoutCancel(ctx), mailPatience)
	defer give()
	people.Wait(mails)
}

// mailPatience is how long the end of a server waits for mails under way: a mail
// server that is silent is given up.
const mailPatience = 5 * time.Second

// openEngine opens the database, the key and the services.
func (a *app) openEngine(ctx context.Context) (engine, error) {
	if a.furnished != nil {
		return *a.furnished, nil
	}
	if a.cfg.get("metrics_listen") != "" {
		a.counts = metrics.New(currentVersion().Version)
	}
	opened, err := store.Open(ctx, a.countedStore())
	if err != nil {
		return engine{}, err
	}
	a.store = opened // closed when the command ends
	key, err := a.serverKey(ctx)
	if err != nil {
		return engine{}, err
	}
	e := engine{store: opened, key: key}
	e.accounts = account.New(account.Options{
		Store: opened, Key: key, Transport: a.transport(), Now: a.env.Now, Wait: a.env.Wait,
		Rate: a.env.Rate, Log: a.log, StoresSignIns: a.cfg.get("stored_passwords") == "yes",
	})
	e.syncs = librarysync.New(librarysync.Options{Accounts: e.accounts, Store: opened, Now: a.env.Now})
	e.advice = advice.New(advice.Options{Store: opened, Syncs: e.syncs, Now: a.env.Now})
	sender, err := a.mailer()
	if err != nil {
		return engine{}, err
	}
	if err := a.checkRegistration(sender != nil); err != nil {
		return engine{}, err
	}
	networks, _ := prefixesOf("notice_networks", a.cfg.get("notice_networks")) // what is wrong was said before
	e.notices = notify.New(notify.Options{
		Store: opened, Key: key, Advice: e.advice, Mail: sender, PublicURL: a.mailedAddress(), Networks: networks,
		Now: a.env.Now, Log: a.log,
	})
	shelves, _ := prefixesOf("shelf_networks", a.cfg.get("shelf_networks"))
	e.shelves = elsewhere.New(elsewhere.Options{
		Store: opened, Key: key, Advice: e.advice, Networks: shelves, Now: a.env.Now, Log: a.log,
	})
	e.auth, err = auth.New(ctx, auth.Options{
		Store: opened, Key: key, Now: a.env.Now, PublicURL: a.mailedAddress(), Mail: sender, Log: a.log,
		Registration: auth.Registration(a.cfg.get("registration")), Memory: usableMemory(os.DirFS("/")),
	})
	if err != nil {
		return engine{}, err
	}
	return e, a.forgetUnwanted(ctx, e)
}

// checkRegistration refuses a server that anybody may register at and that
// can't mail the links.
func (a *app) checkRegistration(mails bool) error {
	if a.cfg.get("registration") != string(auth.RegistrationOpen) || mails && a.mailedAddress() != "" {
		return nil
	}
	return audipy.Fail(audipy.Invalid, "registration is open, and the links for it can't be mailed", nil).
		WithHint("set smtp_host, smtp_from and public_url, or registration to invite-only")
}

// warnOfRole warns of a database that shows its server everybody's rows whatever
// they ask for.
func (a *app) warnOfRole(ctx context.Context) error {
	bypasses, err := a.store.BypassesRowSecurity(ctx)
	if err == nil && bypasses {
		a.out.note("%s", bypassed)
		a.log.WarnContext(ctx, bypassed)
	}
	return err
}

const bypassed = "PostgreSQL shows this role every row: row-level security doesn't hold for a superuser, nor with BYPASSRLS"

// covers keeps covers in the data folder, where they may be deleted at any
// time.
func (a *app) covers() *cover.Service {
	return cover.New(cover.Options{
		Folder: filepath.Join(a.cfg.get("home"), "cache", "covers"), Transport: a.transport(), Now: a.env.Now,
	})
}

// storeOptions say which database is meant: PostgreSQL when its address is
// given, else the file in the data folder.
func (a *app) storeOptions() store.Options {
	if address := a.cfg.get("database"); address != "" {
		return store.Options{PostgresURL: address, Now: a.env.Now}
	}
	return store.Options{SQLitePath: filepath.Join(a.cfg.get("home"), "audipy.db"), Now: a.env.Now}
}

// announce prints where the server is, and while it has no administrator the
// address that makes one. The code stands behind the "#", which browsers send
// to nobody.
func (a *app) announce(ctx context.Context, e engine, n network, source *cert.Source) error {
	type document struct {
		Address     string `json:"address"`
		SetUp       string `json:"set_up,omitempty"`
		Fingerprint string `json:"fingerprint,omitempty"`
	}
	needed, err := e.auth.SetUpNeeded(ctx)
	if err != nil {
		return err
	}
	d := document{Address: n.address()}
	if n.selfSigned {
		d.Fingerprint = source.Fingerprint()
		a.out.note("the server's own certificate has the SHA-256 fingerprint %s", d.Fingerprint)
	}
	if needed {
		code, err := e.auth.NewSetUpCode(ctx)
		if err != nil {
			return err
		}
		d.SetUp = d.Address + "/setup#" + code
	}
	return a.out.result(d, func() {
		if d.SetUp == "" {
			a.out.line("AudiPy is at %s", d.Address)
			return
		}
		a.out.line("AudiPy is at %s and has no administrator yet. Within a day, open:", d.Address)
		a.out.line("")
		a.out.line("  %s", d.SetUp)
		a.out.line("")
	})
}

// listenedBy names what chooses where the pages are served: the demo asks no
// setting.
func (a *app) listenedBy() string {
	if a.demo != nil {
		return "--listen"
	}
	return "AUDIPY_LISTEN"
}

// cantListen says that an address is taken, and by what another is chosen.
func cantListen(address, by string, err error) error {
	return audipy.Fail(audipy.Busy, fmt.Sprintf("the server can't listen on %s", address), err).
		WithHint("another program may use the port; choose one with " + by)
}
