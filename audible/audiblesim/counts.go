package audiblesim

import (
	"maps"
	"net/http"
	"slices"
	"strings"
)

// Counts are what the simulator saw, for assertions. Take a copy with
// Sim.Counts; the fields start at 0.
type Counts struct {
	// SignIns counts sign-in addresses opened and accepted,
	// SignInsFinished codes given, Cancelled sign-ins cancelled on a page,
	// BadAuthorizations addresses refused.
	SignIns, SignInsFinished, Cancelled, BadAuthorizations int
	// Pages counts pages shown, by step or challenge.
	Pages map[string]int
	// LostSessions counts requests without the cookies of a sign-in under
	// way; BrokenForms forms sent to a wrong place or with hidden fields
	// changed or missing.
	LostSessions, BrokenForms int
	// WrongPasswords and WrongAnswers count refused passwords and other
	// refused answers.
	WrongPasswords, WrongAnswers int
	// MetadataGood, MetadataMissing and MetadataBad count metadata1 where a
	// login or password was posted, and wherever it was wrong.
	MetadataGood, MetadataMissing, MetadataBad int
	// Passwords counts accounts' passwords seen in requests, by "host path"
	// (sign-in numbers left out); MisplacedPasswords only those that went
	// anywhere but the form that asked for them.
	Passwords          map[string]int
	MisplacedPasswords []string
	// Registrations, Deregistrations, Refreshes and RefusedRefreshes count
	// calls that succeeded, and refused ones by name.
	Registrations, Deregistrations, Refreshes, RefusedRefreshes int
	// SignedCalls, TokenCalls, AnonymousCalls and RefusedCalls count API
	// calls by how they were admitted.
	SignedCalls, TokenCalls, AnonymousCalls, RefusedCalls int
	// Requests counts all requests by "METHOD host path"; numbers, ids and
	// ASINs in paths are replaced by "*".
	Requests map[string]int
	// CookieExchanges counts website cookies given for a refresh token.
	CookieExchanges int
	// CaptchaImages counts images fetched.
	CaptchaImages int
}

func newCounts() Counts {
	return Counts{Pages: make(map[string]int), Passwords: make(map[string]int), Requests: make(map[string]int)}
}

// Counts returns what was seen so far. The copy is the caller's.
func (s *Sim) Counts() Counts {
	s.mu.Lock()
	defer s.mu.Unlock()
	c := s.counts
	c.Pages = maps.Clone(c.Pages)
	c.Passwords = maps.Clone(c.Passwords)
	c.Requests = maps.Clone(c.Requests)
	c.MisplacedPasswords = slices.Clone(c.MisplacedPasswords)
	return c
}

// ResetCounts starts all counters again at 0.
func (s *Sim) ResetCounts() {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.counts = newCounts()
}

// endpoint names a request for counting.
func endpoint(r *http.Request) string {
	return r.Method + " " + parseHost(r.Host).name + " " + pathPattern(r.URL.Path)
}

// pathPattern replaces the parts of a path that hold a digit, but not the
// version of the API, by "*".
func pathPattern(path string) string {
	parts := strings.Split(path, "/")
	for i, part := range parts {
		if part != "1.0" && strings.ContainsAny(part, "0123456789") {
			parts[i] = "*"
		}
	}
	return strings.Join(parts, "/")
}
