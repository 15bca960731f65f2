package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"sync/atomic"
	"time"
)

// servedResult is a line of output about a server.
type servedResult struct {
	Name   string `json:"name"`
	Titles int    `json:"titles,omitempty"`
	// Clients ask at the same time, each with a pause of PauseMS on average
	// after every answer; Requests is how many were answered, and Bad how many
	// of them wrongly. Meanwhile Syncs ended.
	Clients  int     `json:"clients,omitempty"`
	PauseMS  float64 `json:"pause_ms,omitempty"`
	Requests int     `json:"requests,omitempty"`
	Bad      int     `json:"bad,omitempty"`
	Syncs    int     `json:"syncs,omitempty"`
	P50MS    float64 `json:"p50_ms,omitempty"`
	P99MS    float64 `json:"p99_ms,omitempty"`
	AimP99MS float64 `json:"aim_p99_ms,omitempty"`
	// BusyP50MS and BusyP99MS are how long the server worked, for whomever,
	// from a request to its answer: on one processor, P50MS and P99MS of a
	// machine that has nothing else to do.
	BusyP50MS float64 `json:"busy_p50_ms,omitempty"`
	BusyP99MS float64 `json:"busy_p99_ms,omitempty"`
	// WallSeconds is how long the whole took, and Busy how many were asked to
	// come back later.
	WallSeconds float64 `json:"wall_s,omitempty"`
	AimSeconds  float64 `json:"aim_s,omitempty"`
	Busy        int     `json:"busy,omitempty"`
	// CPUSeconds is the processor time that the server used meanwhile.
	CPUSeconds float64 `json:"cpu_s,omitempty"`
	MiB        float64 `json:"mib,omitempty"`
	AimMiB     float64 `json:"aim_mib,omitempty"`
	// PrivateMiB is the part of MiB that is not the program's own file, which
	// the system drops and reads again as it likes.
	PrivateMiB float64 `json:"private_mib,omitempty"`
	// Megabytes is the size of the program.
	Megabytes    float64 `json:"mb,omitempty"`
	AimMegabytes float64 `json:"aim_mb,omitempty"`
}

func (r servedResult) print() error { return json.NewEncoder(os.Stdout).Encode(r) }

const (
	// clients is how many read at the same time, and pause how long each looks
	// at an answer.
	clients = 20
	pause   = time.Second
)

// serving measures a server whose administrator has the library of a job.
func (b *bench) serving(ctx context.Context, j job) error {
	j.Work, j.People = "furnish", b.crowd
	if _, err := b.child(ctx, j); err != nil {
		return fmt.Errorf("make the people of a server: %w", err)
	}
	p, err := b.startProduct(ctx, j)
	if err != nil {
		return err
	}
	defer p.stop()
	all := make([]*browser, clients)
	for i := range all {
		all[i] = newBrowser(p.address, i+1)
		if status, _, err := all[i].signIn(ctx, person); err != nil || status != http.StatusOK {
			return errors.Join(err, fmt.Errorf("the sign-in is answered %d", status))
		}
	}
	return errors.Join(b.reading(ctx, j, p, all), b.revoked(ctx, j, all), b.storm(ctx, j, p, all[0]))
}

// servedAlone is serving without the measurements of a library before it.
func (b *bench) servedAlone(ctx context.Context) error {
	server, stop, err := b.serve(ctx, b.served)
	if err != nil {
		return err
	}
	defer stop()
	j := job{Work: "sync_first", Titles: b.served, Server: server, Program: b.program, Folder: filepath.Join(b.folder, "served")}
	if _, err := b.child(ctx, j); err != nil {
		return err
	}
	return b.serving(ctx, j)
}

// reading measures pages of the library, searches in it and the other views,
// while the server syncs the whole library again and again.
func (b *bench) reading(ctx context.Context, j job, p *product, all []*browser) error {
	var page struct {
		Items []struct{ Title string }
		Next  string
	}
	if err := all[0].read(ctx, "/api/v1/library?limit=100&sort=purchased", &page); err != nil {
		return err
	}
	cursors := []string{"", "&cursor=" + url.QueryEscape(page.Next)}
	views := []string{"library/facets", "library/timeline", "series", "suggestions", "sync-runs", "accounts", "me"}
	kinds := []struct {
		name string
		aim  float64
		path func(client, n int) string
	}{
		{"serve_page", 30, func(client, n int) string {
			return "/api/v1/library?limit=100&sort=purchased" + cursors[(client+n)%len(cursors)]
		}},
		{"serve_search", 50, func(client, n int) string {
			return "/api/v1/library?limit=100&sort=purchased&search=" + url.QueryEscape(typed(page.Items[client%len(page.Items)].Title, n))
		}},
		{"serve_views", 0, func(client, n int) string { return "/api/v1/" + views[(client+n)%len(views)] }},
	}
	for _, kind := range kinds {
		before := p.processorTime()
		l, syncs, err := b.duringSyncs(ctx, p, all, kind.path)
		if err != nil {
			return err
		}
		used := p.processorTime() - before
		mib, err := p.memory("VmHWM")
		if err != nil {
			return err
		}
		err = servedResult{
			Name: kind.name, Titles: j.Titles, Clients: len(all), PauseMS: float64(pause.Milliseconds()),
			Requests: len(l.took), Bad: l.bad, Syncs: syncs, P50MS: at(0.5, l.took), P99MS: at(0.99, l.took), BusyP50MS: at(0.5, l.used), BusyP99MS: at(0.99, l.used), AimP99MS: kind.aim, CPUSeconds: round(used.Seconds()), MiB: round(mib),
		}.print()
		if err = errors.Join(err, l.err); err != nil {
			return err
		}
	}
	return nil
}

// typed is what stands in the field of a search after n more letters of a title.
func typed(title string, n int) string {
	letters := []rune(title)
	return strings.TrimSpace(string(letters[:min(3+n%8, len(letters))]))
}

// duringSyncs lets all clients read while one sync of the whole library follows
// the other, and counts those that ended.
func (b *bench) duringSyncs(ctx context.Context, p *product, all []*browser, path func(client, n int) string) (load, int, error) {
	before, account, err := endedSyncs(ctx, all[0])
	if err != nil {
		return load{}, 0, err
	}
	ctx, cancel := context.WithTimeout(ctx, b.lasts)
	defer cancel()
	asked := make(chan error, 1)
	go func() {
		for ctx.Err() == nil {
			status, err := all[0].call(context.WithoutCancel(ctx), http.MethodPost, "/api/v1/accounts/"+account+"/sync", map[string]bool{"full": true})
			if err != nil || status != http.StatusAccepted && status != http.StatusConflict {
				asked <- errors.Join(err, fmt.Errorf("a sync is answered %d", status))
				return
			}
			select {
			case <-time.After(500 * time.Millisecond):
			case <-ctx.Done():
			}
		}
		asked <- nil
	}()
	l := visit(ctx, p, all, pause, path)
	err = <-asked
	after, _, countErr := endedSyncs(context.WithoutCancel(ctx), all[0])
	return l, after - before, errors.Join(err, countErr)
}

// endedSyncs counts the syncs that ended, as far as the server lists them at
// once, and names the account.
func endedSyncs(ctx context.Context, c *browser) (ended int, account string, err error) {
	var runs struct {
		Items []struct {
			AccountID string `json:"account_id"`
			State     string
		}
	}
	if err := c.read(ctx, "/api/v1/sync-runs?limit=500", &runs); err != nil {
		return 0, "", err
	}
	for _, one := range runs.Items {
		account = one.AccountID
		if one.State == "done" {
			ended++
		}
	}
	return ended, account, nil
}

// revoked shows that a session ends with the very next request once another
// one of the person has ended it.
func (b *bench) revoked(ctx context.Context, j job, all []*browser) error {
	victim := all[len(all)-1]
	var sessions struct {
		Items []struct {
			ID      string
			Current bool `json:"is_current"`
		}
	}
	if err := victim.read(ctx, "/api/v1/sessions", &sessions); err != nil {
		return err
	}
	for _, one := range sessions.Items {
		if !one.Current {
			continue
		}
		status, err := all[0].call(ctx, http.MethodDelete, "/api/v1/sessions/"+one.ID, nil)
		if err != nil || status != http.StatusNoContent {
			return errors.Join(err, fmt.Errorf("the end of a session is answered %d", status))
		}
		started := time.Now()
		status, err = victim.call(ctx, http.MethodGet, "/api/v1/me", nil)
		if err != nil || status != http.StatusUnauthorized {
			return errors.Join(err, fmt.Errorf("a session that has ended is answered %d", status))
		}
		return servedResult{Name: "serve_revoked", Titles: j.Titles, Requests: 1, WallSeconds: round(time.Since(started).Seconds())}.print()
	}
	return errors.New("the session of a client is not listed")
}

// storm measures many log-ins at once: until the last is in, those included
// that were asked to come back later, and what a reader sees meanwhile.
func (b *bench) storm(ctx context.Context, j job, p *product, reader *browser) error {
	reading, stop := context.WithCancel(ctx)
	defer stop()
	seen := make(chan load, 1)
	go func() {
		seen <- visit(reading, p, []*browser{reader}, 50*time.Millisecond, func(int, int) string { return "/api/v1/library?limit=100" })
	}()
	var busy atomic.Int64
	var group sync.WaitGroup
	failed := make([]error, b.crowd)
	started := time.Now()
	for n := range b.crowd {
		group.Go(func() { failed[n] = enter(ctx, newBrowser(p.address, 100+n), otherPerson(n), &busy) })
	}
	group.Wait()
	took := time.Since(started)
	stop()
	l := <-seen
	mib, err := p.memory("VmHWM")
	if err = errors.Join(append(failed, err)...); err != nil {
		return err
	}
	return servedResult{
		Name: "serve_log_ins", Titles: j.Titles, Clients: b.crowd, WallSeconds: round(took.Seconds()), Busy: int(busy.Load()),
		Requests: len(l.took), Bad: l.bad, P50MS: at(0.5, l.took), P99MS: at(0.99, l.took), BusyP50MS: at(0.5, l.used), BusyP99MS: at(0.99, l.used), MiB: round(mib),
	}.print()
}

// enter signs in, and comes back as often as it is asked to.
func enter(ctx context.Context, c *browser, email string, busy *atomic.Int64) error {
	for {
		status, wait, err := c.signIn(ctx, email)
		switch {
		case err != nil:
			return err
		case status == http.StatusOK:
			return nil
		case status != http.StatusServiceUnavailable:
			return fmt.Errorf("a sign-in is answered %d", status)
		}
		busy.Add(1)
		select {
		case <-time.After(wait):
		case <-ctx.Done():
			return ctx.Err()
		}
	}
}

// household measures what doesn't depend on a load: the memory of a server with
// three libraries that waits, how soon it is ready, and how large it is.
func (b *bench) household(ctx context.Context) error {
	titles := min(1200, b.served)
	server, stop, err := b.serve(ctx, titles)
	if err != nil {
		return err
	}
	defer stop()
	j := job{Work: "furnish", Titles: titles, Server: server, Program: b.program, Folder: filepath.Join(b.folder, "household"), People: 2, Link: true}
	if _, err := b.child(ctx, j); err != nil {
		return fmt.Errorf("make a household: %w", err)
	}
	if err := b.waiting(ctx, j); err != nil {
		return err
	}
	home := filepath.Join(b.folder, "home")
	for _, name := range []string{"serve_first_ready", "serve_ready"} {
		took, err := b.firstAnswer(ctx, home)
		if err != nil {
			return err
		}
		if err := (servedResult{Name: name, WallSeconds: round(took.Seconds()), AimSeconds: 0.3}).print(); err != nil {
			return err
		}
	}
	info, err := os.Stat(b.program)
	if err != nil {
		return err
	}
	return servedResult{Name: "program_size", Megabytes: round(float64(info.Size()) / 1e6), AimMegabytes: 40}.print()
}

// waiting measures the memory of a server after its first work, when everybody
// has looked at their library and nothing is left to do.
func (b *bench) waiting(ctx context.Context, j job) error {
	p, err := b.startProduct(ctx, j)
	if err != nil {
		return err
	}
	defer p.stop()
	for i, email := range []string{otherPerson(0), otherPerson(1), person} {
		c := newBrowser(p.address, i+1)
		if status, _, err := c.signIn(ctx, email); err != nil || status != http.StatusOK {
			return errors.Join(err, fmt.Errorf("the sign-in is answered %d", status))
		}
		if err := c.read(ctx, "/api/v1/library?limit=100", &struct{}{}); err != nil {
			return err
		}
		if email != person {
			continue
		}
		if err := untilQuiet(ctx, c); err != nil {
			return err
		}
	}
	least, private := 0.0, 0.0
	for range 10 { // the collector gives memory back over some seconds
		mib, err := p.memory("VmRSS")
		if err != nil {
			return err
		}
		if least == 0 || mib < least {
			least = mib
			if private, err = p.memory("RssAnon"); err != nil {
				return err
			}
		}
		time.Sleep(b.lasts / 10)
	}
	return servedResult{Name: "serve_idle", Titles: j.Titles, Clients: 3, MiB: round(least), PrivateMiB: round(private), AimMiB: 40}.print()
}

// untilQuiet waits until no job is due or under way.
func untilQuiet(ctx context.Context, administrator *browser) error {
	for {
		var status struct{ Jobs []struct{ State string } }
		if err := administrator.read(ctx, "/api/v1/admin/status", &status); err != nil {
			return err
		}
		quiet := len(status.Jobs) > 0
		for _, one := range status.Jobs {
			quiet = quiet && one.State == "waiting"
		}
		if quiet {
			return nil
		}
		select {
		case <-time.After(200 * time.Millisecond):
		case <-ctx.Done():
			return ctx.Err()
		}
	}
}
