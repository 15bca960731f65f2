package httpapi_test

import (
	"bufio"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/audipy/audipy/internal/httpapi"
)

// follow opens an event stream. The lines end when the stream does.
func follow(t *testing.T, b *browser) (status int, lines <-chan string) {
	t.Helper()
	req, err := http.NewRequestWithContext(t.Context(), http.MethodGet, b.rig.origin+"/api/v1/stream", nil)
	must(t, err)
	for name, value := range b.cookies {
		req.AddCookie(&http.Cookie{Name: name, Value: value})
	}
	client := http.Client{}
	resp, err := client.Do(req) //nolint:bodyclose // the goroutine closes it
	must(t, err)
	out := make(chan string, 100)
	go func() {
		defer close(out)
		defer resp.Body.Close()
		for scan := bufio.NewScanner(resp.Body); scan.Scan(); {
			out <- scan.Text()
		}
	}()
	return resp.StatusCode, out
}

// next returns the next line of a stream.
func next(t *testing.T, lines <-chan string) (string, bool) {
	t.Helper()
	select {
	case line, ok := <-lines:
		return line, ok
	case <-time.After(20 * time.Second):
		t.Fatal("the stream neither goes on nor ends")
		return "", false
	}
}

func TestAStreamSendsEventsUntilTheSessionEnds(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, r *rig) {
		b := r.setUp(t)
		_, lines := follow(t, b)
		var got []string
		for range 5 {
			line, _ := next(t, lines)
			got = append(got, line)
		}
		want := []string{":", "", "event: hello", `data: {"text":"a\nb"}`, ""}
		if strings.Join(got, "|") != strings.Join(want, "|") {
			t.Errorf("lines are %q, want %q", got, want)
		}
		actor, err := r.auth.Authenticate(t.Context(), b.cookies["__Host-Http-audipy"], visitor())
		must(t, err)
		must(t, r.auth.SignOut(t.Context(), actor))
		for {
			if _, goes := next(t, lines); !goes {
				return
			}
		}
	})
}

func TestAPersonFollowsThreeStreamsAtMost(t *testing.T) {
	t.Parallel()
	r := onSQLite(t)
	b := r.setUp(t)
	for range 3 {
		status, lines := follow(t, b)
		if status != http.StatusOK {
			t.Fatalf("a stream was answered %d", status)
		}
		next(t, lines)
	}
	got := b.get(t, "/api/v1/stream")
	got.wantProblem(t, http.StatusTooManyRequests, "too_many_streams")
	if got.header.Get("Retry-After") == "" {
		t.Error("nothing says when to try again")
	}
}

func TestAnOpenStreamIsNoUseOfTheSession(t *testing.T) {
	t.Parallel()
	r := onSQLite(t)
	b := r.setUp(t)
	token := b.cookies["__Host-Http-audipy"]
	_, lines := follow(t, b)
	next(t, lines)
	before, err := r.auth.Check(t.Context(), token)
	must(t, err)
	r.Clock.Advance(2 * time.Minute)
	<-time.After(httpapi.SessionCheck + time.Second) // the stream has looked
	after, err := r.auth.Check(t.Context(), token)
	must(t, err)
	if after != before {
		t.Errorf("the session was %+v and is %+v", before, after)
	}
}
