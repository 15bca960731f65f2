package cli

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"strings"

	"github.com/audipy/audipy/internal/audipy"
	"github.com/audipy/audipy/internal/store"
)

// libraryCmd looks into the library that is kept here.
type libraryCmd struct {
	List libraryListCmd `cmd:"" default:"withargs" help:"List titles: all of them, or those that match."`
	Show libraryShowCmd `cmd:"" help:"Show everything that is known of one title."`
}

// libraryListCmd lists titles.
type libraryListCmd struct {
	libraryFilter
	Search []string  `arg:"" optional:"" help:"Words that must stand in title, author, series or ASIN; accents and capitals don't matter."`
	Sort   string    `enum:"title,author,purchased,added,released,longest" default:"title" help:"The order: title, author, purchased, added, released or longest."`
	Limit  listLimit `short:"n" default:"50" help:"How many to show; 0 for all."`
	After  string    `placeholder:"MARK" help:"Go on after the page that gave this mark."`
}

// libraryPage is a part of the library as JSON says it.
type libraryPage struct {
	Titles []audipy.Item `json:"titles"`
	// Total counts every title that matches, on this page or not.
	Total int `json:"total"`
	// Next is the mark of the page after this one; empty on the last.
	Next string `json:"next,omitempty"`
}

// Run prints a page of titles and how many there are.
func (c libraryListCmd) Run(ctx context.Context, a *app) error {
	d, err := a.data(ctx)
	if err != nil {
		return err
	}
	filter, err := c.filter(ctx, d, a.env.Now())
	if err != nil {
		return err
	}
	filter.Search, filter.After = strings.Join(c.Search, " "), c.After
	if c.Sort != "title" {
		filter.Sort = store.ItemSort(c.Sort)
	}
	page, err := d.titlePage(ctx, filter, int(c.Limit))
	if err != nil {
		return err
	}
	if page.Total == 0 {
		// An empty library is an error with the way to fill it; a search
		// without a match is an answer.
		if err := d.needTitles(ctx); err != nil {
			return err
		}
	}
	return a.out.result(page, func() {
		a.out.titleTable(page.Titles)
		a.out.pageLine(page, c.After != "")
	})
}

// titlePage reads limit titles, in as many pages as the store needs for it.
func (a *app) titlePage(ctx context.Context, filter store.ItemFilter, limit int) (libraryPage, error) {
	all := libraryPage{Titles: []audipy.Item{}}
	opened, user, err := a.database(ctx)
	if err != nil {
		return all, err
	}
	if all.Total, err = opened.CountItems(ctx, user, filter); err != nil {
		return all, err
	}
	if limit <= 0 && filter.After == "" {
		for item, err := range opened.AllItems(ctx, user, filter) {
			if err != nil {
				return all, err
			}
			all.Titles = append(all.Titles, item)
		}
		return all, nil
	}
	for limit <= 0 || len(all.Titles) < limit {
		filter.Limit = 1000
		if limit > 0 {
			filter.Limit = min(1000, limit-len(all.Titles))
		}
		page, err := opened.Items(ctx, user, filter)
		if err != nil {
			return all, err
		}
		all.Titles = append(all.Titles, page.Items...)
		if all.Next = page.Next; page.Next == "" {
			break
		}
		filter.After = page.Next
	}
	return all, nil
}

// narrow is the width below which a table of titles does without the series:
// what is left of names would say nothing.
const narrow = 100

// titleTable prints titles as a table.
func (p *printer) titleTable(items []audipy.Item) {
	if len(items) == 0 {
		return
	}
	columns := []column{
		{title: "TITLE", grow: true},
		{title: "AUTHOR", grow: true},
		{title: "SERIES", grow: true},
		{title: "IN"},
		{title: "TIME", right: true},
		{title: "STATE"},
		{title: "ASIN"},
	}
	rows := make([][]string, len(items))
	for i := range items {
		item := &items[i]
		rows[i] = []string{
			cmp.Or(item.Title, "(untitled)"), people(item.Authors), placeText(item.Series), item.Marketplace,
			runtimeText(item.RuntimeMinutes), itemState(item), item.ASIN,
		}
	}
	if p.width > 0 && p.width < narrow {
		const series = 2
		columns = slices.Delete(columns, series, series+1)
		for i := range rows {
			rows[i] = slices.Delete(rows[i], series, series+1)
		}
	}
	p.table(columns, rows)
}

// pageLine says how much of the whole is shown, and how to see the rest.
func (p *printer) pageLine(page libraryPage, continued bool) {
	switch {
	case page.Total == 0:
		p.line("No title matches.")
	case page.Next == "" && !continued:
		p.line("%s", p.dim(thousands(page.Total)+plural(page.Total, " title.", " titles.")))
	default:
		p.line("%s", p.dim(fmt.Sprintf("%s of %s titles.", thousands(len(page.Titles)), thousands(page.Total))))
		switch {
		case page.Next == "":
		case p.width > 0: // a mark is for scripts, and longer than a line
			p.note("--limit 0 shows all, and a search or a filter fewer")
		default:
			p.note("the next page: add --after %s (--limit 0 shows all)", page.Next)
		}
	}
}

// counted is a number with its noun.
func counted(n int, one, many string) string { return thousands(n) + " " + plural(n, one, many) }

func plural(n int, one, many string) string {
	if n == 1 {
		return one
	}
	return many
}

// placeText names the first series of a title and its place there.
func placeText(places []audipy.SeriesPlace) string {
	if len(places) == 0 {
		return ""
	}
	return strings.TrimSpace(places[0].Title + " " + places[0].Sequence)
}

// itemState is the state of a title in a word.
func itemState(item *audipy.Item) string {
	switch {
	case item.Status == audipy.ItemGone:
		return "gone"
	case item.Finished:
		return "finished"
	case item.PercentComplete >= 1:
		return fmt.Sprintf("%.0f %%", item.PercentComplete)
	case item.Plus:
		return "Plus"
	}
	return ""
}

func runtimeText(minutes int) string {
	if minutes == 0 {
		return ""
	}
	return fmt.Sprintf("%d:%02d", minutes/60, minutes%60)
}
