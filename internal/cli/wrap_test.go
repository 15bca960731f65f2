package cli_test

import (
	"strings"
	"testing"
	"time"

	"github.com/mattn/go-runewidth"

	"github.com/audipy/audipy/internal/cli"
)

func TestSentencesBreakBetweenWords(t *testing.T) {
	t.Parallel()
	sentence := "The Salt Afternoon ハリー・ポッターと賢者の石 came out on 18 November and costs less than a credit"
	for _, width := range []int{30, 40, 80} {
		got := cli.Wrapped(sentence, width, 8, 4)
		for i, line := range strings.Split(got, "\n") {
			if i == 0 {
				line = strings.Repeat(" ", 8) + line
			}
			if used := runewidth.StringWidth(line); used > width {
				t.Errorf("at %d columns a line takes %d: %q", width, used, line)
			}
		}
		if again := strings.Join(strings.Fields(got), " "); again != sentence {
			t.Errorf("at %d columns the words became %q", width, again)
		}
	}
}

func TestWhatIsCopiedStaysWhole(t *testing.T) {
	t.Parallel()
	address := "http://127.0.0.1:40000/" + strings.Repeat("x", 100)
	if got, want := cli.Wrapped("open "+address+" now", 40, 0, 2), "open\n  "+address+"\n  now"; got != want {
		t.Errorf("got %q, want %q", got, want)
	}
	for _, width := range []int{0, 20} {
		text := strings.Repeat("word ", 30)
		if got := cli.Wrapped(text, width, 0, 2); got != text {
			t.Errorf("at %d columns the text became %q", width, got)
		}
	}
}

func TestColoursTakeNoColumn(t *testing.T) {
	t.Parallel()
	text := "\x1b[31merror:\x1b[0m the library is empty now"
	if got := cli.Wrapped(text, 33, 0, 2); got != text {
		t.Errorf("32 columns of text were broken: %q", got)
	}
}

func TestDurationsComeInAUnitOfTheirSize(t *testing.T) {
	t.Parallel()
	const day = 24 * time.Hour
	cases := map[time.Duration]string{
		30 * time.Second: "less than a minute",
		time.Minute:      "1 minute",
		59 * time.Minute: "59 minutes",
		3 * time.Hour:    "3 hours",
		10 * day:         "10 days",
		1134 * day:       "3 years",
	}
	for d, want := range cases {
		if got := cli.InWords(d); got != want {
			t.Errorf("%v is %q, want %q", d, got, want)
		}
	}
}
