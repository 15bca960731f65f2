package store_test

import (
	"time"

	"github.com/audipy/audipy/internal/store/storetest"
)

// now is the time on the clock in the precision that is kept.
func now(db *storetest.DB) time.Time { return db.Clock.Now().Truncate(time.Microsecond) }
