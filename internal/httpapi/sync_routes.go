package httpapi

import (
	"context"
	"net/http"
	"strconv"
	"strings"
	"time"

	"github.com/danielgtaylor/huma/v2"

	"github.com/audipy/audipy/internal/audipy"
	"github.com/audipy/audipy/internal/librarysync"
	"github.com/audipy/audipy/internal/store"
)

// maxJobs bounds the jobs of one look at the server.
const maxJobs = 200

func (a *api) registerSyncs() {
	register(a, huma.Operation{
		OperationID: "startSync", Method: http.MethodPost, Path: "/accounts/{id}/sync", DefaultStatus: http.StatusAccepted,
		Summary: "Sync an account now, before others.",
	}, a.startSync)
	register(a, huma.Operation{
		OperationID: "cancelSync", Method: http.MethodPost, Path: "/accounts/{id}/sync/cancel", DefaultStatus: http.StatusAccepted,
		Summary: "Stop the sync of an account.",
	}, a.cancelSync)
	register(a, huma.Operation{
		OperationID: "changeAccount", Method: http.MethodPatch, Path: "/accounts/{id}",
		Summary: "Change how often an account is synced.",
	}, a.changeAccount)
	register(a, huma.Operation{
		OperationID: "listSyncRuns", Method: http.MethodGet, Path: "/sync-runs",
		Summary: "Syncs, the newest first, running ones included.",
	}, a.listSyncRuns)
	register(a, huma.Operation{
		OperationID: "getSyncRun", Method: http.MethodGet, Path: "/sync-runs/{id}",
		Summary: "One sync with the titles that came and went.",
	}, a.getSyncRun)
	register(a, huma.Operation{
		OperationID: "getListeningTimeline", Method: http.MethodGet, Path: "/listening/timeline",
		Summary: "How long the person listened, month by month.",
	}, a.getListeningTimeline)
	register(a, huma.Operation{
		OperationID: "getAdminStatus", Method: http.MethodGet, Path: "/admin/status",
		Summary: "How the server is.",
	}, a.getAdminStatus)
	register(a, huma.Operation{
		OperationID: "followEvents", Method: http.MethodGet, Path: "/events",
		Summary: "Events as they happen (text/event-stream): sync with a sync run, account with an account, library with a revision.",
	}, a.followEvents)
}

// SyncPath names an account.
type SyncPath struct {
	ID string `path:"id" maxLength:"64" doc:"The account."`
}

// SyncRequest says how to sync.
type SyncRequest struct {
	Full bool `json:"full,omitempty" doc:"Pull whole listings even where what changed would do."`
}

type startSyncInput struct {
	SyncPath
	Body *SyncRequest
}

func (a *api) startSync(ctx context.Context, in *startSyncInput) (*struct{}, error) {
	full := in.Body != nil && in.Body.Full
	return nil, a.Syncs.Request(ctx, actorFrom(ctx).UserID, audipy.AccountID(in.ID), full)
}

func (a *api) cancelSync(ctx context.Context, in *SyncPath) (*struct{}, error) {
	return nil, a.Syncs.Cancel(ctx, actorFrom(ctx).UserID, audipy.AccountID(in.ID))
}

// AccountChange says what to change of an account.
type AccountChange struct {
	SyncMinutes int `json:"sync_interval_minutes" minimum:"60" maximum:"10080" doc:"From one sync to the next."`
}

type changeAccountInput struct {
	SyncPath
	Body AccountChange
}

func (a *api) changeAccount(ctx context.Context, in *changeAccountInput) (*struct{ Body AccountCard }, error) {
	user, id := actorFrom(ctx).UserID, audipy.AccountID(in.ID)
	if err := a.Syncs.SetInterval(ctx, user, id, in.Body.SyncMinutes); err != nil {
		return nil, err
	}
	card, err := a.card(ctx, user, id)
	return &struct{ Body AccountCard }{card}, err
}

// runningSync returns the sync of an account that is under way in any process,
// nil for none.
func (a *api) runningSync(ctx context.Context, user audipy.UserID, account audipy.Account) (*SyncRun, error) {
	under, err := a.Store.SyncsUnderWay(ctx, user)
	if err != nil || !under[account.ID] {
		return nil, err
	}
	runs, err := a.Store.SyncRuns(ctx, user, store.RunFilter{Account: account.ID, Limit: 1})
	if err != nil {
		return nil, err
	}
	run := audipy.SyncRun{
		AccountID: account.ID, Marketplace: account.Marketplace, Kind: audipy.SyncDelta, State: audipy.RunRunning,
		Phase: string(librarysync.PhaseLooking), StartedAt: a.Now().UTC(),
	}
	if len(runs) > 0 && runs[0].State == audipy.RunRunning {
		run = runs[0]
	}
	wire := syncRunOf(run, map[audipy.AccountID]string{account.ID: account.Name})
	return &wire, nil
}

type listSyncRunsInput struct {
	Account string `query:"account" maxLength:"64" doc:"Those of one account."`
	PageInput
}

func (a *api) listSyncRuns(ctx context.Context, in *listSyncRunsInput) (*struct{ Body SyncRunPage }, error) {
	const list = "sync-runs"
	user := actorFrom(ctx).UserID
	filter := store.RunFilter{Account: audipy.AccountID(in.Account), Limit: in.Limit + 1}
	place, err := a.openCursor(ctx, list, in.Account, in.Cursor)
	if err != nil {
		return nil, err
	}
	if place != "" {
		if filter.Before, filter.BeforeID, err = runPlace(place); err != nil {
			return nil, err
		}
	}
	runs, err := a.Store.SyncRuns(ctx, user, filter)
	if err != nil {
		return nil, err
	}
	page := SyncRunPage{}
	if len(runs) > in.Limit {
		runs = runs[:in.Limit]
		last := runs[in.Limit-1]
		place := strconv.FormatInt(last.StartedAt.UnixMicro(), 10) + " " + last.ID
		page.Next = a.sealCursor(ctx, list, in.Account, place)
	}
	page.Items, err = a.syncRuns(ctx, user, runs)
	return &struct{ Body SyncRunPage }{page}, err
}

// runPlace reads the place of a cursor: after the run of a start and an id.
func runPlace(place string) (time.Time, string, error) {
	text, id, _ := strings.Cut(place, " ")
	micros, err := strconv.ParseInt(text, 10, 64)
	if err != nil {
		return time.Time{}, "", cursorInvalid()
	}
	return time.UnixMicro(micros), id, nil
}

// syncRuns shows receipts, with the names of their accounts.
func (a *api) syncRuns(ctx context.Context, user audipy.UserID, runs []audipy.SyncRun) ([]SyncRun, error) {
	accounts, err := a.Store.Accounts(ctx, user)
	if err != nil {
		return nil, err
	}
	names := map[audipy.AccountID]string{}
	for _, one := range accounts {
		names[one.ID] = one.Name
	}
	wire := make([]SyncRun, len(runs))
	for i, run := range runs {
		wire[i] = syncRunOf(run, names)
	}
	return wire, nil
}

type syncRunPath struct {
	ID string `path:"id" maxLength:"64" doc:"The sync run."`
}

func (a *api) getSyncRun(ctx context.Context, in *syncRunPath) (*struct{ Body SyncRun }, error) {
	user := actorFrom(ctx).UserID
	run, err := a.Store.SyncRunByID(ctx, user, in.ID)
	if err != nil {
		return nil, err
	}
	wire, err := a.syncRuns(ctx, user, []audipy.SyncRun{run})
	if err != nil {
		return nil, err
	}
	wire[0].Changes = changesOf(run)
	return &struct{ Body SyncRun }{wire[0]}, nil
}

func (a *api) getListeningTimeline(ctx context.Context, _ *struct{}) (*struct{ Body ListeningTimeline }, error) {
	months, err := a.Store.Listening(ctx, actorFrom(ctx).UserID)
	if err != nil {
		return nil, err
	}
	timeline := ListeningTimeline{Months: make([]ListeningMonth, len(months))}
	for i, one := range months {
		timeline.Months[i] = ListeningMonth{Month: one.Month, Minutes: int(one.Listened / time.Minute)}
	}
	return &struct{ Body ListeningTimeline }{timeline}, nil
}

func (a *api) getAdminStatus(ctx context.Context, _ *struct{}) (*struct{ Body AdminStatus }, error) {
	budget, err := a.Accounts.InstanceBudget(ctx)
	if err != nil {
		return nil, err
	}
	jobs, err := a.Store.AllJobs(ctx, maxJobs)
	if err != nil {
		return nil, err
	}
	backups, err := a.backupState(ctx)
	if err != nil {
		return nil, err
	}
	status := AdminStatus{
		Version: a.Version, Database: a.Database, Backups: backups,
		Budget: AdminBudget{InstanceBudget{LeftToday: budget.LeftToday, Daily: budget.Daily, Slowed: budget.Slowdown > 1}},
		Jobs:   make([]AdminJob, len(jobs)),
	}
	for i, job := range jobs {
		status.Jobs[i] = a.adminJob(job)
	}
	return &struct{ Body AdminStatus }{status}, nil
}

func (a *api) adminJob(job store.Job) AdminJob {
	wire := AdminJob{Kind: string(job.Kind), Key: job.Key, DueAt: job.DueAt, State: "waiting", Attempts: job.Attempts}
	switch now := a.Now(); {
	case job.LeaseUntil.After(now):
		wire.State = "running"
	case !job.DueAt.After(now):
		wire.State = "due"
	}
	return wire
}

// LibraryEvent says that a library may differ.
type LibraryEvent struct {
	Revision string `json:"revision"`
}

// followEvents tells of what changes, whichever process changes it. A first
// event of each sync of the last minute makes up for what a page missed before it asked.
func (a *api) followEvents(ctx context.Context, _ *struct{}) (*huma.StreamResponse, error) {
	user := actorFrom(ctx).UserID
	return a.stream(ctx, func(ctx context.Context, send send) error {
		watcher := a.Watch.Join(user)
		defer watcher.Leave()
		sent := map[string]time.Time{} // the last change of each run that was sent
		since := a.Now().Add(-time.Minute)
		for {
			var changed librarysync.Changed
			select {
			case <-ctx.Done():
				return nil
			case changed = <-watcher.C:
			}
			if changed.Runs {
				if err := a.sendRuns(ctx, send, user, since, sent); err != nil {
					return err
				}
			}
			if changed.Accounts {
				if err := a.sendCards(ctx, send, user); err != nil {
					return err
				}
			}
			if changed.Library {
				revision, err := a.libraryRevision(ctx, user)
				if err != nil {
					return err
				}
				if err := send("library", LibraryEvent{revision}); err != nil {
					return err
				}
			}
		}
	})
}

// sendCards sends every account of a person.
func (a *api) sendCards(ctx context.Context, send send, user audipy.UserID) error {
	accounts, err := a.Store.Accounts(ctx, user)
	if err != nil {
		return err
	}
	for _, one := range accounts {
		card, err := a.card(ctx, user, one.ID)
		if audipy.KindOf(err) == audipy.NotFound {
			continue // unlinked in this moment
		}
		if err != nil {
			return err
		}
		if err := send("account", card); err != nil {
			return err
		}
	}
	return nil
}

// sendRuns sends the runs that changed since a time and were not sent as they
// are now.
func (a *api) sendRuns(
	ctx context.Context, send send, user audipy.UserID, since time.Time, sent map[string]time.Time,
) error {
	runs, err := a.Store.SyncRuns(ctx, user, store.RunFilter{ChangedSince: since, Limit: 100})
	if err != nil {
		return err
	}
	wire, err := a.syncRuns(ctx, user, runs)
	if err != nil {
		return err
	}
	for i, run := range runs {
		if sent[run.ID].Equal(run.UpdatedAt) {
			continue
		}
		sent[run.ID] = run.UpdatedAt
		if err := send("sync", wire[i]); err != nil {
			return err
		}
	}
	return nil
}
