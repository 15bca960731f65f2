package cli

import (
	"bufio"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"os"

	"github.com/audipy/audipy/internal/audipy"
	"github.com/audipy/audipy/internal/audit"
	"github.com/audipy/audipy/internal/store"
)

// auditExportCmd writes the trail to a file.
type auditExportCmd struct {
	Output string `short:"o" required:"" placeholder:"FILE" type:"path" help:"The file to write: one JSON value a line, the records and after each trail its signed checkpoint."`
	All    bool   `help:"Everybody's trail and the server's own, for whoever runs the server."`
	Force  bool   `help:"Replace the file if it exists."`
}

// exportedLine is a line of an export: a record, or the end of a trail.
type exportedLine struct {
	Record     *audit.Record `json:"record,omitempty"`
	Checkpoint *audit.Signed `json:"checkpoint,omitempty"`
}

// Run writes the export, and records that it was made.
func (c auditExportCmd) Run(ctx context.Context, a *app) error {
	chains, opened, err := c.chains(ctx, a)
	if err != nil {
		return err
	}
	file, err := createOutFile(c.Output, c.Force)
	if err != nil {
		return err
	}
	defer file.abandon()
	total := 0
	for _, user := range chains {
		n, err := a.exportChain(ctx, opened, user, file)
		if err != nil {
			return err
		}
		total += n
	}
	if err := file.commit(); err != nil {
		return err
	}
	e := audit.Event{Action: audit.AuditExported, Outcome: audit.Succeeded, Counts: map[string]int{"records": total}}
	if c.All {
		err = opened.RecordSystem(ctx, e)
	} else {
		err = opened.Record(ctx, chains[0], e)
	}
	if err != nil {
		return err
	}
	return a.out.result(map[string]any{"file": c.Output, "records": total, "trails": len(chains)}, func() {
		a.out.line("wrote %s: %s of %s", clean(c.Output), counted(total, "record", "records"), counted(len(chains), "trail", "trails"))
		a.out.line("  to check it, here or elsewhere: audipy audit verify --export %s", clean(c.Output))
	})
}

// chains says whose chains are written.
func (c auditExportCmd) chains(ctx context.Context, a *app) ([]audipy.UserID, *store.Store, error) {
	if !c.All {
		opened, user, err := a.database(ctx)
		return []audipy.UserID{user}, opened, err
	}
	opened, err := a.existingStore(ctx)
	if err != nil {
		return nil, nil, err
	}
	heads, err := chainHeads(ctx, opened)
	chains := make([]audipy.UserID, len(heads))
	for i, head := range heads {
		chains[i] = head.User
	}
	return chains, opened, err
}

// exportChain writes the records of a chain, verified on the way, and its end.
func (a *app) exportChain(ctx context.Context, s *store.Store, user audipy.UserID, w io.Writer) (int, error) {
	out, v := json.NewEncoder(w), audit.NewVerifier(user)
	for after := int64(0); ; {
		page, err := s.AuditRecords(ctx, user, after, auditPage)
		if user == store.SystemChain {
			page, err = s.SystemRecords(ctx, after, auditPage)
		}
		if err != nil {
			return 0, err
		}
		for i := range page {
			if err := v.Add(page[i]); err != nil {
				return 0, tampered(err)
			}
			if err := out.Encode(exportedLine{Record: &page[i]}); err != nil {
				return 0, fmt.Errorf("write audit trail: %w", err)
			}
		}
		if len(page) < auditPage {
			break
		}
		after = page[len(page)-1].Seq
	}
	key, err := a.existingKey()
	if err != nil {
		return 0, err
	}
	signed, err := signCheckpoint(key, v.Head(), a.env.Now())
	if err != nil {
		return 0, err
	}
	return int(v.Head().Seq), out.Encode(exportedLine{Checkpoint: &signed})
}

// verifyExport verifies the chains of an export: each against its own end, and
// against the checkpoints that are known. Whose signature an end bears is for
// those who keep the checkpoint apart.
func verifyExport(path string, known []audit.Checkpoint) ([]trail, error) {
	file, err := os.Open(path)
	if err != nil {
		return nil, audipy.Fail(audipy.NotFound, fmt.Sprintf("the export %q can't be read", path), err)
	}
	defer func() { _ = file.Close() }() // it was only read
	lines := bufio.NewScanner(file)
	lines.Buffer(nil, 1<<20)
	var trails []trail
	var v *audit.Verifier
	for lines.Scan() {
		var line exportedLine
		if err := json.Unmarshal(lines.Bytes(), &line); err != nil || (line.Record == nil) == (line.Checkpoint == nil) {
			return nil, notExported(path, err)
		}
		if v == nil {
			user := audipy.UserID("")
			if line.Record != nil {
				user = line.Record.User
			} else {
				user = line.Checkpoint.User
			}
			v = audit.NewVerifier(user, ofChain(known, user)...)
		}
		if line.Record != nil {
			if err := v.Add(*line.Record); err != nil {
				return nil, err
			}
			continue
		}
		head := v.Head()
		if err := v.Close(); err != nil {
			return nil, err
		}
		if head.String() != line.Checkpoint.Checkpoint.String() {
			return nil, &audit.BrokenError{User: head.User, Seq: head.Seq + 1, Reason: "is not the end that the export names"}
		}
		trails, v = append(trails, trail{"The trail of " + string(head.User), head}), nil
	}
	if err := lines.Err(); err != nil || v != nil {
		return nil, notExported(path, err)
	}
	return trails, nil
}

func notExported(path string, err error) error {
	return audipy.Fail(audipy.Invalid, fmt.Sprintf("%q is not an exported audit trail, or it was cut off", path), err).
		WithHint(`name a file that "audipy audit export" wrote`)
}
