package cli

import (
	"io"
	"log/slog"
	"time"
)

// Fields reports on documents, for tests of what a dump may show.
func Fields(root string, documents ...[]byte) ([]byte, error) {
	var report fieldReport
	for _, d := range documents {
		if err := report.add(root, d); err != nil {
			return nil, err
		}
	}
	var out []byte
	for _, f := range report.sorted() {
		out = append(out, f.Path+" "+f.Example+"\n"...)
	}
	return out, nil
}

// Clean is what every text from outside passes on its way to a terminal.
func Clean(text string) string { return clean(text) }

// Manual is what docs/cli.md holds.
func Manual() (string, error) {
	parser, err := newParser(&grammar{}, Env{Stdout: io.Discard, Stderr: io.Discard})
	if err != nil {
		return "", err
	}
	return manual(parser.Model.Node), nil
}

// Redact is what every line of the log passes.
func Redact(line string) string { return redact(line) }

// NewLogger is the log of a level in a format.
func NewLogger(level, format string, w io.Writer) *slog.Logger { return newLogger(level, format, w) }

// Table prints a table of text columns, of which those in grow give way, for a
// terminal of so many columns.
func Table(w io.Writer, width int, titles []string, grow []bool, rows [][]string) {
	columns := make([]column, len(titles))
	for i := range titles {
		columns[i] = column{title: titles[i], grow: grow[i]}
	}
	(&printer{out: w, width: width}).table(columns, rows)
}

// WriteOutFile writes a file as exports do.
func WriteOutFile(path string, overwrite bool, write func(io.Writer) error) error {
	return writeOutFile(path, overwrite, write)
}

// Wrapped is text broken between words.
func Wrapped(text string, width, start, indent int) string {
	return wrapped(text, width, start, indent)
}

// InWords is a duration as status says it.
func InWords(d time.Duration) string { return inWords(d) }

// Rests says after which of the samples of what was ever allocated, in MiB, a
// server gives memory back.
func Rests(samples ...uint64) []bool {
	var r rest
	gives := make([]bool, len(samples))
	for i, mib := range samples {
		gives[i] = r.begins(mib << 20)
	}
	return gives
}

// UsableMemory is how much memory a system says that the program may use.
var UsableMemory = usableMemory
