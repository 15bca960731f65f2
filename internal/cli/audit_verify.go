package cli

import (
	"context"
	"encoding/hex"
	"errors"
	"fmt"
	"maps"
	"slices"
	"time"

	"github.com/audipy/audipy/internal/audipy"
	"github.com/audipy/audipy/internal/audit"
	"github.com/audipy/audipy/internal/store"
	"github.com/audipy/audipy/internal/vault"
)

// auditVerifyCmd checks the trail.
type auditVerifyCmd struct {
	Checkpoint  []string `placeholder:"TEXT" sep:"none" help:"A checkpoint noted earlier; may be given several times. Without one, records cut off at the end can't be seen."`
	Checkpoints []string `placeholder:"FILE" sep:"none" help:"A file with checkpoints: that of checkpoint_file, which is read anyway, or a log of the server; - for standard input."`
	All         bool     `help:"Everybody's trail and the server's own, for whoever runs the server."`
	Export      string   `placeholder:"FILE" type:"path" help:"Check a file of \"audit export\" in place of the database."`
}

// trail is a chain that was found good.
type trail struct {
	Name string           `json:"name"`
	Head audit.Checkpoint `json:"checkpoint"`
}

// Run verifies the chains and prints their heads, to be kept elsewhere. A trail
// that was tampered with is an Internal error: nothing a person can put right.
func (c auditVerifyCmd) Run(ctx context.Context, a *app) error {
	known, unknown, err := c.known(a)
	if err != nil {
		return err
	}
	started := a.env.Now()
	trails, err := c.verify(ctx, a, known)
	if err != nil {
		return tampered(err)
	}
	type document struct {
		Records    int64             `json:"records"`
		Checkpoint audit.Checkpoint  `json:"checkpoint"`
		Server     *audit.Checkpoint `json:"server_checkpoint,omitempty"`
		Trails     []trail           `json:"trails"`
		Compared   int               `json:"compared_with"`
		Unsigned   int               `json:"signatures_unchecked"`
		At         time.Time         `json:"at"`
	}
	d := document{Trails: trails, Unsigned: unknown, At: started}
	if len(trails) > 0 {
		d.Records, d.Checkpoint = trails[0].Head.Seq, trails[0].Head
	}
	for _, one := range trails {
		d.Compared += len(ofChain(known, one.Head.User))
		if one.Head.User == store.SystemChain {
			d.Server = &one.Head
		}
	}
	return a.out.result(d, func() { c.print(a, d.Trails, d.Compared, d.Unsigned) })
}

func (c auditVerifyCmd) print(a *app, trails []trail, compared, unknown int) {
	for _, one := range trails {
		records := thousands(int(one.Head.Seq)) + plural(int(one.Head.Seq), " record.", " records.")
		a.out.line("%s", a.out.paint("32", clean(one.Name)+" is as it was written: "+records))
	}
	if compared > 0 {
		a.out.line("Compared with %s.", counted(compared, "checkpoint", "checkpoints"))
	}
	if unknown > 0 {
		a.out.line("The signatures of %s could not be checked: their key is not here.", counted(unknown, "checkpoint", "checkpoints"))
	}
	if c.Export != "" {
		return
	}
	a.out.line("Keep what follows where nobody who can write the database can; give each line to --checkpoint next time:")
	for _, one := range trails {
		a.out.line("%s", one.Head)
	}
}

// known returns every checkpoint that the command was given, and how many of
// them are signed by a key that is not here.
func (c auditVerifyCmd) known(a *app) (known []audit.Checkpoint, unknown int, err error) {
	var signed []audit.Signed
	for _, text := range c.Checkpoint {
		if one, err := audit.ParseSigned(text); err == nil {
			signed = append(signed, one)
			continue
		}
		one, err := audit.ParseCheckpoint(text)
		if err != nil {
			return nil, 0, audipy.Fail(audipy.Invalid, "this is not a checkpoint: "+err.Error(), nil).
				WithHint(`give the whole line that "audipy audit verify" printed, in quotes`)
		}
		known = append(known, one)
	}
	for i, path := range append([]string{a.cfg.get("checkpoint_file")}, c.Checkpoints...) {
		if path == "" {
			continue
		}
		found, err := checkpointsIn(path, a.env.Stdin)
		if i == 0 && audipy.KindOf(err) == audipy.NotFound {
			continue // no hour has passed yet
		}
		if err != nil {
			return nil, 0, err
		}
		signed = append(signed, found...)
	}
	if len(signed) == 0 {
		return known, 0, nil
	}
	key, err := a.existingKey()
	if err != nil && !errors.Is(err, vault.ErrKeyMissing) {
		return nil, 0, err
	}
	if unknown, err = checkSignatures(key, signed); err != nil {
		return nil, 0, err
	}
	for _, one := range signed {
		known = append(known, one.Checkpoint)
	}
	return known, unknown, nil
}

// verify verifies what the command is about.
func (c auditVerifyCmd) verify(ctx context.Context, a *app, known []audit.Checkpoint) ([]trail, error) {
	switch {
	case c.Export != "":
		return verifyExport(c.Export, known)
	case c.All:
		opened, err := a.existingStore(ctx)
		if err != nil {
			return nil, err
		}
		return verifyEverybody(ctx, opened, known)
	}
	opened, user, err := a.database(ctx)
	if err != nil {
		return nil, err
	}
	head, err := opened.VerifyAudit(ctx, user, ofChain(known, user)...)
	if err != nil {
		return nil, err
	}
	return verifySystem(ctx, opened, known, []trail{{"The trail", head}})
}

// verifySystem adds the server's own chain, where there is one.
func verifySystem(ctx context.Context, s *store.Store, known []audit.Checkpoint, trails []trail) ([]trail, error) {
	head, err := s.VerifySystemAudit(ctx, ofChain(known, store.SystemChain)...)
	if err == nil && head.Seq > 0 {
		trails = append(trails, trail{"The server's own trail", head})
	}
	return trails, err
}

// verifyEverybody verifies all chains. One that a checkpoint knows must be
// there, unless the server's own trail says that its person was deleted.
func verifyEverybody(ctx context.Context, s *store.Store, known []audit.Checkpoint) ([]trail, error) {
	people, err := s.Users(ctx)
	if err != nil {
		return nil, err
	}
	var trails []trail
	there := map[audipy.UserID]bool{store.SystemChain: true}
	for _, one := range people {
		there[one.ID] = true
		head, err := s.VerifyAudit(ctx, one.ID, ofChain(known, one.ID)...)
		if err != nil {
			return nil, err
		}
		trails = append(trails, trail{"The trail of " + one.Email, head})
	}
	if trails, err = verifySystem(ctx, s, known, trails); err != nil {
		return nil, err
	}
	deleted, err := deletedChains(ctx, s)
	if err != nil {
		return nil, err
	}
	return trails, missingChain(known, there, deleted)
}

// missingChain is the error for a chain that a checkpoint knows, that is not
// there, and that no record of a deletion accounts for. Such a record has the
// end of the chain and nothing personal, so each accounts for one chain that is
// no longer than it says, and for that very one where the checkpoint is its end.
func missingChain(known []audit.Checkpoint, there map[audipy.UserID]bool, deleted []audit.Record) error {
	latest := map[audipy.UserID]audit.Checkpoint{}
	for _, c := range known {
		if c.Seq > latest[c.User].Seq && !there[c.User] {
			latest[c.User] = c
		}
	}
	gone := slices.SortedFunc(maps.Values(latest), func(a, b audit.Checkpoint) int { return int(b.Seq - a.Seq) })
	slices.SortFunc(deleted, func(a, b audit.Record) int { return a.Counts["records"] - b.Counts["records"] })
	for _, c := range gone {
		i := slices.IndexFunc(deleted, func(r audit.Record) bool {
			n := int64(r.Counts["records"])
			return n > c.Seq || n == c.Seq && r.Target == hex.EncodeToString(c.Hash)
		})
		if i < 0 {
			reason := fmt.Sprintf("is missing: the checkpoint saw record %d, and nothing says that the person was deleted", c.Seq)
			return &audit.BrokenError{User: c.User, Seq: 1, Reason: reason}
		}
		deleted = slices.Delete(deleted, i, i+1)
	}
	return nil
}

// deletedChains reads in the server's own chain which chains went with their
// people.
func deletedChains(ctx context.Context, s *store.Store) ([]audit.Record, error) {
	var deleted []audit.Record
	for after := int64(0); ; {
		page, err := s.SystemRecords(ctx, after, auditPage)
		if err != nil {
			return nil, err
		}
		for _, r := range page {
			if r.Action == audit.UserDeleted && r.Outcome == audit.Succeeded {
				deleted = append(deleted, r)
			}
		}
		if len(page) < auditPage {
			return deleted, nil
		}
		after = page[len(page)-1].Seq
	}
}

// ofChain picks the checkpoints of one chain.
func ofChain(known []audit.Checkpoint, user audipy.UserID) []audit.Checkpoint {
	var found []audit.Checkpoint
	for _, one := range known {
		if one.User == user {
			found = append(found, one)
		}
	}
	return found
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
