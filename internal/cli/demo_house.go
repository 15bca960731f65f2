package cli

import (
	"context"
	"fmt"
	"net"
	"net/http"
	"time"

	"github.com/audipy/audipy/audible/authfile"
	"github.com/audipy/audipy/internal/audipy"
	"github.com/audipy/audipy/internal/auth"
	"github.com/audipy/audipy/internal/elsewhere/shelftest"
)

// The second made-up person of a demo server, with a library of their own, and
// somebody who was invited.
const (
	demoOtherLogin  = "noor@example.com"
	demoInvited     = "lee@example.com"
	demoOtherTitles = 25
	demoShelfKey    = "a-made-up-key"
	demoShelfTitles = 2
)

// house makes what a household has beside the administrator: another person, an
// open invite, and a shelf outside of Audible.
func (d *demoServer) house(ctx context.Context, administrator audipy.UserID) error {
	if _, _, err := d.engine.auth.Invite(ctx, administrator, demoInvited); err != nil {
		return err
	}
	_, invite, err := d.engine.auth.Invite(ctx, administrator, demoOtherLogin)
	if err != nil {
		return err
	}
	err = d.engine.auth.Register(ctx, auth.Register{
		Invite: invite, Name: "Noor Sample", Email: demoOtherLogin, Password: demoPersonPassword,
	}, auth.Visitor{})
	if err != nil {
		return err
	}
	other, err := d.engine.store.UserByEmail(ctx, demoOtherLogin)
	if err != nil {
		return err
	}
	if err := d.link(ctx, other.ID, demoOtherLogin, "us"); err != nil {
		return err
	}
	if err := d.syncAll(ctx, other.ID); err != nil {
		return err
	}
	return d.shelve(ctx, administrator)
}

// link links a made-up account without a sign-in.
func (d *demoServer) link(ctx context.Context, user audipy.UserID, login, marketplace string) error {
	data, err := d.sim.CredentialFile(login, marketplace)
	if err != nil {
		return fmt.Errorf("register a made-up device: %w", err)
	}
	found, _, err := authfile.Read(data, authfile.ReadOptions{})
	if err != nil {
		return fmt.Errorf("read the made-up file: %w", err)
	}
	_, err = d.engine.accounts.LinkCredentials(ctx, user, found[0].Credentials)
	return err
}

// shelve puts the person's last suggestions onto a made-up audiobookshelf server
// on this computer, and lets them count.
func (d *demoServer) shelve(ctx context.Context, user audipy.UserID) error {
	found, err := d.engine.advice.For(ctx, user)
	if err != nil {
		return err
	}
	books := []shelftest.Book{{ID: "made-up", Title: "A Recording of Our Own", Authors: "Kim Sample", AudioFiles: 1}}
	for i, s := range found.Next[max(0, len(found.Next)-demoShelfTitles):] {
		book := shelftest.Book{ID: fmt.Sprint("book-", i), Title: s.Product.Title, ASIN: s.Product.ASIN, AudioFiles: 1}
		if len(s.Product.Authors) > 0 {
			book.Authors = s.Product.Authors[0].Name
		}
		books = append(books, book)
	}
	shelf := &shelftest.Server{Key: demoShelfKey}
	shelf.Set(books...)
	listener, err := (&net.ListenConfig{}).Listen(ctx, "tcp", "127.0.0.1:0")
	if err != nil {
		return fmt.Errorf("listen for the made-up shelf: %w", err)
	}
	server := &http.Server{Handler: shelf, ReadHeaderTimeout: 5 * time.Second}
	go func() { _ = server.Serve(listener) }() // until the demo ends
	context.AfterFunc(ctx, func() { _ = server.Close() })
	if err := d.engine.shelves.Connect(ctx, user, "http://"+listener.Addr().String(), demoShelfKey); err != nil {
		return err
	}
	if err := d.engine.shelves.Read(ctx, user); err != nil {
		return err
	}
	return d.engine.shelves.Apply(ctx, user, false)
}
