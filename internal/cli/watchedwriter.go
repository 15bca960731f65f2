package cli

import (
	"errors"
	"io"
	"syscall"

	"github.com/audipy/audipy/internal/audipy"
)

// watchedWriter remembers the first write that failed: a list that was cut off
// by a full disk must not pass for a whole one.
type watchedWriter struct {
	w   io.Writer
	err error
}

// Write writes to the writer below, unless that failed before.
func (w *watchedWriter) Write(data []byte) (int, error) {
	if w.err != nil {
		return 0, w.err
	}
	n, err := w.w.Write(data)
	w.err = err
	return n, err
}

// lost says that a part of the result did not arrive. A reader that has gone
// away, such as head, wanted no more.
func (p *printer) lost() error {
	watched, ok := p.out.(*watchedWriter)
	if !ok || watched.err == nil || errors.Is(watched.err, syscall.EPIPE) {
		return nil
	}
	return audipy.Fail(audipy.Unavailable, "the output is not whole: "+reasonOf(watched.err), watched.err).
		WithHint("look at the disk or the program that it goes to, and run it again")
}

// reasonOf is the innermost reason, without the names of calls and files.
func reasonOf(err error) string {
	if number, ok := errors.AsType[syscall.Errno](err); ok {
		return number.Error()
	}
	return err.Error()
}
