package account

import (
	"cmp"
	"context"
	"errors"

	"github.com/audipy/audipy/audible"
	"github.com/audipy/audipy/audible/authfile"
	"github.com/audipy/audipy/internal/audipy"
	"github.com/audipy/audipy/internal/audit"
	"github.com/audipy/audipy/internal/store"
)

// ImportLink begins a link from another program's credential file, and takes it
// to where the person confirms it or chooses one of its accounts. The file's
// device stays shared with that program.
//
// A file that can't be opened is Invalid in the same words whether the password
// is missing or wrong or the file is damaged.
func (s *Service) ImportLink(
	ctx context.Context, user audipy.UserID, browser string, file []byte, password string,
) (Link, error) {
	if err := s.admitLink(ctx, user); err != nil {
		return Link{}, err
	}
	if err := s.attempt(ctx, user, attemptImport, s.links.Imports, "files"); err != nil {
		return Link{}, err
	}
	offers, err := s.readFile(ctx, file, password)
	if err != nil {
		return Link{}, err
	}
	ks, err := s.keyset(ctx, user)
	if err != nil {
		return Link{}, err
	}
	h := &held{user: user, ks: ks, state: linkState{Offers: offers}}
	step := StepAccount
	if len(offers) == 1 {
		if err := s.refuseLinked(ctx, h); err != nil {
			return Link{}, err
		}
		if offers[0], err = s.tryOffer(ctx, offers[0]); err != nil {
			return Link{}, err
		}
		step = StepConfirm
	}
	c, _, err := h.offer()
	if err != nil {
		return Link{}, err
	}
	h.row, err = s.store.CreatePendingLink(ctx, user, store.NewPendingLink{
		Door: DoorFile, Marketplace: c.Marketplace, Step: step, Browser: browser, TTL: pendingTime, Seal: h.state.seal(ks), Most: s.links.Open,
	}, audit.Event{Action: audit.LinkStarted, Outcome: audit.Succeeded, Target: DoorFile})
	if err != nil {
		return Link{}, err
	}
	return s.view(ctx, h)
}

// readFile reads the accounts of a file, one file at a time: opening some takes
// hundreds of megabytes.
func (s *Service) readFile(ctx context.Context, file []byte, password string) ([]linkOffer, error) {
	select {
	case s.importing <- struct{}{}:
		defer func() { <-s.importing }()
	case <-ctx.Done():
		return nil, ctx.Err()
	}
	accounts, _, err := authfile.Read(file, authfile.ReadOptions{Password: []byte(password)})
	if err != nil {
		return nil, explainFile(err)
	}
	var offers []linkOffer
	for _, a := range accounts {
		c := a.Credentials
		if !c.CanSign() && !c.CanRefresh() {
			continue
		}
		// Website cookies open the owner's whole Amazon account, and nothing
		// here needs them.
		c.Cookies, c.StoreAuthCookie = nil, ""
		text, err := c.Encode()
		if err != nil {
			return nil, err
		}
		offers = append(offers, linkOffer{
			Credentials: text, Label: cmp.Or(c.Customer.Name, a.Label), Login: maskLogin(a.Login), Shared: true,
		})
	}
	if len(offers) == 0 {
		return nil, explainFile(authfile.ErrNotCredentials)
	}
	if len(offers) == 1 {
		offers[0] = s.nameOffer(ctx, offers[0])
	}
	return offers, nil
}

// tryOffer asks Amazon for a token before a file is offered to be confirmed: the
// device of an old file may have been signed out long ago. It is Invalid then.
// The other program keeps its own, and an outage says nothing.
func (s *Service) tryOffer(ctx context.Context, o linkOffer) (linkOffer, error) {
	c, err := audible.DecodeCredentials(o.Credentials)
	if err != nil {
		return o, unreadable(err)
	}
	l := &loose{now: c}
	client := audible.NewClient(audible.ClientOptions{Credentials: l, Transport: s.transport, Now: s.now, Wait: s.wait})
	err = audible.ErrRefused
	if c.CanRefresh() {
		_, err = client.Refresh(ctx)
	}
	if errors.Is(err, audible.ErrRefused) && c.CanSign() {
		err = client.CheckKey(ctx)
	}
	if errors.Is(err, audible.ErrRefused) {
		return o, audipy.Fail(audipy.Invalid, "Amazon no longer accepts the device of this file: its program was signed out", nil).
			WithCode("file_signed_out").WithHint("sign in with that program again and export a new file, or sign in through another door")
	}
	if err == nil {
		o.Credentials, err = l.now.Encode()
		return o, err
	}
	return o, nil
}

// nameOffer asks Amazon whose account a file is of, where the file doesn't say.
func (s *Service) nameOffer(ctx context.Context, o linkOffer) linkOffer {
	c, err := audible.DecodeCredentials(o.Credentials)
	if err != nil || c.Customer.Name != "" && c.Customer.ID != "" {
		return o
	}
	profile, fresh, err := s.profile(ctx, c)
	if err != nil {
		return o
	}
	fresh.Customer.ID, fresh.Customer.Name = profile.UserID, cmp.Or(c.Customer.Name, profile.Name)
	text, err := fresh.Encode()
	if err != nil {
		return o
	}
	o.Credentials, o.Label = text, fresh.Customer.Name
	o.Login = cmp.Or(o.Login, maskLogin(profile.Email))
	return o
}

func explainFile(err error) error {
	switch {
	case errors.Is(err, authfile.ErrPasswordNeeded), errors.Is(err, authfile.ErrWrongPassword):
		return audipy.Fail(audipy.Invalid, "the file could not be opened: the password is missing or wrong, or the file is damaged", nil).
			WithCode("file_not_opened")
	case errors.Is(err, authfile.ErrKeyNeeded):
		return audipy.Fail(audipy.Invalid, "Libation keeps the key of this file apart from it", nil).
			WithCode("file_not_usable").WithHint("link it with the command line, or sign in through another door")
	}
	return audipy.Fail(audipy.Invalid, "the file is not a credential file that can be used", err).
		WithCode("file_not_usable").WithHint("files of audible-cli, audible-rs, Libation and OpenAudible are")
}
