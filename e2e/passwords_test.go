package e2e_test

import (
	"testing"

	"github.com/audipy/audipy/internal/asvs"
)

func TestPasswordsAreHiddenAndMayBePasted(t *testing.T) {
	t.Parallel()
	asvs.Covers(t, "6.2.6", "6.2.7")
	_, setUp := startDemo(t, "--empty", "--books", "12", "--second", "12")
	full, _ := startDemo(t, "--books", "12", "--second", "12")
	b := openTab(t, startChromium(t))
	// A field that says what it is for is one that password managers fill in;
	// an event that nothing prevents is a paste that works.
	const good = `(() => {
		const fields = [...document.querySelectorAll("input[type=password]")];
		const shown = [...document.querySelectorAll("input")].filter((e) => /password|current|next/.test(e.name) && e.type !== "password");
		return fields.length > 0 && shown.length === 0 && fields.every((e) =>
			/^(current|new)-password$/.test(e.autocomplete) && !e.readOnly &&
			e.dispatchEvent(new ClipboardEvent("paste", { bubbles: true, cancelable: true })));
	})()`
	b.open(t, setUp)
	b.wait(t, "look at the fields of the set-up", good)
	b.signIn(t, full)
	b.open(t, full+"/security")
	b.wait(t, "look at the fields for another password", good)
	signedOut := openTab(t, startChromium(t))
	signedOut.open(t, full+"/sign-in")
	signedOut.wait(t, "look at the fields of the sign-in", good)
}
