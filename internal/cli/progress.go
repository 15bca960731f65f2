package cli

import (
	"fmt"
	"sync"

	"github.com/vbauerster/mpb/v8"
	"github.com/vbauerster/mpb/v8/decor"

	"github.com/audipy/audipy/internal/librarysync"
)

// progress shows how far a sync is: a bar on a terminal, nothing elsewhere.
type progress struct {
	bars *mpb.Progress
	name string

	mu  sync.Mutex
	key string
	bar *mpb.Bar
}

// progress returns a display that is ended by its end method.
func (a *app) progress(name string) *progress {
	p := &progress{name: clean(name)}
	if a.env.StdoutIsTerminal && !a.out.json {
		p.bars = mpb.New(mpb.WithOutput(a.env.Stderr), mpb.WithWidth(40))
	}
	return p
}

// report shows the latest progress; a new phase of a store gets a new bar.
func (p *progress) report(now librarysync.Progress) {
	if p.bars == nil {
		return
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	if key := string(now.Phase) + now.Marketplace; key != p.key && now.Phase != librarysync.PhaseLooking || p.bar == nil {
		p.finish()
		p.key = key
		p.bar = p.bars.AddBar(0, mpb.BarRemoveOnComplete(),
			mpb.PrependDecorators(decor.Name(phaseText(now)+" ")),
			mpb.AppendDecorators(decor.CountersNoUnit("%d of %d")))
	}
	p.bar.SetTotal(int64(max(now.Total, 1)), false)
	p.bar.SetCurrent(int64(now.Done))
}

func phaseText(now librarysync.Progress) string {
	switch now.Phase {
	case librarysync.PhaseLooking:
		return "looking into stores"
	case librarysync.PhaseListing:
		return fmt.Sprintf("%s: listing", now.Marketplace)
	case librarysync.PhaseApplying:
		return fmt.Sprintf("%s: saving", now.Marketplace)
	case librarysync.PhaseCatalog:
		return fmt.Sprintf("%s: series and prices", now.Marketplace)
	}
	return string(now.Phase)
}

// finish takes the current bar off the screen.
func (p *progress) finish() {
	if p.bar != nil {
		p.bar.Abort(true)
	}
}

// end takes everything off the screen; the receipt takes its place.
func (p *progress) end() {
	if p.bars == nil {
		return
	}
	p.mu.Lock()
	p.finish()
	p.mu.Unlock()
	p.bars.Wait()
}
