package audiblesim

import (
	"errors"
	"fmt"
	"net/http"
	"slices"
	"strings"
	"sync"
	"time"
)

// FaultKind says what goes wrong with an answer.
type FaultKind string

// The kinds of fault. Those about a listing change only answers that are one.
const (
	// FaultStatus answers with Fault.Status and a short JSON body, or with
	// the HTML page of the front end for 502 and 503.
	FaultStatus FaultKind = "status"
	// FaultRateLimit answers 429, with Fault.RetryAfter if that is set.
	FaultRateLimit FaultKind = "rate-limit"
	// FaultCut ends the connection in the middle of the body.
	FaultCut FaultKind = "cut"
	// FaultGzipCut sends half of the body as compressed, to clients that take
	// gzip: the connection ends well, the data does not.
	FaultGzipCut FaultKind = "gzip-cut"
	// FaultHTML answers 200 with an HTML page.
	FaultHTML FaultKind = "html"
	// FaultSlow waits Fault.Delay before the answer.
	FaultSlow FaultKind = "slow"
	// FaultReset ends the connection before the answer.
	FaultReset FaultKind = "reset"
	// FaultShortPage leaves out the last item of a listing.
	FaultShortPage FaultKind = "short-page"
	// FaultUnknownFields adds keys that no client knows, everywhere.
	FaultUnknownFields FaultKind = "unknown-fields"
	// FaultWrongTotal announces three titles more than there are.
	FaultWrongTotal FaultKind = "wrong-total"
	// FaultNullItems answers "items": null.
	FaultNullItems FaultKind = "null-items"
	// FaultEmptyObject answers 200 {}.
	FaultEmptyObject FaultKind = "empty-object"
	// FaultEmptyArray answers 200 [].
	FaultEmptyArray FaultKind = "empty-array"
	// FaultReorder turns round the lists inside each title, such as its
	// people and plans, whose order means nothing (protocol 9.1).
	FaultReorder FaultKind = "reorder"
	// FaultBlankNames leaves out the names and authors of titles, as the first
	// answer after a long pause does now and then (protocol 9.1).
	FaultBlankNames FaultKind = "blank-names"
	// FaultGzip compresses the answer for clients that take gzip. Nothing is
	// wrong with it: the service does so, and the simulator spares the time.
	FaultGzip FaultKind = "gzip"
	// FaultTrickle sends the body in eight pieces that take Fault.Delay.
	FaultTrickle FaultKind = "trickle"
)

// FaultKinds lists every kind.
func FaultKinds() []FaultKind {
	return []FaultKind{
		FaultStatus, FaultRateLimit, FaultCut, FaultGzipCut, FaultHTML, FaultSlow, FaultReset,
		FaultShortPage, FaultUnknownFields, FaultWrongTotal, FaultNullItems, FaultEmptyObject, FaultEmptyArray,
		FaultReorder, FaultBlankNames, FaultGzip, FaultTrickle,
	}
}

// Fault is one thing that goes wrong, now and then, with some requests.
type Fault struct {
	Kind FaultKind `json:"kind"`
	// Path is what the path begins with ("/1.0/library"); empty means all.
	Path string `json:"path,omitempty"`
	// Host is a part of the host's name; empty means all.
	Host string `json:"host,omitempty"`
	// Method is the request's method; empty means all.
	Method string `json:"method,omitempty"`
	// Probability is from 0 to 1; 0 means always.
	Probability float64 `json:"probability,omitempty"`
	// After spares the first requests that match.
	After int `json:"after,omitempty"`
	// Times is how often it happens at most; 0 means without end.
	Times int `json:"times,omitempty"`
	// Status is for FaultStatus, 400 to 599; 0 means 500.
	Status int `json:"status,omitempty"`
	// RetryAfter is sent as it is: seconds, a date, or garbage.
	RetryAfter string `json:"retry_after,omitempty"`
	// Delay is for FaultSlow and FaultTrickle, in nanoseconds in JSON.
	Delay time.Duration `json:"delay,omitempty"`
}

// faults makes answers go wrong by seed. Without rules it changes nothing.
type faults struct {
	seed uint64

	mu     sync.Mutex
	rules  []Fault
	seen   []int // requests that matched each rule
	struck []int // how often each rule struck
}

// newFaults returns faults without rules.
func newFaults(seed uint64) *faults { return &faults{seed: seed} }

// SetFaults replaces the faults that are on; none turns all off. The n-th
// request that matches a fault always fares the same under one seed.
func (s *Sim) SetFaults(list ...Fault) error {
	for i, f := range list {
		if err := f.check(); err != nil {
			return fmt.Errorf("fault %d: %w", i+1, err)
		}
	}
	s.faults.mu.Lock()
	defer s.faults.mu.Unlock()
	s.faults.rules = slices.Clone(list)
	s.faults.seen, s.faults.struck = make([]int, len(list)), make([]int, len(list))
	return nil
}

// FaultCounts returns how often each of the faults that are on has struck, in
// the order of SetFaults.
func (s *Sim) FaultCounts() []int {
	s.faults.mu.Lock()
	defer s.faults.mu.Unlock()
	return slices.Clone(s.faults.struck)
}

// check reports what makes no sense in a fault, so that a test with a mistake
// in it fails at once instead of testing nothing.
func (f Fault) check() error {
	switch {
	case !slices.Contains(FaultKinds(), f.Kind):
		return fmt.Errorf("%q is no kind of fault", f.Kind)
	case f.Probability < 0 || f.Probability > 1:
		return fmt.Errorf("probability %v is not from 0 to 1", f.Probability)
	case f.Status != 0 && (f.Status < 400 || f.Status > 599):
		return fmt.Errorf("status %d is no error", f.Status)
	case f.Times < 0 || f.After < 0:
		return errors.New("a count is negative")
	case f.Delay < 0:
		return errors.New("the delay is negative")
	}
	return nil
}

// strike returns the faults that hit a request.
func (f *faults) strike(r *http.Request) []Fault {
	f.mu.Lock()
	defer f.mu.Unlock()
	var hits []Fault
	for i, rule := range f.rules {
		if !rule.matches(r) {
			continue
		}
		n := f.seen[i]
		f.seen[i]++
		if n < rule.After || rule.Times > 0 && f.struck[i] >= rule.Times {
			continue
		}
		roll := float64(newDice(f.seed, 9, uint64(i), uint64(n)).next()>>11) / (1 << 53)
		if rule.Probability > 0 && roll >= rule.Probability {
			continue
		}
		f.struck[i]++
		hits = append(hits, rule)
	}
	return hits
}

// matches reports whether the fault is about a request.
func (f Fault) matches(r *http.Request) bool {
	return strings.HasPrefix(r.URL.Path, f.Path) && strings.Contains(r.Host, f.Host) &&
		(f.Method == "" || f.Method == r.Method)
}

// wrap returns a handler that answers as next does, apart from the faults. When
// several strike one request, it is first delayed, then the first fault that
// replaces the answer wins, else the service answers and the others spoil that;
// last the connection may break.
func (f *faults) wrap(next http.Handler) http.Handler {
	return http.HandlerFunc(func(rw http.ResponseWriter, r *http.Request) {
		hits := f.strike(r)
		if len(hits) == 0 {
			next.ServeHTTP(rw, r)
			return
		}
		kept := newRecording()
		answered := false
		for _, hit := range hits {
			if hit.Kind == FaultSlow {
				pause(r, hit.Delay)
			}
			answered = answered || hit.answer(kept)
		}
		if !answered {
			next.ServeHTTP(kept, r)
			for _, hit := range hits {
				hit.spoil(kept)
			}
		}
		for _, hit := range hits {
			if hit.breakOff(rw, r, kept) {
				return
			}
		}
		kept.send(rw)
	})
}

// pause waits on a timer and not on the simulated clock, so that a bubble of
// testing/synctest skips the time, and a server on a socket takes it.
func pause(r *http.Request, delay time.Duration) {
	timer := time.NewTimer(delay)
	defer timer.Stop()
	select {
	case <-timer.C:
	case <-r.Context().Done():
	}
}
