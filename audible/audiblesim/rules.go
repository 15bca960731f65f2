package audiblesim

import (
	"net/http"
	"strings"
	"time"
)

// rules are what was asked for by controls; Sim.mu guards them.
type rules struct {
	oldBearer bool
	outages   []Outage
	answers   []NextAnswer
}

// Outage is a time in which requests fail.
type Outage struct {
	// From is the first instant of the outage, To the first after it.
	From, To time.Time
	// Status is the status of the answers, which carry an HTML page as front
	// ends send it; 0 cuts the connection instead.
	Status int
	// Host limits the outage to one host name; empty means all.
	Host string
}

// NextAnswer replaces the answer to a request.
type NextAnswer struct {
	// Host is a host name, Path a prefix of the path; empty means any.
	Host, Path string
	// Times is how many requests are answered so; 0 means 1.
	Times int
	// Status of the answer; 0 means 200. Header and Body are sent as given.
	Status int
	Header http.Header
	Body   string
}

// AddOutage plans an outage.
func (s *Sim) AddOutage(o Outage) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.rules.outages = append(s.rules.outages, o)
}

// AnswerNext replaces the answers to the next requests that match. Several
// are used in the order in which they were given.
func (s *Sim) AnswerNext(a NextAnswer) {
	s.mu.Lock()
	defer s.mu.Unlock()
	a.Times = max(a.Times, 1)
	s.rules.answers = append(s.rules.answers, a)
}

// AcceptOldBearer turns the bearer header of before 2025 on or off for the
// API; it is off at first.
func (s *Sim) AcceptOldBearer(accept bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.rules.oldBearer = accept
}

// interpose does what comes before every answer: counting, watching for
// passwords that go astray, outages and replaced answers.
func (s *Sim) interpose(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		s.watchPasswords(r)
		s.mu.Lock()
		s.counts.Requests[endpoint(r)]++
		outage := s.rules.outage(r, s.now())
		replaced := s.rules.next(r)
		s.mu.Unlock()
		switch {
		case outage != nil:
			outage.serve(w)
		case replaced != nil:
			replaced.serve(w)
		default:
			next.ServeHTTP(w, r)
		}
	})
}

// outage returns the first planned outage that hits the request now.
func (u *rules) outage(r *http.Request, now time.Time) *Outage {
	for i, o := range u.outages {
		if (o.Host == "" || o.Host == parseHost(r.Host).name) && !now.Before(o.From) && now.Before(o.To) {
			return &u.outages[i]
		}
	}
	return nil
}

// next takes the first replaced answer that matches.
func (u *rules) next(r *http.Request) *NextAnswer {
	for i := range u.answers {
		a := &u.answers[i]
		if (a.Host != "" && a.Host != parseHost(r.Host).name) || !strings.HasPrefix(r.URL.Path, a.Path) {
			continue
		}
		taken := *a
		if a.Times--; a.Times == 0 {
			u.answers = append(u.answers[:i], u.answers[i+1:]...)
		}
		return &taken
	}
	return nil
}

// serve fails the request as a front end does: with HTML, which clients must
// not take for JSON (protocol 9.0).
func (o *Outage) serve(w http.ResponseWriter) {
	if o.Status == 0 {
		panic(http.ErrAbortHandler)
	}
	w.Header().Set("Content-Type", "text/html")
	w.WriteHeader(o.Status)
	_, _ = w.Write([]byte("<html><head><title>" + http.StatusText(o.Status) + "</title></head><body><center><h1>" +
		http.StatusText(o.Status) + "</h1></center></body></html>\n"))
}

// serve sends the answer as it was given, without adding a content type.
func (a *NextAnswer) serve(w http.ResponseWriter) {
	for name, values := range a.Header {
		w.Header()[http.CanonicalHeaderKey(name)] = values
	}
	if a.Status != 0 {
		w.WriteHeader(a.Status)
	}
	_, _ = w.Write([]byte(a.Body))
}
