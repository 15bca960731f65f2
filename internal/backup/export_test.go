package backup

// WeakLock is ForPassphrase in a hundredth of the time, for tests.
func WeakLock(passphrase string) (Lock, error) { return forPassphrase(passphrase, 10) }

// WithStart returns r with another start of the ratio, in bytes.
func (r Restoring) WithStart(bytes int64) Restoring {
	r.start = bytes
	return r
}
