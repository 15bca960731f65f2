package store_test

import (
	"context"
	"time"

	"github.com/audipy/audipy/internal/audipy"
	"github.com/audipy/audipy/internal/audit"
	"github.com/audipy/audipy/internal/store"
)

func accountOperations() map[string]operation {
	return map[string]operation{
		"LinkAccount": {action: audit.AccountRelinked, call: func(ctx context.Context, s *store.Store, as audipy.UserID, p person) (any, error) {
			n := newAccount("A1")
			n.PendingLink = p.link.ID
			_, err := s.LinkAccount(ctx, as, n, event(audit.AccountRelinked))
			return nil, err
		}},
		"SetAccountState": {foreign: true, action: audit.AccountStateChanged, call: func(ctx context.Context, s *store.Store, as audipy.UserID, p person) (any, error) {
			return nothing(s.SetAccountState(ctx, as, p.account,
				store.StateChange{State: audipy.StateDegraded, Reason: "Amazon is away"}, event(audit.AccountStateChanged)))
		}},
		"SetSyncMinutes": {foreign: true, action: audit.SyncScheduleChanged, call: func(ctx context.Context, s *store.Store, as audipy.UserID, p person) (any, error) {
			return nothing(s.SetSyncMinutes(ctx, as, p.account, 90, event(audit.SyncScheduleChanged)))
		}},
		"SetCustomer": {foreign: true, action: audit.CustomerLearned, call: func(ctx context.Context, s *store.Store, as audipy.UserID, p person) (any, error) {
			return nothing(s.SetCustomer(ctx, as, p.account, store.Customer{ID: "A2", Name: "Kim"}, event(audit.CustomerLearned)))
		}},
		"UnlinkAccount": {foreign: true, action: audit.AccountUnlinked, call: func(ctx context.Context, s *store.Store, as audipy.UserID, p person) (any, error) {
			_, err := s.UnlinkAccount(ctx, as, store.Unlinking{Account: p.account, KeepLibrary: true}, event(audit.AccountUnlinked))
			return nil, err
		}},
		"SaveCredentials": {foreign: true, action: audit.TokenRefreshed, call: func(ctx context.Context, s *store.Store, as audipy.UserID, p person) (any, error) {
			return s.SaveCredentials(ctx, as, store.Save{
				Account: p.account, Version: p.version, Fence: p.refresh.Fence, Seal: sealer("second"),
			}, event(audit.TokenRefreshed))
		}},
		"CreatePendingLink": {action: audit.LinkStarted, call: func(ctx context.Context, s *store.Store, as audipy.UserID, _ person) (any, error) {
			_, err := s.CreatePendingLink(ctx, as, store.NewPendingLink{
				Door: "browser", TTL: time.Minute, Seal: sealState("new"),
			}, event(audit.LinkStarted))
			return nil, err
		}},
		"AdvanceLink": {foreign: true, action: audit.LinkStepped, call: func(ctx context.Context, s *store.Store, as audipy.UserID, p person) (any, error) {
			return s.AdvanceLink(ctx, as, store.Advance{ID: p.link.ID, From: 1, Step: "code", Seal: sealState("next")},
				event(audit.LinkStepped))
		}},
		"ClaimLink": {foreign: true, action: audit.LinkClaimed, call: func(ctx context.Context, s *store.Store, as audipy.UserID, p person) (any, error) {
			return s.ClaimLink(ctx, as, p.link.ID, time.Minute, event(audit.LinkClaimed))
		}},
		"DeletePendingLink": {foreign: true, action: audit.LinkFailed, call: func(ctx context.Context, s *store.Store, as audipy.UserID, p person) (any, error) {
			return nothing(s.DeletePendingLink(ctx, as, p.link.ID, event(audit.LinkFailed)))
		}},
	}
}

func storedOperations() map[string]operation {
	return map[string]operation{
		"StorePassword": {foreign: true, action: audit.SignInStored, call: func(ctx context.Context, s *store.Store, as audipy.UserID, p person) (any, error) {
			return nothing(s.StorePassword(ctx, as, p.account, sealSignIn, event(audit.SignInStored)))
		}},
		"StoreSeed": {foreign: true, action: audit.SignInStored, call: func(ctx context.Context, s *store.Store, as audipy.UserID, p person) (any, error) {
			return nothing(s.StoreSeed(ctx, as, p.account, sealVersion, event(audit.SignInStored)))
		}},
		"ForgetSignIn": {foreign: true, action: audit.SignInForgotten, call: func(ctx context.Context, s *store.Store, as audipy.UserID, p person) (any, error) {
			return nothing(s.ForgetSignIn(ctx, as, p.account, event(audit.SignInForgotten)))
		}},
		"ForgetSeed": {foreign: true, action: audit.SignInForgotten, call: func(ctx context.Context, s *store.Store, as audipy.UserID, p person) (any, error) {
			return nothing(s.ForgetSeed(ctx, as, p.account, event(audit.SignInForgotten)))
		}},
		"BeginRepair": {foreign: true, action: audit.SignInUsed, call: func(ctx context.Context, s *store.Store, as audipy.UserID, p person) (any, error) {
			return s.BeginRepair(ctx, as, p.broken, store.RepairLimits{Pauses: []time.Duration{time.Hour}}, event(audit.SignInUsed))
		}},
		"UseStep": {foreign: true, action: audit.SignInUsed, call: func(ctx context.Context, s *store.Store, as audipy.UserID, p person) (any, error) {
			return nothing(s.UseStep(ctx, as, p.account, 7, event(audit.SignInUsed)))
		}},
		"StopRepair": {foreign: true, action: audit.RepairStopped, call: func(ctx context.Context, s *store.Store, as audipy.UserID, p person) (any, error) {
			return nothing(s.StopRepair(ctx, as, store.RepairStop{Account: p.account, Reason: audipy.StopWrongPassword}, event(audit.RepairStopped)))
		}},
	}
}

// sealSignIn and sealVersion seal by naming the version.
func sealSignIn(version int64) (username, password []byte, err error) {
	return []byte{byte(version)}, []byte{byte(version), 1}, nil
}

func sealVersion(version int64) ([]byte, error) { return []byte{byte(version), 2}, nil }

func departureOperations() map[string]operation {
	return map[string]operation{
		"AbandonLink": {foreign: true, action: audit.LinkFailed, call: func(ctx context.Context, s *store.Store, as audipy.UserID, p person) (any, error) {
			return s.AbandonLink(ctx, as, p.link.ID, event(audit.LinkFailed))
		}},
		"AddDeparture": {action: audit.DeviceLeft, call: func(ctx context.Context, s *store.Store, as audipy.UserID, _ person) (any, error) {
			_, err := s.AddDeparture(ctx, as, store.NewDeparture{Seal: sealDevice}, event(audit.DeviceLeft))
			return nil, err
		}},
		"StartDeparture": {foreign: true, writes: true, call: func(ctx context.Context, s *store.Store, as audipy.UserID, p person) (any, error) {
			return s.StartDeparture(ctx, as, p.departing)
		}},
		"DelayDeparture": {foreign: true, writes: true, call: func(ctx context.Context, s *store.Store, as audipy.UserID, p person) (any, error) {
			return nothing(s.DelayDeparture(ctx, as, p.departing, time.Unix(9, 0), false))
		}},
		"EndDeparture": {foreign: true, action: audit.DeviceDeregistered, call: func(ctx context.Context, s *store.Store, as audipy.UserID, p person) (any, error) {
			return nothing(s.EndDeparture(ctx, as, p.departing, event(audit.DeviceDeregistered)))
		}},
		"TakeLinkAttempt": {writes: true, call: func(ctx context.Context, s *store.Store, as audipy.UserID, _ person) (any, error) {
			return s.TakeLinkAttempt(ctx, as, "start")
		}},
	}
}

func sealDevice(id string) ([]byte, error) { return []byte("device of " + id), nil }

func syncOperations() map[string]operation {
	return map[string]operation{
		"StartSyncRun": {foreign: true, writes: true, call: func(ctx context.Context, s *store.Store, as audipy.UserID, p person) (any, error) {
			return s.StartSyncRun(ctx, as, store.NewRun{
				Account: p.account, Marketplace: "de", Kind: audipy.SyncFull, Fence: p.sync.Fence,
			})
		}},
		"ApplySync": {foreign: true, action: audit.SyncApplied, call: func(ctx context.Context, s *store.Store, as audipy.UserID, p person) (any, error) {
			return s.ApplySync(ctx, as, store.Apply{
				RunID: p.run.ID, Fence: p.sync.Fence, Items: shelf(3), Complete: true, StateToken: "new",
			}, event(audit.SyncApplied))
		}},
		"FailSyncRun": {foreign: true, action: audit.SyncFailed, call: func(ctx context.Context, s *store.Store, as audipy.UserID, p person) (any, error) {
			return s.FailSyncRun(ctx, as, store.FailedRun{RunID: p.run.ID, Fence: p.sync.Fence, Failure: "no answer"},
				event(audit.SyncFailed))
		}},
		"ReportSync": {foreign: true, writes: true, call: func(ctx context.Context, s *store.Store, as audipy.UserID, p person) (any, error) {
			_, err := s.ReportSync(ctx, as, store.SyncReport{
				Account: p.account, Fence: p.sync.Fence, RunID: p.run.ID, Phase: "listing", Done: 1, Total: 5, Calls: 1,
			})
			return nil, err
		}},
		"ReplaceWishlist": {foreign: true, action: audit.WishlistUpdated, call: func(ctx context.Context, s *store.Store, as audipy.UserID, p person) (any, error) {
			return nothing(s.ReplaceWishlist(ctx, as, store.Wishlist{
				Account: p.account, Marketplace: "us", Fence: p.sync.Fence, Wishes: []store.Wish{{ASIN: "W2"}},
			}, event(audit.WishlistUpdated)))
		}},
	}
}

func bookkeeping() map[string]operation {
	return map[string]operation{
		"RequestSync": {foreign: true, writes: true, call: func(ctx context.Context, s *store.Store, as audipy.UserID, p person) (any, error) {
			return nothing(s.RequestSync(ctx, as, p.account, true))
		}},
		"CancelSync": {foreign: true, writes: true, call: func(ctx context.Context, s *store.Store, as audipy.UserID, p person) (any, error) {
			return nothing(s.CancelSync(ctx, as, p.account))
		}},
		"SetListening": {foreign: true, writes: true, call: func(ctx context.Context, s *store.Store, as audipy.UserID, p person) (any, error) {
			return nothing(s.SetListening(ctx, as, p.account, "us", []store.ListeningMonth{{Month: "2026-03", Listened: time.Hour}}))
		}},
		"SetTokenFailure": {foreign: true, writes: true, call: func(ctx context.Context, s *store.Store, as audipy.UserID, p person) (any, error) {
			return nothing(s.SetTokenFailure(ctx, as, store.TokenFailure{
				Account: p.account, Version: p.version, Pace: store.TokenPace{Trouble: "away", Failures: 1}, Text: "no answer",
			}))
		}},
		"NoteCall": {foreign: true, writes: true, call: func(ctx context.Context, s *store.Store, as audipy.UserID, p person) (any, error) {
			return nothing(s.NoteCall(ctx, as, p.account, store.CallOutcome{RefusedAt: time.Unix(9, 0), Text: "refused"}))
		}},
		"SetStoreChecked": {foreign: true, writes: true, call: func(ctx context.Context, s *store.Store, as audipy.UserID, p person) (any, error) {
			return nothing(s.SetStoreChecked(ctx, as, p.account, "de"))
		}},
		"AcquireLease": {foreign: true, writes: true, call: func(ctx context.Context, s *store.Store, as audipy.UserID, p person) (any, error) {
			return s.AcquireLease(ctx, as, store.LeaseRequest{Account: p.account, Kind: "other", Owner: "me", TTL: time.Minute})
		}},
		"RenewLease": {foreign: true, writes: true, call: func(ctx context.Context, s *store.Store, as audipy.UserID, p person) (any, error) {
			return s.RenewLease(ctx, as, p.sync, time.Hour)
		}},
		"ReleaseLease": {foreign: true, writes: true, call: func(ctx context.Context, s *store.Store, as audipy.UserID, p person) (any, error) {
			return nothing(s.ReleaseLease(ctx, as, p.sync))
		}},
		"TakeBudget": {foreign: true, writes: true, call: func(ctx context.Context, s *store.Store, as audipy.UserID, p person) (any, error) {
			return s.TakeBudget(ctx, as, budget(p.account))
		}},
		"HalveBudget": {foreign: true, writes: true, call: func(ctx context.Context, s *store.Store, as audipy.UserID, p person) (any, error) {
			return nothing(s.HalveBudget(ctx, as, p.account))
		}},
		"RecoverBudget": {foreign: true, writes: true, call: func(ctx context.Context, s *store.Store, as audipy.UserID, p person) (any, error) {
			return s.RecoverBudget(ctx, as, p.account, 0)
		}},
		"UpsertProducts": {writes: true, call: func(ctx context.Context, s *store.Store, as audipy.UserID, _ person) (any, error) {
			return nothing(s.UpsertProducts(ctx, as, []audipy.Product{product("P1", 99), product("P2", 99)}))
		}},
		"ReplaceSeriesMembers": {writes: true, call: func(ctx context.Context, s *store.Store, as audipy.UserID, _ person) (any, error) {
			return nothing(s.ReplaceSeriesMembers(ctx, as, store.Series{Marketplace: "us", ASIN: "S1"}, nil))
		}},
		"SetLooked": {writes: true, call: func(ctx context.Context, s *store.Store, as audipy.UserID, _ person) (any, error) {
			return nothing(s.SetLooked(ctx, as, "us", store.Look{Kind: store.LookAuthor, Name: "Ursula"}))
		}},
	}
}

func personOperations() map[string]operation {
	return map[string]operation{
		"AddKeyset": {call: func(ctx context.Context, s *store.Store, as audipy.UserID, p person) (any, error) {
			if _, err := s.AddKeyset(ctx, as, p.keyset.Sealed, event(audit.KeysetCreated)); err != nil {
				return nil, err
			}
			return nil, nil
		}},
		"ReplaceKeyset": {foreign: true, action: audit.KeysetRotated, call: func(ctx context.Context, s *store.Store, as audipy.UserID, p person) (any, error) {
			return s.ReplaceKeyset(ctx, as, p.keyset, []byte("newer"), event(audit.KeysetRotated))
		}},
		"SavePreferences": {action: audit.PreferencesChanged, call: func(ctx context.Context, s *store.Store, as audipy.UserID, _ person) (any, error) {
			return nothing(s.SavePreferences(ctx, as, audipy.Preferences{Marketplace: "de"}, event(audit.PreferencesChanged)))
		}},
		"SetMark": {action: audit.MarkSet, call: func(ctx context.Context, s *store.Store, as audipy.UserID, _ person) (any, error) {
			return nothing(s.SetMark(ctx, as, audipy.Mark{ASIN: "P1", Marketplace: "us", Until: time.Unix(9, 0)}, event(audit.MarkSet)))
		}},
		"ClearMark": {foreign: true, action: audit.MarkCleared, call: func(ctx context.Context, s *store.Store, as audipy.UserID, _ person) (any, error) {
			return nothing(s.ClearMark(ctx, as, "us", "P1", event(audit.MarkCleared)))
		}},
		"Record": {action: audit.LibraryExported, call: func(ctx context.Context, s *store.Store, as audipy.UserID, _ person) (any, error) {
			return nothing(s.Record(ctx, as, event(audit.LibraryExported)))
		}},
		"DeleteUser": {writes: true, call: func(ctx context.Context, s *store.Store, as audipy.UserID, _ person) (any, error) {
			return nothing(s.DeleteUser(ctx, as))
		}},
	}
}
