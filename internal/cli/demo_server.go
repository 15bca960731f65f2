package cli

import (
	"context"
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"sync/atomic"
	"time"

	"github.com/audipy/audipy/audible/audiblesim"
	"github.com/audipy/audipy/internal/audipy"
	"github.com/audipy/audipy/internal/auth"
	"github.com/audipy/audipy/internal/httpapi"
	"github.com/audipy/audipy/internal/librarysync"
	"github.com/audipy/audipy/internal/provider"
	"github.com/audipy/audipy/internal/store"
)

// The made-up administrator of a demo server, and the second of their accounts
// at the made-up Amazon; the first is demoLogin.
const (
	demoPersonPassword = "a made-up pass phrase"
	demoSecondLogin    = "kim.sample@example.com"
	salePrice          = 299 // in minor units
	saleTitles         = 12
	demoClient         = "amzn1.application-oa2-client.made-up"
	demoSecret         = "amzn1.oa2-cs.v1.made-up"
	demoToken          = "Screen in the kitchen" // the name of a token of theirs
)

// demoServer is a server whose Amazon is the simulator.
type demoServer struct {
	app    *app // of the server, in a folder of its own
	sim    *audiblesim.Sim
	engine engine
	// ahead is how far the demo's clock is before the real one.
	ahead atomic.Int64
}

// serve makes the world and serves it until ctx ends.
func (c demoCmd) serve(ctx context.Context, a *app) error {
	folder, err := os.MkdirTemp("", "audipy-demo-*")
	if err != nil {
		return fmt.Errorf("make a folder for the demo: %w", err)
	}
	defer func() { _ = os.RemoveAll(folder) }()
	d := &demoServer{}
	now := func() time.Time { return a.env.Now().Add(time.Duration(d.ahead.Load())) }
	d.sim = audiblesim.New(audiblesim.Options{Seed: c.Seed, Now: now})
	if err := d.addAccounts(c); err != nil {
		return err
	}
	env := demoEnv(a.env, folder, d.sim)
	env.Now = now
	d.app = &app{env: env, out: a.out, log: a.log}
	defer d.app.close()
	d.app.cfg, err = loadConfig(env, map[string]string{
		"home": filepath.Join(folder, "data"), "listen": c.Listen, "stored_passwords": "yes", "shelf_networks": "127.0.0.1",
		"amazon_client_id": demoClient, "amazon_client_secret": demoSecret,
	})
	if err != nil {
		return err
	}
	if d.engine, err = d.app.openEngine(ctx); err != nil {
		return err
	}
	if err := d.openAmazon(ctx); err != nil {
		return err
	}
	a.out.note("SIMULATED DATA: a made-up Amazon in this process; nothing leaves the computer")
	if !c.Empty {
		a.out.note("making a person with two accounts, %s and %s titles", thousands(c.Books), thousands(c.Second))
		if err := d.furnish(ctx); err != nil {
			return err
		}
		a.out.note("sign in as %s with the password: %s", demoLogin, demoPersonPassword)
		a.out.note("or as %s, who sees nothing of that", demoOtherLogin)
	} else {
		a.out.note("the made-up Amazon knows %s with the password: %s", demoLogin, demoPassword)
		a.out.note("its one-time password is shown at /api/v1/demo/amazon of this server")
	}
	d.app.furnished, d.app.demo = &d.engine, d.buttons()
	return serveCmd{}.Run(ctx, d.app)
}

// openAmazon serves the made-up Amazon's page for Login with Amazon on
// loopback, until ctx ends.
func (d *demoServer) openAmazon(ctx context.Context) error {
	server, err := d.sim.Listen(audiblesim.ServerOptions{})
	if err != nil {
		return fmt.Errorf("open the made-up Amazon: %w", err)
	}
	go func() { _ = server.Serve(ctx) }() // ends with the demo
	d.app.consent = func(origin string) string {
		d.sim.AddLWAApp(audiblesim.LWAApp{
			ClientID: demoClient, ClientSecret: demoSecret, ReturnURLs: []string{origin + auth.CallbackPath + provider.SlotAmazon},
		})
		return server.BrowserURL() + "/www.amazon.com/ap/oa"
	}
	return nil
}

// addAccounts makes the person at the made-up Amazon.
func (d *demoServer) addAccounts(c demoCmd) error {
	for login, titles := range map[string]map[string]int{
		demoLogin: {"us": c.Books}, demoSecondLogin: {"de": c.Second}, demoOtherLogin: {"us": demoOtherTitles},
	} {
		err := d.sim.AddAccount(audiblesim.Account{
			Login: login, Password: demoPassword, Challenges: []string{audiblesim.ChallengeOTP}, Marketplaces: titles,
		})
		if err != nil {
			return fmt.Errorf("make the made-up account: %w", err)
		}
	}
	return nil
}

// furnish makes the administrator with a token, links both accounts without a
// sign-in, and syncs them.
func (d *demoServer) furnish(ctx context.Context) error {
	code, err := d.engine.auth.NewSetUpCode(ctx)
	if err != nil {
		return err
	}
	made, err := d.engine.auth.SetUp(ctx, auth.SetUp{
		Code: code, Name: "Kim Sample", Email: demoLogin, Password: demoPersonPassword,
	}, auth.Visitor{})
	if err != nil {
		return err
	}
	user := made.Actor.UserID
	for login, marketplace := range d.stores() {
		if err := d.link(ctx, user, login, marketplace); err != nil {
			return err
		}
	}
	if err := d.syncAll(ctx, user); err != nil {
		return err
	}
	if err := d.engine.advice.RefreshCatalog(ctx, user, nil); err != nil {
		return err
	}
	if err := d.house(ctx, user); err != nil {
		return err
	}
	_, _, err = d.engine.auth.MakeAPIToken(ctx, made.Actor, auth.NewToken{
		Name: demoToken, Scopes: []audipy.Scope{audipy.ScopeLibraryRead, audipy.ScopeAccountsRead}, Days: 90,
	})
	if err != nil {
		return err
	}
	return d.tell(ctx, user)
}

// tell has the person told what there is to tell, as the server would soon.
func (d *demoServer) tell(ctx context.Context, user audipy.UserID) error {
	_, err := d.engine.notices.WatchJob(ctx, store.Job{Kind: store.JobNotices, Key: string(user), User: user})
	return err
}

// stores says which store each made-up account is of.
func (*demoServer) stores() map[string]string {
	return map[string]string{demoLogin: "us", demoSecondLogin: "de"}
}

// syncAll syncs every account of a person that is linked.
func (d *demoServer) syncAll(ctx context.Context, user audipy.UserID) error {
	accounts, err := d.engine.store.Accounts(ctx, user)
	if err != nil {
		return err
	}
	for _, one := range accounts {
		if one.State == audipy.StateRevoked {
			continue
		}
		_, err := d.engine.syncs.Sync(ctx, librarysync.Request{User: user, Account: one.ID, Marketplaces: []string{one.Marketplace}})
		if err != nil && audipy.KindOf(err) != audipy.Busy {
			return err
		}
	}
	return nil
}

// buttons are what the pages let happen.
func (d *demoServer) buttons() *httpapi.Demo {
	return &httpapi.Demo{
		PricesFall: d.pricesFall, TokenDies: d.tokenDies, TitleAppears: d.titleAppears,
		Amazon: func() ([]httpapi.DemoAccount, error) {
			var all []httpapi.DemoAccount
			for _, login := range slices.Sorted(maps.Keys(d.stores())) {
				code, err := d.sim.OTP(login)
				if err != nil {
					return nil, fmt.Errorf("ask the simulator for a code: %w", err)
				}
				all = append(all, httpapi.DemoAccount{Login: login, Password: demoPassword, Code: code})
			}
			return all, nil
		},
	}
}

// pricesFall puts the first suggestions on sale and looks at their prices.
func (d *demoServer) pricesFall(ctx context.Context, user audipy.UserID) (string, error) {
	found, err := d.engine.advice.For(ctx, user)
	if err != nil {
		return "", err
	}
	onSale := map[string][]string{}
	for _, s := range found.Next {
		if len(onSale[s.Product.Marketplace]) < saleTitles && !s.Product.InPlus {
			if err := d.sim.Sale(s.Product.Marketplace, s.Product.ASIN, salePrice); err == nil {
				onSale[s.Product.Marketplace] = append(onSale[s.Product.Marketplace], s.Product.ASIN)
			}
		}
	}
	fallen := 0
	accounts, err := d.engine.store.Accounts(ctx, user)
	if err != nil {
		return "", err
	}
	for _, one := range accounts {
		asins := onSale[one.Marketplace]
		request := librarysync.CatalogRequest{User: user, Account: one.ID, Marketplace: one.Marketplace}
		if _, err := d.engine.syncs.RefreshProducts(ctx, request, asins); err != nil {
			return "", err
		}
		fallen += len(asins)
	}
	// Advice at hand may be some seconds old while only prices change.
	d.ahead.Add(int64(time.Minute))
	return fmt.Sprintf("The prices of %d suggestions fell.", fallen), d.tell(ctx, user)
}

// tokenDies removes the devices at the made-up Amazon, and syncs three times an
// hour apart: two refusals that far apart are believed.
func (d *demoServer) tokenDies(ctx context.Context, user audipy.UserID) (string, error) {
	if err := d.sim.RevokeAll(demoLogin); err != nil {
		return "", fmt.Errorf("revoke the made-up devices: %w", err)
	}
	for range 3 {
		d.ahead.Add(int64(time.Hour))
		if err := d.syncAll(ctx, user); err != nil && audipy.KindOf(err) == audipy.Internal {
			return "", err
		}
	}
	return "Amazon refuses the device of the account in the United States; its library stays.", nil
}

// titleAppears buys a title and syncs.
func (d *demoServer) titleAppears(ctx context.Context, user audipy.UserID) (string, error) {
	bought, err := d.sim.AddTitles(demoLogin, "us", 1)
	if err != nil {
		return "", fmt.Errorf("buy a title: %w", err)
	}
	if err := d.syncAll(ctx, user); err != nil {
		return "", err
	}
	items, err := d.engine.store.ItemsByASIN(ctx, user, bought[0])
	if err != nil {
		return "A title was bought; it shows after the next sync.", nil //nolint:nilerr // nobody has linked the account
	}
	return fmt.Sprintf("“%s” was bought.", items[0].Title), nil
}
