package cli

import (
	"cmp"
	"context"
	"crypto/rand"
	"encoding/base64"
	"errors"
	"fmt"
	"net/url"
	"os"
	"strings"
	"time"
	"unicode"

	"github.com/audipy/audipy/internal/account"
	"github.com/audipy/audipy/internal/audipy"
	"github.com/audipy/audipy/internal/audit"
	"github.com/audipy/audipy/internal/remote"
	"github.com/audipy/audipy/internal/store"
)

// serverCmd looks after the servers that this computer works with.
type serverCmd struct {
	Add    serverAddCmd    `cmd:"" help:"Ask a server to let this computer in; you answer in a browser."`
	List   serverListCmd   `cmd:"" default:"1" help:"List the servers that let this computer in."`
	Remove serverRemoveCmd `cmd:"" help:"End what lets this computer in, there and here."`
}

// serverAddCmd asks to be let in.
type serverAddCmd struct {
	URL      string `arg:"" help:"Address of the server, such as https://audipy.example.org."`
	Name     string `placeholder:"NAME" help:"What --server calls it; its host name if left out."`
	ReadOnly bool   `help:"Ask only to read: no sync, no changes, no push."`
}

// Run shows the code, waits for the person's answer in the browser, and keeps
// what the server then gives.
func (c serverAddCmd) Run(ctx context.Context, a *app) error {
	base, err := remote.ParseAddress(c.URL)
	if err != nil {
		return err
	}
	name := cmp.Or(c.Name, base.Hostname())
	before, err := a.checkServerName(ctx, name, base)
	if err != nil {
		return err
	}
	accounts, _, err := a.services(ctx)
	if err != nil {
		return err
	}
	ks, err := accounts.Keyset(ctx, a.user.ID)
	if err != nil {
		return err
	}
	device := remote.Device{Key: newDeviceKey(), Name: deviceName()}
	client := remote.New(remote.Options{Base: base, Wait: a.env.Wait, Version: currentVersion().Version})
	asked, err := client.Authorize(ctx, device, c.scopes())
	if err != nil {
		return err
	}
	a.showCode(asked)
	grant, err := client.Await(ctx, device, asked)
	if err != nil {
		return err
	}
	tokens := tokensOf(device.Key, grant, a.env.Now())
	saved, err := a.store.PutServer(context.WithoutCancel(ctx), a.user.ID, store.NewServer{
		Name: name, URL: base.String(), Scopes: grant.Scope, Seal: tokens.seal(ks),
	}, audit.Event{Action: audit.ServerAdded, Outcome: audit.Succeeded})
	if err != nil {
		return err
	}
	a.endBefore(ctx, before)
	return a.printAdded(ctx, client, saved, grant)
}

// scopes are what is asked for.
func (c serverAddCmd) scopes() []audipy.Scope {
	if c.ReadOnly {
		return []audipy.Scope{
			audipy.ScopeLibraryRead, audipy.ScopeAccountsRead, audipy.ScopeExportRead, audipy.ScopeAuditRead,
		}
	}
	return audipy.Scopes()
}

// checkServerName is a Conflict for a name that another server has. It returns
// the server that is at the address already, or nil.
func (a *app) checkServerName(ctx context.Context, name string, base *url.URL) (*store.Server, error) {
	if name == "" || len(name) > 100 || strings.Contains(name, "://") || strings.ContainsFunc(name, unicode.IsControl) {
		return nil, audipy.Fail(audipy.Invalid, fmt.Sprintf("%q can't be the name of a server", name), nil).
			WithHint("choose a word with --name")
	}
	opened, user, err := a.database(ctx)
	if err != nil {
		return nil, err
	}
	all, err := opened.Servers(ctx, user)
	if err != nil {
		return nil, err
	}
	var before *store.Server
	for _, one := range all {
		if one.URL == base.String() {
			before = &one
		} else if one.Name == name {
			return nil, audipy.Fail(audipy.Conflict, fmt.Sprintf("the server at %s is called %q already", one.URL, name), nil).
				WithHint("choose another name with --name")
		}
	}
	return before, nil
}

// newDeviceKey makes what a server keeps this computer apart by.
func newDeviceKey() string {
	key := make([]byte, 32)
	_, _ = rand.Read(key) // it never fails
	return base64.RawURLEncoding.EncodeToString(key)
}

// maxDeviceName is how long a server lets the name of a device be.
const maxDeviceName = 64

// deviceName is what people see of this computer at a server.
func deviceName() string {
	host, err := os.Hostname()
	if err != nil {
		return "audipy"
	}
	name := []rune("audipy on " + strings.Map(func(r rune) rune {
		if r > unicode.MaxASCII || !unicode.IsPrint(r) {
			return -1
		}
		return r
	}, host))
	return string(name[:min(len(name), maxDeviceName)])
}

// showCode says where the person answers. It is no result: that comes when they
// have.
func (a *app) showCode(asked remote.Authorization) {
	a.out.note("open %s in a browser and type the code %s", clean(asked.Address), a.out.paint("1", clean(asked.UserCode)))
	a.out.qrCode(asked.FullAddress)
	a.out.note("waiting for your answer there, %s at most", inWords(time.Duration(asked.Seconds)*time.Second))
}

// endBefore ends at a server what let this computer in before it did anew. Where
// that fails it ends by itself when it was not used for long.
func (a *app) endBefore(ctx context.Context, before *store.Server) {
	if before == nil {
		return
	}
	if err := a.revoke(ctx, *before); err != nil {
		a.out.note("what let this computer in before could not be ended: %s; the page Programs there lists it", clean(err.Error()))
	}
}

// revoke ends at the server what lets this computer in.
func (a *app) revoke(ctx context.Context, server store.Server) error {
	accounts, _, err := a.services(ctx)
	if err != nil {
		return err
	}
	return endGrant(ctx, accounts, a.user.ID, server)
}

// endGrant ends at a server what lets this computer in for somebody.
func endGrant(ctx context.Context, accounts *account.Service, user audipy.UserID, server store.Server) error {
	ks, err := accounts.Keyset(ctx, user)
	if err != nil {
		return err
	}
	tokens, err := openTokens(ks, server)
	if err != nil {
		return err
	}
	base, err := remote.ParseAddress(server.URL)
	if err != nil {
		return err
	}
	return remote.New(remote.Options{Base: base, Version: currentVersion().Version}).Revoke(ctx, tokens.RefreshToken)
}

func (a *app) printAdded(ctx context.Context, client *remote.Client, saved store.Server, grant remote.Grant) error {
	client.Bearer = func(context.Context, string) (string, error) { return grant.AccessToken, nil }
	who, err := client.Current(ctx)
	if err != nil {
		return err
	}
	row := serverRowOf(saved)
	row.Person = who.Person.Email
	return a.out.result(row, func() {
		a.out.line("%s lets this computer in as %s.", clean(saved.Name), clean(cmp.Or(who.Person.Name, who.Person.Email)))
		a.out.line("  it may: %s", strings.ReplaceAll(clean(saved.Scopes), " ", ", "))
		a.out.line("  try: audipy next --server %s", clean(saved.Name))
	})
}

// serverRow is a server as JSON says it.
type serverRow struct {
	Name    string    `json:"name"`
	URL     string    `json:"url"`
	Scopes  []string  `json:"scopes"`
	AddedAt time.Time `json:"added_at"`
	// Person is whose account there it is, when the server was just asked.
	Person string `json:"person,omitempty"`
}

func serverRowOf(s store.Server) serverRow {
	return serverRow{Name: s.Name, URL: s.URL, Scopes: strings.Fields(s.Scopes), AddedAt: s.AddedAt}
}

// serverListCmd lists servers.
type serverListCmd struct{}

// Run prints the servers that were added.
func (serverListCmd) Run(ctx context.Context, a *app) error {
	opened, user, err := a.database(ctx)
	if err != nil {
		return err
	}
	all, err := opened.Servers(ctx, user)
	if err != nil {
		return err
	}
	rows := make([]serverRow, len(all))
	for i, one := range all {
		rows[i] = serverRowOf(one)
	}
	return a.out.result(map[string]any{"servers": rows}, func() {
		if len(rows) == 0 {
			a.out.line(`no server lets this computer in; "audipy server add URL" asks one to`)
			return
		}
		cells := make([][]string, len(rows))
		for i, r := range rows {
			cells[i] = []string{r.Name, r.URL, day(r.AddedAt), strings.Join(r.Scopes, ", ")}
		}
		a.out.table([]column{{title: "NAME"}, {title: "ADDRESS"}, {title: "SINCE"}, {title: "MAY", grow: true}}, cells)
	})
}

// serverRemoveCmd ends what lets this computer in.
type serverRemoveCmd struct {
	Name   string `arg:"" help:"Its name, or its address."`
	Forget bool   `help:"Forget it here even if it can't be told."`
}

// Run ends the grant at the server first: what is forgotten here can't be ended
// any more.
func (c serverRemoveCmd) Run(ctx context.Context, a *app) error {
	saved, err := a.savedServer(ctx, c.Name)
	if err != nil {
		return err
	}
	ended := true
	if err := a.revoke(ctx, saved); err != nil {
		if !c.Forget {
			known, _ := errors.AsType[*audipy.Error](err)
			if known == nil {
				return err
			}
			return known.WithHint(`try again later, or add --forget and end "` + deviceName() + `" on the page Programs there`)
		}
		ended = false
	}
	err = a.store.DeleteServer(ctx, a.user.ID, saved.ID, audit.Event{Action: audit.ServerRemoved, Outcome: audit.Succeeded})
	if err != nil {
		return err
	}
	return a.out.result(map[string]any{"name": saved.Name, "url": saved.URL, "ended": ended}, func() {
		a.out.line("%s no longer lets this computer in.", clean(saved.Name))
		if !ended {
			a.out.line(`  it could not be told: end "%s" on the page Programs of %s`, clean(deviceName()), clean(saved.URL))
		}
	})
}
