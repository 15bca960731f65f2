package store

import (
	"context"
	"fmt"
	"os"
	"time"
)

// lockPoll is how often a waiting process looks whether the lock is free.
const lockPoll = 10 * time.Millisecond

// lockFile waits until it holds the lock of the file, which is made when it is
// missing and stays behind, and returns what gives it back.
func lockFile(ctx context.Context, path string) (unlock func(), err error) {
	f, err := os.OpenFile(path, os.O_RDWR|os.O_CREATE, 0o600)
	if err != nil {
		return nil, fmt.Errorf("open lock file: %w", err)
	}
	for {
		held, err := tryLock(f)
		if held {
			return func() { _ = f.Close() }, nil // closing drops the lock; nothing was written
		}
		if err == nil {
			err = wait(ctx, lockPoll)
		}
		if err != nil {
			_ = f.Close() // the lock's error tells more
			return nil, fmt.Errorf("lock %q: %w", path, err)
		}
	}
}

func wait(ctx context.Context, d time.Duration) error {
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-ctx.Done():
		return context.Cause(ctx)
	case <-timer.C:
		return nil
	}
}
