package e2e_test

import (
	"sync"
	"testing"

	"github.com/chromedp/cdproto/cdp"
	"github.com/chromedp/cdproto/fetch"
	"github.com/chromedp/chromedp"
)

// What becomes of the calls that come to a gate.
const (
	gateOpen = iota // they go on to the server
	gateHeld        // they wait
	gateShut        // they are refused, as a server does that is well
)

// refusal is what a shut gate answers. Its status is one that no page tries
// again by itself.
const (
	refusal     = 409
	refusalBody = `{"title":"Conflict","status":409,"code":"tried_out","detail":"this answer is made up","request_id":"req-e2e"}`
)

// gate stands between a page and the API.
type gate struct {
	b *tab

	mu   sync.Mutex
	way  int
	held []fetch.RequestID
}

// newGate puts an open gate before a tab.
func newGate(t *testing.T, b *tab) *gate {
	t.Helper()
	g := &gate{b: b}
	check(t, chromedp.Listen(b.ctx, func(ev any) {
		if paused, ok := ev.(*fetch.EventRequestPaused); ok {
			go g.meet(paused.RequestID)
		}
	}))
	return g
}

// watch lets calls come to the gate whose paths below the API match one of the
// patterns; the others pass beside it.
func (g *gate) watch(t *testing.T, paths ...string) {
	t.Helper()
	var patterns []*fetch.RequestPattern
	for _, path := range paths {
		patterns = append(patterns, &fetch.RequestPattern{URLPattern: "*/api/v1" + path})
	}
	_, err := chromedp.Call(g.b.ctx, fetch.Enable, fetch.EnableParams{Patterns: patterns})
	check(t, err)
}

// turn changes the way, for what is held as well.
func (g *gate) turn(way int) {
	g.mu.Lock()
	held := g.held
	g.way, g.held = way, nil
	g.mu.Unlock()
	for _, id := range held {
		g.meet(id)
	}
}

// meet decides on one call. A page that was left meanwhile needs no answer,
// and so its error is of no interest.
func (g *gate) meet(id fetch.RequestID) {
	g.mu.Lock()
	way := g.way
	if way == gateHeld {
		g.held = append(g.held, id)
	}
	g.mu.Unlock()
	switch way {
	case gateOpen:
		_, _ = chromedp.Call(g.b.ctx, fetch.ContinueRequest, fetch.ContinueRequestParams{RequestID: id})
	case gateShut:
		_, _ = chromedp.Call(g.b.ctx, fetch.FulfillRequest, fetch.FulfillRequestParams{
			RequestID: id, ResponseCode: refusal, Body: []byte(refusalBody),
			ResponseHeaders: []*fetch.HeaderEntry{{Name: "Content-Type", Value: "application/problem+json"}},
		})
	}
}

// open takes the gate away.
func (g *gate) open(t *testing.T) {
	t.Helper()
	g.turn(gateOpen)
	_, err := chromedp.Call(g.b.ctx, fetch.Disable, cdp.Empty{})
	check(t, err)
}
