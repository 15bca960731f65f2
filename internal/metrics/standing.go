package metrics

import (
	"context"
	"time"

	"github.com/prometheus/client_golang/prometheus"
)

// Job is a kind of job and a state that jobs are in.
type Job struct{ Kind, State string }

// Standing is how a server stands when it is asked.
type Standing struct {
	// Hashing is how many passwords are being hashed, and Waiting how many
	// people wait for that.
	Hashing, Waiting int
	// Sessions is how many people's sessions are alive.
	Sessions int
	// Jobs, Accounts by state and Leases by kind are how many there are.
	Jobs             map[Job]int
	Accounts, Leases map[string]int
	// Backups says when a backup was last "written", and last "tried" by being
	// restored; what has not happened is left out.
	Backups map[string]time.Time
	// CallsLeft is how many calls all accounts together may still make today.
	CallsLeft int
}

// Watch has stand asked at each reading.
func (m *Metrics) Watch(stand func(context.Context) (Standing, error)) {
	gauge := func(name, help string, labels ...string) *prometheus.Desc {
		return prometheus.NewDesc("audipy_"+name, help, labels, nil)
	}
	m.registry.MustRegister(&watcher{
		stand:    stand,
		hashes:   gauge("password_hashes", "Passwords that are being hashed, and people who wait for that.", "state"),
		sessions: gauge("sessions", "Sessions that are alive."),
		jobs:     gauge("jobs", "Jobs of the server by kind and state.", "kind", "state"),
		accounts: gauge("accounts", "Linked accounts by state, and those that were unlinked.", "state"),
		leases:   gauge("leases", "Leases on accounts that are held, by kind.", "kind"),
		backups:  gauge("backup_success_timestamp_seconds", "When a backup was last written, and last restored to try it.", "what"),
		left:     gauge("amazon_calls_left", "Calls that all accounts together may still make today."),
	})
}

// standWait bounds the question.
const standWait = 2 * time.Second

// watcher asks how the server stands at each reading.
type watcher struct {
	stand                                                   func(context.Context) (Standing, error)
	hashes, sessions, jobs, accounts, leases, left, backups *prometheus.Desc
}

// Describe says what is collected.
func (w *watcher) Describe(to chan<- *prometheus.Desc) {
	for _, one := range []*prometheus.Desc{w.hashes, w.sessions, w.jobs, w.accounts, w.leases, w.left, w.backups} {
		to <- one
	}
}

// Collect tells how the server stands.
func (w *watcher) Collect(to chan<- prometheus.Metric) {
	ctx, cancel := context.WithTimeout(context.Background(), standWait)
	defer cancel()
	s, err := w.stand(ctx)
	if err != nil {
		to <- prometheus.NewInvalidMetric(w.jobs, err)
		return
	}
	tell := func(of *prometheus.Desc, n int, labels ...string) {
		to <- prometheus.MustNewConstMetric(of, prometheus.GaugeValue, float64(n), labels...)
	}
	tell(w.hashes, s.Hashing, "running")
	tell(w.hashes, s.Waiting, "waiting")
	tell(w.sessions, s.Sessions)
	tell(w.left, s.CallsLeft)
	for job, n := range s.Jobs {
		tell(w.jobs, n, job.Kind, job.State)
	}
	for what, at := range s.Backups {
		tell(w.backups, int(at.Unix()), what)
	}
	for state, n := range s.Accounts {
		tell(w.accounts, n, state)
	}
	for kind, n := range s.Leases {
		tell(w.leases, n, kind)
	}
}
