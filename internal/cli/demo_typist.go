package cli

import "io"

// typist is the standard input of the demo's commands: it gives one answer to
// each question and shows it where a terminal would: not the password.
type typist struct {
	answers []string
	screen  io.Writer
}

// Read gives the next answer; one that does not fit is never asked for.
func (t *typist) Read(p []byte) (int, error) {
	if len(t.answers) == 0 {
		return 0, io.EOF
	}
	line := t.answers[0] + "\n"
	if len(line) > len(p) {
		return 0, io.ErrShortBuffer
	}
	shown := line
	if t.answers[0] == demoPassword {
		shown = "\n"
	}
	t.answers = t.answers[1:]
	_, err := io.WriteString(t.screen, shown)
	return copy(p, line), err
}
