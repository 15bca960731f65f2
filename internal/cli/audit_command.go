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
	"github.com/audipy/audipy/internal/store"
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
	started := a.env.Now()
	own, server, err := a.verifyTrails(ctx, known)
	if err != nil {
		return tampered(err)
	}
	type document struct {
		Records    int64             `json:"records"`
		Checkpoint audit.Checkpoint  `json:"checkpoint"`
		Server     *audit.Checkpoint `json:"server_checkpoint,omitempty"`
		Compared   int               `json:"compared_with"`
		At         time.Time         `json:"at"`
	}
	heads := []audit.Checkpoint{own}
	if server != nil {
		heads = append(heads, *server)
	}
	return a.out.result(document{own.Seq, own, server, len(known), started}, func() {
		for i, head := range heads {
			name := []string{"The trail", "The server's own trail"}[i]
			a.out.line("%s", a.out.paint("32", name+" is as it was written: "+thousands(int(head.Seq))+plural(int(head.Seq), " record.", " records.")))
		}
		a.out.line("Keep what follows where nobody who can write the database can; give each line to --checkpoint next time:")
		for _, head := range heads {
			a.out.line("%s", head)
		}
	})
}

// verifyTrails verifies the person's chain, and that of the server where there
// is one, each against the checkpoints of it that are known.
func (a *app) verifyTrails(ctx context.Context, known []audit.Checkpoint) (own audit.Checkpoint, server *audit.Checkpoint, err error) {
	opened, user, err := a.database(ctx)
	if err != nil {
		return own, nil, err
	}
	var ofPerson, ofServer []audit.Checkpoint
	for _, one := range known {
		if one.User == store.SystemChain {
			ofServer = append(ofServer, one)
		} else {
			ofPerson = append(ofPerson, one)
		}
	}
	if own, err = opened.VerifyAudit(ctx, user, ofPerson...); err != nil {
		return own, nil, err
	}
	head, err := opened.VerifySystemAudit(ctx, ofServer...)
	if err != nil || head.Seq == 0 {
		return own, nil, err
	}
	return own, &head, nil
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
	if e.broken.User == store.SystemChain {
		return fmt.Sprintf("the server's audit trail was tampered with: record %d: %s", e.broken.Seq, e.broken.Reason)
	}
	return fmt.Sprintf("the audit trail was tampered with: record %d: %s", e.broken.Seq, e.broken.Reason)
}

// Unwrap returns the store's finding.
func (e *tamperedError) Unwrap() error { return e.broken }
