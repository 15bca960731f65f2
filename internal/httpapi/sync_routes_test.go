package httpapi_test

import (
	"bufio"
	"encoding/json"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/audipy/audipy/internal/audipy"
	"github.com/audipy/audipy/internal/audit"
	"github.com/audipy/audipy/internal/httpapi"
	"github.com/audipy/audipy/internal/librarysync"
	"github.com/audipy/audipy/internal/store"
)

// syncJob is the job of a person's only account.
func (r *rig) syncJob(t *testing.T, user audipy.UserID) store.Job {
	t.Helper()
	jobs, err := r.Jobs(t.Context(), user)
	must(t, err)
	for _, job := range jobs {
		if job.Kind == store.JobSync {
			return job
		}
	}
	t.Fatal("no account is to be synced")
	return store.Job{}
}

func TestASyncIsAskedForCancelledAndSeen(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, r *rig) {
		p := r.reads(t)
		account := "/api/v1/accounts/" + string(p.account)
		var page httpapi.SyncRunPage
		p.get(t, "/api/v1/sync-runs?limit=1").into(t, http.StatusOK, &page)
		if len(page.Items) != 1 || page.Next == "" || page.Items[0].State != "done" || page.Items[0].AccountName == "" {
			t.Fatalf("page = %+v", page)
		}
		first := page.Items[0].ID
		p.get(t, "/api/v1/sync-runs?limit=1&cursor="+page.Next).into(t, http.StatusOK, &page)
		if len(page.Items) != 1 || page.Items[0].ID == first {
			t.Errorf("second page = %+v", page)
		}
		p.get(t, "/api/v1/sync-runs?cursor=bm90IGEgY3Vyc29yIGF0IGFsbCwgbm90IGV2ZW4gY2xvc2U").wantProblem(t, http.StatusBadRequest, "cursor_invalid")
		var one httpapi.SyncRun
		p.get(t, "/api/v1/sync-runs/"+first).into(t, http.StatusOK, &one)
		if one.Added == 0 || len(one.Changes) != one.Added || one.EndedAt == nil {
			t.Errorf("receipt = %+v", one)
		}
		var card httpapi.AccountCard
		p.do(t, http.MethodPatch, account, map[string]any{"sync_interval_minutes": 120}).into(t, http.StatusOK, &card)
		if card.SyncIntervalMinutes != 120 || card.Running != nil {
			t.Errorf("card = %+v", card)
		}
		p.do(t, http.MethodPatch, account, map[string]any{"sync_interval_minutes": 5}).wantProblem(t, http.StatusUnprocessableEntity, "invalid")
		lease, err := r.AcquireLease(t.Context(), p.user, store.LeaseRequest{
			Account: p.account, Kind: store.LeaseSync, Owner: "another process", TTL: time.Minute,
		})
		must(t, err)
		if p.get(t, account).into(t, http.StatusOK, &card); card.Running == nil || card.Running.Phase != "looking" {
			t.Errorf("while another process looks, the card shows %+v", card.Running)
		}
		must(t, r.ReleaseLease(t.Context(), p.user, lease))
		r.Clock.Advance(time.Minute)
		for _, body := range []any{map[string]any{}, map[string]any{"full": true}} {
			if got := p.post(t, account+"/sync", body); got.status != http.StatusAccepted {
				t.Errorf("sync now was answered %d %s", got.status, got.body)
			}
		}
		if job := r.syncJob(t, p.user); !job.IsFirst || job.DueAt.After(r.Clock.Now()) || job.Payload != store.FullSync {
			t.Errorf("after sync now the job is %+v", job)
		}
		if got := p.post(t, account+"/sync/cancel", nil); got.status != http.StatusAccepted {
			t.Errorf("cancel was answered %d %s", got.status, got.body)
		}
		if job := r.syncJob(t, p.user); job.DueAt.Sub(r.Clock.Now()) < 119*time.Minute {
			t.Errorf("after cancel the job is %+v", job)
		}
		other := r.joins(t, "other@example.com")
		other.post(t, account+"/sync", map[string]any{}).wantProblem(t, http.StatusNotFound, "not_found")
		other.post(t, account+"/sync/cancel", nil).wantProblem(t, http.StatusNotFound, "not_found")
		other.get(t, "/api/v1/sync-runs/"+first).wantProblem(t, http.StatusNotFound, "not_found")
	})
}

func TestListeningAndTheServersStatusAreShown(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, r *rig) {
		p := r.reads(t)
		must(t, r.SetListening(t.Context(), p.user, p.account, "us", []store.ListeningMonth{{Month: "2026-02", Listened: 90 * time.Minute}}))
		var timeline httpapi.ListeningTimeline
		p.get(t, "/api/v1/listening/timeline").into(t, http.StatusOK, &timeline)
		if len(timeline.Months) != 1 || timeline.Months[0] != (httpapi.ListeningMonth{Month: "2026-02", Minutes: 90}) {
			t.Errorf("timeline = %+v", timeline)
		}
		var status httpapi.AdminStatus
		p.get(t, "/api/v1/admin/status").into(t, http.StatusOK, &status)
		if status.Version != "test" || status.Budget.Instance.Daily == 0 || len(status.Jobs) < 2 || status.Jobs[0].State != "due" {
			t.Errorf("status = %+v", status)
		}
		must(t, r.RecordSystem(t.Context(), audit.Event{Action: audit.BackupWritten, Outcome: audit.Succeeded, Target: "one"}))
		must(t, r.RecordSystem(t.Context(), audit.Event{Action: audit.BackupTried, Outcome: audit.Failed, Target: "one"}))
		p.get(t, "/api/v1/admin/status").into(t, http.StatusOK, &status)
		if b := status.Backups; b.Enabled || b.WrittenAt == nil || b.TriedAt != nil || b.FailedAt == nil {
			t.Errorf("backups = %+v", b)
		}
		r.joins(t, "other@example.com").get(t, "/api/v1/admin/status").wantProblem(t, http.StatusForbidden, "forbidden")
	})
}

// hearAny reads the next event and returns its name and its data.
func hearAny(t *testing.T, lines *bufio.Scanner) (name, data string) {
	t.Helper()
	for lines.Scan() {
		if name, ok := strings.CutPrefix(lines.Text(), "event: "); ok {
			lines.Scan()
			return name, strings.TrimPrefix(lines.Text(), "data: ")
		}
	}
	t.Fatalf("the stream ended: %v", lines.Err())
	return "", ""
}

// hear reads events until one of the name comes, and returns its data.
func hear(t *testing.T, lines *bufio.Scanner, name string) string {
	t.Helper()
	for {
		if heard, data := hearAny(t, lines); heard == name {
			return data
		}
	}
}

func TestEventsTellWhatAnotherProcessDoes(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, r *rig) {
		p := r.reads(t)
		r.Clock.Advance(time.Hour)
		req, err := http.NewRequestWithContext(t.Context(), http.MethodGet, r.origin+"/api/v1/events", nil)
		must(t, err)
		for name, value := range p.cookies {
			req.AddCookie(&http.Cookie{Name: name, Value: value})
		}
		resp, err := new(http.Client).Do(req)
		must(t, err)
		defer resp.Body.Close()
		lines := bufio.NewScanner(resp.Body)
		if card := hear(t, lines, "account"); !strings.Contains(card, string(p.account)) {
			t.Errorf("the first look shows %s", card)
		}
		before := hear(t, lines, "library")
		_, err = r.sim.AddTitles(amazonLogin, "us", 2)
		must(t, err)
		// As another process would: nobody tells the server. Time goes by, or the
		// end of the sync would look like its beginning.
		_, err = r.syncs.Sync(t.Context(), librarysync.Request{
			User: p.user, Account: p.account, Progress: func(librarysync.Progress) { r.Clock.Advance(time.Second) },
		})
		must(t, err)
		var run httpapi.SyncRun
		after := before
		for run.Added != 2 || after == before { // a look may come in the middle of it
			name, data := hearAny(t, lines)
			switch name {
			case "sync":
				must(t, json.Unmarshal([]byte(data), &run))
			case "library":
				after = data
			}
		}
		if run.State != "done" || run.AccountID != string(p.account) {
			t.Errorf("heard of %+v", run)
		}
	})
}
