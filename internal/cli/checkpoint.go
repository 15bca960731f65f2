package cli

import (
	"bytes"
	"context"
	"crypto/ed25519"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"time"

	"github.com/audipy/audipy/internal/audipy"
	"github.com/audipy/audipy/internal/audit"
	"github.com/audipy/audipy/internal/store"
	"github.com/audipy/audipy/internal/vault"
)

const (
	// checkpointEvery is how often the ends of all audit chains are noted.
	checkpointEvery = time.Hour
	// checkpointPurpose is what the signing key is derived for.
	checkpointPurpose = "audipy/checkpoint-key/1"
)

// checkpointer notes the ends of audit chains where a writer of the database
// can't: in a file and in the log.
type checkpointer struct {
	store *store.Store
	key   *vault.Key
	file  string // "" for none
	now   func() time.Time
	log   *slog.Logger

	mu    sync.Mutex
	noted map[audipy.UserID]audit.Checkpoint // nil until the file was read
}

// checkpointer returns the one that the settings ask for.
func (a *app) checkpointer(e engine) *checkpointer {
	return &checkpointer{store: e.store, key: e.key, file: a.cfg.get("checkpoint_file"), now: a.env.Now, log: a.log}
}

// note writes a checkpoint of each chain that has changed since the last one, and
// returns them. One that is no longer than it was, and different, was restored from
// a backup or tampered with, which the log says as an error; what was rewritten and
// has grown beyond the last checkpoint is found by "audipy audit verify" alone.
func (c *checkpointer) note(ctx context.Context) ([]audit.Signed, error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if err := c.recall(ctx); err != nil {
		return nil, err
	}
	heads, err := chainHeads(ctx, c.store)
	if err != nil {
		return nil, err
	}
	var signed []audit.Signed
	for _, head := range heads {
		before := c.noted[head.User]
		if head.Seq == before.Seq && bytes.Equal(head.Hash, before.Hash) {
			continue
		}
		if head.Seq <= before.Seq {
			c.log.LogAttrs(ctx, slog.LevelError, "an audit trail is not what it was: a backup was restored, or somebody changed it",
				slog.String("trail", string(head.User)), slog.Int64("records", head.Seq), slog.Int64("noted", before.Seq))
		}
		one, err := signCheckpoint(c.key, head, c.now())
		if err != nil {
			return nil, err
		}
		signed = append(signed, one)
	}
	if err := appendCheckpoints(c.file, signed); err != nil {
		return nil, err
	}
	for _, one := range signed {
		c.noted[one.User] = one.Checkpoint
		c.log.LogAttrs(ctx, slog.LevelInfo, "audit checkpoint", slog.String("checkpoint", one.String()))
	}
	return signed, nil
}

// recall reads the file, once. It passes over a checkpoint whose signature is not
// that of the key it names, where that key is here.
func (c *checkpointer) recall(ctx context.Context) error {
	if c.noted != nil {
		return nil
	}
	noted := map[audipy.UserID]audit.Checkpoint{}
	if c.file != "" {
		found, err := checkpointsIn(c.file, nil)
		if err != nil && audipy.KindOf(err) != audipy.NotFound {
			return err
		}
		for _, one := range found {
			if _, err := checkSignatures(c.key, []audit.Signed{one}); err != nil {
				c.log.LogAttrs(ctx, slog.LevelError, "a checkpoint in the file is not believed", slog.Any("error", err))
				continue
			}
			noted[one.User] = one.Checkpoint // the last one: of a trail that became shorter too
		}
	}
	c.noted = noted
	return nil
}

// chainHeads returns the ends of everybody's chain, and of the server's own if it
// has a record.
func chainHeads(ctx context.Context, s *store.Store) ([]audit.Checkpoint, error) {
	people, err := s.Users(ctx)
	if err != nil {
		return nil, err
	}
	var heads []audit.Checkpoint
	for _, one := range people {
		head, err := s.AuditHead(ctx, one.ID)
		if audipy.KindOf(err) == audipy.NotFound {
			continue // deleted in this moment
		}
		if err != nil {
			return nil, err
		}
		heads = append(heads, head)
	}
	head, err := s.SystemAuditHead(ctx)
	if err == nil && head.Seq > 0 {
		heads = append(heads, head)
	}
	return heads, err
}

// signCheckpoint signs with a key that is derived from the current one.
func signCheckpoint(key *vault.Key, c audit.Checkpoint, at time.Time) (audit.Signed, error) {
	current, err := key.Of(key.ID())
	if err != nil {
		return audit.Signed{}, err
	}
	private, err := signingKey(current)
	if err != nil {
		return audit.Signed{}, err
	}
	defer clear(private)
	return c.Sign(at, current.ID(), private), nil
}

func signingKey(key *vault.Key) (ed25519.PrivateKey, error) {
	seed, err := key.Derive(checkpointPurpose)
	if err != nil {
		return nil, err
	}
	defer clear(seed)
	return ed25519.NewKeyFromSeed(seed), nil
}

// checkSignatures refuses a checkpoint whose signature is not that of the key
// that it names, and counts those whose key is not here. A nil key is none.
func checkSignatures(key *vault.Key, signed []audit.Signed) (unknown int, err error) {
	known := map[string]ed25519.PublicKey{}
	for _, one := range signed {
		public, seen := known[one.KeyID]
		if !seen {
			if public, err = publicKey(key, one.KeyID); err != nil {
				return 0, err
			}
			known[one.KeyID] = public
		}
		if public == nil {
			unknown++
		} else if !one.SignedBy(public) {
			return 0, audipy.Fail(audipy.Invalid, fmt.Sprintf("this checkpoint was not signed by key %s: %s", one.KeyID, one), nil).
				WithHint("somebody changed or made it up; look where it was kept, and compare with another copy")
		}
	}
	return unknown, nil
}

// publicKey returns what checks the signatures of a key, or nil when that key is
// not here.
func publicKey(key *vault.Key, id string) (ed25519.PublicKey, error) {
	if key == nil {
		return nil, nil
	}
	of, err := key.Of(id)
	if errors.Is(err, vault.ErrWrongKey) {
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	private, err := signingKey(of)
	if err != nil {
		return nil, err
	}
	defer clear(private)
	public, _ := private.Public().(ed25519.PublicKey) // is always one
	return public, nil
}

// checkpointsIn reads the signed checkpoints of a file, "-" for standard input.
// A file that is not there is NotFound.
func checkpointsIn(path string, stdin io.Reader) ([]audit.Signed, error) {
	from := stdin
	if path != "-" {
		file, err := os.Open(path)
		if err != nil {
			return nil, audipy.Fail(audipy.NotFound, fmt.Sprintf("the checkpoints in %q can't be read", path), err).
				WithHint("name a file to which checkpoints were written, or a log of the server")
		}
		defer func() { _ = file.Close() }() // it was only read
		from = file
	}
	found, err := audit.FindSigned(from)
	if err != nil {
		return nil, audipy.Fail(audipy.Invalid, fmt.Sprintf("the checkpoints in %q can't be read", path), err)
	}
	return found, nil
}

// appendCheckpoints adds lines to a file, durably. No path is no file.
func appendCheckpoints(path string, signed []audit.Signed) error {
	if path == "" || len(signed) == 0 {
		return nil
	}
	var text strings.Builder
	for _, one := range signed {
		text.WriteString(one.String() + "\n")
	}
	file, err := os.OpenFile(filepath.Clean(path), os.O_CREATE|os.O_APPEND|os.O_WRONLY, 0o600)
	if err != nil {
		return cannotWrite(path, err)
	}
	_, err = file.WriteString(text.String())
	if err = errors.Join(err, file.Sync(), file.Close()); err != nil {
		return cannotWrite(path, err)
	}
	return nil
}
