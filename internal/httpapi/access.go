package httpapi

import (
	"context"
	"net/http"
	"strings"

	"github.com/danielgtaylor/huma/v2"
	"github.com/danielgtaylor/huma/v2/adapters/humago"

	"github.com/audipy/audipy/internal/audipy"
	"github.com/audipy/audipy/internal/auth"
)

// requestKey is the key of a request's facts in its context.
type requestKey struct{}

// request is what the server found out about a request. The middleware fills
// it in, in order; handlers only read.
type request struct {
	id      string
	visitor auth.Visitor
	origin  string // of our own pages
	secure  bool   // by TLS, or by the word of a trusted proxy
	actor   auth.Actor
	token   string // of the session's cookie, good or not
	pending auth.Pending
	// owing is the token of the cookie of somebody whose second factor is
	// owed, good or not.
	owing string
	// attempt is the token of the cookie of a browser that was sent to a
	// provider, good or not.
	attempt string
	// problem is the code of the answer that the request got instead of what
	// it asked for.
	problem string
}

func requestOf(ctx context.Context) *request {
	if r, ok := ctx.Value(requestKey{}).(*request); ok {
		return r
	}
	return &request{}
}

// requestID names the request in the log and in problems.
func requestID(ctx context.Context) string { return requestOf(ctx).id }

// actorFrom returns who is asking. In a Public operation it is nobody.
func actorFrom(ctx context.Context) auth.Actor { return requestOf(ctx).actor }

// visitorFrom returns where the request comes from.
func visitorFrom(ctx context.Context) auth.Visitor { return requestOf(ctx).visitor }

// operation is huma.Context by a name that does not hide its method Context.
type operation = huma.Context

// guarded is the context of an operation that may run. It lets the transformer
// of errors correct the status.
type guarded struct {
	operation
	status int
}

// Unwrap returns the adapter's context.
func (c *guarded) Unwrap() huma.Context { return c.operation }

// SetStatus writes the status, or the one that was found to be right.
func (c *guarded) SetStatus(status int) {
	if c.status != 0 {
		status = c.status
	}
	c.operation.SetStatus(status)
}

// guard lets an operation run for those whom the policy table lets.
func (a *api) guard(ctx huma.Context, next func(huma.Context)) {
	r, w := humago.Unwrap(ctx)
	rule := a.rules[ctx.Operation().OperationID]
	err := a.admit(r, rule)
	if err == nil {
		err = a.readBody(w, r, rule, ctx.Operation().RequestBody != nil)
	}
	if err != nil {
		a.fail(w, r, err)
		return
	}
	next(&guarded{operation: ctx})
}

// admit says whether a request may go on, and who is asking.
func (a *api) admit(r *http.Request, rule rule) error {
	facts := requestOf(r.Context())
	if err := a.limitAddress(rule, facts.visitor.Address); err != nil {
		return err
	}
	if rule.Access == Public {
		return nil
	}
	needed, err := a.setUpNeeded(r.Context())
	if err != nil {
		return err
	}
	switch {
	case rule.Access == SetUpOnly && needed:
		return nil
	case rule.Access == SetUpOnly:
		return audipy.Fail(audipy.Conflict, "This server has an administrator already.", nil).
			WithCode("set_up_done").WithHint("Sign in.")
	case needed:
		return audipy.Fail(audipy.Forbidden, "This server has no administrator yet.", nil).
			WithCode("set_up_needed").WithHint("Open the address that the server printed when it started.")
	}
	if rule.Access == Pending {
		facts.pending, err = a.Auth.CheckPending(r.Context(), facts.owing)
		return err
	}
	if r.Header.Get("Authorization") != "" {
		facts.actor, err = a.authenticateProgram(r)
	} else {
		facts.actor, err = a.authenticate(r)
	}
	if err != nil {
		return hide(rule, err)
	}
	if err := a.limitUser(rule, facts.actor.UserID); err != nil {
		return err
	}
	return hide(rule, a.mayCall(facts.actor, rule))
}

// authenticate reads the session cookie.
func (a *api) authenticate(r *http.Request) (auth.Actor, error) {
	facts := requestOf(r.Context())
	if facts.token == "" {
		return auth.Actor{}, audipy.Fail(audipy.Unauthorized, "Nobody is signed in.", nil).WithHint("Sign in.")
	}
	return a.Auth.Authenticate(r.Context(), facts.token, facts.visitor)
}

// authenticateProgram reads the credential of a program. There is one scheme.
func (a *api) authenticateProgram(r *http.Request) (auth.Actor, error) {
	lines := r.Header.Values("Authorization")
	scheme, credential, _ := strings.Cut(lines[0], " ")
	if len(lines) > 1 || !strings.EqualFold(scheme, "Bearer") {
		credential = ""
	}
	return a.Auth.AuthenticateBearer(r.Context(), credential)
}

// mayAct compares a program with a rule: what has no scope is not for programs,
// whoever they work for.
func mayAct(p *auth.Program, rule rule) error {
	switch {
	case rule.Access != Session || rule.StepUp || rule.Scope == "":
		return audipy.Fail(audipy.Forbidden, "No program may do this.", nil).WithCode("not_for_programs").
			WithHint("Do it in the browser.")
	case rule.Scope != anyScope && !p.May(rule.Scope):
		return audipy.Fail(audipy.Forbidden, "This program may not do this: it lacks the scope "+string(rule.Scope)+".", nil).
			WithCode("insufficient_scope")
	}
	return nil
}

// mayCall compares who asks with a rule.
func (a *api) mayCall(actor auth.Actor, rule rule) error {
	if actor.Program != nil {
		return mayAct(actor.Program, rule)
	}
	switch {
	case rule.Access != Session && rule.Access != Admin:
		return audipy.Fail(audipy.Forbidden, "Nobody may do this.", nil)
	case rule.Access == Admin && !actor.IsAdmin:
		return audipy.Fail(audipy.Forbidden, "This is for administrators.", nil)
	case rule.StepUp && !a.Now().Before(actor.SteppedUpUntil):
		return audipy.Fail(audipy.Forbidden, "Give your password once more to do this.", nil).
			WithCode("step_up_required")
	}
	return nil
}

// hide turns a refusal into "not found" where even the existence of the
// operation is for those who may call it.
func hide(r rule, err error) error {
	kind := audipy.KindOf(err)
	if err != nil && r.Hidden && (kind == audipy.Unauthorized || kind == audipy.Forbidden) {
		return notFound()
	}
	return err
}

func notFound() error { return audipy.Fail(audipy.NotFound, "There is nothing here.", nil) }

// setUpNeeded says whether there is no administrator yet. Once there is one the
// store is not asked again.
func (a *api) setUpNeeded(ctx context.Context) (bool, error) {
	if a.settled.Load() {
		return false, nil
	}
	needed, err := a.Auth.SetUpNeeded(ctx)
	if err == nil && !needed {
		a.settled.Store(true)
	}
	return needed, err
}

func withRequest(ctx context.Context, facts *request) context.Context {
	return context.WithValue(ctx, requestKey{}, facts)
}
