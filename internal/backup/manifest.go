package backup

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"hash"
	"io"
	"slices"
	"time"

	"github.com/audipy/audipy/internal/audipy"
	"github.com/audipy/audipy/internal/audit"
	"github.com/audipy/audipy/internal/store"
)

// form is the number of the file's form.
const form = 1

// systemHeads is the table with the end of the chain that is nobody's, and
// systemChain its name.
const (
	systemHeads = "system_audit_heads"
	systemChain = "system"
)

// proofPurpose is what the key vouches for.
const proofPurpose = "audipy/backup/1"

// Head says what a backup is; it comes first in the file.
type Head struct {
	Form int `json:"audipy_backup"`
	// Schema is that of the database, and Program the version that wrote it.
	Schema  int64  `json:"schema"`
	Program string `json:"program"`
	// Database is "sqlite" or "postgres": where the rows come from.
	Database string `json:"database"`
	// KeyID names the key that the credentials in it are sealed by.
	KeyID  string    `json:"key_id"`
	MadeAt time.Time `json:"made_at"`
}

// Manifest says what must be found in a backup; it comes last in the file.
type Manifest struct {
	Head
	Tables []Table `json:"tables"`
	// Rows is the SHA-256 of all lines between the first and the last.
	Rows string `json:"rows_sha256"`
	// Heads are the ends of all audit chains.
	Heads []audit.Checkpoint `json:"audit_heads"`
}

// Table is how many rows a table has; those without any are left out.
type Table struct {
	Name string `json:"name"`
	Rows int64  `json:"rows"`
}

// Count is the number of rows of all tables.
func (m Manifest) Count() int64 {
	var n int64
	for _, table := range m.Tables {
		n += table.Rows
	}
	return n
}

// digest is what the key vouches for.
func (m Manifest) digest() ([]byte, error) {
	text, err := json.Marshal(m)
	if err != nil {
		return nil, fmt.Errorf("encode manifest: %w", err)
	}
	sum := sha256.Sum256(text)
	return sum[:], nil
}

// The lines of a file but the first, which is a Head, and the rows, which are
// arrays.
type (
	tableLine struct {
		Table   string         `json:"table"`
		Columns []store.Column `json:"columns"`
	}
	lastLine struct {
		Manifest *Manifest `json:"manifest"`
		Proof    []byte    `json:"proof"`
	}
)

// lines writes rows as lines, and notes what the manifest says of them.
type lines struct {
	to     io.Writer
	sum    hash.Hash
	tables []Table
	heads  []audit.Checkpoint
}

func newLines(to io.Writer) *lines { return &lines{to: to, sum: sha256.New()} }

// add writes a row, and before the first of a table what the table is.
func (l *lines) add(row store.Row) error {
	if len(l.tables) == 0 || l.tables[len(l.tables)-1].Name != row.Table {
		l.tables = append(l.tables, Table{Name: row.Table})
		if err := l.write(tableLine{row.Table, row.Columns}); err != nil {
			return err
		}
	}
	l.tables[len(l.tables)-1].Rows++
	if row.Table == "audit_heads" || row.Table == systemHeads {
		if err := l.note(row); err != nil {
			return err
		}
	}
	return l.write(row.Values)
}

func (l *lines) write(value any) error {
	text, err := json.Marshal(value)
	if err != nil {
		return fmt.Errorf("encode row: %w", err)
	}
	text = append(text, '\n')
	_, _ = l.sum.Write(text) // a hash takes every byte
	_, err = l.to.Write(text)
	return err
}

// note keeps the end of an audit chain.
func (l *lines) note(row store.Row) error {
	var c audit.Checkpoint
	for i, column := range row.Columns {
		switch value := row.Values[i].(type) {
		case string:
			c.User = audipy.UserID(value)
		case int64:
			c.Seq = value
		case []byte:
			c.Hash = value
		case nil:
		default:
			return fmt.Errorf("audit head: column %s is a %T", column.Name, value)
		}
	}
	if c.Seq > 0 {
		l.heads = append(l.heads, c)
	}
	return nil
}

// manifest is what the lines so far amount to.
func (l *lines) manifest(head Head) Manifest {
	return Manifest{Head: head, Tables: l.tables, Rows: hex.EncodeToString(l.sum.Sum(nil)), Heads: l.heads}
}

// equal reports whether two manifests say the same.
func (m Manifest) equal(o Manifest) bool {
	return m.Head == o.Head && m.Rows == o.Rows && slices.Equal(m.Tables, o.Tables) &&
		slices.EqualFunc(m.Heads, o.Heads, func(a, b audit.Checkpoint) bool { return a.String() == b.String() })
}
