package backup

import (
	"bufio"
	"bytes"
	"cmp"
	"compress/gzip"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"iter"

	"github.com/audipy/audipy/internal/audipy"
	"github.com/audipy/audipy/internal/store"
)

// Bounds of what is read, for a file that somebody else may have made.
const (
	// maxLine is the longest line, in bytes: one row.
	maxLine = 16 << 20
	// maxInside is the size of everything inside, in bytes.
	maxInside = 64 << 30
	// maxRatio is how many times larger the inside may be than the file beyond
	// ratioAllowance. Rows shrink to a tenth or so, but what a shelf says may be
	// one letter over and over, some 100 MiB for one person: the allowance is room
	// for about forty such people. Write refuses what would be beyond it.
	maxRatio       = 100
	ratioAllowance = 4 << 30
)

// fits reports whether what is inside may be so large, for a packed size.
func fits(inside, packed, allowance int64) bool {
	return inside <= maxInside && inside <= allowance+maxRatio*packed
}

// reader reads a backup, once.
type reader struct {
	head  Head
	lines *bufio.Reader
	// manifest and proof are set when rows has come to a good end.
	manifest *Manifest
	proof    []byte
}

// newReader opens a backup and reads its first line.
func (r Restoring) newReader() (*reader, error) {
	inside, err := r.By.open(r.File)
	if err != nil {
		return nil, err
	}
	packed := &countingReader{from: inside}
	zipped, err := gzip.NewReader(bufio.NewReader(packed))
	if err != nil {
		return nil, damaged(err)
	}
	zipped.Multistream(false)
	limit := &bounded{from: zipped, packed: packed, allowance: cmp.Or(r.allowance, ratioAllowance)}
	in := &reader{lines: bufio.NewReaderSize(limit, 64<<10)}
	line, err := in.line()
	if err != nil {
		return nil, damaged(err)
	}
	if err := json.Unmarshal(line, &in.head); err != nil || in.head.Form < 1 {
		return nil, damaged(err)
	}
	if in.head.Form > form || in.head.Schema > store.Schema() {
		msg := fmt.Sprintf("the backup was written by a newer AudiPy (%s, schema %d)", in.head.Program, in.head.Schema)
		return nil, audipy.Fail(audipy.Conflict, msg, nil).WithHint("restore it with that version or a newer one")
	}
	return in, nil
}

// line returns the next line without its end. It is good until the next call.
func (r *reader) line() ([]byte, error) {
	line, err := r.lines.ReadSlice('\n')
	if errors.Is(err, bufio.ErrBufferFull) {
		long := bytes.Clone(line)
		for errors.Is(err, bufio.ErrBufferFull) && len(long) <= maxLine {
			line, err = r.lines.ReadSlice('\n')
			long = append(long, line...)
		}
		line = long
	}
	if len(line) > maxLine {
		return nil, errors.New("a line is too long")
	}
	if err != nil {
		return nil, err
	}
	return line[:len(line)-1], nil
}

// rows gives every row, and at the end compares them with the manifest. After
// an error there is nothing more.
func (r *reader) rows() iter.Seq2[store.Row, error] {
	return func(yield func(store.Row, error) bool) {
		seen := newLines(io.Discard)
		var table tableLine
		for {
			line, err := r.line()
			if err != nil {
				yield(store.Row{}, damaged(err))
				return
			}
			if line = bytes.TrimSpace(line); len(line) > 0 && line[0] == '{' {
				table = tableLine{}
				ended, err := r.object(line, &table, seen)
				if err != nil {
					yield(store.Row{}, err)
				}
				if err != nil || ended {
					return
				}
				continue
			}
			row, err := table.row(line)
			if err == nil {
				err = seen.add(row)
			}
			if err != nil {
				yield(store.Row{}, damaged(err))
				return
			}
			if !yield(row, nil) {
				return
			}
		}
	}
}

// object reads a line that is no row: the beginning of a table, or the end.
func (r *reader) object(line []byte, table *tableLine, seen *lines) (ended bool, err error) {
	var last lastLine
	if err := errors.Join(json.Unmarshal(line, table), json.Unmarshal(line, &last)); err != nil {
		return false, damaged(err)
	}
	if last.Manifest == nil {
		return false, nil
	}
	if _, err := r.lines.ReadByte(); !errors.Is(err, io.EOF) {
		return false, damaged(fmt.Errorf("behind the end: %w", err))
	}
	if !last.Manifest.equal(seen.manifest(r.head)) {
		return false, damaged(errors.New("the rows are not those of the manifest"))
	}
	r.manifest, r.proof = last.Manifest, last.Proof
	return true, nil
}

// row reads the line of a row.
func (t tableLine) row(line []byte) (store.Row, error) {
	var cells []json.RawMessage
	if err := json.Unmarshal(line, &cells); err != nil {
		return store.Row{}, err
	}
	if len(cells) != len(t.Columns) {
		return store.Row{}, fmt.Errorf("a row of %q has %d values", t.Table, len(cells))
	}
	row := store.Row{Table: t.Table, Columns: t.Columns, Values: make([]any, len(cells))}
	for i, cell := range cells {
		var err error
		if row.Values[i], err = valueOf(t.Columns[i].Kind, cell); err != nil {
			return row, fmt.Errorf("column %q of %q: %w", t.Columns[i].Name, t.Table, err)
		}
	}
	return row, nil
}

// valueOf reads a value of a kind; null is nil for every kind.
func valueOf(kind store.ColumnKind, cell json.RawMessage) (any, error) {
	if bytes.Equal(cell, []byte("null")) {
		return nil, nil
	}
	switch kind {
	case store.TextColumn:
		return decode[string](cell)
	case store.BytesColumn:
		return decode[[]byte](cell)
	case store.IntegerColumn:
		return decode[int64](cell)
	case store.RealColumn:
		return decode[float64](cell)
	case store.BoolColumn:
		return decode[bool](cell)
	}
	return nil, fmt.Errorf("unknown kind %q", kind)
}

func decode[T any](cell json.RawMessage) (any, error) {
	var value T
	err := json.Unmarshal(cell, &value)
	return value, err
}

// countingReader counts what is read through it.
type countingReader struct {
	from io.Reader
	read int64
}

func (c *countingReader) Read(p []byte) (int, error) {
	n, err := c.from.Read(p)
	c.read += int64(n)
	return n, err
}

// bounded ends what unpacks to too much.
type bounded struct {
	from      io.Reader
	packed    *countingReader
	allowance int64
	read      int64
}

func (b *bounded) Read(p []byte) (int, error) {
	n, err := b.from.Read(p)
	b.read += int64(n)
	if !fits(b.read, b.packed.read, b.allowance) {
		return 0, errors.New("there is more inside than fits")
	}
	return n, err
}
