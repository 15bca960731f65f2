package backup

// WeakLock is ForPassphrase in a hundredth of the time, for tests.
func WeakLock(passphrase string) (Lock, error) { return forPassphrase(passphrase, 10) }

// WithAllowance returns r with another allowance, in bytes, before maxRatio counts.
func (r Restoring) WithAllowance(bytes int64) Restoring {
	r.allowance = bytes
	return r
}

// WithAllowance is the same for what is written.
func (s Source) WithAllowance(bytes int64) Source {
	s.allowance = bytes
	return s
}
