package httpapi

import (
	"context"
	"net"
	"net/netip"
	"slices"
	"sync"
	"time"

	"github.com/audipy/audipy/internal/audipy"
	"github.com/audipy/audipy/internal/auth"
)

// Limits are what one person and one address may ask for. They are one value,
// so that tests of other things can raise them.
type Limits struct {
	// User and Address are calls per minute; UserCovers and AddressCovers
	// those for covers, of which a page shows many.
	User, Address, UserCovers, AddressCovers int
	// AddressRelay is calls per minute of the relay's pages and images.
	AddressRelay int
	// UserExports is how many exports a person may have in an hour, and
	// UserRenewals how often they may have tokens renewed by hand.
	UserExports, UserRenewals int
	// UserTests is how many tests of channels a person may send in an hour.
	UserTests int
	// UserElsewhere is how often a person may have a server outside of Audible
	// connected or read in an hour.
	UserElsewhere int
	// AddressLinks is how many sign-ins, addresses and files one address may
	// give in an hour, AddressAnswers how many answers to Amazon's questions,
	// and AddressPasswords how many of those with a password.
	AddressLinks, AddressAnswers, AddressPasswords int
	// Streams is how many event streams a person may have at once.
	Streams int
	// Connections is how many connections the server takes, and
	// AddressConnections how many of them from one address.
	Connections, AddressConnections int
}

// DefaultLimits are those of a server.
func DefaultLimits() Limits {
	return Limits{
		User: 300, Address: 600, UserCovers: 3000, AddressCovers: 6000, AddressRelay: 120,
		UserExports: 10, UserRenewals: 20, UserTests: 20, UserElsewhere: 20, AddressLinks: 20, AddressAnswers: 30, AddressPasswords: 10, Streams: 3,
		Connections: 512, AddressConnections: 64,
	}
}

// The names of limits beside the general one; all but the relay's stand in the
// policy table.
const (
	coversLimit    = "covers"
	exportsLimit   = "exports"
	renewalsLimit  = "renewals"
	testsLimit     = "tests"
	elsewhereLimit = "elsewhere"
	relayLimit     = "relay"
)

// of returns the calls per minute for a name of the policy table.
func (l Limits) of(name string) (user, address int) {
	switch name {
	case coversLimit:
		return l.UserCovers, l.AddressCovers
	case relayLimit:
		return 0, l.AddressRelay
	}
	return l.User, l.Address
}

// hourly returns the calls per hour of a person for a name of the policy table,
// and false for those without such a limit.
func (l Limits) hourly(name string) (limit int, ok bool) {
	switch name {
	case exportsLimit:
		return l.UserExports, true
	case renewalsLimit:
		return l.UserRenewals, true
	case testsLimit:
		return l.UserTests, true
	case elsewhereLimit:
		return l.UserElsewhere, true
	}
	return 0, false
}

// maxCounted is how many people and addresses are counted apart; further ones
// share one count until the window is over, so that memory stays bounded.
const maxCounted = 50_000

// counter counts calls in the running minute or hour.
type counter struct {
	window time.Duration

	mu    sync.Mutex
	since time.Time
	calls map[string]int
}

// take counts a call, or says how long to wait when the limit is reached.
func (c *counter) take(now time.Time, key string, limit int) error {
	c.mu.Lock()
	defer c.mu.Unlock()
	if since := now.Truncate(c.window); !since.Equal(c.since) {
		c.since, c.calls = since, map[string]int{}
	}
	if _, known := c.calls[key]; !known && len(c.calls) >= maxCounted {
		key = ""
	}
	if c.calls[key] >= limit {
		return audipy.Fail(audipy.Busy, "That was a lot at once.", nil).
			WithCode("rate_limited").WithRetryAfter(c.since.Add(c.window).Sub(now))
	}
	c.calls[key]++
	return nil
}

// takeAddress is take for the networks that an address is in.
func (c *counter) takeAddress(now time.Time, what string, address netip.Addr, limit int) error {
	for _, n := range auth.Networks(address) {
		if err := c.take(now, what+" address "+n.Prefix, limit*n.Times); err != nil {
			return err
		}
	}
	return nil
}

// limitAddress counts a call of an address.
func (a *api) limitAddress(rule rule, address netip.Addr) error {
	_, limit := a.Limits.of(rule.Limit)
	return a.counter.takeAddress(a.Now(), rule.Limit, address, limit)
}

// limitUser counts a call of a person.
func (a *api) limitUser(rule rule, user audipy.UserID) error {
	if limit, ok := a.Limits.hourly(rule.Limit); ok {
		if err := a.hourly.take(a.Now(), rule.Limit+" user "+string(user), limit); err != nil {
			return err
		}
	}
	limit, _ := a.Limits.of(rule.Limit)
	return a.counter.take(a.Now(), rule.Limit+" user "+string(user), limit)
}

// limitLinking counts what one address asks of Amazon in an hour, by all who
// sign in from there.
func (a *api) limitLinking(ctx context.Context, what string, limit int) error {
	return a.hourly.takeAddress(a.Now(), what, visitorFrom(ctx).Address, limit)
}

// limitedListener takes so many connections and no more; what is too many is
// closed at once.
type limitedListener struct {
	net.Listener
	limits Limits
	// exempt tells addresses that stand for many people: proxies.
	exempt func(netip.Addr) bool

	mu   sync.Mutex
	all  int
	from map[string]int
}

// Accept waits for the next connection that there is room for.
func (l *limitedListener) Accept() (net.Conn, error) {
	for {
		conn, err := l.Listener.Accept()
		if err != nil {
			return nil, err
		}
		address := peer(conn.RemoteAddr().String())
		networks := auth.Networks(address)
		if address.IsLoopback() || l.exempt(address) {
			networks = nil
		}
		if l.enter(networks) {
			return &countedConn{Conn: conn, leave: sync.OnceFunc(func() { l.exit(networks) })}, nil
		}
		_ = conn.Close() // it was told nothing and loses nothing
	}
}

func (l *limitedListener) enter(networks []auth.Network) bool {
	l.mu.Lock()
	defer l.mu.Unlock()
	full := func(n auth.Network) bool { return l.from[n.Prefix] >= l.limits.AddressConnections*n.Times }
	if l.all >= l.limits.Connections || slices.ContainsFunc(networks, full) {
		return false
	}
	l.all++
	for _, n := range networks {
		l.from[n.Prefix]++
	}
	return true
}

func (l *limitedListener) exit(networks []auth.Network) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.all--
	for _, n := range networks {
		if l.from[n.Prefix]--; l.from[n.Prefix] == 0 {
			delete(l.from, n.Prefix)
		}
	}
}

// countedConn gives its place back when it is closed.
type countedConn struct {
	net.Conn
	leave func()
}

// Close closes the connection.
func (c *countedConn) Close() error {
	c.leave()
	return c.Conn.Close()
}

// seats counts what people have under way: event streams, or exports.
type seats struct {
	mu   sync.Mutex
	used map[audipy.UserID]int
}

func newSeats() *seats { return &seats{used: map[audipy.UserID]int{}} }

// take takes one of so many seats, if one is free; leave gives it back.
func (s *seats) take(user audipy.UserID, limit int) (leave func(), ok bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.used[user] >= limit {
		return nil, false
	}
	s.used[user]++
	return sync.OnceFunc(func() {
		s.mu.Lock()
		defer s.mu.Unlock()
		if s.used[user]--; s.used[user] == 0 {
			delete(s.used, user)
		}
	}), true
}
