package httpapi

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"net/http"
	"strings"

	"github.com/danielgtaylor/huma/v2"

	"github.com/audipy/audipy/internal/account"
)

// maxImport is the largest body with a credential file, in bytes.
const maxImport = 256 << 10

type linkPath struct {
	ID string `path:"id" maxLength:"64" doc:"The link."`
}

type linkOutput struct{ Body Link }

func (a *api) registerLinks() {
	const links, one = "/account-links", "/account-links/{id}"
	register(a, huma.Operation{
		OperationID: "startLink", Method: http.MethodPost, Path: links, DefaultStatus: http.StatusCreated,
		Summary: "Begin to link an Audible account.",
	}, a.startLink)
	register(a, huma.Operation{
		OperationID: "importLink", Method: http.MethodPost, Path: links + "/import", DefaultStatus: http.StatusCreated,
		Summary: "Begin to link an account from another program's credential file.",
	}, a.importLink)
	register(a, huma.Operation{
		OperationID: "listLinks", Method: http.MethodGet, Path: links,
		Summary: "The links that this browser has begun, and the ways to begin one.",
	}, a.listLinks)
	register(a, huma.Operation{
		OperationID: "getLink", Method: http.MethodGet, Path: one, Summary: "A link as it stands.",
	}, a.getLink)
	register(a, huma.Operation{
		OperationID: "getLinkCaptcha", Method: http.MethodGet, Path: one + "/captcha", Summary: "The image of a captcha.",
	}, a.getLinkCaptcha)
	register(a, huma.Operation{
		OperationID: "answerLink", Method: http.MethodPost, Path: one + "/answers",
		Summary: "Answer the question of a link: the fields that it names.",
	}, a.answerLink)
	register(a, huma.Operation{
		OperationID: "completeLink", Method: http.MethodPost, Path: one + "/complete",
		Summary: "Finish a sign-in with the address that the browser ended on.",
	}, a.completeLink)
	register(a, huma.Operation{
		OperationID: "confirmLink", Method: http.MethodPost, Path: one + "/confirm", DefaultStatus: http.StatusCreated,
		Summary: "Say that it is the right account: it is linked with this.",
	}, a.confirmLink)
	register(a, huma.Operation{
		OperationID: "abandonLink", Method: http.MethodDelete, Path: one, DefaultStatus: http.StatusNoContent,
		Summary: "End a link without an account.",
	}, a.abandonLink)
}

// browserOf is a hash of the browser that asks, which a link is bound to: of the id in its own cookie, which
// stays when signing in or giving the password again renews the rest of it, or of its session where it has none.
func browserOf(ctx context.Context) string {
	mark, _, _ := strings.Cut(visitorFrom(ctx).Device, ".")
	if mark == "" {
		mark = "session " + actorFrom(ctx).SessionID
	}
	sum := sha256.Sum256([]byte("audipy link browser\n" + mark))
	return hex.EncodeToString(sum[:])
}

type startLinkInput struct {
	Body struct {
		Door        string `json:"door" enum:"relay,browser,guided"`
		Marketplace string `json:"marketplace" enum:"us,uk,de,fr,ca,it,au,in,jp,es,br"`
		UserName    bool   `json:"user_name,omitempty" doc:"For an account from before 2008."`
	}
}

func (a *api) startLink(ctx context.Context, in *startLinkInput) (*linkOutput, error) {
	if err := a.limitLinking(ctx, "links", a.Limits.AddressLinks); err != nil {
		return nil, err
	}
	link, err := a.Accounts.StartLink(ctx, actorFrom(ctx).UserID, account.LinkRequest{
		Door: in.Body.Door, Marketplace: in.Body.Marketplace, UserName: in.Body.UserName,
		Browser: browserOf(ctx), RelayOrigin: a.RelayOrigin,
	})
	return linkAnswer(link, err)
}

func linkAnswer(link account.Link, err error) (*linkOutput, error) {
	if err != nil {
		return nil, err
	}
	return &linkOutput{linkOf(link)}, nil
}

type importLinkInput struct {
	Body struct {
		File     string `json:"file" minLength:"2" doc:"The text of the file."`
		Password string `json:"password,omitempty" maxLength:"1024" doc:"What the file is encrypted with."`
	}
}

func (a *api) importLink(ctx context.Context, in *importLinkInput) (*linkOutput, error) {
	if err := a.limitLinking(ctx, "links", a.Limits.AddressLinks); err != nil {
		return nil, err
	}
	file := []byte(in.Body.File)
	defer clear(file)
	return linkAnswer(a.Accounts.ImportLink(ctx, actorFrom(ctx).UserID, browserOf(ctx), file, in.Body.Password))
}

type linksOutput struct {
	Body struct {
		Items []Link `json:"items"`
		Doors []Door `json:"doors"`
	}
}

func (a *api) listLinks(ctx context.Context, _ *struct{}) (*linksOutput, error) {
	links, err := a.Accounts.Links(ctx, actorFrom(ctx).UserID, browserOf(ctx))
	if err != nil {
		return nil, err
	}
	out := &linksOutput{}
	out.Body.Items = make([]Link, len(links))
	for i, l := range links {
		out.Body.Items[i] = linkOf(l)
	}
	relay := Door{Door: account.DoorRelay, Available: a.RelayOrigin != ""}
	if !relay.Available {
		relay.Reason = "Amazon's pages need an address of their own, and this server has one name only. " +
			"Whoever runs it can set relay_origin."
	}
	browser := Door{Door: account.DoorBrowser, Available: !a.Simulated}
	if a.Simulated {
		browser.Reason = "Here it would lead to the real Amazon, which knows nothing of the made-up account."
	}
	out.Body.Doors = []Door{
		relay,
		browser,
		{Door: account.DoorGuided, Available: true},
		{Door: account.DoorFile, Available: true},
	}
	return out, nil
}

func (a *api) getLink(ctx context.Context, in *linkPath) (*linkOutput, error) {
	return linkAnswer(a.Accounts.OpenLink(ctx, actorFrom(ctx).UserID, in.ID, browserOf(ctx)))
}

type captchaOutput struct {
	ContentType string `header:"Content-Type"`
	Body        []byte
}

func (a *api) getLinkCaptcha(ctx context.Context, in *linkPath) (*captchaOutput, error) {
	image, err := a.Accounts.LinkCaptcha(ctx, actorFrom(ctx).UserID, in.ID, browserOf(ctx))
	if err != nil {
		return nil, err
	}
	return &captchaOutput{"image/png", image}, nil
}

type answerLinkInput struct {
	ID   string `path:"id" maxLength:"64" doc:"The link."`
	Body struct {
		Login    string `json:"login,omitempty" maxLength:"1024"`
		Password string `json:"password,omitempty" maxLength:"1024"`
		Captcha  string `json:"captcha,omitempty" maxLength:"64"`
		Code     string `json:"code,omitempty" maxLength:"64"`
		Choice   string `json:"choice,omitempty" maxLength:"64"`
		Poll     bool   `json:"poll,omitempty" doc:"Look whether the sign-in was approved elsewhere."`
	}
}

func (a *api) answerLink(ctx context.Context, in *answerLinkInput) (*linkOutput, error) {
	b := in.Body
	if !b.Poll {
		if err := a.limitLinking(ctx, "answers", a.Limits.AddressAnswers); err != nil {
			return nil, err
		}
	}
	if b.Password != "" {
		if err := a.limitLinking(ctx, "passwords", a.Limits.AddressPasswords); err != nil {
			return nil, err
		}
	}
	return linkAnswer(a.Accounts.AnswerLink(ctx, actorFrom(ctx).UserID, in.ID, browserOf(ctx), account.LinkAnswer{
		Login: b.Login, Password: b.Password, Captcha: b.Captcha, Code: b.Code, Choice: b.Choice, Poll: b.Poll,
	}))
}

type completeLinkInput struct {
	ID   string `path:"id" maxLength:"64" doc:"The link."`
	Body struct {
		Address string `json:"address" minLength:"1" maxLength:"16384"`
	}
}

func (a *api) completeLink(ctx context.Context, in *completeLinkInput) (*linkOutput, error) {
	if err := a.limitLinking(ctx, "links", a.Limits.AddressLinks); err != nil {
		return nil, err
	}
	return linkAnswer(a.Accounts.CompleteLink(ctx, actorFrom(ctx).UserID, in.ID, browserOf(ctx), in.Body.Address))
}

type linkedOutput struct{ Body LinkedAccount }

func (a *api) confirmLink(ctx context.Context, in *linkPath) (*linkedOutput, error) {
	linked, err := a.Accounts.ConfirmLink(ctx, actorFrom(ctx).UserID, in.ID, browserOf(ctx))
	if err != nil {
		return nil, err
	}
	return linkedAnswer(linked), nil
}

func linkedAnswer(linked account.Linked) *linkedOutput {
	return &linkedOutput{LinkedAccount{
		ID: string(linked.Account.ID), Name: linked.Account.Name, Marketplace: linked.Account.Marketplace,
		Relinked: linked.Relinked, LeftBehind: linked.LeftBehind,
	}}
}

func (a *api) abandonLink(ctx context.Context, in *linkPath) (*struct{}, error) {
	return nil, a.Accounts.AbandonLink(ctx, actorFrom(ctx).UserID, in.ID, browserOf(ctx))
}

// relayed sends what is for the relay's own host there, before anything of the
// application sees it: its cookies and routes are not for that host, and
// Amazon's pages are not for ours.
func (a *api) relayed(next http.Handler) http.Handler {
	if a.RelayOrigin == "" {
		return next
	}
	relay := a.Accounts.RelayHandler(a.RelayOrigin)
	_, host, _ := strings.Cut(a.RelayOrigin, "://")
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		switch {
		case !strings.EqualFold(r.Host, host) || isLost(r):
			next.ServeHTTP(w, r)
		case len(r.RequestURI) > maxRelayURL:
			w.WriteHeader(http.StatusRequestURITooLong)
		case a.limitRelay(w, r):
		default:
			relay.ServeHTTP(w, r)
		}
	})
}

// limitRelay counts a request for the relay, and has answered one that is too
// many: each may be carried to Amazon.
func (a *api) limitRelay(w http.ResponseWriter, r *http.Request) bool {
	visitor, _ := a.origin(r)
	err := a.limitAddress(rule{Limit: relayLimit}, visitor.Address)
	if err != nil {
		a.fail(w, r, err)
	}
	return err != nil
}

// isLost reports whether a request on the relay's host has nothing to do with a
// relay: a probe, or somebody who typed the number and should be told the name.
func isLost(r *http.Request) bool {
	isRelays := strings.HasPrefix(r.URL.Path, "/~") || strings.HasPrefix(r.URL.Path, "/ap/") ||
		strings.Contains(r.Header.Get("Cookie"), "audipy_relay_")
	return !isRelays || r.URL.Path == "/healthz" || r.URL.Path == "/readyz"
}

// maxRelayURL is the longest address on the relay's host in bytes: Amazon's own
// are long.
const maxRelayURL = 16 << 10
