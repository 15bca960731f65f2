package store_test

import (
	"context"
	"testing"
	"time"

	"github.com/audipy/audipy/internal/audipy"
	"github.com/audipy/audipy/internal/audit"
	"github.com/audipy/audipy/internal/store"
	"github.com/audipy/audipy/internal/store/storetest"
)

// told is what a person is told of a program.
func told() audipy.Notice { return audipy.Notice{Kind: audipy.NoticeSession, Title: "A program"} }

// newToken is a token with this hash.
func newToken(hash string) store.NewAPIToken {
	return store.NewAPIToken{
		Hash: []byte(hash), Name: "Script", Scopes: []audipy.Scope{audipy.ScopeLibraryRead, audipy.ScopeSyncRun},
		Life: 24 * time.Hour, Limit: 10, Notice: told(),
	}
}

// asking is a device that shows this code and holds it too.
func asking(code string) store.NewDeviceRequest {
	return store.NewDeviceRequest{
		DeviceCodeHash: []byte("device " + code), UserCodeHash: []byte(code), DeviceHash: []byte("key of " + code),
		Client: "audipy-cli", Name: "Laptop", Address: "192.0.2.1", Scopes: []audipy.Scope{audipy.ScopeLibraryRead},
		Life: 10 * time.Minute, Interval: 5 * time.Second,
	}
}

func approval(code string) store.Approval {
	return store.Approval{UserCodeHash: []byte(code), Limit: 10, Notice: told()}
}

func redemption(code, program string) store.Redemption {
	return store.Redemption{
		DeviceCodeHash: []byte("device " + code), Program: program, RefreshHash: []byte("refresh of " + code),
		Idle: 30 * 24 * time.Hour, Absolute: 90 * 24 * time.Hour,
	}
}

// rotating is the use of the refresh token with this hash by the device of code.
func rotating(hash, next, code string) store.Rotation {
	return store.Rotation{
		Hash: []byte(hash), Client: "audipy-cli", DeviceHash: []byte("key of " + code), Next: []byte(next),
		Idle: 30 * 24 * time.Hour, Grace: 30 * time.Second, Reused: event(audit.TokenReused),
	}
}

// settlePrograms gives a person a token, a program with its refresh token, one
// that waits for its tokens, and a proposal.
func settlePrograms(t testing.TB, db *storetest.DB, p *person) {
	t.Helper()
	ctx, code := t.Context(), "code of "+string(p.id)
	p.token = must[store.APIToken](t)(db.AddAPIToken(ctx, p.id, newToken("api of "+string(p.id)), event(audit.APITokenMade)))
	check(t, db.AddDeviceRequest(ctx, asking(code)))
	approved := must[store.Program](t)(db.ApproveDevice(ctx, p.id, approval(code), event(audit.ProgramApproved)))
	p.program = must[store.Program](t)(db.RedeemDevice(ctx, p.id, redemption(code, approved.ID), event(audit.ProgramBegun)))
	check(t, db.AddDeviceRequest(ctx, asking("to redeem "+string(p.id))))
	p.waiting = must[store.Program](t)(db.ApproveDevice(ctx, p.id, approval("to redeem "+string(p.id)), event(audit.ProgramApproved)))
	p.proposal = must[store.PendingLink](t)(db.CreatePendingLink(ctx, p.id, store.NewPendingLink{
		Door: "program", Marketplace: "us", Step: "confirm", TTL: 10 * time.Minute, Seal: sealState("proposed"),
		Proposal: &store.NewProposal{Proposer: p.program.ID, ProposerName: "Laptop", AccountName: "Kim"},
	}, event(audit.LinkStarted)))
}

func programReadings() map[string]operation {
	return map[string]operation{
		"APITokens": {call: func(ctx context.Context, s *store.Store, as audipy.UserID, _ person) (any, error) {
			return s.APITokens(ctx, as)
		}},
		"Programs": {call: func(ctx context.Context, s *store.Store, as audipy.UserID, _ person) (any, error) {
			return s.Programs(ctx, as)
		}},
		"Program": {foreign: true, call: func(ctx context.Context, s *store.Store, as audipy.UserID, p person) (any, error) {
			_, found, err := s.Program(ctx, as, p.program.ID)
			return found.ID, err
		}},
		"LinkProposals": {call: func(ctx context.Context, s *store.Store, as audipy.UserID, _ person) (any, error) {
			return s.LinkProposals(ctx, as)
		}},
		"LinkProposal": {foreign: true, call: func(ctx context.Context, s *store.Store, as audipy.UserID, p person) (any, error) {
			return s.LinkProposal(ctx, as, p.proposal.ID)
		}},
	}
}

func programOperations() map[string]operation {
	return map[string]operation{
		"AddAPIToken": {action: audit.APITokenMade, call: func(ctx context.Context, s *store.Store, as audipy.UserID, _ person) (any, error) {
			_, err := s.AddAPIToken(ctx, as, newToken("another of "+string(as)), event(audit.APITokenMade))
			return nil, err
		}},
		"SeeAPIToken": {foreign: true, writes: true, call: func(ctx context.Context, s *store.Store, as audipy.UserID, p person) (any, error) {
			return nothing(s.SeeAPIToken(ctx, as, p.token.ID, time.Minute))
		}},
		"EndAPIToken": {foreign: true, action: audit.APITokenEnded, call: func(ctx context.Context, s *store.Store, as audipy.UserID, p person) (any, error) {
			return nothing(s.EndAPIToken(ctx, as, p.token.ID, event(audit.APITokenEnded)))
		}},
		"SeeProgram": {foreign: true, writes: true, call: func(ctx context.Context, s *store.Store, as audipy.UserID, p person) (any, error) {
			return nothing(s.SeeProgram(ctx, as, p.waiting.ID, time.Minute))
		}},
		"EndProgram": {foreign: true, action: audit.ProgramEnded, call: func(ctx context.Context, s *store.Store, as audipy.UserID, p person) (any, error) {
			return nothing(s.EndProgram(ctx, as, p.program.ID, event(audit.ProgramEnded)))
		}},
		"ApproveDevice": {action: audit.ProgramApproved, call: func(ctx context.Context, s *store.Store, as audipy.UserID, _ person) (any, error) {
			code := "another " + string(as)
			if err := s.AddDeviceRequest(ctx, asking(code)); err != nil {
				return nil, err
			}
			_, err := s.ApproveDevice(ctx, as, approval(code), event(audit.ProgramApproved))
			return nil, err
		}},
		"RefuseDevice": {action: audit.ProgramRefused, call: func(ctx context.Context, s *store.Store, as audipy.UserID, _ person) (any, error) {
			code := "unwanted " + string(as)
			if err := s.AddDeviceRequest(ctx, asking(code)); err != nil {
				return nil, err
			}
			return nothing(s.RefuseDevice(ctx, as, []byte(code), event(audit.ProgramRefused)))
		}},
		"RedeemDevice": {foreign: true, action: audit.ProgramBegun, call: func(ctx context.Context, s *store.Store, as audipy.UserID, p person) (any, error) {
			made, err := s.RedeemDevice(ctx, as, redemption("to redeem "+string(p.id), p.waiting.ID), event(audit.ProgramBegun))
			return made.ID, err
		}},
		"RotateRefresh": {foreign: true, writes: true, call: func(ctx context.Context, s *store.Store, as audipy.UserID, p person) (any, error) {
			code := "code of " + string(p.id)
			found, _, err := s.RotateRefresh(ctx, as, rotating("refresh of "+code, "next of "+code, code))
			return found.ID, err
		}},
	}
}
