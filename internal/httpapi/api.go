package httpapi

import (
	"context"
	"crypto/tls"
	"errors"
	"io/fs"
	"log/slog"
	"net/http"
	"net/netip"
	"net/url"
	"sync/atomic"
	"time"

	"github.com/danielgtaylor/huma/v2"
	"github.com/danielgtaylor/huma/v2/adapters/humago"

	"github.com/audipy/audipy/internal/account"
	"github.com/audipy/audipy/internal/advice"
	"github.com/audipy/audipy/internal/auth"
	"github.com/audipy/audipy/internal/cover"
	"github.com/audipy/audipy/internal/elsewhere"
	"github.com/audipy/audipy/internal/librarysync"
	"github.com/audipy/audipy/internal/notify"
	"github.com/audipy/audipy/internal/recent"
	"github.com/audipy/audipy/internal/store"
)

// basePath is where the API lives.
const basePath = "/api/v1"

// Options are what the server works with. Auth, Store, Accounts, Syncs,
// Advice, Notices and Elsewhere are required.
type Options struct {
	Auth      *auth.Service
	Store     *store.Store
	Accounts  *account.Service
	Syncs     *librarysync.Service
	Advice    *advice.Service
	Notices   *notify.Service
	Elsewhere *elsewhere.Service
	// Watch tells of changes while it runs, which is the caller's to see to.
	// Required.
	Watch *librarysync.Watch
	// Version and Database, "sqlite" or "postgres", are shown to
	// administrators.
	Version, Database string
	// Covers fetches and keeps covers; nil means that there are none.
	Covers *cover.Service
	// Pages is the built web application with index.html at its root; nil
	// means that it was not built, and a plain page says so.
	Pages fs.FS
	// PublicURL is the one origin at which browsers find AudiPy, without a
	// path. Nil means that every Host is answered and that the origin is
	// that of the request.
	PublicURL *url.URL
	// RelayOrigin is where Amazon's own sign-in pages are carried to browsers:
	// an origin with another host name than PublicURL's, served by the same
	// handler. Empty means that this door is not offered.
	RelayOrigin string
	// TrustedProxies are those whose word on the client's address and scheme
	// is taken.
	TrustedProxies []netip.Prefix
	// Insecure is set when the operator allows plain HTTP on private
	// addresses; cookies then do without Secure, and every page says so.
	Insecure bool
	// Subdomains tells browsers that the names below the server's want TLS
	// too.
	Subdomains bool
	// TLS is what the server speaks TLS with; nil means plain HTTP.
	TLS *tls.Config
	// Simulated is set when Amazon and Audible are the simulator.
	Simulated bool
	// Demo is what may happen at a simulated Amazon; nil on every other
	// server.
	Demo *Demo
	// Backups is set when the server writes backups by itself.
	Backups bool
	// Kit reads the key, for whoever sets the server up; nil means that it is
	// not shown.
	Kit func() (RecoveryKit, error)
	// Limits are what people and addresses may ask for; the zero value means
	// DefaultLimits.
	Limits Limits
	// Ending is closed when the server stops: event streams end then.
	Ending <-chan struct{}
	// Now is the clock; nil means time.Now.
	Now func() time.Time
	// Observe is told of each request that has ended: its method, the pattern
	// that it was for, its status and how long it took. Nil means nobody is.
	Observe func(method, route string, status int, took time.Duration)
	// Log gets one record per request; nil means none.
	Log *slog.Logger
}

// api holds what handlers need.
type api struct {
	Options
	huma    huma.API
	rules   map[string]rule
	missing []string // operations without a rule
	// settled is true once there is an administrator, for good.
	settled atomic.Bool
	// counter and hourly count calls by the minute and by the hour.
	counter, hourly counter
	// streams and exports count what is under way.
	streams, exports *seats
	counts           *recent.People[counted]
}

// New returns the handler of the whole server. It fails when an operation has
// no row in the policy table, or a row no operation.
func New(o Options) (http.Handler, error) {
	a, mux := newAPI(o)
	return a.finish(mux)
}

// finish makes the handler of all that was registered.
func (a *api) finish(mux *http.ServeMux) (http.Handler, error) {
	if err := a.checkPolicy(); err != nil {
		return nil, err
	}
	tidyDocument(a.huma.OpenAPI())
	return a.handler(mux)
}

// newAPI registers every operation.
func newAPI(o Options) (*api, *http.ServeMux) {
	if o.Now == nil {
		o.Now = time.Now
	}
	if o.Log == nil {
		o.Log = slog.New(slog.DiscardHandler)
	}
	if o.Limits == (Limits{}) {
		o.Limits = DefaultLimits()
	}
	a := &api{
		Options: o, rules: policy(), counter: counter{window: time.Minute}, hourly: counter{window: time.Hour},
		streams: newSeats(), exports: newSeats(), counts: recent.New[counted](keptPeople),
	}
	mux := http.NewServeMux()
	a.huma = humago.NewWithPrefix(mux, basePath, a.config())
	a.huma.UseMiddleware(a.guard)
	a.registerServer()
	a.registerAuth()
	a.registerSessions()
	a.registerPeople()
	a.registerFactors()
	a.registerPasskeys()
	a.registerProviders()
	a.registerLibrary()
	a.registerAdvice()
	a.registerBooks()
	a.registerWishlist()
	a.registerPreferences()
	a.registerSyncs()
	a.registerLinks()
	a.registerDemo()
	a.registerDocument()
	a.registerCovers()
	a.registerAccounts()
	a.registerStored()
	a.registerNotices()
	a.registerElsewhere()
	a.registerPrograms()
	a.registerOAuth()
	a.registerProposals()
	return a, mux
}

// config is huma's configuration: JSON alone, errors as our problems, and no
// routes of its own.
func (a *api) config() huma.Config {
	c := huma.DefaultConfig("AudiPy", "1")
	c.OpenAPIPath, c.DocsPath, c.SchemasPath = "", "", ""
	c.CreateHooks = nil
	c.Formats = map[string]huma.Format{"application/json": jsonFormat(), "json": jsonFormat()}
	c.RejectUnknownQueryParameters = true
	c.Transformers = []huma.Transformer{problemTransformer}
	return c
}

// register adds an operation. Errors of the handler become problems.
func register[I, O any](a *api, op huma.Operation, handle func(context.Context, *I) (*O, error)) {
	if _, ok := a.rules[op.OperationID]; !ok {
		a.missing = append(a.missing, op.OperationID)
	}
	if scope := a.rules[op.OperationID].Scope; scope != "" {
		op.Extensions = map[string]any{"x-scope": scope}
	}
	op.Responses = map[string]*huma.Response{"default": problemResponse(a.huma.OpenAPI().Components.Schemas)}
	// The body was read before, and the deadline of reading is over.
	op.BodyReadTimeout = -1
	huma.Register(a.huma, op, func(ctx context.Context, in *I) (*O, error) {
		out, err := handle(ctx, in)
		if same, ok := errors.AsType[*notModifiedError](err); ok {
			return nil, same
		}
		if refused, ok := errors.AsType[*OAuthError](err); ok {
			requestOf(ctx).problem = refused.Code
			return nil, refused
		}
		if err != nil {
			return nil, a.problemOf(ctx, err)
		}
		return out, nil
	})
	if a.rules[op.OperationID].Form {
		op.RequestBody.Required = false // an empty form is a form
	}
}
