// Package metrics counts what a server does, for Prometheus to read. No label
// holds anything of a person: each comes from a short list.
package metrics

import (
	"net/http"
	"strconv"
	"time"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/collectors"
	"github.com/prometheus/client_golang/prometheus/promhttp"
)

// Metrics counts. Make one with New.
type Metrics struct {
	registry *prometheus.Registry
	requests *prometheus.CounterVec
	duration *prometheus.HistogramVec
	records  *prometheus.CounterVec
	calls    *prometheus.CounterVec
}

// New returns Metrics that have counted nothing, of a version of the program.
func New(version string) *Metrics {
	m := &Metrics{
		registry: prometheus.NewRegistry(),
		requests: prometheus.NewCounterVec(prometheus.CounterOpts{
			Name: "audipy_http_requests_total", Help: "Requests by method, route pattern and class of status.",
		}, []string{"method", "route", "status"}),
		duration: prometheus.NewHistogramVec(prometheus.HistogramOpts{
			Name: "audipy_http_request_duration_seconds", Help: "How long requests took.",
			Buckets: []float64{.001, .005, .01, .03, .05, .1, .3, 1, 3, 10},
		}, []string{"route"}),
		records: prometheus.NewCounterVec(prometheus.CounterOpts{
			Name: "audipy_audit_records_total", Help: "Audit records that this process wrote, by action and outcome.",
		}, []string{"action", "outcome"}),
		calls: prometheus.NewCounterVec(prometheus.CounterOpts{
			Name: "audipy_amazon_requests_total", Help: "Requests to Amazon and Audible by service and outcome.",
		}, []string{"service", "outcome"}),
	}
	build := prometheus.NewGauge(prometheus.GaugeOpts{
		Name: "audipy_build_info", Help: "Always 1.", ConstLabels: prometheus.Labels{"version": version},
	})
	build.Set(1)
	m.registry.MustRegister(m.requests, m.duration, m.records, m.calls, build, collectors.NewGoCollector(),
		collectors.NewProcessCollector(collectors.ProcessCollectorOpts{}))
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

// Record counts an audit record; action and outcome are of closed lists.
func (m *Metrics) Record(action, outcome string) { m.records.WithLabelValues(action, outcome).Inc() }

// Handler answers GET /metrics, and nothing else. What can't be counted while a
// database is away is left out, and the rest told.
func (m *Metrics) Handler() http.Handler {
	mux := http.NewServeMux()
	mux.Handle("GET /metrics", promhttp.HandlerFor(m.registry, promhttp.HandlerOpts{ErrorHandling: promhttp.ContinueOnError}))
	return mux
}
