package store_test

import (
	"context"
	"slices"
	"time"

	"github.com/audipy/audipy/internal/audipy"
	"github.com/audipy/audipy/internal/audit"
	"github.com/audipy/audipy/internal/store"
)

// elsewhere is a person without what everybody has, so that nothing is left
// of somebody of one's own.
func elsewhere(u audipy.User) audipy.User {
	u.ID, u.Email, u.Role, u.IsActive, u.CreatedAt, u.UpdatedAt = "", "", "", false, time.Time{}, time.Time{}
	return u
}

// newSession is a session whose token has this hash.
func newSession(token string) store.NewSession {
	return store.NewSession{
		TokenHash: []byte(token), Idle: time.Hour, Absolute: 24 * time.Hour, SteppedUp: time.Minute,
		UserAgent: "Browser/1", Address: "192.0.2.1", Limit: 3,
	}
}

func authReadings() map[string]operation {
	return map[string]operation{
		"OwnRows": {call: func(ctx context.Context, s *store.Store, as audipy.UserID, _ person) (any, error) {
			var theirs []store.Row
			for row, err := range s.OwnRows(ctx, as) {
				if err != nil {
					return nil, err
				}
				if !slices.Contains([]string{"users", "audit_heads", "audit_records"}, row.Table) { // what everybody has
					theirs = append(theirs, row)
				}
			}
			return theirs, nil
		}},
		"LatestAuditRecords": {call: func(ctx context.Context, s *store.Store, as audipy.UserID, _ person) (any, error) {
			records, err := s.LatestAuditRecords(ctx, as, 0, 10)
			return records[min(1, len(records)):], err // but for the record of the person's own making
		}},
		"AuditHead": {call: func(ctx context.Context, s *store.Store, as audipy.UserID, _ person) (any, error) {
			_, err := s.AuditHead(ctx, as)
			return nil, err
		}},
		"VerifyAudit": {call: func(ctx context.Context, s *store.Store, as audipy.UserID, _ person) (any, error) {
			_, err := s.VerifyAudit(ctx, as)
			return nil, err
		}},
		"Password": {call: func(ctx context.Context, s *store.Store, as audipy.UserID, _ person) (any, error) {
			p, err := s.Password(ctx, as)
			p.User = elsewhere(p.User)
			return p, err
		}},
		"Factors": {call: func(ctx context.Context, s *store.Store, as audipy.UserID, _ person) (any, error) {
			return s.Factors(ctx, as)
		}},
		"NewAuthenticator": {foreign: true, call: func(ctx context.Context, s *store.Store, as audipy.UserID, _ person) (any, error) {
			return s.NewAuthenticator(ctx, as)
		}},
		"UserSessions": {call: func(ctx context.Context, s *store.Store, as audipy.UserID, _ person) (any, error) {
			return s.UserSessions(ctx, as)
		}},
	}
}

func authOperations() map[string]operation {
	return map[string]operation{
		"CountPasswordFailure": {action: audit.SessionRefused, call: func(ctx context.Context, s *store.Store, as audipy.UserID, _ person) (any, error) {
			_, err := s.CountPasswordFailure(ctx, as, 100, event(audit.SessionRefused))
			return nil, err
		}},
		"RenewPasswordHash": {writes: true, foreign: true, call: func(ctx context.Context, s *store.Store, as audipy.UserID, p person) (any, error) {
			return nothing(s.RenewPasswordHash(ctx, as, p.hash, store.NewPassword{Hash: "stronger", Pepper: 2}))
		}},
		"ChangePassword": {foreign: true, action: audit.PasswordChanged, call: func(ctx context.Context, s *store.Store, as audipy.UserID, p person) (any, error) {
			return s.ChangePassword(ctx, as, p.hash, store.NewPassword{Hash: "other"}, newSession("new of "+p.hash), event(audit.PasswordChanged))
		}},
		"AddResetCode": {action: audit.ResetRequested, call: func(ctx context.Context, s *store.Store, as audipy.UserID, p person) (any, error) {
			return nothing(s.AddResetCode(ctx, as, []byte("code for "+string(as)), time.Minute, event(audit.ResetRequested)))
		}},
		"ResetPassword": {foreign: true, action: audit.PasswordReset, call: func(ctx context.Context, s *store.Store, as audipy.UserID, p person) (any, error) {
			return nothing(s.ResetPassword(ctx, as, p.code, store.NewPassword{Hash: "other"}, event(audit.PasswordReset)))
		}},
		"StartSession": {foreign: true, action: audit.SessionStarted, before: withoutFactors, call: func(ctx context.Context, s *store.Store, as audipy.UserID, p person) (any, error) {
			return s.StartSession(ctx, as, p.hash, newSession("next of "+p.hash), event(audit.SessionStarted))
		}},
		"SeeSession": {foreign: true, writes: true, call: func(ctx context.Context, s *store.Store, as audipy.UserID, p person) (any, error) {
			return nothing(s.SeeSession(ctx, as, p.session.ID, 2*time.Hour, -time.Minute))
		}},
		"StepUp": {foreign: true, action: audit.SteppedUp, call: func(ctx context.Context, s *store.Store, as audipy.UserID, p person) (any, error) {
			return s.StepUp(ctx, as, p.session.ID, store.Reproof{Password: p.hash, Proof: p.totp(20)}, newSession("renewed of "+p.hash), event(audit.SteppedUp))
		}},
		"EndSession": {foreign: true, action: audit.SessionEnded, call: func(ctx context.Context, s *store.Store, as audipy.UserID, p person) (any, error) {
			return nothing(s.EndSession(ctx, as, p.session.ID, event(audit.SessionEnded)))
		}},
		"EndSessions": {action: audit.SessionsEnded, call: func(ctx context.Context, s *store.Store, as audipy.UserID, _ person) (any, error) {
			_, err := s.EndSessions(ctx, as, "", event(audit.SessionsEnded))
			return nil, err
		}},
		"Rename": {action: audit.NameChanged, call: func(ctx context.Context, s *store.Store, as audipy.UserID, _ person) (any, error) {
			u, err := s.Rename(ctx, as, "Robin", event(audit.NameChanged))
			u.Name = ""
			return elsewhere(u), err
		}},
	}
}
