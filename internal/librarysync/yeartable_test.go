package librarysync_test

import (
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"text/tabwriter"
)

var update = flag.Bool("update", false, "write the golden files anew")

// yearRow is a line of the table: what the hypothesis and the program give
// every time, and what depends on which of two calls at once was first when
// Amazon refused them.
type yearRow struct{ always, varies []any }

const (
	alwaysColumns = "tokens live                  \tprompts\tforced\trefreshes\tsigns\tover budget\tdays missed\tlibrary\t"
	variesColumns = "signed calls\tAPI calls\tmost a day\tmost at once\trefused refreshes\tprogram started\t"
)

func (y *year) row(t *testing.T, h hypothesis, days int) yearRow {
	t.Helper()
	library := "equal"
	if !y.isLibraryEqual(t) {
		library = "DIFFERENT"
	}
	c, signs := y.sim.Counts(), "no"
	if c.SignedCalls > 0 {
		signs = "yes"
	}
	return yearRow{
		always: []any{
			fmt.Sprintf("%-29s", h.name), len(y.prompts), len(h.forced(days)), c.Refreshes, signs,
			y.wire.overruns, len(y.missed), library,
		},
		varies: []any{c.SignedCalls, y.wire.calls, y.wire.busiest(), y.wire.most, c.RefusedRefreshes, y.processes},
	}
}

// compare shows the table, and holds the part that is always the same against
// the golden file.
func compare(t *testing.T, rows []yearRow, whole bool) {
	t.Helper()
	always, all := [][]any{}, [][]any{}
	for _, r := range rows {
		always, all = append(always, r.always), append(all, append(r.always, r.varies...))
	}
	t.Log("\n" + table(alwaysColumns+variesColumns, all))
	if !whole {
		return
	}
	got, golden := table(alwaysColumns, always), filepath.Join("testdata", "year.txt")
	if *update {
		check(t, os.WriteFile(golden, []byte(got), 0o644))
	}
	want, err := os.ReadFile(golden)
	check(t, err)
	if got != string(want) {
		t.Errorf("the table is\n%swant that of %s:\n%s", got, golden, want)
	}
}

func table(columns string, rows [][]any) string {
	var text strings.Builder
	w := tabwriter.NewWriter(&text, 0, 0, 2, ' ', tabwriter.AlignRight)
	fmt.Fprintln(w, columns)
	for _, r := range rows {
		for _, cell := range r {
			fmt.Fprint(w, cell, "\t")
		}
		fmt.Fprintln(w)
	}
	_ = w.Flush() // a strings.Builder takes everything
	return text.String()
}
