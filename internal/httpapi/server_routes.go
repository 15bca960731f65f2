package httpapi

import (
	"context"
	"net/http"

	"github.com/danielgtaylor/huma/v2"

	"github.com/audipy/audipy/internal/audipy"
)

// minPassword is the fewest characters of a password.
const minPassword = 15

// Server is what the pages need to know before anybody has signed in.
type Server struct {
	SetUpNeeded  bool       `json:"set_up_needed" doc:"There is no administrator yet."`
	Simulated    bool       `json:"simulated" doc:"Amazon and Audible are made up."`
	Insecure     bool       `json:"insecure" doc:"Served over plain HTTP on a private address."`
	SignedIn     bool       `json:"signed_in" doc:"The browser that asks has a session."`
	PublicURL    string     `json:"public_url,omitempty" doc:"The origin at which browsers find this server."`
	Passkeys     bool       `json:"passkeys" doc:"Browsers can make passkeys for this server."`
	Providers    []Provider `json:"providers" doc:"By which services people may sign in."`
	Registration string     `json:"registration" enum:"open,invite-only,closed" doc:"Who may become a person here."`
	PasswordMin  int        `json:"password_min" doc:"The fewest characters of a password."`
}

func (a *api) registerServer() {
	register(a, huma.Operation{
		OperationID: "getServer", Method: http.MethodGet, Path: "/server",
		Summary: "What the pages need to know before anybody has signed in.",
	}, a.getServer)
}

func (a *api) getServer(ctx context.Context, _ *struct{}) (*struct{ Body Server }, error) {
	needed, err := a.setUpNeeded(ctx)
	if err != nil {
		return nil, err
	}
	s := Server{
		SetUpNeeded: needed, Simulated: a.Simulated, Insecure: a.Insecure, PasswordMin: minPassword, Passkeys: a.Auth.PasskeysOffered(),
		Providers: a.providers(), Registration: string(a.Auth.Registration()),
	}
	if s.SignedIn, err = a.isSignedIn(ctx); err != nil {
		return nil, err
	}
	if a.PublicURL != nil {
		s.PublicURL = a.PublicURL.String()
	}
	return &struct{ Body Server }{s}, nil
}

// isSignedIn reports whether the request bears a session that is alive. A page
// asks before it asks for anything else, so that nobody is answered 401 for
// opening it.
func (a *api) isSignedIn(ctx context.Context) (bool, error) {
	token := requestOf(ctx).token
	if token == "" {
		return false, nil
	}
	_, err := a.Auth.Check(ctx, token)
	if audipy.KindOf(err) == audipy.Unauthorized {
		return false, nil
	}
	return err == nil, err
}
