package audiblesim_test

import (
	"context"
	"errors"
	"io"
	"net/http"
	"testing"
	"testing/synctest"
	"time"

	"github.com/audipy/audipy/audible/audiblesim"
)

func TestTransportRespectsTheContext(t *testing.T) {
	t.Parallel()
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	response, err := send(ctx, audiblesim.New(audiblesim.Options{}).Transport(), http.MethodGet, "https://www.amazon.com/", "", nil)
	if err == nil {
		response.Body.Close()
	}
	if !errors.Is(err, context.Canceled) {
		t.Errorf("error = %v, want context.Canceled", err)
	}
}

func TestTransportAnswersHTTPSAlone(t *testing.T) {
	t.Parallel()
	response, err := send(t.Context(), audiblesim.New(audiblesim.Options{}).Transport(), http.MethodGet, "http://www.amazon.com/", "", nil)
	if err == nil {
		response.Body.Close()
		t.Error("plain http is answered, want an error")
	}
}

func TestTransportCutsBodiesAsANetworkDoes(t *testing.T) {
	t.Parallel()
	s := audiblesim.New(audiblesim.Options{})
	s.AnswerNext(audiblesim.NextAnswer{Header: http.Header{"Content-Length": {"100"}}, Body: "only this"})
	response, err := send(t.Context(), s.Transport(), http.MethodGet, "https://www.amazon.com/", "", nil)
	if err != nil {
		t.Fatal(err)
	}
	defer response.Body.Close()
	if body, err := io.ReadAll(response.Body); string(body) != "only this" || !errors.Is(err, io.ErrUnexpectedEOF) {
		t.Errorf("body = %q, %v; want it cut", body, err)
	}
}

func TestTransportAnswersHeadWithoutBody(t *testing.T) {
	t.Parallel()
	status, body := call(t, audiblesim.New(audiblesim.Options{}).Transport(), http.MethodHead, "https://www.amazon.com/", "", nil)
	if status != http.StatusOK || len(body) != 0 {
		t.Errorf("HEAD = %d with %d bytes, want 200 with none", status, len(body))
	}
}

func TestUnknownHostsAreNotFound(t *testing.T) {
	t.Parallel()
	s := audiblesim.New(audiblesim.Options{})
	for _, address := range []string{"https://www.example.com/", "https://www.amazon.xx/ap/signin", "https://api.amazon.com/1.0/library", "https://eu.account.amazon.com/ap/other"} {
		if status, _ := call(t, s.Transport(), http.MethodGet, address, "", nil); status != http.StatusNotFound {
			t.Errorf("%s = %d, want 404", address, status)
		}
	}
	if got := s.Counts().Requests["GET www.example.com /"]; got != 1 {
		t.Errorf("requests to www.example.com = %d, want 1", got)
	}
}

// TestAYearPassesInABubble refreshes for a year in virtual time: nothing in
// the simulator may need a socket or a real clock.
func TestAYearPassesInABubble(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		s := newSim(t, audiblesim.Options{}, audiblesim.Account{})
		c := newApp(t, s.Transport(), "us")
		c.open()
		c.signIn(kim, "right horse")
		device := c.register(c.code())
		s.SetTokenLifetime(audiblesim.TokenLifetime{Age: 180 * 24 * time.Hour})
		days := 0
		for range 365 {
			<-time.After(24 * time.Hour)
			if status, _ := c.refresh(device.Tokens.Bearer.Refresh); status == http.StatusOK {
				days++
			}
		}
		if days != 179 {
			t.Errorf("refreshed on %d days, want 179", days)
		}
	})
}

func TestTransportWorksInParallel(t *testing.T) {
	t.Parallel()
	s := newSim(t, audiblesim.Options{}, audiblesim.Account{})
	done := make(chan string)
	for range 20 {
		go func() {
			c := newApp(t, s.Transport(), "us")
			c.open()
			c.signIn(kim, "right horse")
			done <- c.code()
		}()
	}
	codes := make(map[string]bool)
	for range 20 {
		codes[<-done] = true
	}
	if len(codes) != 20 || codes[""] {
		t.Errorf("%d different codes of 20 sign-ins", len(codes))
	}
}
