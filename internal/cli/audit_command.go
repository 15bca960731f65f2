package cli

import (
	"context"
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/audipy/audipy/internal/audit"
)

// auditCmd shows the trail of what happened to the person's data.
type auditCmd struct {
	List       auditListCmd       `cmd:"" default:"withargs" help:"Show what happened to your data, the newest last."`
	Verify     auditVerifyCmd     `cmd:"" help:"Check that nobody changed the trail."`
	Export     auditExportCmd     `cmd:"" help:"Write the trail to a file that shows by itself whether it is whole."`
	Checkpoint auditCheckpointCmd `cmd:"" help:"Note the ends of all trails, signed, to be kept elsewhere."`
}

// auditListCmd shows the trail.
type auditListCmd struct {
	Limit listLimit `short:"n" default:"50" help:"How many of the newest to show; 0 for all."`
}

// auditPage is how many records are read at once.
const auditPage = 1000

// Run prints the newest records.
func (c auditListCmd) Run(ctx context.Context, a *app) error {
	d, err := a.data(ctx)
	if err != nil {
		return err
	}
	records, total, err := d.auditTail(ctx, int(c.Limit))
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

// auditCheckpointCmd notes the ends of all chains.
type auditCheckpointCmd struct {
	Output string `short:"o" placeholder:"FILE" type:"path" help:"The file to add them to, best on another disk or computer; without it they are printed."`
}

// Run signs the ends of all chains.
func (c auditCheckpointCmd) Run(ctx context.Context, a *app) error {
	opened, err := a.existingStore(ctx)
	if err != nil {
		return err
	}
	key, err := a.existingKey()
	if err != nil {
		return err
	}
	heads, err := chainHeads(ctx, opened)
	if err != nil {
		return err
	}
	signed := make([]audit.Signed, len(heads))
	for i, head := range heads {
		if signed[i], err = signCheckpoint(key, head, a.env.Now()); err != nil {
			return err
		}
	}
	if err := appendCheckpoints(c.Output, signed); err != nil {
		return err
	}
	return a.out.result(map[string]any{"checkpoints": signed, "file": c.Output}, func() {
		if c.Output != "" {
			a.out.line("added %s to %s", counted(len(signed), "checkpoint", "checkpoints"), clean(c.Output))
			return
		}
		for _, one := range signed {
			a.out.line("%s", one)
		}
	})
}
