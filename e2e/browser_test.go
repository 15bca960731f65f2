package e2e_test

import (
	"context"
	"errors"
	"os"
	"os/exec"
	"slices"
	"sync"
	"testing"
	"time"

	"github.com/chromedp/chromedp"

	"github.com/audipy/audipy/internal/store/storetest"
)

// chromium is the one browser of all tests. Each test has a profile of its own
// in it, so nobody sees another's cookies.
var chromium sharedBrowser

// TestMain closes the browser and the database server that the tests shared.
func TestMain(m *testing.M) {
	m.Run()
	chromium.close()
	storetest.Sweep()
}

// sharedBrowser is a headless browser that the first test starts.
type sharedBrowser struct {
	start sync.Once
	ctx   context.Context //nolint:containedctx // a browser of chromedp is its context
	err   error
	ends  []func()
}

// startChromium is the browser, which must be installed.
func startChromium(t *testing.T) context.Context {
	t.Helper()
	chromium.start.Do(chromium.run)
	check(t, chromium.err)
	return chromium.ctx
}

// run starts the browser with a folder of its own.
func (s *sharedBrowser) run() {
	path := ""
	for _, name := range []string{"chromium", "chromium-browser", "google-chrome", "chrome"} {
		if found, err := exec.LookPath(name); err == nil && path == "" {
			path = found
		}
	}
	if path == "" {
		s.err = errors.New("there is no Chromium: install the system's package")
		return
	}
	// Folder and browser outlive the test that needs them first.
	folder, err := os.MkdirTemp("", "audipy-e2e-*")
	if err != nil {
		s.err = err
		return
	}
	options := append(slices.Clone(chromedp.DefaultExecAllocatorOptions[:]),
		chromedp.ExecPath(path), chromedp.UserDataDir(folder), chromedp.NoSandbox, chromedp.DisableGPU,
		chromedp.Flag("disable-quic", true), chromedp.Flag("disable-component-update", true),
		chromedp.Flag("force-prefers-reduced-motion", true), chromedp.WSURLReadTimeout(time.Minute),
	)
	allocator, stop := chromedp.NewExecAllocator(context.Background(), options...)
	browser, closeAll := chromedp.NewContext(allocator)
	s.ends = []func(){
		func() { _ = chromedp.Cancel(browser) }, // waits for the browser to leave its folder
		closeAll, stop, func() { _ = os.RemoveAll(folder) },
	}
	s.ctx, s.err = browser, chromedp.Do(browser)
}

// close ends the browser, if there is one.
func (s *sharedBrowser) close() {
	for _, end := range s.ends {
		end()
	}
}
