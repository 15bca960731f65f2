package audipy_test

import (
	"bytes"
	"encoding/json"
	"fmt"
	"log/slog"
	"strings"
	"testing"

	"github.com/audipy/audipy/internal/audipy"
)

func TestSecretNeverPrints(t *testing.T) {
	t.Parallel()
	const canary = "canary-5f1e"
	s := audipy.NewSecret(canary)
	holder := struct {
		Name   string
		Hidden audipy.Secret
		inner  audipy.Secret
	}{"kim", s, s}

	var out bytes.Buffer
	for _, verb := range []string{"%v", "%+v", "%#v", "%s", "%q", "%x", "%X", "%d", "%b", "%o", "%t", "%p", "%T"} {
		fmt.Fprintf(&out, verb+"\n", s)
		fmt.Fprintf(&out, verb+"\n", &s)
		fmt.Fprintf(&out, verb+"\n", holder)
	}
	for _, h := range []slog.Handler{slog.NewJSONHandler(&out, nil), slog.NewTextHandler(&out, nil)} {
		slog.New(h).InfoContext(t.Context(), "m", slog.Any("a", s), slog.Any("b", holder), slog.Any("c", &s))
	}
	asJSON, err := json.Marshal(holder)
	if err != nil {
		t.Fatal(err)
	}
	out.Write(asJSON)
	out.WriteString(s.String() + s.GoString())

	for _, form := range []string{canary, fmt.Sprintf("%x", canary), fmt.Sprintf("%X", canary)} {
		if strings.Contains(out.String(), form) {
			t.Errorf("the secret got out as %q in:\n%s", form, out.String())
		}
	}
	if !strings.Contains(string(asJSON), `"[secret]"`) {
		t.Errorf("JSON = %s, want it to say [secret]", asJSON)
	}
}

func TestSecretRevealsOnRequest(t *testing.T) {
	t.Parallel()
	if got := audipy.NewSecret("x").Reveal(); got != "x" {
		t.Errorf("Reveal() = %q, want x", got)
	}
	if !(audipy.Secret{}).IsEmpty() || audipy.NewSecret("x").IsEmpty() {
		t.Error("IsEmpty must tell the zero value from a text")
	}
}
