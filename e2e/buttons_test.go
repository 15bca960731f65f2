package e2e_test

import (
	"fmt"
	"testing"

	"github.com/chromedp/chromedp"
)

// What a person lets happen at the made-up Amazon shows at once on the page
// they look at. What a dead token does is in TestADeadLinkIsHealthyAgainSoon.
func TestTheButtonsOfTheDemoShowWhatTheyDo(t *testing.T) {
	t.Parallel()
	address, _ := startDemo(t, "--books", "60", "--second", "12")
	b := openTab(startChromium(t), t)
	b.signIn(t, address)

	b.open(t, address+"/next")
	b.settle(t, "next")
	const onSale = `[...document.querySelectorAll("main article")].filter((e) => e.innerText.includes("$2.99")).length`
	before := b.number(t, onSale)
	b.pressText(t, "Let something happen")
	b.pressText(t, "Prices fall")
	b.wait(t, "read that prices fell", `document.body.innerText.includes("suggestions fell.")`)
	b.wait(t, "see more prices of the sale", fmt.Sprintf("%s >= %d", onSale, before+3))

	b.open(t, address+"/library")
	b.settle(t, "library")
	const titles = `Number(/^\d+/.exec(document.querySelector("main header").innerText.split("\n").at(-1))?.[0] ?? document.querySelector("main li")?.ariaSetSize)`
	had := b.number(t, titles)
	b.pressText(t, "Let something happen")
	b.pressText(t, "A title is bought")
	b.wait(t, "read what was bought", `/“.+” was bought\./.test(document.body.innerText)`)
	b.wait(t, "see one title more", fmt.Sprintf("%s === %d", titles, had+1))
	b.wait(t, "see the title that was bought", `[...document.querySelectorAll("main li a")].some((e) =>
		e.innerText.includes(/“(.+)” was bought\./.exec(document.body.innerText)[1]))`)
	b.wantSilence(t)
}

// number is a figure that a page shows.
func (b *tab) number(t *testing.T, expression string) int {
	t.Helper()
	n, err := chromedp.Run(b.ctx, chromedp.Evaluate[int](expression))
	check(t, err)
	return n
}
