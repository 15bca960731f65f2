package httpapi

import (
	"context"
	"net/http"
	"time"

	"github.com/danielgtaylor/huma/v2"

	"github.com/audipy/audipy/internal/audipy"
	"github.com/audipy/audipy/internal/auth"
)

// ProgramNow is the program that asks.
type ProgramNow struct {
	Kind      string         `json:"kind" enum:"token,device" doc:"Whether it holds a token made by hand or was let in on a device."`
	ID        string         `json:"id"`
	Name      string         `json:"name"`
	Scopes    []audipy.Scope `json:"scopes"`
	ExpiresAt time.Time      `json:"expires_at" doc:"When it ends at the latest."`
	Person    ProgramPerson  `json:"person"`
}

// ProgramPerson is in whose name a program works.
type ProgramPerson struct {
	ID    string `json:"id"`
	Name  string `json:"name"`
	Email string `json:"email"`
}

// APIToken is a token that the person made, without what proves it.
type APIToken struct {
	ID         string         `json:"id"`
	Name       string         `json:"name"`
	Scopes     []audipy.Scope `json:"scopes"`
	CreatedAt  time.Time      `json:"created_at"`
	LastUsedAt *time.Time     `json:"last_used_at,omitempty" doc:"To the minute; absent until it was used."`
	ExpiresAt  time.Time      `json:"expires_at"`
}

// DeviceProgram is a program on a device that the person let in.
type DeviceProgram struct {
	ID         string         `json:"id"`
	Client     string         `json:"client"`
	Name       string         `json:"name" doc:"What its device calls itself; may be empty."`
	Address    string         `json:"address" doc:"Where it asked from."`
	Scopes     []audipy.Scope `json:"scopes"`
	CreatedAt  time.Time      `json:"created_at"`
	LastUsedAt *time.Time     `json:"last_used_at,omitempty" doc:"To the minute."`
	IdleUntil  time.Time      `json:"idle_until" doc:"When it ends unless it is used."`
	EndsAt     time.Time      `json:"ends_at" doc:"When it ends anyway."`
}

// Programs are all that works in a person's name.
type Programs struct {
	Tokens  []APIToken      `json:"tokens"`
	Devices []DeviceProgram `json:"devices"`
	Scopes  []audipy.Scope  `json:"scopes" doc:"All that there are."`
}

// NewAPIToken is a token with what proves it.
type NewAPIToken struct {
	APIToken
	Token string `json:"token" doc:"Shown once."`
}

// DeviceRequest is a program that asks to be let in.
type DeviceRequest struct {
	Client    string         `json:"client"`
	Name      string         `json:"name" doc:"What its device calls itself; may be empty."`
	Address   string         `json:"address" doc:"Where it asks from."`
	Scopes    []audipy.Scope `json:"scopes"`
	AskedAt   time.Time      `json:"asked_at"`
	ExpiresAt time.Time      `json:"expires_at" doc:"Until when it waits."`
	Days      int            `json:"days" doc:"How long it may work at most once it is let in."`
}

func (a *api) registerPrograms() {
	register(a, huma.Operation{
		OperationID: "listPrograms", Method: http.MethodGet, Path: "/programs", Summary: "What works in the person's name.",
	}, a.listPrograms)
	register(a, huma.Operation{
		OperationID: "getProgram", Method: http.MethodGet, Path: "/programs/current", Summary: "The program that asks, and for whom.",
	}, a.getProgram)
	register(a, huma.Operation{
		OperationID: "endProgram", Method: http.MethodDelete, Path: "/programs/{id}", DefaultStatus: http.StatusNoContent,
		Summary: "Shut a program on a device out.",
	}, a.endProgram)
	register(a, huma.Operation{
		OperationID: "makeToken", Method: http.MethodPost, Path: "/api-tokens", DefaultStatus: http.StatusCreated,
		Summary: "Make a token for a program. It is in this answer and nowhere else.",
	}, a.makeToken)
	register(a, huma.Operation{
		OperationID: "endToken", Method: http.MethodDelete, Path: "/api-tokens/{id}", DefaultStatus: http.StatusNoContent,
		Summary: "End a token.",
	}, a.endToken)
	register(a, huma.Operation{
		OperationID: "findDevice", Method: http.MethodPost, Path: "/device-requests/find",
		Summary: "The program that shows a code, before anything is decided.",
	}, a.findDevice)
	register(a, huma.Operation{
		OperationID: "decideDevice", Method: http.MethodPost, Path: "/device-requests/decide", DefaultStatus: http.StatusNoContent,
		Summary: "Let the program in that shows a code, or keep it out.",
	}, a.decideDevice)
}

// maybe is a time, or nil for the zero one.
func maybe(t time.Time) *time.Time {
	if t.IsZero() {
		return nil
	}
	return &t
}

func apiTokenOf(t auth.APIToken) APIToken {
	return APIToken{
		ID: t.ID, Name: t.Name, Scopes: t.Scopes, CreatedAt: t.CreatedAt, LastUsedAt: maybe(t.LastUsedAt), ExpiresAt: t.ExpiresAt,
	}
}

func (a *api) listPrograms(ctx context.Context, _ *struct{}) (*struct{ Body Programs }, error) {
	user := actorFrom(ctx).UserID
	tokens, err := a.Auth.APITokens(ctx, user)
	if err != nil {
		return nil, err
	}
	devices, err := a.Auth.Devices(ctx, user)
	if err != nil {
		return nil, err
	}
	all := Programs{Tokens: []APIToken{}, Devices: []DeviceProgram{}, Scopes: audipy.Scopes()}
	for _, t := range tokens {
		all.Tokens = append(all.Tokens, apiTokenOf(t))
	}
	for _, d := range devices {
		all.Devices = append(all.Devices, DeviceProgram{
			ID: d.ID, Client: d.Client, Name: d.Name, Address: d.Address, Scopes: d.Scopes, CreatedAt: d.CreatedAt,
			LastUsedAt: maybe(d.LastUsedAt), IdleUntil: d.IdleUntil, EndsAt: d.EndsAt,
		})
	}
	return &struct{ Body Programs }{all}, nil
}

func (a *api) getProgram(ctx context.Context, _ *struct{}) (*struct{ Body ProgramNow }, error) {
	actor := actorFrom(ctx)
	p := actor.Program
	if p == nil {
		return nil, audipy.Fail(audipy.NotFound, "It is no program that asks.", nil)
	}
	return &struct{ Body ProgramNow }{ProgramNow{
		Kind: p.Kind, ID: p.ID, Name: p.Name, Scopes: p.Scopes, ExpiresAt: p.ExpiresAt,
		Person: ProgramPerson{ID: string(actor.UserID), Name: actor.Name, Email: actor.Email},
	}}, nil
}

type programPath struct {
	ID string `path:"id" maxLength:"64"`
}

func (a *api) endProgram(ctx context.Context, in *programPath) (*struct{}, error) {
	return nil, a.Auth.EndDevice(ctx, actorFrom(ctx), in.ID)
}

func (a *api) endToken(ctx context.Context, in *programPath) (*struct{}, error) {
	return nil, a.Auth.EndAPIToken(ctx, actorFrom(ctx), in.ID)
}

type makeTokenInput struct {
	Body struct {
		Name   string         `json:"name" minLength:"1" maxLength:"100" doc:"What the person calls it."`
		Scopes []audipy.Scope `json:"scopes" minItems:"1" maxItems:"20" enum:"library:read,accounts:read,sync:run,prefs:write,wishlist:write,audit:read,export:read,links:propose"`
		Days   int            `json:"days" minimum:"1" maximum:"365" doc:"How long it is good."`
	}
}

func (a *api) makeToken(ctx context.Context, in *makeTokenInput) (*struct{ Body NewAPIToken }, error) {
	made, token, err := a.Auth.MakeAPIToken(ctx, actorFrom(ctx), auth.NewToken{Name: in.Body.Name, Scopes: in.Body.Scopes, Days: in.Body.Days})
	if err != nil {
		return nil, err
	}
	return &struct{ Body NewAPIToken }{NewAPIToken{APIToken: apiTokenOf(made), Token: token}}, nil
}

type findDeviceInput struct {
	Body struct {
		UserCode string `json:"user_code" maxLength:"32" doc:"What the program shows; case and dashes don't matter."`
	}
}

func (a *api) findDevice(ctx context.Context, in *findDeviceInput) (*struct{ Body DeviceRequest }, error) {
	found, err := a.Auth.FindDevice(ctx, actorFrom(ctx), in.Body.UserCode, visitorFrom(ctx))
	if err != nil {
		return nil, err
	}
	return &struct{ Body DeviceRequest }{DeviceRequest{
		Client: found.Client, Name: found.Name, Address: found.Address, Scopes: found.Scopes, AskedAt: found.CreatedAt,
		ExpiresAt: found.ExpiresAt, Days: a.Auth.ProgramDays(),
	}}, nil
}

type decideDeviceInput struct {
	Body struct {
		UserCode string `json:"user_code" maxLength:"32"`
		Approve  bool   `json:"approve"`
	}
}

func (a *api) decideDevice(ctx context.Context, in *decideDeviceInput) (*struct{}, error) {
	decide := a.Auth.RefuseDevice
	if in.Body.Approve {
		decide = a.Auth.ApproveDevice
	}
	return nil, decide(ctx, actorFrom(ctx), in.Body.UserCode, visitorFrom(ctx))
}
