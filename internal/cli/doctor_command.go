package cli

import (
	"context"

	"github.com/audipy/audipy/internal/audipy"
	"github.com/audipy/audipy/internal/rotation"
	"github.com/audipy/audipy/internal/store"
	"github.com/audipy/audipy/internal/vault"
)

// doctorCmd looks at everything that a server needs.
type doctorCmd struct {
	Offline bool `help:"Ask nothing of the network: neither Amazon nor the mail server."`
}

// health is how one thing is.
type health string

// The states of things.
const (
	healthy health = "ok"
	wanting health = "warning" // it works, and something better is known
	broken  health = "broken"
)

// finding says how one thing is, and what to do about it.
type finding struct {
	Check string `json:"check"`
	State health `json:"state"`
	Says  string `json:"says"`
	Do    string `json:"do,omitempty"`
}

// fine, worth and bad are findings in each state.
func fine(check, says string) finding { return finding{check, healthy, says, ""} }

func worth(check, says, do string) finding { return finding{check, wanting, says, do} }

func bad(check, says, do string) finding { return finding{check, broken, says, do} }

// failed is the finding that an error is.
func failed(check string, err error) finding {
	says, do := describe(err)
	return finding{check, broken, says, do}
}

// patient is what a doctor looks at. What could not be opened is nil.
type patient struct {
	*app
	store *store.Store
	key   *vault.Key
}

// Run looks, prints a line for each thing, and ends with 0 unless something is
// broken.
func (c doctorCmd) Run(ctx context.Context, a *app) error {
	p := &patient{app: a}
	all := p.locally(ctx)
	if !c.Offline {
		all = append(all, p.afar(ctx)...)
	}
	count := map[health]int{}
	for _, one := range all {
		count[one.State]++
	}
	err := a.out.result(map[string]any{"findings": all, "broken": count[broken], "warnings": count[wanting]}, func() {
		for _, one := range all {
			a.printFinding(one)
		}
	})
	if err == nil && count[broken] > 0 {
		err = audipy.Fail(audipy.ActionRequired, counted(count[broken], "thing is broken", "things are broken"), nil).
			WithHint("each line above says what to do")
	}
	return err
}

func (a *app) printFinding(f finding) {
	mark, colour := map[health]string{healthy: "ok", wanting: "??", broken: "!!"}[f.State],
		map[health]string{healthy: "32", wanting: "33", broken: "31"}[f.State]
	a.out.line("%s  %-12s %s", a.out.paint(colour, mark), f.Check, clean(f.Says))
	if f.Do != "" {
		a.out.line("    %-12s %s", "", a.out.dim("→ "+clean(f.Do)))
	}
}

// locally looks at what is on this computer.
func (p *patient) locally(ctx context.Context) []finding {
	all := []finding{p.files()}
	all = append(all, p.database(ctx), p.keys(ctx), p.trails(ctx))
	return append(all, p.address(), p.backedUp(ctx))
}

// database opens the database and looks for damage.
func (p *patient) database(ctx context.Context) finding {
	opened, err := p.existingStore(ctx)
	if err == nil {
		p.store = opened
		err = opened.CheckIntegrity(ctx)
	}
	if err != nil {
		return failed("database", err)
	}
	bypasses, err := opened.BypassesRowSecurity(ctx)
	if err != nil {
		return failed("database", err)
	}
	if bypasses {
		return worth("database", bypassed, "serve with a role of its own: docs/operate.md, PostgreSQL")
	}
	return fine("database", p.databaseKind()+", whole and up to date")
}

// keys looks at the key, and whether it opens what is sealed.
func (p *patient) keys(ctx context.Context) finding {
	if p.store == nil {
		return worth("key", "not looked at: there is no database that it could open", "see the line above")
	}
	has, err := rotation.HasSealed(ctx, p.store)
	if err == nil && !has {
		return fine("key", "nothing is sealed yet")
	}
	if err == nil {
		p.key, err = p.existingKey()
	}
	if err == nil {
		err = rotation.Check(ctx, p.store, p.key)
	}
	if err != nil {
		return failed("key", err)
	}
	d, err := keysState(ctx, p.store, p.key)
	switch {
	case err != nil:
		return failed("key", err)
	case d.Left > 0:
		return worth("key", "a rotation was broken off: an earlier key still seals "+thousands(d.Left), `run "audipy keys rotate"`)
	case d.RenewBy != nil && p.env.Now().After(*d.RenewBy):
		return worth("key", "key "+d.Key+" is older than a year", `run "audipy keys rotate"`)
	}
	return fine("key", "key "+d.Key+" in "+d.Source+" opens everything")
}

// trails verifies everybody's audit trail.
func (p *patient) trails(ctx context.Context) finding {
	const check = "audit"
	if p.store == nil {
		return worth(check, "not looked at: there is no database", "see the line above")
	}
	known, _, err := auditVerifyCmd{}.known(p.app)
	var trails []trail
	if err == nil {
		trails, err = verifyEverybody(ctx, p.store, known)
	}
	if err != nil {
		return failed(check, tampered(err))
	}
	says := counted(len(trails), "trail is", "trails are") + " as written"
	if p.cfg.get("checkpoint_file") == "" {
		return worth(check, says+"; checkpoints are in the log alone", "set checkpoint_file to a file on another disk")
	}
	return fine(check, says+", compared with "+counted(len(known), "checkpoint", "checkpoints"))
}
