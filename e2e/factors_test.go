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

// totp is what an authenticator app shows for a key, and the half minute that
// it is good in.
func totp(t *testing.T, key string) (code string, step int64) {
	t.Helper()
	seed, err := base32.StdEncoding.DecodeString(strings.ReplaceAll(key, " ", ""))
	check(t, err)
	step = time.Now().Unix() / 30
	h := hmac.New(sha1.New, seed)
	_, _ = h.Write(binary.BigEndian.AppendUint64(nil, uint64(step)))
	sum := h.Sum(nil)
	return fmt.Sprintf("%06d", binary.BigEndian.Uint32(sum[sum[19]&15:])&0x7fffffff%1_000_000), step
}

// text is what an element says.
func (b *tab) text(t *testing.T, selector string) string {
	t.Helper()
	text, err := chromedp.Run(b.ctx, chromedp.Evaluate[string](fmt.Sprintf(`document.querySelector(%q)?.innerText ?? ""`, selector)))
	check(t, err)
	return text
}

// inspectAll looks in every way at what is shown after something was done, once
// it has come to rest.
func (b *tab) inspectAll(t *testing.T, axe, name string) {
	t.Helper()
	for _, size := range sizes() {
		b.dress(t, size, themes()[0])
		b.settle(t, name)
		b.wait(t, "come to rest", `document.getAnimations().every((a) => a.playState !== "running")`)
		b.examineBoth(t, axe, name, size)
	}
	b.dress(t, sizes()[0], themes()[0])
}

// A person sets an authenticator app up, keeps the recovery codes, signs in
// with either, and takes the app away.
func TestASecondFactorFromSetUpToItsEnd(t *testing.T) {
	t.Parallel()
	asvs.Covers(t, "6.3.3", "6.2.7")
	address, _ := startDemo(t, "--books", "12", "--second", "12")
	axe, b := axeSource(t), openTab(startChromium(t), t)
	b.signIn(t, address)
	b.open(t, address+"/security")
	b.pressText(t, "Set up")
	const inDialog = "[role=dialog] "
	b.fill(t, inDialog+"input[type=password]", password)
	b.press(t, inDialog+"button[type=submit]")
	b.wait(t, "see the key", `document.querySelector("[role=dialog] code")`)
	b.inspectAll(t, axe, "set-up-app")
	key := b.text(t, inDialog+"code")
	code, used := totp(t, key)
	b.fill(t, inDialog+"input[name=code]", code)
	b.press(t, inDialog+"button[type=submit]")
	b.wait(t, "see the recovery codes", `document.querySelectorAll("[role=dialog] ol li").length === 8`)
	b.inspectAll(t, axe, "recovery-codes")
	recovery := b.text(t, inDialog+"ol li")
	b.pressText(t, "I have kept them")
	b.wait(t, "see that it is on", `!document.querySelector("[role=dialog]") && document.querySelector("main").innerText.includes("8 of 8 left")`)
	b.inspectAll(t, axe, "security-with-factor")

	again := func() {
		b.pressText(t, "Sign out everywhere")
		b.press(t, inDialog+"button[class*=border-bad]")
		b.wait(t, "be asked to sign in", `location.pathname === "/sign-in"`)
		b.fill(t, "input[name=email]", login)
		b.fill(t, "input[name=password]", password)
		b.press(t, "button[type=submit]")
		b.wait(t, "be asked for the code", `document.activeElement?.name === "code"`)
	}
	again()
	b.inspectAll(t, axe, "second-factor")
	b.pressText(t, "Use a recovery code")
	b.fill(t, "input[name=recovery-code]", strings.ToLower(recovery))
	b.press(t, "button[type=submit]")
	b.wait(t, "sign in", `location.pathname === "/"`)
	b.open(t, address+"/security")
	b.wait(t, "see that one is used", `document.querySelector("main").innerText.includes("7 of 8 left")`)

	again()
	var step int64
	for code, step = totp(t, key); step == used; code, step = totp(t, key) {
		b.pause(t) // until the app shows another
	}
	b.fill(t, "input[name=code]", code)
	b.press(t, "button[type=submit]")
	b.wait(t, "sign in", `location.pathname === "/"`)

	b.open(t, address+"/security")
	b.pressText(t, "Remove")
	b.press(t, inDialog+"button[class*=border-bad]")
	b.wait(t, "be asked for both", `document.querySelector("[role=dialog] input[name=code]")`)
	b.inspectAll(t, axe, "step-up-with-factor")
	b.fill(t, inDialog+"input[type=password]", password)
	b.pressText(t, "Use a recovery code")
	b.fill(t, inDialog+"input[name=recovery-code]", recovery) // used before
	b.press(t, inDialog+"button[type=submit]")
	b.wait(t, "hear that it was used", `document.querySelector("[role=dialog] [role=alert]")`)
	b.pressText(t, "Use the app")
	for used = step; step == used; code, step = totp(t, key) {
		b.pause(t)
	}
	b.fill(t, inDialog+"input[name=code]", code)
	b.press(t, inDialog+"button[type=submit]")
	b.wait(t, "see that it is off", `!document.querySelector("[role=dialog]") &&
		document.querySelector("main").innerText.includes("An app on your phone")`)
	b.wantSilence(t, "/me/authenticator: 403", "/session/step-up: 401")
}
