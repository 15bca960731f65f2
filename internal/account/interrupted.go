package account

import (
	"context"

	"github.com/audipy/audipy/internal/audipy"
	"github.com/audipy/audipy/internal/audit"
)

// claim records that a registration is about to be asked for: between Amazon's
// answer and our record of it a process can die, and this tells that it did.
func (s *Service) claim(ctx context.Context, user audipy.UserID, marketplace string) error {
	return s.store.Record(ctx, user, audit.Event{
		Action: audit.LinkClaimed, Outcome: audit.Succeeded, Target: marketplace,
	})
}

// unclaim records that the registration left no device. Failing to only makes
// Interrupted warn once too often.
func (s *Service) unclaim(ctx context.Context, user audipy.UserID, marketplace string) {
	_ = s.store.Record(ctx, user, audit.Event{
		Action: audit.LinkFailed, Outcome: audit.Failed, Target: marketplace,
	})
}

// trailPage is how many records are read at a time.
const trailPage = 1000

// Interrupted reports whether the last registration was begun and its end
// never recorded: Amazon may then list a device that nothing here knows.
func (s *Service) Interrupted(ctx context.Context, user audipy.UserID) (bool, error) {
	claimed, after := false, int64(0)
	for {
		records, err := s.store.AuditRecords(ctx, user, after, trailPage)
		if err != nil {
			return false, err
		}
		for _, r := range records {
			after = r.Seq
			if r.Action == audit.LinkClaimed {
				claimed = true
			}
			if r.Action == audit.LinkCreated || r.Action == audit.AccountRelinked || r.Action == audit.LinkFailed {
				claimed = false
			}
		}
		if len(records) < trailPage {
			return claimed, nil
		}
	}
}
