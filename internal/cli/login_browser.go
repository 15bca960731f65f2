package cli

import (
	"context"
	"errors"
	"fmt"
	"net"

	"github.com/audipy/audipy/audible"
	"github.com/audipy/audipy/internal/account"
	"github.com/audipy/audipy/internal/audipy"
)

// signInByBrowser carries Amazon's own pages to the person's browser on
// loopback and catches the code there: nothing to paste.
func (a *app) signInByBrowser(
	ctx context.Context, accounts *account.Service, signIn *audible.SignIn,
) (audible.Authorization, error) {
	var listen net.ListenConfig
	listener, err := listen.Listen(ctx, "tcp", "127.0.0.1:0")
	if err != nil {
		return audible.Authorization{}, audipy.Fail(audipy.Unavailable, "no local address is free for the sign-in page", err).
			WithHint(`use "audipy login --paste"`)
	}
	relay, err := audible.NewRelay(signIn, accounts.Transport(), audible.RelayOptions{
		Origin: "http://" + listener.Addr().String(),
	})
	if err != nil {
		_ = listener.Close()
		return audible.Authorization{}, fmt.Errorf("make the sign-in page: %w", err)
	}
	a.out.note("opening Amazon's sign-in in your browser; if no window comes up, open this address:")
	a.out.note("  %s", relay.StartURL())
	a.out.note("waiting until you are signed in there (at most 10 minutes; Ctrl-C stops)")
	if err := a.env.OpenBrowser(ctx, relay.StartURL()); err != nil {
		a.out.note("no browser could be started here; open the address on this computer yourself")
	}
	authorization, err := relay.Serve(ctx, listener)
	return authorization, explainSignIn(err)
}

// signInByPaste has the person sign in anywhere and paste where it ended.
func (a *app) signInByPaste(ctx context.Context, signIn *audible.SignIn) (audible.Authorization, error) {
	a.out.note("open this address in a browser and sign in; Amazon may ask twice, and show a captcha:")
	fmt.Fprintf(a.env.Stderr, "\n%s\n\n", signIn.URL())
	a.out.note(`it ends on a page that says "page not found": that is success. Copy that page's whole address.`)
	for range maxPastes {
		pasted, err := a.ask(ctx, "Paste the address here")
		if err != nil {
			return audible.Authorization{}, err
		}
		authorization, err := signIn.Complete(pasted)
		if err == nil {
			return authorization, nil
		}
		a.out.note("%s", clean(err.Error()))
	}
	return audible.Authorization{}, audipy.Fail(audipy.Invalid, "none of the pasted addresses was the one that Amazon ends on", nil).
		WithHint(`start over with "audipy login"`)
}

// maxPastes is how often a wrong address may be tried.
const maxPastes = 5

// explainSignIn puts the failures of a sign-in into words.
func explainSignIn(err error) error {
	switch {
	case err == nil, errors.Is(err, context.Canceled):
		return err
	case errors.Is(err, audible.ErrRelayExpired):
		return audipy.Fail(audipy.ActionRequired, "nobody finished the sign-in in time", err).
			WithHint(`run "audipy login" again`)
	case errors.Is(err, audible.ErrSignInUnavailable):
		return audipy.Fail(audipy.Unavailable, "Amazon's sign-in pages can't be reached", err).
			WithHint("look at the network, and try again in a minute")
	}
	return account.Explain(err)
}
