package httpapi

import (
	"context"
	"net/http"
	"net/url"
	"time"

	"github.com/danielgtaylor/huma/v2"

	"github.com/audipy/audipy/internal/auth"
)

// Provider is a service that people may sign in by.
type Provider struct {
	Slot      string `json:"slot" enum:"oidc,amazon" doc:"The word for it in addresses."`
	Name      string `json:"name"`
	AsksAgain bool   `json:"asks_again" doc:"It can stand for the password before dangerous things."`
}

// WaysIn are how a person signs in, passkeys apart.
type WaysIn struct {
	HasPassword bool       `json:"has_password"`
	Identities  []Identity `json:"identities"`
}

// Identity is an account at a provider that signs the person in.
type Identity struct {
	ID         string     `json:"id"`
	Provider   string     `json:"provider" doc:"The provider's name, or its address when it is not offered any more."`
	Slot       string     `json:"slot,omitempty" doc:"Absent when the provider is not offered any more."`
	Label      string     `json:"label" doc:"What the provider calls the person."`
	AddedAt    time.Time  `json:"added_at"`
	LastUsedAt *time.Time `json:"last_used_at,omitempty"`
}

// ProviderLocation is where the browser goes next.
type ProviderLocation struct {
	Location string `json:"location" doc:"An address at the provider."`
}

// ProviderDone is what came of an answer: one of its parts.
type ProviderDone struct {
	SignedIn
	SteppedUp *Me              `json:"stepped_up,omitempty" doc:"Who proved again who they are."`
	Link      *WaitingIdentity `json:"link,omitempty" doc:"An identity that waits to be linked."`
	Register  *WaitingIdentity `json:"register,omitempty" doc:"An identity that waits to register."`
}

// WaitingIdentity is who a provider says somebody is.
type WaitingIdentity struct {
	Provider string `json:"provider" doc:"The provider's name."`
	Label    string `json:"label" doc:"What it calls the person."`
	Email    string `json:"email,omitempty" doc:"What it suggests."`
	Name     string `json:"name,omitempty"`
}

func (a *api) registerProviders() {
	register(a, huma.Operation{
		OperationID: "beginProvider", Method: http.MethodPost, Path: "/session/provider",
		Summary: "Go to a provider, to sign in or to register with an invite.",
	}, a.beginProvider)
	register(a, huma.Operation{
		OperationID: "answerProvider", Method: http.MethodPost, Path: "/session/provider/answer",
		Summary: "Hand in what a provider sent the browser back with. It is good once, in this browser.",
	}, a.answerProvider)
	register(a, huma.Operation{
		OperationID: "stepUpByProvider", Method: http.MethodPost, Path: "/session/step-up/provider",
		Summary: "Go to a provider, to prove again who one is.",
	}, a.stepUpByProvider)
	register(a, huma.Operation{
		OperationID: "registerByProvider", Method: http.MethodPost, Path: "/registration/provider",
		DefaultStatus: http.StatusCreated, Summary: "Become a person here with the identity that waits.",
	}, a.registerByProvider)
	register(a, huma.Operation{
		OperationID: "getWaysIn", Method: http.MethodGet, Path: "/me/ways-in", Summary: "How one signs in, passkeys apart.",
	}, a.getWaysIn)
	register(a, huma.Operation{
		OperationID: "beginIdentity", Method: http.MethodPost, Path: "/me/identities",
		Summary: "Go to a provider, to link who one is there.",
	}, a.beginIdentity)
	register(a, huma.Operation{
		OperationID: "confirmIdentity", Method: http.MethodPost, Path: "/me/identities/confirm",
		DefaultStatus: http.StatusCreated, Summary: "Link the identity that waits.",
	}, a.confirmIdentity)
	register(a, huma.Operation{
		OperationID: "unlinkIdentity", Method: http.MethodDelete, Path: "/me/identities/{id}",
		DefaultStatus: http.StatusNoContent, Summary: "Unlink one; the last way in stays.",
	}, a.unlinkIdentity)
}

// providers are those that the pages offer.
func (a *api) providers() []Provider {
	all := []Provider{}
	for _, p := range a.Auth.Providers() {
		all = append(all, Provider{Slot: p.Slot, Name: p.Name, AsksAgain: p.AsksAgain})
	}
	return all
}

// redirectOutput sends a browser to a provider, with what it must keep.
type redirectOutput struct {
	SetCookie []http.Cookie `header:"Set-Cookie"`
	Body      ProviderLocation
}

func (a *api) redirected(r auth.Redirect, err error) (*redirectOutput, error) {
	if err != nil {
		return nil, err
	}
	return &redirectOutput{
		SetCookie: []http.Cookie{a.cookie(providerCookie, r.Token, providerLife)}, Body: ProviderLocation{r.Location},
	}, nil
}

type beginProviderInput struct {
	Body struct {
		Provider string `json:"provider" enum:"oidc,amazon"`
		Remember bool   `json:"remember,omitempty" doc:"Stay signed in when the browser is closed."`
		Invite   string `json:"invite,omitempty" maxLength:"200" doc:"The token of an invite, for whoever registers."`
	}
}

func (a *api) beginProvider(ctx context.Context, in *beginProviderInput) (*redirectOutput, error) {
	return a.redirected(a.Auth.BeginProvider(ctx, auth.ProviderStart{
		Slot: in.Body.Provider, Remember: in.Body.Remember, Invite: in.Body.Invite,
	}, visitorFrom(ctx)))
}

type beginIdentityInput struct {
	Body struct {
		Provider string `json:"provider" enum:"oidc,amazon"`
	}
}

func (a *api) beginIdentity(ctx context.Context, in *beginIdentityInput) (*redirectOutput, error) {
	return a.redirected(a.Auth.BeginProviderLink(ctx, actorFrom(ctx), in.Body.Provider, visitorFrom(ctx)))
}

type stepUpByProviderInput struct {
	Body struct {
		Provider     string `json:"provider" enum:"oidc,amazon"`
		Code         string `json:"code,omitempty" maxLength:"32" doc:"Of the authenticator app, for whoever has one."`
		RecoveryCode string `json:"recovery_code,omitempty" maxLength:"100" doc:"Instead: one of the recovery codes."`
	}
}

func (a *api) stepUpByProvider(ctx context.Context, in *stepUpByProviderInput) (*redirectOutput, error) {
	return a.redirected(a.Auth.BeginProviderStepUp(ctx, actorFrom(ctx), in.Body.Provider,
		auth.Second{Code: in.Body.Code, RecoveryCode: in.Body.RecoveryCode}, visitorFrom(ctx)))
}

type answerProviderInput struct {
	Body struct {
		Provider string `json:"provider" enum:"oidc,amazon" doc:"Whose page of ours the browser came back to."`
		State    string `json:"state" maxLength:"200"`
		Code     string `json:"code,omitempty" maxLength:"2000"`
		Issuer   string `json:"iss,omitempty" maxLength:"2000" doc:"As in RFC 9207."`
		Error    string `json:"error,omitempty" maxLength:"200" doc:"What came in the place of a code."`
	}
}

// providerDoneOutput is ProviderDone with the cookies that go with it.
type providerDoneOutput struct {
	SetCookie []http.Cookie `header:"Set-Cookie"`
	Body      ProviderDone
}

func (a *api) answerProvider(ctx context.Context, in *answerProviderInput) (*providerDoneOutput, error) {
	facts := requestOf(ctx)
	done, err := a.Auth.AnswerProvider(ctx, auth.ProviderAnswer{
		Slot: in.Body.Provider, Token: facts.attempt, State: in.Body.State, Code: in.Body.Code, Issuer: in.Body.Issuer,
		Error: in.Body.Error, Session: facts.token,
	}, facts.visitor)
	if err != nil {
		return nil, err
	}
	switch {
	case done.Known != nil:
		return a.waits(*done.Known, &ProviderDone{Link: waitingOf(*done.Known)}), nil
	case done.New != nil:
		return a.waits(*done.New, &ProviderDone{Register: waitingOf(*done.New)}), nil
	case done.SteppedUp:
		me, err := a.me(ctx, done.Grant.Actor)
		if err != nil {
			return nil, err
		}
		return &providerDoneOutput{
			SetCookie: append(a.cookies(*done.Grant), a.noAttempt()), Body: ProviderDone{SteppedUp: &me},
		}, nil
	}
	entered, err := a.signedIn(ctx, *done.Grant)
	if err != nil {
		return nil, err
	}
	return &providerDoneOutput{
		SetCookie: append(entered.SetCookie, a.noAttempt()), Body: ProviderDone{SignedIn: entered.Body},
	}, nil
}

func waitingOf(w auth.WaitingIdentity) *WaitingIdentity {
	return &WaitingIdentity{Provider: w.Provider, Label: w.Label, Email: w.Email, Name: w.Name}
}

func (a *api) waits(w auth.WaitingIdentity, body *ProviderDone) *providerDoneOutput {
	return &providerDoneOutput{SetCookie: []http.Cookie{a.cookie(providerCookie, w.Token, providerLife)}, Body: *body}
}

type registerByProviderInput struct {
	Body struct {
		Name  string `json:"name,omitempty" maxLength:"100" doc:"What the person wants to be called."`
		Email string `json:"email" maxLength:"320"`
	}
}

func (a *api) registerByProvider(ctx context.Context, in *registerByProviderInput) (*PersonOutput, error) {
	g, err := a.Auth.RegisterByProvider(ctx, auth.ProviderRegister{
		Token: requestOf(ctx).attempt, Name: in.Body.Name, Email: in.Body.Email,
	}, visitorFrom(ctx))
	if err != nil {
		return nil, err
	}
	if err := a.Auth.Leave(ctx, requestOf(ctx).token); err != nil {
		return nil, err
	}
	out, err := a.granted(ctx, g)
	if err != nil {
		return nil, err
	}
	out.SetCookie = append(out.SetCookie, a.noAttempt())
	return out, nil
}

func (a *api) getWaysIn(ctx context.Context, _ *struct{}) (*struct{ Body WaysIn }, error) {
	kept, err := a.Auth.WaysIn(ctx, actorFrom(ctx).UserID)
	if err != nil {
		return nil, err
	}
	ways := WaysIn{HasPassword: kept.Password, Identities: []Identity{}}
	for _, i := range kept.Identities {
		ways.Identities = append(ways.Identities, a.identityOf(i))
	}
	return &struct{ Body WaysIn }{ways}, nil
}

func (a *api) identityOf(i auth.Identity) Identity {
	shown := Identity{ID: i.ID, Provider: i.Issuer, Label: i.Label, AddedAt: i.CreatedAt}
	for _, p := range a.Auth.Providers() {
		if p.Issuer == i.Issuer {
			shown.Provider, shown.Slot = p.Name, p.Slot
		}
	}
	if !i.LastUsedAt.IsZero() {
		shown.LastUsedAt = &i.LastUsedAt
	}
	return shown
}

type identityOutput struct {
	SetCookie []http.Cookie `header:"Set-Cookie"`
	Body      Identity
}

func (a *api) confirmIdentity(ctx context.Context, _ *struct{}) (*identityOutput, error) {
	made, err := a.Auth.ConfirmIdentity(ctx, actorFrom(ctx), requestOf(ctx).attempt)
	if err != nil {
		return nil, err
	}
	return &identityOutput{SetCookie: []http.Cookie{a.noAttempt()}, Body: a.identityOf(made)}, nil
}

type unlinkIdentityInput struct {
	ID string `path:"id" maxLength:"64"`
}

func (a *api) unlinkIdentity(ctx context.Context, in *unlinkIdentityInput) (*struct{}, error) {
	return nil, a.Auth.UnlinkIdentity(ctx, actorFrom(ctx), in.ID)
}

// returnedPage is the page that hands in what a provider sent back.
const returnedPage = "/returned#"

// callback is where providers send browsers back to. It moves what they brought
// behind the "#", which browsers send to nobody, and nothing else: the page hands
// it in together with the cookies that another site's navigation lacks.
func (a *api) callback(w http.ResponseWriter, r *http.Request) {
	query, kept := r.URL.Query(), url.Values{"provider": {r.PathValue("provider")}}
	for _, name := range []string{"state", "code", "iss", "error"} {
		if value := query.Get(name); value != "" {
			kept.Set(name, value)
		}
	}
	w.Header().Set("Location", returnedPage+kept.Encode())
	w.Header().Set("Cache-Control", "no-store")
	w.WriteHeader(http.StatusSeeOther)
}
