package httpapi

import (
	"context"
	"time"

	"github.com/audipy/audipy/internal/audipy"
	"github.com/audipy/audipy/internal/audit"
)

// BackupState is what is known of the backups that the server writes itself.
type BackupState struct {
	Enabled   bool       `json:"enabled" doc:"The server has a folder to write them into."`
	WrittenAt *time.Time `json:"written_at,omitempty" doc:"When the last one was written."`
	TriedAt   *time.Time `json:"tried_at,omitempty" doc:"When one was last restored, to see that it is good, and was."`
	FailedAt  *time.Time `json:"failed_at,omitempty" doc:"When the last writing or trying failed, if none went well since."`
	Rows      int        `json:"rows,omitempty" doc:"How many rows the one that was tried holds."`
}

// backupState reads in the server's own audit trail what became of the backups.
func (a *api) backupState(ctx context.Context) (BackupState, error) {
	s := BackupState{Enabled: a.Backups}
	for _, one := range []struct {
		action audit.Action
		good   **time.Time
	}{{audit.BackupWritten, &s.WrittenAt}, {audit.BackupTried, &s.TriedAt}} {
		good, err := a.latestRecord(ctx, one.action, audit.Succeeded)
		if err != nil {
			return s, err
		}
		failed, err := a.latestRecord(ctx, one.action, audit.Failed)
		if err != nil {
			return s, err
		}
		if good != nil {
			*one.good = &good.At
			s.Rows = good.Counts["rows"]
		}
		if failed != nil && (good == nil || failed.At.After(good.At)) {
			s.FailedAt = &failed.At
		}
	}
	return s, nil
}

// latestRecord returns the newest such record of the server's own trail, or nil.
func (a *api) latestRecord(ctx context.Context, action audit.Action, outcome audit.Outcome) (*audit.Record, error) {
	r, err := a.Store.LatestSystemRecord(ctx, action, outcome)
	if audipy.KindOf(err) == audipy.NotFound {
		return nil, nil //nolint:nilnil // nothing of the kind has happened
	}
	return &r, err
}
