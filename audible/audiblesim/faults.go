package audiblesim

import "net/http"

// faults makes answers go wrong by seed. Without rules it changes nothing.
type faults struct {
	seed uint64
}

// newFaults returns faults without rules.
func newFaults(seed uint64) *faults { return &faults{seed: seed} }

// wrap returns a handler that answers as next does, apart from the faults.
func (f *faults) wrap(next http.Handler) http.Handler {
	return next
}
