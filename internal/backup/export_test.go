package backup

// WeakLock is ForPassphrase in a hundredth of the time, for tests.
func WeakLock(passphrase string) (Lock, error) { return forPassphrase(passphrase, 10) }
