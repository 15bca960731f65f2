package audible_test

import (
	"strings"
	"testing"

	"github.com/audipy/audipy/audible"
)

func TestCaptureHasStructureAndNothingElse(t *testing.T) {
	t.Parallel()
	const page = `<html><body class="ap-locale-en_US a1b2c3d4e5f6"><h1 id="title">Dear Kim Sample</h1><!-- comment kim -->
<form name="puzzle" action="/ap/puzzle?token=s3cret"><input type="hidden" id="token-0123456789" name="puzzleToken" value="s3cret-value">
<input type="text" name="kim@example.com" placeholder="kim" data-x="kim"><p class="very kim-9f8e7d6c5b4a done">Hello, kim</p>
<div id="AQICAHiZ0123abcdefGHIJ"></div></form><script>var secret = "s3cret"</script></body></html>`
	_, step := start(t, &site{all: page})
	if step.Kind != audible.StepBrowser || step.Capture == nil {
		t.Fatalf("%q", step.Kind)
	}
	text := step.Capture.String()
	for _, want := range []string{"www.amazon.com/ap/signin (status 200)", "form[name=puzzle]", "h1#title", "[name=puzzleToken]", "[type=hidden]", "body"} {
		if !strings.Contains(text, want) {
			t.Errorf("the capture lacks %q:\n%s", want, text)
		}
	}
	for _, secret := range []string{"Dear", "Sample", "s3cret", "@", "comment", "0123", "Hello", "AQICA", "9f8e", "a1b2", "placeholder"} {
		if strings.Contains(text, secret) {
			t.Errorf("the capture holds %q:\n%s", secret, text)
		}
	}
}

func TestCaptureOfAHugePageIsBounded(t *testing.T) {
	t.Parallel()
	_, step := start(t, &site{all: strings.Repeat(`<p class="`+strings.Repeat("long ", 100)+`">x</p>`, 3000)})
	if n := len(step.Capture.Outline); n == 0 || n > 64<<10 {
		t.Errorf("%d bytes", n)
	}
}

// What the person typed may come back in a name; it does not get out.
func TestCaptureMasksWhatWasTyped(t *testing.T) {
	t.Parallel()
	s := &site{pages: map[string]string{"/ap/signin": signInPage}, all: `<div id="hunter-two"></div><div class="Kimberley"></div><div id="kept">`}
	signIn, _ := start(t, s)
	step, err := signIn.Answer(t.Context(), s, audible.Answer{Login: "kimberley", Password: "hunter-two"})
	if err != nil || step.Capture == nil {
		t.Fatalf("%q, %v", step.Kind, err)
	}
	text := step.Capture.String()
	if strings.Contains(text, "hunter") || strings.Contains(strings.ToLower(text), "kimberley") || !strings.Contains(text, "#kept") {
		t.Errorf("capture:\n%s", text)
	}
}
