package httpapi

import (
	"context"
	"log/slog"
	"net/http"

	"github.com/danielgtaylor/huma/v2"

	"github.com/audipy/audipy/internal/auth"
)

func (a *api) registerAuth() {
	register(a, huma.Operation{
		OperationID: "setUp", Method: http.MethodPost, Path: "/setup", DefaultStatus: http.StatusCreated,
		Summary: "Make the first administrator, with the code that the server printed.",
	}, a.setUp)
	register(a, huma.Operation{
		OperationID: "signIn", Method: http.MethodPost, Path: "/session",
		Summary: "Sign in, or be asked for the second factor.",
	}, a.signIn)
	register(a, huma.Operation{
		OperationID: "signOut", Method: http.MethodDelete, Path: "/session", DefaultStatus: http.StatusNoContent,
		Summary: "End the session in use.",
	}, a.signOut)
	register(a, huma.Operation{
		OperationID: "stepUp", Method: http.MethodPost, Path: "/session/step-up",
		Summary: "Prove again who one is, for ten minutes of dangerous things.",
	}, a.stepUp)
	register(a, huma.Operation{
		OperationID: "getMe", Method: http.MethodGet, Path: "/me", Summary: "Who is signed in.",
	}, a.getMe)
	register(a, huma.Operation{
		OperationID: "renameMe", Method: http.MethodPatch, Path: "/me", Summary: "Change what one is called.",
	}, a.renameMe)
	register(a, huma.Operation{
		OperationID: "changePassword", Method: http.MethodPut, Path: "/me/password",
		Summary: "Set another password; every other session ends.",
	}, a.changePassword)
	register(a, huma.Operation{
		OperationID: "requestPasswordReset", Method: http.MethodPost, Path: "/password-reset",
		DefaultStatus: http.StatusAccepted, Summary: "Mail a link for a new password, if the address is known.",
	}, a.requestPasswordReset)
	register(a, huma.Operation{
		OperationID: "completePasswordReset", Method: http.MethodPost, Path: "/password-reset/complete",
		DefaultStatus: http.StatusNoContent, Summary: "Set a new password with the token of a link.",
	}, a.completePasswordReset)
}

// PersonOutput is a person, with the cookies of a session that was begun or
// renewed.
type PersonOutput struct {
	SetCookie []http.Cookie `header:"Set-Cookie"`
	Body      Me
}

// SignedIn is who has signed in, or what they owe before they are.
type SignedIn struct {
	Me            *Me           `json:"me,omitempty"`
	SecondFactor  *SecondFactor `json:"second_factor,omitempty" doc:"The password was right, and this is owed: nobody is signed in yet."`
	RecoveryCodes []string      `json:"recovery_codes,omitempty" doc:"New ones, to be shown once: the last of the old ones was used."`
}

// SignedInOutput is SignedIn with the cookies that go with it.
type SignedInOutput struct {
	SetCookie []http.Cookie `header:"Set-Cookie"`
	Body      SignedIn
}

// signedIn answers whoever gave a password or a second factor that was right.
func (a *api) signedIn(ctx context.Context, g auth.Grant) (*SignedInOutput, error) {
	out := &SignedInOutput{SetCookie: a.cookies(g)}
	if g.Pending != nil {
		second, err := a.secondFactor(ctx, *g.Pending)
		out.Body.SecondFactor = &second
		return out, err
	}
	if err := a.Auth.Leave(ctx, requestOf(ctx).token); err != nil {
		return nil, err
	}
	me, err := a.me(ctx, g.Actor)
	if err != nil {
		return nil, err
	}
	out.Body = SignedIn{Me: &me, RecoveryCodes: g.RecoveryCodes}
	if requestOf(ctx).owing != "" {
		out.SetCookie = append(out.SetCookie, a.noPending())
	}
	return out, nil
}

func (a *api) granted(ctx context.Context, g auth.Grant) (*PersonOutput, error) {
	me, err := a.me(ctx, g.Actor)
	return &PersonOutput{SetCookie: a.cookies(g), Body: me}, err
}

type setUpInput struct {
	Body struct {
		Code     string `json:"code" maxLength:"200" doc:"The one-time code."`
		Name     string `json:"name,omitempty" maxLength:"100" doc:"What the person wants to be called."`
		Email    string `json:"email" maxLength:"320"`
		Password string `json:"password" maxLength:"4096"`
	}
}

// RecoveryKit is what opens a backup on another machine, to be kept on paper.
type RecoveryKit struct {
	KeyID  string `json:"key_id" doc:"The name of the key, which messages use."`
	Key    string `json:"key" doc:"The key itself. It is shown this once, and never again by the API."`
	Source string `json:"source" doc:"Where the server keeps it."`
}

// SetUpDone is the first administrator, and what they should keep.
type SetUpDone struct {
	Me
	RecoveryKit *RecoveryKit `json:"recovery_kit,omitempty" doc:"To be printed."`
}

type setUpOutput struct {
	SetCookie []http.Cookie `header:"Set-Cookie"`
	Body      SetUpDone
}

func (a *api) setUp(ctx context.Context, in *setUpInput) (*setUpOutput, error) {
	g, err := a.Auth.SetUp(ctx, auth.SetUp{
		Code: in.Body.Code, Name: in.Body.Name, Email: in.Body.Email, Password: in.Body.Password,
	}, visitorFrom(ctx))
	if err != nil {
		return nil, err
	}
	out := &setUpOutput{SetCookie: a.cookies(g), Body: SetUpDone{Me: meOf(g.Actor)}}
	if a.Kit == nil {
		return out, nil
	}
	kit, err := a.Kit()
	if err != nil {
		// The administrator is made. The command line shows the key as well.
		a.Log.LogAttrs(ctx, slog.LevelWarn, "no recovery kit", slog.Any("error", err))
		return out, nil
	}
	out.Body.RecoveryKit = &kit
	return out, nil
}

type signInInput struct {
	Body struct {
		Email    string `json:"email" maxLength:"320"`
		Password string `json:"password" maxLength:"4096"`
		Remember bool   `json:"remember,omitempty" doc:"Stay signed in when the browser is closed."`
	}
}

func (a *api) signIn(ctx context.Context, in *signInInput) (*SignedInOutput, error) {
	g, err := a.Auth.SignIn(ctx, auth.SignIn{
		Email: in.Body.Email, Password: in.Body.Password, Remember: in.Body.Remember,
	}, visitorFrom(ctx))
	if err != nil {
		return nil, err
	}
	return a.signedIn(ctx, g)
}

// signedOut takes the cookie of the session away, and what the browser kept of
// the pages. The cookie that knows the browser stays.
type signedOut struct {
	SetCookie     []http.Cookie `header:"Set-Cookie"`
	ClearSiteData string        `header:"Clear-Site-Data"`
}

func (a *api) leave() *signedOut {
	return &signedOut{SetCookie: a.noSession(), ClearSiteData: `"cache", "storage"`}
}

func (a *api) signOut(ctx context.Context, _ *struct{}) (*signedOut, error) {
	if err := a.Auth.SignOut(ctx, actorFrom(ctx)); err != nil {
		return nil, err
	}
	return a.leave(), nil
}

type stepUpInput struct {
	Body struct {
		Password     string `json:"password" maxLength:"4096"`
		Code         string `json:"code,omitempty" maxLength:"32" doc:"Of the authenticator app, for whoever has one."`
		RecoveryCode string `json:"recovery_code,omitempty" maxLength:"100" doc:"Instead: one of the recovery codes."`
	}
}

func (a *api) stepUp(ctx context.Context, in *stepUpInput) (*PersonOutput, error) {
	g, err := a.Auth.StepUp(ctx, actorFrom(ctx), in.Body.Password,
		auth.Second{Code: in.Body.Code, RecoveryCode: in.Body.RecoveryCode}, visitorFrom(ctx))
	if err != nil {
		return nil, err
	}
	return a.granted(ctx, g)
}

func (a *api) getMe(ctx context.Context, _ *struct{}) (*struct{ Body Me }, error) {
	me, err := a.me(ctx, actorFrom(ctx))
	return &struct{ Body Me }{me}, err
}

type renameInput struct {
	Body struct {
		Name string `json:"name" maxLength:"100"`
	}
}

func (a *api) renameMe(ctx context.Context, in *renameInput) (*struct{ Body Me }, error) {
	actor, err := a.Auth.Rename(ctx, actorFrom(ctx), in.Body.Name)
	if err != nil {
		return nil, err
	}
	me, err := a.me(ctx, actor)
	return &struct{ Body Me }{me}, err
}

type changePasswordInput struct {
	Body struct {
		Current string `json:"current" maxLength:"4096"`
		Next    string `json:"next" maxLength:"4096"`
	}
}

func (a *api) changePassword(ctx context.Context, in *changePasswordInput) (*PersonOutput, error) {
	g, err := a.Auth.ChangePassword(ctx, actorFrom(ctx), in.Body.Current, in.Body.Next, visitorFrom(ctx))
	if err != nil {
		return nil, err
	}
	return a.granted(ctx, g)
}

type requestResetInput struct {
	Body struct {
		Email string `json:"email" maxLength:"320"`
	}
}

func (a *api) requestPasswordReset(ctx context.Context, in *requestResetInput) (*struct{}, error) {
	return nil, a.Auth.RequestReset(ctx, in.Body.Email, visitorFrom(ctx))
}

type completeResetInput struct {
	Body struct {
		Token    string `json:"token" maxLength:"200"`
		Password string `json:"password" maxLength:"4096"`
	}
}

func (a *api) completePasswordReset(ctx context.Context, in *completeResetInput) (*struct{}, error) {
	return nil, a.Auth.Reset(ctx, in.Body.Token, in.Body.Password, visitorFrom(ctx))
}
