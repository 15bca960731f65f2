package notify

import (
	"fmt"
	"strings"
	"time"
	"unicode"

	"github.com/audipy/audipy/internal/audipy"
	"github.com/audipy/audipy/internal/recommend"
)

// maxLine bounds what is told in one line, in characters.
const maxLine = 200

// line is text of others in one line, without what steers a terminal, a mail or
// the direction of writing.
func line(text string) string {
	text = strings.Join(strings.Fields(strings.Map(func(r rune) rune {
		if unicode.IsControl(r) {
			return ' '
		}
		if unicode.Is(unicode.Bidi_Control, r) {
			return -1
		}
		return r
	}, text)), " ")
	if runes := []rune(text); len(runes) > maxLine {
		return string(runes[:maxLine-1]) + "…"
	}
	return text
}

// named is a title with its place in a series.
func named(p *audipy.Product, series, number string) string {
	title := p.Title
	if title == "" {
		title = p.ASIN
	}
	if series == "" || number == "" {
		return line(title)
	}
	return line(fmt.Sprintf("%s (%s of %s)", title, number, series))
}

func titled(item audipy.Item) string { return named(&audipy.Product{Edition: item.Edition}, "", "") }

// whose names an account.
func whose(a audipy.Account) string {
	if a.Name == "" {
		return "your Audible account (" + a.Marketplace + ")"
	}
	return line("the Audible account of " + a.Name)
}

func dated(t time.Time) string { return t.Format("2 January 2006") }

// signInNotice says that a link needs its person, and why it could not be
// repaired where that was tried.
func signInNotice(a audipy.Account, stop audipy.RepairStop) audipy.Notice {
	tried := ""
	if why := stop.Sentence(); why != "" {
		tried = " AudiPy could not sign in by itself: " + why + "."
	}
	return audipy.Notice{
		Kind: audipy.NoticeSignIn, Account: a.ID, Title: "Sign in again to " + whose(a),
		Text: "Amazon no longer accepts the link of " + whose(a) + "." + tried + " Your library stays, and is kept up to date again once you have signed in.",
	}
}

func failingNotice(a audipy.Account, since time.Time) audipy.Notice {
	return audipy.Notice{
		Kind: audipy.NoticeSyncing, Account: a.ID, Title: "No sync of " + whose(a) + " for a day",
		Text: "Every sync of " + whose(a) + " since " + dated(since) + " has failed. Your library stays as it was, and AudiPy goes on trying.",
	}
}

func priceNotice(p *audipy.Product, price recommend.PriceAdvice, name string) audipy.Notice {
	return audipy.Notice{
		Kind: audipy.NoticePrice, Marketplace: p.Marketplace, ASIN: p.ASIN, Title: name + " costs " + price.Pay.String(),
		Text: name + ": " + line(price.Reason) + ".",
	}
}

func releaseNotice(one *recommend.Suggestion, out time.Time) audipy.Notice {
	name := named(&one.Product, one.Series, one.Number)
	return audipy.Notice{
		Kind: audipy.NoticeRelease, Marketplace: one.Product.Marketplace, ASIN: one.Product.ASIN,
		Title: name + " is out", Text: name + " came out on " + dated(out) + ". You have other volumes of the series.",
	}
}

func leavingNotice(item audipy.Item) audipy.Notice {
	return audipy.Notice{
		Kind: audipy.NoticeLeaving, Marketplace: item.Marketplace, ASIN: item.ASIN, Account: item.AccountID,
		Title: titled(item) + " leaves Plus on " + dated(item.PlusUntil),
		Text:  titled(item) + " can be listened to with Plus until " + dated(item.PlusUntil) + ".",
	}
}

func goneNotice(item audipy.Item) audipy.Notice {
	return audipy.Notice{
		Kind: audipy.NoticeGone, Marketplace: item.Marketplace, ASIN: item.ASIN, Account: item.AccountID,
		Title: titled(item) + " is gone from your library",
		Text:  "Audible no longer lists " + titled(item) + " among your titles. It was returned, or taken away.",
	}
}

func delistedNotice(item audipy.Item) audipy.Notice {
	return audipy.Notice{
		Kind: audipy.NoticeDelisted, Marketplace: item.Marketplace, ASIN: item.ASIN, Account: item.AccountID,
		Title: titled(item) + " is no longer sold",
		Text:  "The store no longer sells " + titled(item) + ", which you own. It is in your library; keep a copy of it if you can.",
	}
}
