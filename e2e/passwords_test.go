package e2e_test

import (
	"testing"

	"github.com/chromedp/chromedp"

	"github.com/audipy/audipy/internal/asvs"
)

// fieldsThatHinder lists the password fields of a page that show what is
// typed, don't say what they are for, or take no paste.
const fieldsThatHinder = `[...document.querySelectorAll("input")]
	.filter((e) => e.type === "password" || /password/i.test(e.name + " " + e.autocomplete))
	.filter((e) => e.type !== "password" || e.readOnly || !/^(current|new)-password$/.test(e.autocomplete) ||
		!e.dispatchEvent(new ClipboardEvent("paste", { bubbles: true, cancelable: true })))
	.map((e) => e.outerHTML)`

func TestPasswordsAreHiddenAndMayBePasted(t *testing.T) {
	t.Parallel()
	asvs.Covers(t, "6.2.6", "6.2.7")
	_, setUp := startDemo(t, "--empty", "--books", "12", "--second", "12")
	full, _ := startDemo(t, "--books", "12", "--second", "12")
	b := openTab(startChromium(t), t)
	look := func(address string) {
		t.Helper()
		b.open(t, address)
		b.wait(t, "look for a password field at "+address, `document.querySelector("input[type=password]")`)
		bad, err := chromedp.Run(b.ctx, chromedp.Evaluate[[]string](fieldsThatHinder))
		check(t, err)
		if len(bad) > 0 {
			t.Errorf("%s has %q", address, bad)
		}
	}
	look(setUp)
	look(full + "/sign-in")
	look(full + "/reset-password#a-token")
}
