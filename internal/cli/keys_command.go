package cli

import (
	"context"
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"github.com/audipy/audipy/internal/audipy"
	"github.com/audipy/audipy/internal/rotation"
	"github.com/audipy/audipy/internal/store"
	"github.com/audipy/audipy/internal/vault"
)

// keysCmd looks after the key and everything that it seals. Whoever can run it
// can read the key anyway.
type keysCmd struct {
	Status    keysStatusCmd `cmd:"" help:"Say which key there is, where, and what it seals."`
	Rotate    keysRotateCmd `cmd:"" help:"Make a new key and seal everything anew, while servers run; run it again if it was broken off."`
	Move      keysMoveCmd   `cmd:"" help:"Copy the key to another file or into the keyring."`
	Kit       keysKitCmd    `cmd:"" help:"Show the key, to be kept on paper."`
	RevokeAll keysRevokeCmd `cmd:"" help:"After a theft: sign every device out at Amazon, end every session, make every key new."`
}

// yearly is how old a keyset may be before its key should be made new.
const yearly = 365 * 24 * time.Hour

// keyOptions say where the settings look for the key.
func (a *app) keyOptions(mustExist bool) vault.KeyOptions {
	return vault.KeyOptions{
		File: a.cfg.get("key_file"), ConfigDir: filepath.Dir(a.cfg.file), DataDir: a.cfg.get("home"),
		NoKeyring: a.env.NoKeyring || a.cfg.get("keyring") == "off", MustExist: mustExist, Transit: a.transit(),
	}
}

// transit is the server that encrypts the key, or nil. An agent may write the
// token's file anew at any time.
func (a *app) transit() *vault.Transit {
	if a.cfg.get("transit_address") == "" {
		return nil
	}
	return &vault.Transit{
		Address: a.cfg.get("transit_address"), Mount: a.cfg.get("transit_mount"), Key: a.cfg.get("transit_key"),
		Namespace: a.cfg.get("transit_namespace"),
		Token: func() (string, error) {
			file := a.env.Getenv(envName("transit_token") + "_FILE")
			if file == "" {
				return a.cfg.get("transit_token"), nil
			}
			text, err := os.ReadFile(file)
			if err != nil {
				return "", audipy.Fail(audipy.Unavailable, fmt.Sprintf("the token file %q can't be read", file), err).
					WithHint("see that OpenBao's agent writes it, and that AudiPy may read it")
			}
			return strings.TrimSpace(string(text)), nil
		},
	}
}

// existingKey opens the key, which must be there: a new one would open nothing.
func (a *app) existingKey() (*vault.Key, error) { return vault.OpenKey(a.keyOptions(true)) }

// sealed opens an existing database and its key.
func (a *app) sealed(ctx context.Context) (*store.Store, *vault.Key, error) {
	opened, err := a.existingStore(ctx)
	if err != nil {
		return nil, nil, err
	}
	key, err := a.existingKey()
	return opened, key, err
}

// keysStatusCmd shows what is sealed by which key.
type keysStatusCmd struct{}

// keysDocument is the state of the keys as JSON.
type keysDocument struct {
	Key       string         `json:"key"`
	Source    string         `json:"source"`
	Sealed    map[string]int `json:"sealed_by_key"`
	Left      int            `json:"sealed_by_earlier_keys"`
	Earlier   []string       `json:"earlier_keys"`
	RenewedAt *time.Time     `json:"renewed_at,omitempty"`
	RenewBy   *time.Time     `json:"renew_by,omitempty"`
}

// keysState looks at the keys.
func keysState(ctx context.Context, s *store.Store, key *vault.Key) (keysDocument, error) {
	status, err := rotation.Look(ctx, s, key)
	if err != nil {
		return keysDocument{}, err
	}
	earlier, err := key.Earlier()
	d := keysDocument{Key: status.Current, Source: key.Source(), Sealed: status.Sealed, Left: status.Left(), Earlier: earlier}
	if !status.Oldest.IsZero() {
		by := status.Oldest.Add(yearly)
		d.RenewedAt, d.RenewBy = &status.Oldest, &by
	}
	return d, err
}

// Run prints the state.
func (keysStatusCmd) Run(ctx context.Context, a *app) error {
	opened, key, err := a.sealed(ctx)
	if err != nil {
		return err
	}
	d, err := keysState(ctx, opened, key)
	if err != nil {
		return err
	}
	return a.out.result(d, func() { a.printKeys(d) })
}

func (a *app) printKeys(d keysDocument) {
	a.out.line("key %s, in %s", d.Key, clean(d.Source))
	a.out.line("  seals: %s", counted(d.Sealed[d.Key], "keyset or root secret", "keysets and root secrets"))
	for _, id := range slices.Sorted(maps.Keys(d.Sealed)) {
		if id != d.Key {
			a.out.line("  key %s still seals: %s; \"audipy keys rotate\" brings them over", id, thousands(d.Sealed[id]))
		}
	}
	for _, id := range d.Earlier {
		if d.Sealed[id] == 0 {
			a.out.line("  key %s is kept beside it and seals nothing here; only backups from its time need it", id)
		}
	}
	if d.RenewedAt == nil {
		return
	}
	word := "to be made new by"
	if a.env.Now().After(*d.RenewBy) {
		word = "should have been made new by"
	}
	a.out.line("  the oldest keyset is of %s, %s %s", day(*d.RenewedAt), word, day(*d.RenewBy))
}

// keysRotateCmd makes a new key.
type keysRotateCmd struct{}

// Run rotates, or goes on with a rotation that was broken off.
func (keysRotateCmd) Run(ctx context.Context, a *app) error {
	opened, key, err := a.sealed(ctx)
	if err != nil {
		return err
	}
	before := key.ID()
	brought, err := rotation.Rotate(ctx, opened, key)
	if err != nil {
		return err
	}
	d, err := keysState(ctx, opened, key)
	if err != nil {
		return err
	}
	type document struct {
		keysDocument
		Before string `json:"key_before"`
		Anew   int    `json:"sealed_anew"`
	}
	return a.out.result(document{d, before, brought}, func() {
		a.out.line("sealed anew: %s", counted(brought, "keyset or root secret", "keysets and root secrets"))
		a.printKeys(d)
		a.out.line("Keep a copy of the new key elsewhere: \"audipy keys kit\" shows it. Backups from before need key %s.", before)
	})
}

// keysMoveCmd copies the key elsewhere.
type keysMoveCmd struct {
	To    string `arg:"" placeholder:"PLACE" help:"A file, or the word keyring."`
	Plain bool   `help:"Leave it bare there although transit_address names a server that encrypts it."`
}

// Run copies the key and says what to set.
func (c keysMoveCmd) Run(ctx context.Context, a *app) error {
	opened, key, err := a.sealed(ctx)
	if err != nil {
		return err
	}
	status, err := rotation.Look(ctx, opened, key)
	if err != nil {
		return err
	}
	target := vault.Target{File: c.To, Plain: c.Plain}
	if c.To == "keyring" {
		target.File = ""
	}
	moved, err := vault.MoveKey(a.keyOptions(true), target, slices.Sorted(maps.Keys(status.Sealed)))
	if err != nil {
		return err
	}
	if err := rotation.Check(ctx, opened, moved); err != nil {
		return fmt.Errorf("check the key at its new place: %w", err)
	}
	type document struct {
		Key  string `json:"key"`
		From string `json:"from"`
		To   string `json:"to"`
	}
	return a.out.result(document{moved.ID(), key.Source(), moved.Source()}, func() {
		a.out.line("key %s is in %s too, and opens everything", moved.ID(), clean(moved.Source()))
		if target.File != "" {
			a.out.line("  set AUDIPY_KEY_FILE (key_file) to it, and start every server anew")
		} else {
			a.out.line("  take AUDIPY_KEY_FILE (key_file) away, and the file \"key\" beside the configuration")
		}
		a.out.line("  when \"audipy keys status\" names the new place, delete the key in %s", clean(key.Source()))
	})
}
