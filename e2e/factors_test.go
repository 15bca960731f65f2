package e2e_test

import (
	"crypto/hmac"
	"crypto/sha1"
	"encoding/base32"
	"encoding/binary"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/chromedp/chromedp"

	"github.com/audipy/audipy/internal/asvs"
)

// halfMinute is how long an authenticator app shows one code.
const halfMinute = 30 * time.Second

// totp is what an authenticator app shows for a key at a time.
func totp(t *testing.T, key string, now time.Time) string {
	t.Helper()
	seed, err := base32.StdEncoding.DecodeString(strings.ReplaceAll(key, " ", ""))
	check(t, err)
	h := hmac.New(sha1.New, seed)
	_, _ = h.Write(binary.BigEndian.AppendUint64(nil, uint64(now.Unix()/30)))
	sum := h.Sum(nil)
	return fmt.Sprintf("%06d", binary.BigEndian.Uint32(sum[sum[19]&15:])&0x7fffffff%1_000_000)
}

// text is what an element says.
func (b *tab) text(t *testing.T, selector string) string {
	t.Helper()
	text, err := chromedp.Run(b.ctx, chromedp.Evaluate[string](fmt.Sprintf(`document.querySelector(%q)?.innerText ?? ""`, selector)))
	check(t, err)
	return text
}

// rest waits until nothing moves or fades.
func (b *tab) rest(t *testing.T) {
	t.Helper()
	b.within(t, "come to rest", chromedp.Evaluate[chromedp.Void](`(async () => {
		const moving = () => document.getAnimations().filter((a) => a.playState === "running" && a.effect.getTiming().iterations !== Infinity);
		for (let all = moving(); all.length > 0; all = moving()) await Promise.allSettled(all.map((a) => a.finished));
	})()`, chromedp.EvalAwaitPromise))
}

// inspectAll looks in every way at what is shown after something was done, once
// it has come to rest.
func (b *tab) inspectAll(t *testing.T, axe, name string) {
	t.Helper()
	for _, size := range sizes() {
		b.dress(t, size, themes()[0])
		b.settle(t, name)
		b.examineBoth(t, axe, name, size)
	}
	b.dress(t, sizes()[0], themes()[0])
}

// inDialog begins the selector of what a dialog holds.
const inDialog = "[role=dialog] "

// setUpApp sets an authenticator app up and returns its key and a recovery code.
func (b *tab) setUpApp(t *testing.T, axe string, now *clock) (key, recovery string) {
	t.Helper()
	b.pressText(t, "Set up")
	b.fill(t, inDialog+"input[type=password]", password)
	b.press(t, inDialog+"button[type=submit]")
	b.wait(t, "see the key", `document.querySelector("[role=dialog] code")`)
	b.inspectAll(t, axe, "set-up-app")
	key = b.text(t, inDialog+"code")
	b.fill(t, inDialog+"input[name=code]", totp(t, key, now.now()))
	b.press(t, inDialog+"button[type=submit]")
	b.wait(t, "see the recovery codes", `document.querySelectorAll("[role=dialog] ol li").length === 8`)
	b.inspectAll(t, axe, "recovery-codes")
	recovery = b.text(t, inDialog+"ol li")
	b.pressText(t, "I have kept them")
	return key, recovery
}

// streamCut is how the stream of events ends when its session does.
const streamCut = "/events: net::ERR_INCOMPLETE_CHUNKED_ENCODING"

// leave signs the person out everywhere, from the security page.
func (b *tab) leave(t *testing.T) {
	t.Helper()
	b.pressText(t, "Sign out everywhere")
	b.rest(t)
	b.press(t, inDialog+"button[class*=border-bad]")
	b.wait(t, "be asked to sign in", `location.pathname === "/sign-in"`)
}

// givePassword types what everybody types at the door.
func (b *tab) givePassword(t *testing.T) {
	t.Helper()
	b.fill(t, "input[name=email]", login)
	b.fill(t, "input[name=password]", password)
	b.press(t, "button[type=submit]")
	b.wait(t, "be asked for the second factor", `document.querySelector("h1").innerText === "One more step"`)
}

// A person sets an authenticator app up, keeps the recovery codes, signs in
// with either, and takes the app away.
func TestASecondFactorFromSetUpToItsEnd(t *testing.T) {
	t.Parallel()
	asvs.Covers(t, "6.3.3", "6.2.7")
	now := &clock{}
	address, _ := startDemoAt(t, now, "--books", "12", "--second", "12")
	axe, b := axeSource(t), openTab(startChromium(t), t)
	b.signIn(t, address)
	b.open(t, address+"/security")
	key, recovery := b.setUpApp(t, axe, now)
	b.wait(t, "see that it is on", `!document.querySelector("[role=dialog]") && document.querySelector("main").innerText.includes("8 of 8 left")`)
	b.inspectAll(t, axe, "security-with-factor")

	b.leave(t)
	b.givePassword(t)
	b.inspectAll(t, axe, "second-factor")
	b.pressText(t, "Use a recovery code")
	b.fill(t, "input[name=recovery-code]", strings.ToLower(recovery))
	b.press(t, "button[type=submit]")
	b.wait(t, "sign in", `location.pathname === "/"`)
	b.open(t, address+"/security")
	b.wait(t, "see that one is used", `document.querySelector("main").innerText.includes("7 of 8 left")`)

	b.leave(t)
	b.givePassword(t)
	now.skip(halfMinute) // for the code of now was used
	b.fill(t, "input[name=code]", totp(t, key, now.now()))
	b.press(t, "button[type=submit]")
	b.wait(t, "sign in", `location.pathname === "/"`)
	b.open(t, address+"/security")
	now.skip(halfMinute)
	b.removeApp(t, axe, func() string { return totp(t, key, now.now()) }, recovery)
	b.wantSilence(t, "/me/authenticator: 403", "/session/step-up: 401", streamCut)
}

// removeApp takes the app away; a recovery code that was used does not do.
func (b *tab) removeApp(t *testing.T, axe string, code func() string, recovery string) {
	t.Helper()
	b.pressText(t, "Remove")
	b.press(t, inDialog+"button[class*=border-bad]")
	b.wait(t, "be asked for both", `document.querySelector("[role=dialog] input[name=code]")`)
	b.inspectAll(t, axe, "step-up-with-factor")
	b.fill(t, inDialog+"input[type=password]", password)
	b.pressText(t, "Use a recovery code")
	b.fill(t, inDialog+"input[name=recovery-code]", recovery)
	b.press(t, inDialog+"button[type=submit]")
	b.wait(t, "hear that it was used", `document.querySelector("[role=dialog] [role=alert]")`)
	b.pressText(t, "Use the app")
	b.fill(t, inDialog+"input[name=code]", code()) // the one of now: looking around takes its time
	b.press(t, inDialog+"button[type=submit]")
	b.wait(t, "see that it is off", `!document.querySelector("[role=dialog]") &&
		document.querySelector("main").innerText.includes("An app on your phone")`)
}
