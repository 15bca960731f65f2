package cli

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"

	"github.com/audipy/audipy/internal/audipy"
	"github.com/audipy/audipy/internal/audit"
)

// auditCmd shows the trail of what happened to the person's data.
type auditCmd struct {
	List   auditListCmd   `cmd:"" default:"withargs" help:"Show what happened to your data, the newest last."`
	Verify auditVerifyCmd `cmd:"" help:"Check that nobody changed the trail."`
}

// auditListCmd shows the trail.
type auditListCmd struct {
	Limit listLimit `short:"n" default:"50" help:"How many of the newest to show; 0 for all."`
}

// auditPage is how many records are read at once.
const auditPage = 1000

// Run prints the newest records.
func (c auditListCmd) Run(ctx context.Context, a *app) error {
	records, total, err := a.auditTail(ctx, int(c.Limit))
	if err != nil {
		return err
	}
	return a.out.result(map[string]any{"records": records, "total": total}, func() {
		rows := make([][]string, len(records))
		for i := range records {
			r := &records[i]
			rows[i] = []string{
				thousands(int(r.Seq)), r.At.Local().Format("2006-01-02 15:04:05"), string(r.Action), string(r.Outcome), detailText(r),
			}
		}
		a.out.table([]column{
			{title: "NO.", right: true}, {title: "WHEN"}, {title: "WHAT"}, {title: "HOW"}, {title: "DETAILS", grow: true},
		}, rows)
		if total > len(records) {
			a.out.line("%s", a.out.dim(fmt.Sprintf("The newest %s of %s (--limit 0 shows all).", thousands(len(records)), thousands(total))))
		}
	})
}

// auditTail reads the trail and keeps its last records, all of them for a
// limit of 0.
func (a *app) auditTail(ctx context.Context, limit int) ([]audit.Record, int, error) {
	opened, user, err := a.database(ctx)
	if err != nil {
		return nil, 0, err
	}
	tail, total := []audit.Record{}, 0
	for after := int64(0); ; {
		page, err := opened.AuditRecords(ctx, user, after, auditPage)
		if err != nil {
			return nil, 0, err
		}
		total += len(page)
		tail = append(tail, page...)
		if limit > 0 && len(tail) > limit {
			tail = slices.Clone(tail[len(tail)-limit:])
		}
		if len(page) < auditPage {
			return tail, total, nil
		}
		after = page[len(page)-1].Seq
	}
}

// detailText says what a record is about.
func detailText(r *audit.Record) string {
	var parts []string
	if r.Target != "" {
		parts = append(parts, r.Target)
	}
	for _, name := range slices.Sorted(maps.Keys(r.Counts)) {
		parts = append(parts, fmt.Sprintf("%s %s", thousands(r.Counts[name]), strings.ReplaceAll(name, "_", " ")))
	}
	if id := string(r.Account); id != "" {
		parts = append(parts, "account "+id[max(0, len(id)-6):])
	}
	return strings.Join(parts, ", ")
}

// auditVerifyCmd checks the trail.
type auditVerifyCmd struct {
	Checkpoint []string `placeholder:"TEXT" sep:"none" help:"A checkpoint noted earlier; may be given several times. Without one, records cut off at the end can't be seen."`
}

// Run verifies the chain and prints its head, to be kept elsewhere. A trail
// that was tampered with is an Internal error: nothing a person can put right.
func (c auditVerifyCmd) Run(ctx context.Context, a *app) error {
	known := make([]audit.Checkpoint, len(c.Checkpoint))
	for i, text := range c.Checkpoint {
		var err error
		if known[i], err = audit.ParseCheckpoint(text); err != nil {
			return audipy.Fail(audipy.Invalid, "this is not a checkpoint: "+err.Error(), nil).
				WithHint(`give the whole line that "audipy audit verify" printed, in quotes`)
		}
	}
	opened, user, err := a.database(ctx)
	if err != nil {
		return err
	}
	started := a.env.Now()
	head, err := opened.VerifyAudit(ctx, user, known...)
	if err != nil {
		return tampered(err)
	}
	type document struct {
		Records    int64            `json:"records"`
		Checkpoint audit.Checkpoint `json:"checkpoint"`
		Compared   int              `json:"compared_with"`
		At         time.Time        `json:"at"`
	}
	return a.out.result(document{head.Seq, head, len(known), started}, func() {
		a.out.line("%s", a.out.paint("32", "The trail is as it was written: "+thousands(int(head.Seq))+plural(int(head.Seq), " record.", " records.")))
		a.out.line("Keep this line where nobody who can write the database can; give it to --checkpoint next time:")
		a.out.line("%s", head)
	})
}

// tamperedError says that the trail is not as it was written.
type tamperedError struct{ broken *audit.BrokenError }

// tampered returns err, as a tamperedError when it is about a chain.
func tampered(err error) error {
	if broken, ok := errors.AsType[*audit.BrokenError](err); ok {
		return &tamperedError{broken}
	}
	return err
}

// Error names the first record that is wrong.
func (e *tamperedError) Error() string {
	return fmt.Sprintf("the audit trail was tampered with: record %d: %s", e.broken.Seq, e.broken.Reason)
}

// Unwrap returns the store's finding.
func (e *tamperedError) Unwrap() error { return e.broken }
