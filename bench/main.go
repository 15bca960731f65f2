// Command bench measures AudiPy against the simulator and prints one JSON
// object a line: wall time, processor time and peak memory of a process of its
// own for each measurement, and how that compares with the aim and with the
// Python predecessor on two cores where it was measured.
//
//	go run ./bench          every measurement, the median of five
//	go run ./bench quick    each once, with small libraries
//	go run ./bench sync     those of syncs of 10,000 titles alone
//	go run ./bench serve    those of a server alone
//	go run ./bench idle     those of a server that nobody asks anything
//
// With AUDIPY_BENCH_PROFILES=FOLDER each measured server writes profiles there.
//
// The simulator runs in a process of its own, reached by TLS on loopback, so
// that its work is not counted; the account's budget is off.
package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"os/signal"
	"path/filepath"
	"slices"
	"strings"
	"syscall"
	"time"
)

// workEnv names the work that this program does as a child; the rest of its
// arguments are in jobEnv, as JSON.
const (
	workEnv = "AUDIPY_BENCH_WORK"
	jobEnv  = "AUDIPY_BENCH_JOB"
)

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	var err error
	if name := os.Getenv(workEnv); name != "" {
		err = runWork(ctx, name)
	} else {
		err = measureAll(ctx, strings.Join(os.Args[1:], " "))
	}
	stop()
	if err != nil {
		fmt.Fprintln(os.Stderr, "bench:", err)
		os.Exit(1)
	}
}

// result is one line of output.
type result struct {
	Name string `json:"name"`
	// Titles is the size of the library, 0 where it does not matter.
	Titles int `json:"titles,omitempty"`
	// WallSeconds, CPUSeconds and PeakMiB are the median of Runs processes.
	WallSeconds float64 `json:"wall_s"`
	CPUSeconds  float64 `json:"cpu_s"`
	PeakMiB     float64 `json:"peak_mib"`
	Runs        int     `json:"runs"`
	// Aim is what we want to reach; Before what the predecessor needed, and
	// TimesBetter the ratio of its wall time to ours. 0 where there is none.
	AimSeconds    float64 `json:"aim_s,omitempty"`
	AimMiB        float64 `json:"aim_mib,omitempty"`
	BeforeSeconds float64 `json:"before_s,omitempty"`
	BeforeMiB     float64 `json:"before_mib,omitempty"`
	TimesBetter   float64 `json:"times_better,omitempty"`
	// PerMinute is how many of the thing one process does, and Requests how
	// many calls to Audible one takes; the seconds are then those of one.
	PerMinute     float64 `json:"per_minute,omitempty"`
	Requests      float64 `json:"requests,omitempty"`
	AimCPUSeconds float64 `json:"aim_cpu_s,omitempty"`
	AimRequests   float64 `json:"aim_requests,omitempty"`
}

// job is what a child is told.
type job struct {
	Work   string `json:"work"`
	Titles int    `json:"titles"`
	Groups string `json:"groups"`
	// Folder holds the data; Server is where the simulator listens.
	Folder string      `json:"folder"`
	Server simEndpoint `json:"server"`
	// Program is the built product.
	Program string `json:"program"`
	// People is how many people a server has beside its administrator, and
	// Link whether each of them has the simulated library.
	People int  `json:"people"`
	Link   bool `json:"link"`
}

// simEndpoint is how a child reaches the simulator.
type simEndpoint struct {
	Address   string `json:"address"`
	Authority []byte `json:"authority"`
	// File is a credential file of the simulated account.
	File []byte `json:"file"`
}

// measureAll runs every measurement, or those that are asked for.
func measureAll(ctx context.Context, which string) error {
	folder, err := os.MkdirTemp("", "audipy-bench-*")
	if err != nil {
		return err
	}
	defer func() { _ = os.RemoveAll(folder) }()
	b := &bench{folder: folder, runs: 5, sizes: []int{696, 10_000, 25_000}, served: 10_000, lasts: 20 * time.Second, crowd: 50}
	if which == "quick" {
		b.runs, b.sizes, b.served, b.lasts, b.crowd = 1, []int{696}, 696, time.Second, 4
	}
	if err := b.build(ctx); err != nil {
		return err
	}
	switch which {
	case "sync":
		return b.syncsAlone(ctx)
	case "serve":
		return errors.Join(b.servedAlone(ctx), b.household(ctx))
	case "idle":
		return b.household(ctx)
	}
	for _, titles := range b.sizes {
		if err := b.library(ctx, titles); err != nil {
			return err
		}
	}
	return b.household(ctx)
}

// bench is one run of all measurements.
type bench struct {
	folder  string
	program string
	runs    int
	sizes   []int
	// served is the size of the library that is served, for how long each
	// load lasts, and by how many people the door is stormed.
	served int
	lasts  time.Duration
	crowd  int
}

// build builds the product, for what is measured of the program itself.
func (b *bench) build(ctx context.Context) error {
	b.program = filepath.Join(b.folder, "audipy")
	cmd := exec.CommandContext(ctx, "go", "build", "-trimpath", "-ldflags", "-s -w", "-o", b.program, "./cmd/audipy") //nolint:gosec // our own folder
	cmd.Stderr = os.Stderr
	return cmd.Run()
}

// aims are what a library of 10,000 titles is held to.
func aims(name string, titles int) result {
	r := result{Name: name, Titles: titles}
	if name == "background_delta" {
		r.AimCPUSeconds, r.AimRequests = 0.010, 2
	}
	if titles != 10_000 {
		return r
	}
	switch name {
	case "sync_first_lean":
		r.AimSeconds, r.AimMiB, r.BeforeSeconds, r.BeforeMiB = 0.5, 48, 1.22, 96
	case "sync_again_lean":
		r.AimSeconds = 0.25
	case "export_json":
		r.AimSeconds, r.BeforeSeconds, r.BeforeMiB = 0.5, 3.29, 298
	}
	return r
}

// library measures everything about a library of one size.
func (b *bench) library(ctx context.Context, titles int) error {
	server, stop, err := b.serve(ctx, titles)
	if err != nil {
		return err
	}
	defer stop()
	j := job{Titles: titles, Server: server, Program: b.program}
	for _, groups := range []struct{ name, groups string }{{"lean", leanGroups}, {"ours", ""}} {
		j.Groups = groups.groups
		j.Folder = filepath.Join(b.folder, fmt.Sprintf("%s-%d", groups.name, titles))
		if err := b.syncs(ctx, groups.name, j); err != nil {
			return err
		}
	}
	works := []string{"background_delta", "advice", "export_json", "export_csv"}
	if titles == b.sizes[0] {
		works = append(works, "start", "list", "credential_file", "sign_in", "idle")
	}
	for _, work := range works {
		j.Work = work
		if err := b.report(ctx, aims(work, titles), func() job { return j }); err != nil {
			return err
		}
	}
	if titles == b.served {
		return b.serving(ctx, j)
	}
	return nil
}

// syncsAlone is the part of library that is about syncs.
func (b *bench) syncsAlone(ctx context.Context) error {
	server, stop, err := b.serve(ctx, b.served)
	if err != nil {
		return err
	}
	defer stop()
	j := job{Titles: b.served, Server: server, Program: b.program, Groups: leanGroups, Folder: filepath.Join(b.folder, "lean")}
	if err := b.syncs(ctx, "lean", j); err != nil {
		return err
	}
	j.Groups, j.Folder = "", filepath.Join(b.folder, "ours")
	if err := b.syncs(ctx, "ours", j); err != nil {
		return err
	}
	j.Work = "background_delta"
	return b.report(ctx, aims(j.Work, j.Titles), func() job { return j })
}

// syncs measures the first sync, each in a new folder, and then a whole
// listing and a delta of the unchanged library.
func (b *bench) syncs(ctx context.Context, name string, j job) error {
	base, n := j.Folder, 0
	err := b.report(ctx, aims("sync_first_"+name, j.Titles), func() job {
		n++
		j.Work, j.Folder = "sync_first", fmt.Sprintf("%s-%d", base, n)
		return j
	})
	if err != nil {
		return err
	}
	j.Folder = base
	j.Work = "sync_first"
	if _, err := b.child(ctx, j); err != nil {
		return err
	}
	for _, work := range []string{"sync_again", "sync_delta"} {
		j.Work = work
		if err := b.report(ctx, aims(work+"_"+name, j.Titles), func() job { return j }); err != nil {
			return err
		}
	}
	return nil
}

// report measures one thing several times and prints the medians.
func (b *bench) report(ctx context.Context, r result, next func() job) error {
	samples := make([]sample, b.runs)
	for i := range samples {
		s, err := b.child(ctx, next())
		if err != nil {
			return fmt.Errorf("%s of %d titles: %w", r.Name, r.Titles, err)
		}
		samples[i] = s
	}
	median := func(of func(sample) float64) float64 {
		values := make([]float64, len(samples))
		for i, s := range samples {
			values[i] = of(s)
		}
		slices.Sort(values)
		return values[len(values)/2]
	}
	r.Runs = b.runs
	r.WallSeconds = round(median(func(s sample) float64 { return s.wall.Seconds() }))
	r.CPUSeconds = round(median(func(s sample) float64 { return s.cpu.Seconds() }))
	r.PeakMiB = round(median(func(s sample) float64 { return s.peakMiB }))
	r.PerMinute = round(median(func(s sample) float64 { return s.perMinute }))
	r.Requests = round(median(func(s sample) float64 { return s.requests }))
	if r.BeforeSeconds > 0 && r.WallSeconds > 0 {
		r.TimesBetter = round(r.BeforeSeconds / r.WallSeconds)
	}
	return json.NewEncoder(os.Stdout).Encode(r)
}

func round(x float64) float64 { return float64(int(x*1000+0.5)) / 1000 }

// sample is one process's figures. A child that measures a part of its life
// prints it; the rest is the kernel's word.
type sample struct {
	wall, cpu time.Duration
	peakMiB   float64
	// perMinute and requests are 0 where they say nothing.
	perMinute, requests float64
}

// child runs one job in a process of its own.
func (b *bench) child(ctx context.Context, j job) (sample, error) {
	text, err := json.Marshal(j)
	if err != nil {
		return sample{}, err
	}
	self, err := os.Executable()
	if err != nil {
		return sample{}, err
	}
	cmd := exec.CommandContext(ctx, self) //nolint:gosec // this program itself
	cmd.Env = append(os.Environ(), workEnv+"="+j.Work, jobEnv+"="+string(text))
	var errors strings.Builder
	cmd.Stderr = &errors
	started := time.Now()
	output, err := cmd.Output()
	s := sample{wall: time.Since(started)}
	if err != nil {
		return s, fmt.Errorf("%w: %s", err, errors.String())
	}
	s.cpu = cmd.ProcessState.UserTime() + cmd.ProcessState.SystemTime()
	if usage, ok := cmd.ProcessState.SysUsage().(*syscall.Rusage); ok {
		s.peakMiB = float64(usage.Maxrss) / 1024
	}
	return s.told(output)
}

// told replaces figures by those that the child measured itself.
func (s sample) told(output []byte) (sample, error) {
	if len(output) == 0 {
		return s, nil
	}
	var own struct{ Wall, CPU, PeakMiB, PerMinute, Requests float64 }
	if err := json.Unmarshal(output, &own); err != nil {
		return s, errors.New("a child printed no figures: " + string(output))
	}
	s.perMinute, s.requests = own.PerMinute, own.Requests
	if own.Wall > 0 {
		s.wall = time.Duration(own.Wall * float64(time.Second))
	}
	if own.CPU > 0 {
		s.cpu = time.Duration(own.CPU * float64(time.Second))
	}
	if own.PeakMiB > 0 {
		s.peakMiB = own.PeakMiB
	}
	return s, nil
}
