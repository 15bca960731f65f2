package httpapi

import (
	"context"
	"encoding/json"
	"net/http"
	"time"

	"github.com/danielgtaylor/huma/v2"

	"github.com/audipy/audipy/internal/auth"
)

// Passkey is a key of a device or a password manager.
type Passkey struct {
	ID         string     `json:"id"`
	Name       string     `json:"name"`
	Host       string     `json:"host" doc:"The only host that it is good for."`
	AddedAt    time.Time  `json:"added_at"`
	LastUsedAt *time.Time `json:"last_used_at,omitempty"`
}

// AddedPasskey is a passkey that was just added, with recovery codes when it is
// the first second factor.
type AddedPasskey struct {
	Passkey       Passkey  `json:"passkey"`
	RecoveryCodes []string `json:"recovery_codes" doc:"Shown once; none when there were some before, which go on."`
}

// Ceremony is what a page hands to the browser.
type Ceremony struct {
	PublicKey map[string]any `json:"publicKey" doc:"The options of navigator.credentials.create or get, in their JSON form."`
}

type ceremonyOutput struct{ Body Ceremony }

func (a *api) registerPasskeys() {
	register(a, huma.Operation{
		OperationID: "beginPasskey", Method: http.MethodPost, Path: "/me/passkeys/options",
		Summary: "Begin to add a passkey.",
	}, a.beginPasskey)
	register(a, huma.Operation{
		OperationID: "addPasskey", Method: http.MethodPost, Path: "/me/passkeys", DefaultStatus: http.StatusCreated,
		Summary: "Add the passkey that the browser made.",
	}, a.addPasskey)
	register(a, huma.Operation{
		OperationID: "renamePasskey", Method: http.MethodPatch, Path: "/me/passkeys/{id}",
		DefaultStatus: http.StatusNoContent, Summary: "Call a passkey of one's own something else.",
	}, a.renamePasskey)
	register(a, huma.Operation{
		OperationID: "removePasskey", Method: http.MethodDelete, Path: "/me/passkeys/{id}",
		DefaultStatus: http.StatusNoContent, Summary: "Take a passkey of one's own away.",
	}, a.removePasskey)
	register(a, huma.Operation{
		OperationID: "beginPasskeySignIn", Method: http.MethodPost, Path: "/session/passkey/options",
		Summary: "Begin to sign in with a passkey.",
	}, a.beginPasskeySignIn)
	register(a, huma.Operation{
		OperationID: "signInWithPasskey", Method: http.MethodPost, Path: "/session/passkey",
		Summary: "Sign in with a passkey, and nothing else.",
	}, a.signInWithPasskey)
	register(a, huma.Operation{
		OperationID: "beginSecondPasskey", Method: http.MethodPost, Path: "/session/second-factor/passkey/options",
		Summary: "Begin to give a passkey as the second factor.",
	}, a.beginSecondPasskey)
	register(a, huma.Operation{
		OperationID: "answerWithPasskey", Method: http.MethodPost, Path: "/session/second-factor/passkey",
		Summary: "Give a passkey as the second factor and be signed in.",
	}, a.answerWithPasskey)
	register(a, huma.Operation{
		OperationID: "beginStepUpPasskey", Method: http.MethodPost, Path: "/session/step-up/passkey/options",
		Summary: "Begin to prove again by a passkey who one is.",
	}, a.beginStepUpPasskey)
	register(a, huma.Operation{
		OperationID: "stepUpWithPasskey", Method: http.MethodPost, Path: "/session/step-up/passkey",
		Summary: "Prove again by a passkey who one is, for ten minutes of dangerous things.",
	}, a.stepUpWithPasskey)
}

func passkeyOf(p auth.Passkey) Passkey {
	out := Passkey{ID: p.ID, Name: p.Name, Host: p.Host, AddedAt: p.CreatedAt}
	if !p.LastUsedAt.IsZero() {
		out.LastUsedAt = &p.LastUsedAt
	}
	return out
}

// ceremony answers with what the browser is to be asked.
func ceremony(options auth.Ceremony, err error) (*ceremonyOutput, error) {
	out := &ceremonyOutput{}
	if err == nil {
		err = json.Unmarshal(options, &out.Body.PublicKey)
	}
	return out, err
}

// answer is what a browser made of a ceremony: PublicKeyCredential.toJSON. Its
// fields grow with the browsers, so that they are looked at later.
type answer map[string]any

// bytes is the answer as it came, but for the order of fields.
func (a answer) bytes() ([]byte, error) { return json.Marshal(a) }

func (a *api) beginPasskey(ctx context.Context, _ *struct{}) (*ceremonyOutput, error) {
	return ceremony(a.Auth.BeginPasskey(ctx, actorFrom(ctx)))
}

type addPasskeyInput struct {
	Body struct {
		Credential answer `json:"credential" doc:"What the browser answered, in its JSON form."`
		Name       string `json:"name,omitempty" maxLength:"100" doc:"What the person calls it."`
	}
}

func (a *api) addPasskey(ctx context.Context, in *addPasskeyInput) (*struct{ Body AddedPasskey }, error) {
	data, err := in.Body.Credential.bytes()
	if err != nil {
		return nil, err
	}
	made, codes, err := a.Auth.AddPasskey(ctx, actorFrom(ctx), in.Body.Name, data, visitorFrom(ctx))
	return &struct{ Body AddedPasskey }{AddedPasskey{Passkey: passkeyOf(made), RecoveryCodes: append([]string{}, codes...)}}, err
}

type renamePasskeyInput struct {
	ID   string `path:"id" maxLength:"64"`
	Body struct {
		Name string `json:"name" maxLength:"100"`
	}
}

func (a *api) renamePasskey(ctx context.Context, in *renamePasskeyInput) (*struct{}, error) {
	return nil, a.Auth.RenamePasskey(ctx, actorFrom(ctx), in.ID, in.Body.Name)
}

type removePasskeyInput struct {
	ID string `path:"id" maxLength:"64"`
}

func (a *api) removePasskey(ctx context.Context, in *removePasskeyInput) (*struct{}, error) {
	return nil, a.Auth.RemovePasskey(ctx, actorFrom(ctx), in.ID)
}

func (a *api) beginPasskeySignIn(ctx context.Context, _ *struct{}) (*ceremonyOutput, error) {
	return ceremony(a.Auth.BeginPasskeySignIn(ctx))
}

type signInWithPasskeyInput struct {
	Body struct {
		Credential answer `json:"credential" doc:"What the browser answered, in its JSON form."`
		Remember   bool   `json:"remember,omitempty" doc:"Stay signed in when the browser is closed."`
	}
}

func (a *api) signInWithPasskey(ctx context.Context, in *signInWithPasskeyInput) (*SignedInOutput, error) {
	data, err := in.Body.Credential.bytes()
	if err != nil {
		return nil, err
	}
	g, err := a.Auth.SignInWithPasskey(ctx, data, in.Body.Remember, visitorFrom(ctx))
	if err != nil {
		return nil, err
	}
	return a.signedIn(ctx, g)
}

func (a *api) beginSecondPasskey(ctx context.Context, _ *struct{}) (*ceremonyOutput, error) {
	return ceremony(a.Auth.BeginPendingPasskey(ctx, requestOf(ctx).pending))
}

type passkeyInput struct {
	Body struct {
		Credential answer `json:"credential" doc:"What the browser answered, in its JSON form."`
	}
}

func (a *api) answerWithPasskey(ctx context.Context, in *passkeyInput) (*SignedInOutput, error) {
	data, err := in.Body.Credential.bytes()
	if err != nil {
		return nil, err
	}
	g, err := a.Auth.AnswerPasskey(ctx, requestOf(ctx).pending, data, visitorFrom(ctx))
	if err != nil {
		return nil, err
	}
	return a.signedIn(ctx, g)
}

func (a *api) beginStepUpPasskey(ctx context.Context, _ *struct{}) (*ceremonyOutput, error) {
	return ceremony(a.Auth.BeginStepUpPasskey(ctx, actorFrom(ctx)))
}

func (a *api) stepUpWithPasskey(ctx context.Context, in *passkeyInput) (*PersonOutput, error) {
	data, err := in.Body.Credential.bytes()
	if err != nil {
		return nil, err
	}
	g, err := a.Auth.StepUpWithPasskey(ctx, actorFrom(ctx), data, visitorFrom(ctx))
	if err != nil {
		return nil, err
	}
	return a.granted(ctx, g)
}
