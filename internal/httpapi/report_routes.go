package httpapi

import (
	"io"
	"log/slog"
	"net/http"
	"strings"
	"time"

	"github.com/go-json-experiment/json"
)

// maxReport is how much of a browser's report is read, in bytes.
const maxReport = 8 << 10

// reportsPerMinute is how many reports are logged: a page with one mistake
// makes a browser send many, and anybody may send some.
const reportsPerMinute = 20

// policyReport takes a browser's report that a page did what the policy does
// not allow. Of all that it may hold only what was violated is logged. It is no
// operation: browsers send it with types of their own and want nothing back.
func (a *api) policyReport(w http.ResponseWriter, r *http.Request) {
	data, err := io.ReadAll(io.LimitReader(r.Body, maxReport))
	if err == nil && a.counter.take(a.Now(), "csp-report", reportsPerMinute) == nil {
		a.Log.LogAttrs(r.Context(), slog.LevelWarn, "page violated its policy", slog.String("directive", violated(data)))
	}
	_ = http.NewResponseController(w).SetReadDeadline(time.Time{})
	w.WriteHeader(http.StatusNoContent)
}

// violated finds the directive in a report of the old or the new form.
func violated(data []byte) string {
	var old struct {
		Report struct {
			Directive string `json:"effective-directive"`
		} `json:"csp-report"`
	}
	var all []struct {
		Body struct {
			Directive string `json:"effectiveDirective"`
		} `json:"body"`
	}
	_ = json.Unmarshal(data, &old) // what can't be read names nothing
	_ = json.Unmarshal(data, &all)
	name := old.Report.Directive
	if len(all) > 0 {
		name = all[0].Body.Directive
	}
	return strings.Map(func(r rune) rune {
		if r >= 'a' && r <= 'z' || r == '-' {
			return r
		}
		return -1
	}, name[:min(len(name), 40)])
}
