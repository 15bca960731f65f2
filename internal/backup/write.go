package backup

import (
	"bufio"
	"cmp"
	"compress/gzip"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"time"

	"filippo.io/age"

	"github.com/audipy/audipy/internal/audipy"
	"github.com/audipy/audipy/internal/store"
	"github.com/audipy/audipy/internal/vault"
)

// Source is what a backup is made of.
type Source struct {
	Store *store.Store
	// Key vouches for the backup. It is not in it.
	Key *vault.Key
	// Database is "sqlite" or "postgres", and Program this program's version.
	Database, Program string
	// Now is the time of the backup.
	Now time.Time
	// allowance is ratioAllowance when it is 0; tests set less.
	allowance int64
}

// Write writes a backup to w. Other processes may go on working with the
// database: the backup holds it as it was at one moment. What was written is
// good for nothing when there is an error.
func Write(ctx context.Context, w io.Writer, lock Lock, s Source) (Manifest, error) {
	sealed, err := age.Encrypt(w, lock.recipients...)
	if err != nil {
		return Manifest{}, fmt.Errorf("begin backup: %w", err)
	}
	packed := &countingWriter{to: sealed}
	zipped := gzip.NewWriter(packed)
	inside := &countingWriter{to: zipped}
	buffer := bufio.NewWriterSize(inside, 64<<10)
	m, err := writeLines(ctx, buffer, s)
	if err == nil {
		err = buffer.Flush()
	}
	if err = errors.Join(err, zipped.Close(), sealed.Close()); err != nil {
		return Manifest{}, err
	}
	if !fits(inside.written, packed.written, cmp.Or(s.allowance, ratioAllowance)) {
		return Manifest{}, audipy.Fail(audipy.Unavailable, fmt.Sprintf("the backup holds %d bytes in %d, which restoring would refuse", inside.written, packed.written), nil).
			WithHint("look for a person with a very large catalogue or shelf; on PostgreSQL use pg_dump meanwhile")
	}
	return m, nil
}

// countingWriter counts what is written through it.
type countingWriter struct {
	to      io.Writer
	written int64
}

func (c *countingWriter) Write(p []byte) (int, error) {
	n, err := c.to.Write(p)
	c.written += int64(n)
	return n, err
}

func writeLines(ctx context.Context, w io.Writer, s Source) (Manifest, error) {
	out := json.NewEncoder(w)
	head := Head{
		Form: form, Schema: store.Schema(), Program: s.Program, Database: s.Database, KeyID: s.Key.ID(),
		MadeAt: s.Now.UTC().Truncate(time.Second),
	}
	if err := out.Encode(head); err != nil {
		return Manifest{}, fmt.Errorf("write backup: %w", err)
	}
	l := newLines(w)
	for row, err := range s.Store.AllRows(ctx) {
		if err == nil {
			err = l.add(row)
		}
		if err != nil {
			return Manifest{}, fmt.Errorf("write backup: %w", err)
		}
	}
	m := l.manifest(head)
	digest, err := m.digest()
	if err != nil {
		return m, err
	}
	proof, err := s.Key.Vouch(proofPurpose, digest)
	if err != nil {
		return m, err
	}
	if err := out.Encode(lastLine{&m, proof}); err != nil {
		return m, fmt.Errorf("write backup: %w", err)
	}
	return m, nil
}
