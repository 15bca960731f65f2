package httpapi

import (
	"context"
	"errors"
	"net/http"
	"net/netip"

	"github.com/danielgtaylor/huma/v2"

	"github.com/audipy/audipy/internal/audipy"
	"github.com/audipy/audipy/internal/auth"
)

// NewWithForgotten is New after somebody has added an operation without a row
// in the policy table.
func NewWithForgotten(o Options) error {
	a, _ := newAPI(o)
	register(a, huma.Operation{OperationID: "forgotten", Method: http.MethodGet, Path: "/forgotten"},
		func(context.Context, *struct{}) (*struct{}, error) { return nil, nil })
	return a.checkPolicy()
}

// Echo is what the operations of NewWithEcho take and give.
type Echo struct {
	Text   string   `json:"text" maxLength:"100"`
	Number int      `json:"number,omitempty" minimum:"-1000000" maximum:"9007199254740991"`
	List   []string `json:"list,omitempty" maxItems:"10"`
	Email  string   `json:"email,omitempty" readOnly:"true"`
	From   string   `json:"from,omitempty" readOnly:"true"`
}

type echoInput struct{ Body Echo }

type echoOutput struct{ Body Echo }

// NewWithEcho is New with operations whose only use is to be tested: POST
// /echo for people, /echo-admin for administrators, /echo-step-up after the
// password was given again, /echo-public for anybody, and POST /panic.
func NewWithEcho(o Options) (http.Handler, error) {
	a, mux := newAPI(o)
	for path, r := range map[string]rule{
		"/echo": {Access: Session}, "/echo-admin": {Access: Admin}, "/echo-step-up": {Access: Session, StepUp: true},
		"/echo-public": {Access: Public},
	} {
		a.rules[path] = r
		register(a, huma.Operation{OperationID: path, Method: http.MethodPost, Path: path}, echo)
	}
	a.rules["stream"] = rule{Access: Session}
	register(a, huma.Operation{OperationID: "stream", Method: http.MethodGet, Path: "/stream"},
		func(ctx context.Context, _ *struct{}) (*huma.StreamResponse, error) {
			return a.stream(ctx, func(ctx context.Context, send send) error {
				if err := send("hello", Echo{Text: "a\nb"}); err != nil {
					return err
				}
				<-ctx.Done()
				return ctx.Err()
			})
		})
	a.rules["panic"] = rule{Access: Public}
	register(a, huma.Operation{OperationID: "panic", Method: http.MethodPost, Path: "/panic"},
		func(context.Context, *struct{}) (*struct{}, error) { panic("a defect") })
	return a.finish(mux)
}

func echo(ctx context.Context, in *echoInput) (*echoOutput, error) {
	in.Body.Email = actorFrom(ctx).Email
	in.Body.From = visitorFrom(ctx).Address.String()
	return &echoOutput{in.Body}, nil
}

// Cookies are those of a grant, and those of nobody.
func Cookies(o Options, g auth.Grant) (signedIn, signedOut []http.Cookie) {
	a, _ := newAPI(o)
	return a.cookies(g), a.noSession()
}

// SessionCheck is how often a stream looks at its session.
const SessionCheck = sessionCheck

// Client is where a request is from whose connection is from socket.
func Client(socket netip.Addr, trusted []netip.Prefix, forwarded string) netip.Addr {
	a := &api{Options: Options{TrustedProxies: trusted}}
	r := &http.Request{
		RemoteAddr: netip.AddrPortFrom(socket, 1).String(), Header: http.Header{"X-Forwarded-For": {forwarded}},
	}
	v, _ := a.origin(r)
	return v.Address
}

// OpenCursor opens a cursor of a list as somebody with a session.
func OpenCursor(o Options, user audipy.UserID, cursor string) (string, error) {
	a := &api{Options: o}
	ctx := withRequest(context.Background(), &request{actor: auth.Actor{UserID: user}})
	return a.openCursor(ctx, "library", "", cursor)
}

// CheckJSON is checkJSON.
func CheckJSON(data []byte) error { return checkJSON(data) }

// Operation is one operation with its row of the policy table.
type Operation struct {
	ID, Method, Path string
	Access           Access
	StepUp, Hidden   bool
	HasBody          bool
	Scope            audipy.Scope
}

// AnyScope stands for whatever a program may do.
const AnyScope = anyScope

// Operations lists the operations of a server.
func Operations(o Options) ([]Operation, error) {
	a, _ := newAPI(o)
	var all []Operation
	for path, item := range a.huma.OpenAPI().Paths {
		for _, op := range operationsOf(item) {
			r, ok := a.rules[op.OperationID]
			if !ok {
				return nil, errors.New("no row for " + op.OperationID)
			}
			all = append(all, Operation{op.OperationID, op.Method, basePath + path, r.Access, r.StepUp, r.Hidden, op.RequestBody != nil, r.Scope})
		}
	}
	return all, nil
}
