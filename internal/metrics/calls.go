package metrics

import (
	"net/http"
	"strconv"
	"strings"
)

// Transport counts the requests that it hands on, by what they are for and how
// they were answered.
func (m *Metrics) Transport(next http.RoundTripper) http.RoundTripper {
	return &counted{next: next, metrics: m}
}

type counted struct {
	next    http.RoundTripper
	metrics *Metrics
}

// RoundTrip hands a request on.
func (c *counted) RoundTrip(r *http.Request) (*http.Response, error) {
	response, err := c.next.RoundTrip(r)
	c.metrics.calls.WithLabelValues(service(r.URL.Hostname()), answer(response, err)).Inc()
	return response, err
}

// service is what a host of Amazon's is for.
func service(host string) string {
	for _, one := range []struct{ prefix, service string }{
		{"api.audible.", "audible"},
		{"api.amazon.", "tokens"}, // and the registration of devices
		{"www.amazon.", "sign_in"},
		{"www.audible.", "sign_in"},
	} {
		if strings.HasPrefix(host, one.prefix) {
			return one.service
		}
	}
	return "images"
}

// answer is how a request was answered: the class of its status, 429 by itself,
// or "none".
func answer(r *http.Response, err error) string {
	switch {
	case err != nil:
		return "none"
	case r.StatusCode == http.StatusTooManyRequests:
		return "429"
	}
	return strconv.Itoa(r.StatusCode/100) + "xx"
}
