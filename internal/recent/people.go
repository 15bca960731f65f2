// Package recent keeps something at hand for each of the few people who asked
// last, so that memory is bounded however many people there are. What is kept
// is the caller's to fill and to check.
package recent

import (
	"sync"
	"time"

	"github.com/audipy/audipy/internal/audipy"
)

// People keeps a T for each of the people who asked last. It is safe for use by
// several goroutines; what a T holds is for itself to guard.
type People[T any] struct {
	most int

	mu     sync.Mutex
	places map[audipy.UserID]*place[T]
}

type place[T any] struct {
	used  time.Time
	value *T
}

// New returns places for so many people at most.
func New[T any](most int) *People[T] {
	return &People[T]{most: most, places: map[audipy.UserID]*place[T]{}}
}

// Of returns what is kept for a person, the zero value at first. Whoever asked
// the longest time ago makes room for somebody new; what they still hold is no
// longer kept.
func (p *People[T]) Of(user audipy.UserID, now time.Time) *T {
	p.mu.Lock()
	defer p.mu.Unlock()
	one := p.places[user]
	if one == nil {
		if len(p.places) >= p.most {
			delete(p.places, p.leastRecent())
		}
		one = &place[T]{value: new(T)}
		p.places[user] = one
	}
	one.used = now
	return one.value
}

func (p *People[T]) leastRecent() audipy.UserID {
	var oldest audipy.UserID
	for user, one := range p.places {
		if oldest == "" || one.used.Before(p.places[oldest].used) {
			oldest = user
		}
	}
	return oldest
}
