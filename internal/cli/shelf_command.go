package cli

import (
	"context"
	"fmt"
	"net/netip"
	"time"

	"github.com/audipy/audipy/internal/audipy"
	"github.com/audipy/audipy/internal/elsewhere"
	"github.com/audipy/audipy/internal/recommend"
)

// shelfCmd looks after the audiobookshelf server that says what the person has
// outside of Audible.
type shelfCmd struct {
	Show       shelfShowCmd       `cmd:"" default:"withargs" help:"Show the server, and what of it counts as yours, or would."`
	Connect    shelfConnectCmd    `cmd:"" help:"Connect an audiobookshelf server by an API key, and show what would count."`
	Apply      shelfApplyCmd      `cmd:"" help:"Let its titles count as yours from now on: series and suggestions then don't miss them."`
	Refresh    shelfRefreshCmd    `cmd:"" help:"Read the server now."`
	Disconnect shelfDisconnectCmd `cmd:"" help:"Forget the server, its key and its titles: none counts any more."`
}

// elsewhere returns the service that reads the server, for the person. Whoever
// runs the command line can reach every network anyway, so that it asks for no
// permission; a server that reads later goes by shelf_networks.
func (a *app) elsewhere(ctx context.Context) (*elsewhere.Service, audipy.UserID, error) {
	opened, user, err := a.database(ctx)
	if err != nil {
		return nil, "", err
	}
	key, err := a.openKey(ctx, opened, user)
	if err != nil {
		return nil, "", err
	}
	everywhere := []netip.Prefix{netip.MustParsePrefix("0.0.0.0/0"), netip.MustParsePrefix("::/0")}
	return elsewhere.New(elsewhere.Options{
		Store: opened, Key: key, Advice: a.advisor(), Networks: everywhere, Now: a.env.Now, Log: a.log,
	}), user, nil
}

// shelfConnectCmd connects a server.
type shelfConnectCmd struct {
	URL string `arg:"" name:"address" help:"Where you open audiobookshelf, such as http://nas:13378."`
}

// Run asks for the key, reads the server and shows what would count.
func (c shelfConnectCmd) Run(ctx context.Context, a *app) error {
	shelf, user, err := a.elsewhere(ctx)
	if err != nil {
		return err
	}
	key, err := a.askSecret(ctx, "API key of audiobookshelf")
	if err != nil {
		return err
	}
	if err := shelf.Connect(ctx, user, c.URL, key); err != nil {
		return err
	}
	if err := shelf.Read(ctx, user); err != nil {
		return err
	}
	return a.showShelf(ctx, shelf, user)
}

// shelfShowCmd shows the server.
type shelfShowCmd struct{}

// Run shows the server and what counts.
func (shelfShowCmd) Run(ctx context.Context, a *app) error {
	shelf, user, err := a.elsewhere(ctx)
	if err != nil {
		return err
	}
	return a.showShelf(ctx, shelf, user)
}

// shelfMatch is a title on the server and what it is at Audible.
type shelfMatch struct {
	Title       string               `json:"title"`
	Confidence  recommend.Confidence `json:"confidence"`
	ASIN        string               `json:"asin"`
	Marketplace string               `json:"marketplace"`
	Product     string               `json:"product"`
}

// shelfState is what "shelf show" prints.
type shelfState struct {
	Host        string       `json:"host"`
	ReadAt      time.Time    `json:"read_at,omitzero"`
	Failure     string       `json:"failure,omitempty"`
	AppliedAt   time.Time    `json:"applied_at,omitzero"`
	CountLikely bool         `json:"count_likely"`
	Titles      int          `json:"titles"`
	InLibrary   int          `json:"in_library"`
	Unknown     int          `json:"unknown"`
	Matches     []shelfMatch `json:"matches"`
}

func (a *app) showShelf(ctx context.Context, shelf *elsewhere.Service, user audipy.UserID) error {
	server, err := shelf.Server(ctx, user)
	if err != nil {
		return noShelf(err)
	}
	preview, err := shelf.Preview(ctx, user)
	if err != nil {
		return err
	}
	d := shelfState{
		Host: server.Host, ReadAt: server.ReadAt, Failure: server.Failure, AppliedAt: server.AppliedAt, CountLikely: server.CountsLikely,
		Titles: preview.Titles, InLibrary: preview.InLibrary, Unknown: preview.Unknown, Matches: []shelfMatch{},
	}
	for _, m := range preview.Matches {
		p := m.Products[0]
		d.Matches = append(d.Matches, shelfMatch{m.Copy.Title, m.Confidence, p.ASIN, p.Marketplace, p.Title})
	}
	return a.out.result(d, func() { a.out.shelf(d, preview.Sure) })
}

// shelf prints the server and a table of what counts.
func (p *printer) shelf(d shelfState, sure int) {
	p.line("%s has %s: %s in your library anyway, %s not in the catalogue.", clean(d.Host),
		counted(d.Titles, "audiobook", "audiobooks"), thousands(d.InLibrary), thousands(d.Unknown))
	if d.Failure != "" {
		p.line("It could not be read again: %s", clean(d.Failure))
	}
	if len(d.Matches) > 0 {
		cells := make([][]string, len(d.Matches))
		for i, m := range d.Matches {
			cells[i] = []string{m.Title, m.Product, m.ASIN + " " + m.Marketplace, confidenceWords(m.Confidence)}
		}
		p.line("")
		p.table([]column{{title: "THERE", grow: true}, {title: "AT AUDIBLE", grow: true}, {title: "ASIN"}, {title: "FOUND BY"}}, cells)
		p.line("")
	}
	likely := len(d.Matches) - sure
	switch {
	case d.AppliedAt.IsZero():
		p.line("Nothing of it counts yet. \"audipy shelf apply\" counts the %s that %s sure; with --likely also the %s found by name alone.",
			thousands(sure), plural(sure, "is", "are"), thousands(likely))
	case d.CountLikely:
		p.line("All %s count as yours.", thousands(len(d.Matches)))
	default:
		p.line("The %s that %s sure %s as yours, and not the %s found by name alone.",
			thousands(sure), plural(sure, "is", "are"), plural(sure, "counts", "count"), thousands(likely))
	}
}

func confidenceWords(c recommend.Confidence) string {
	switch c {
	case recommend.ByASIN:
		return "ASIN"
	case recommend.ByPlace:
		return "name and number"
	case recommend.ByName:
		return "name alone"
	}
	return ""
}

// shelfApplyCmd lets the titles count.
type shelfApplyCmd struct {
	Likely bool `help:"Count those too that were found by title and author alone."`
}

// Run lets them count, and shows what does.
func (c shelfApplyCmd) Run(ctx context.Context, a *app) error {
	shelf, user, err := a.elsewhere(ctx)
	if err != nil {
		return err
	}
	if err := shelf.Apply(ctx, user, c.Likely); err != nil {
		return noShelf(err)
	}
	return a.showShelf(ctx, shelf, user)
}

// shelfRefreshCmd reads the server.
type shelfRefreshCmd struct{}

// Run reads the server, and shows what counts.
func (shelfRefreshCmd) Run(ctx context.Context, a *app) error {
	shelf, user, err := a.elsewhere(ctx)
	if err != nil {
		return err
	}
	if err := shelf.Read(ctx, user); err != nil {
		return noShelf(err)
	}
	return a.showShelf(ctx, shelf, user)
}

// shelfDisconnectCmd forgets the server.
type shelfDisconnectCmd struct{}

// Run forgets the server.
func (shelfDisconnectCmd) Run(ctx context.Context, a *app) error {
	shelf, user, err := a.elsewhere(ctx)
	if err != nil {
		return err
	}
	if err := shelf.Disconnect(ctx, user); err != nil {
		return noShelf(err)
	}
	return a.out.result(map[string]bool{"disconnected": true}, func() {
		a.out.line("The server, its key and its titles are forgotten; nothing of it counts any more.")
	})
}

// noShelf says what to do where no server is connected.
func noShelf(err error) error {
	if audipy.KindOf(err) != audipy.NotFound {
		return err
	}
	return audipy.Fail(audipy.NotFound, "no audiobookshelf server is connected", err).
		WithHint(fmt.Sprintf("connect one with %q", "audipy shelf connect ADDRESS"))
}

// refreshShelf reads the server where that is due: a server does so by a job,
// the command line with the catalogue. What fails is only noted.
func (a *app) refreshShelf(ctx context.Context) {
	found, err := a.store.ElsewhereServer(ctx, a.user.ID)
	if err != nil || found.AppliedAt.IsZero() || a.env.Now().Sub(found.ReadAt) < catalogEvery {
		return
	}
	shelf, user, err := a.elsewhere(ctx)
	if err == nil {
		err = shelf.Read(ctx, user)
	}
	if err != nil {
		message, _ := describe(err)
		a.out.note("what you have outside of Audible is as of the last look: %s", message)
	}
}
