// Package metrics counts what a server does, for Prometheus to read. No label
// holds anything of a person: each comes from a short list.
package metrics

import (
	"context"
	"net/http"
	"strconv"
	"time"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/collectors"
	"github.com/prometheus/client_golang/prometheus/promhttp"
)

// Job is how many jobs of a kind there are in a state.
type Job struct {
	Kind, State string
	Count       int
}

// Options are what New works with.
type Options struct {
	// Version is that of the program.
	Version string
	// Jobs looks what the server has to do; it is asked at each reading.
	Jobs func(ctx context.Context) ([]Job, error)
}

// Metrics counts. Make one with New.
type Metrics struct {
	registry *prometheus.Registry
	requests *prometheus.CounterVec
	duration *prometheus.HistogramVec
}

// New returns Metrics that have counted nothing.
func New(o Options) *Metrics {
	m := &Metrics{
		registry: prometheus.NewRegistry(),
		requests: prometheus.NewCounterVec(prometheus.CounterOpts{
			Name: "audipy_http_requests_total", Help: "Requests by method, route pattern and class of status.",
		}, []string{"method", "route", "status"}),
		duration: prometheus.NewHistogramVec(prometheus.HistogramOpts{
			Name: "audipy_http_request_duration_seconds", Help: "How long requests took.",
			Buckets: []float64{.001, .005, .01, .03, .05, .1, .3, 1, 3, 10},
		}, []string{"route"}),
	}
	build := prometheus.NewGauge(prometheus.GaugeOpts{
		Name: "audipy_build_info", Help: "Always 1.", ConstLabels: prometheus.Labels{"version": o.Version},
	})
	build.Set(1)
	m.registry.MustRegister(m.requests, m.duration, build, collectors.NewGoCollector(),
		collectors.NewProcessCollector(collectors.ProcessCollectorOpts{}))
	if o.Jobs != nil {
		m.registry.MustRegister(jobCollector(o.Jobs))
	}
	return m
}

// Request counts a request that has ended. The route is a pattern, never an
// address; empty means that there is none for it.
func (m *Metrics) Request(method, route string, status int, took time.Duration) {
	if route == "" {
		route = "none"
	}
	class := "none" // the client went before it was answered
	if status >= 100 && status < 600 {
		class = strconv.Itoa(status/100) + "xx"
	}
	m.requests.WithLabelValues(method, route, class).Inc()
	m.duration.WithLabelValues(route).Observe(took.Seconds())
}

// Handler answers GET /metrics, and nothing else.
func (m *Metrics) Handler() http.Handler {
	mux := http.NewServeMux()
	mux.Handle("GET /metrics", promhttp.HandlerFor(m.registry, promhttp.HandlerOpts{}))
	return mux
}

// jobCollector asks for the jobs at each reading.
type jobCollector func(ctx context.Context) ([]Job, error)

// jobsWait bounds the question.
const jobsWait = 2 * time.Second

func (jobCollector) describe() *prometheus.Desc {
	return prometheus.NewDesc("audipy_jobs", "Jobs of the server by kind and state.", []string{"kind", "state"}, nil)
}

// Describe says what is collected.
func (c jobCollector) Describe(to chan<- *prometheus.Desc) { to <- c.describe() }

// Collect counts the jobs; a database that does not answer leaves them out.
func (c jobCollector) Collect(to chan<- prometheus.Metric) {
	ctx, cancel := context.WithTimeout(context.Background(), jobsWait)
	defer cancel()
	all, err := c(ctx)
	if err != nil {
		to <- prometheus.NewInvalidMetric(c.describe(), err)
		return
	}
	for _, one := range all {
		to <- prometheus.MustNewConstMetric(c.describe(), prometheus.GaugeValue, float64(one.Count), one.Kind, one.State)
	}
}
