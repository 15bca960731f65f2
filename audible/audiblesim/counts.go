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
	SignIns           int `json:"sign_ins"`
	SignInsFinished   int `json:"sign_ins_finished"`
	Cancelled         int `json:"cancelled"`
	BadAuthorizations int `json:"bad_authorizations"`
	// Pages counts pages shown, by step or challenge.
	Pages map[string]int `json:"pages"`
	// LostSessions counts requests without the cookies of a sign-in under
	// way; BrokenForms forms sent to a wrong place or with hidden fields
	// changed or missing.
	LostSessions int `json:"lost_sessions"`
	BrokenForms  int `json:"broken_forms"`
	// WrongPasswords and WrongAnswers count refused passwords and other
	// refused answers.
	WrongPasswords int `json:"wrong_passwords"`
	WrongAnswers   int `json:"wrong_answers"`
	// MetadataGood, MetadataMissing and MetadataBad count metadata1 where a
	// login or password was posted, and wherever it was wrong.
	MetadataGood    int `json:"metadata_good"`
	MetadataMissing int `json:"metadata_missing"`
	MetadataBad     int `json:"metadata_bad"`
	// Passwords counts accounts' passwords seen in requests, by "host path"
	// (sign-in numbers left out); MisplacedPasswords only those that went
	// anywhere but the form that asked for them.
	Passwords          map[string]int `json:"passwords"`
	MisplacedPasswords []string       `json:"misplaced_passwords"`
	// Registrations, Deregistrations, Refreshes and RefusedRefreshes count
	// calls that succeeded, and refused ones by name.
	Registrations    int `json:"registrations"`
	Deregistrations  int `json:"deregistrations"`
	Refreshes        int `json:"refreshes"`
	RefusedRefreshes int `json:"refused_refreshes"`
	// SignedCalls, TokenCalls, AnonymousCalls and RefusedCalls count API
	// calls by how they were admitted.
	SignedCalls    int `json:"signed_calls"`
	TokenCalls     int `json:"token_calls"`
	AnonymousCalls int `json:"anonymous_calls"`
	RefusedCalls   int `json:"refused_calls"`
	// Requests counts all requests by "METHOD host path"; numbers, ids and
	// ASINs in paths are replaced by "*".
	Requests map[string]int `json:"requests"`
	// CookieExchanges counts website cookies given for a refresh token.
	CookieExchanges int `json:"cookie_exchanges"`
	// CaptchaImages counts images fetched.
	CaptchaImages int `json:"captcha_images"`
}

// newCounts returns counters at 0 with their maps made.
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
