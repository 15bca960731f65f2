package cli

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"strings"

	"github.com/audipy/audipy/internal/audipy"
	"github.com/audipy/audipy/internal/audit"
	"github.com/audipy/audipy/internal/recommend"
)

// nextCmd says what to listen to next.
type nextCmd struct {
	Show    nextShowCmd    `cmd:"" default:"withargs" help:"Show what to listen to next, why, and what to pay."`
	Dismiss nextDismissCmd `cmd:"" help:"Never suggest a title again."`
	Snooze  nextSnoozeCmd  `cmd:"" help:"Don't suggest a title for a while."`
	Have    nextHaveCmd    `cmd:"" help:"Say that you have a title outside of Audible."`
	Restore nextRestoreCmd `cmd:"" help:"Suggest a dismissed or snoozed title again, or one you no longer have."`
}

// nextShowCmd lists suggestions.
type nextShowCmd struct {
	Limit    listLimit `short:"n" default:"10" help:"How many to show; 0 for all."`
	Kind     string    `enum:",series,author,narrator" default:"" help:"Only suggestions of this kind: series, author or narrator."`
	Cash     bool      `help:"Only those worth paying in cash."`
	Upcoming bool      `help:"Show what is announced instead."`
	Offline  bool      `help:"Use the prices and series of the last look."`
}

// Run prints the suggestions.
func (c nextShowCmd) Run(ctx context.Context, a *app) error {
	d, err := a.data(ctx)
	if err != nil {
		return err
	}
	advice, err := d.advise(ctx, suggestionsPart, c.Offline)
	if err != nil {
		return err
	}
	chosen := advice.Next
	if c.Upcoming {
		chosen = advice.Upcoming
	}
	chosen = slices.DeleteFunc(slices.Clone(chosen), func(s recommend.Suggestion) bool { return !c.wants(s) })
	total := len(chosen)
	if c.Limit > 0 && total > int(c.Limit) {
		chosen = chosen[:c.Limit]
	}
	type document struct {
		Suggestions []recommend.Suggestion `json:"suggestions"`
		Total       int                    `json:"total"`
		Hidden      recommend.Hidden       `json:"hidden"`
	}
	return a.out.result(document{orNone(chosen), total, advice.Hidden}, func() {
		for i, s := range chosen {
			a.out.suggestion(i+1, s)
		}
		a.out.nextFooter(len(chosen), total, advice)
	})
}

func (c nextShowCmd) wants(s recommend.Suggestion) bool {
	if c.Cash && s.Price.Verdict != recommend.VerdictCash {
		return false
	}
	switch c.Kind {
	case "series":
		return s.Kind == recommend.KindNext || s.Kind == recommend.KindGap
	case "author":
		return s.Kind == recommend.KindAuthor
	case "narrator":
		return s.Kind == recommend.KindNarrator
	}
	return true
}

// suggestion prints one suggestion: what, why, and how to pay.
func (p *printer) suggestion(number int, s recommend.Suggestion) {
	title := cmp.Or(s.Product.Title, s.Product.ASIN)
	by := people(s.Product.Authors)
	if by != "" {
		by = " by " + by
	}
	p.numbered(number, title, by, s.Product.ASIN+" "+s.Product.Marketplace)
	for _, reason := range s.Reasons {
		p.below("%s", clean(reason))
	}
	p.below("%s", p.paint(verdictColour(s.Price.Verdict), clean(capital(s.Price.Reason))))
	for _, warning := range s.Warnings {
		p.below("%s %s", p.paint("33", "note:"), clean(warning))
	}
}

func verdictColour(v recommend.Verdict) string {
	switch v {
	case recommend.VerdictCash, recommend.VerdictPlus:
		return "32"
	case recommend.VerdictCredit, recommend.VerdictPreorder:
		return "36"
	case recommend.VerdictAboveLimit, recommend.VerdictLimitNotSet, recommend.VerdictUnbuyable, recommend.VerdictUnknown:
		return "33"
	}
	return "0"
}

// nextFooter says what is not shown, and why.
func (p *printer) nextFooter(shown, total int, advice recommend.Advice) {
	if total == 0 {
		p.prose(0, "Nothing to suggest. Series you own are complete, or the filters leave nothing over.")
	}
	var rest []string
	if total > shown {
		rest = append(rest, fmt.Sprintf("%s more (--limit 0 shows all)", thousands(total-shown)))
	}
	h := advice.Hidden
	for _, part := range []struct {
		n    int
		text string
	}{
		{h.Language, "in other languages"},
		{h.Dismissed + h.Snoozed, "dismissed or snoozed"},
		{h.Unbuyable, "no longer sold"},
	} {
		if part.n > 0 {
			rest = append(rest, fmt.Sprintf("%s %s", thousands(part.n), part.text))
		}
	}
	if len(rest) > 0 {
		p.prose(2, "%s", p.dim("Not shown: "+strings.Join(rest, ", ")+"."))
	}
}

// people joins the first names of a list.
func people(all []audipy.Contributor) string {
	names := make([]string, 0, 3)
	for i, one := range all {
		if i == 2 && len(all) > 3 {
			return strings.Join(names, ", ") + fmt.Sprintf(" and %d more", len(all)-2)
		}
		names = append(names, one.Name)
	}
	return strings.Join(names, ", ")
}

// orNone makes JSON say [] for an empty list.
func orNone[T any](list []T) []T {
	if list == nil {
		return []T{}
	}
	return list
}

// marked names the product that a mark is about.
type marked struct {
	ASIN  string `arg:"" help:"The title's ASIN, as shown by next."`
	Store string `placeholder:"CODE" help:"The store it is suggested in; your preferred one if left out."`
}

// nextDismissCmd hides a suggestion for good.
type nextDismissCmd struct{ marked }

// Run dismisses the title.
func (c nextDismissCmd) Run(ctx context.Context, a *app) error {
	return a.mark(ctx, c.marked, audipy.Mark{})
}

// nextSnoozeCmd hides a suggestion for some days.
type nextSnoozeCmd struct {
	marked
	Days int `default:"90" help:"For how many days, 1 to 3650."`
}

// Validate refuses days that are none.
func (c nextSnoozeCmd) Validate() error {
	if c.Days < 1 || c.Days > 3650 {
		return fmt.Errorf("--days must be 1 to 3650")
	}
	return nil
}

// Run snoozes the title.
func (c nextSnoozeCmd) Run(ctx context.Context, a *app) error {
	return a.mark(ctx, c.marked, audipy.Mark{Until: a.env.Now().AddDate(0, 0, c.Days)})
}

// nextHaveCmd counts a work as owned: on CD, or from another shop.
type nextHaveCmd struct{ marked }

// Run marks the title as owned elsewhere.
func (c nextHaveCmd) Run(ctx context.Context, a *app) error {
	return a.mark(ctx, c.marked, audipy.Mark{Elsewhere: true})
}

// nextRestoreCmd takes a mark back.
type nextRestoreCmd struct{ marked }

// Run takes the mark off the title.
func (c nextRestoreCmd) Run(ctx context.Context, a *app) error {
	d, err := a.data(ctx)
	if err != nil {
		return err
	}
	marketplace, err := storeIn(ctx, d, c.Store)
	if err != nil {
		return err
	}
	if err := d.clearMark(ctx, marketplace, c.ASIN); err != nil {
		return err
	}
	return a.out.result(map[string]string{"asin": c.ASIN, "marketplace": marketplace}, func() {
		a.out.line("%s may be suggested again", clean(c.ASIN))
	})
}

// mark keeps a word on the product that m names.
func (a *app) mark(ctx context.Context, m marked, mark audipy.Mark) error {
	d, err := a.data(ctx)
	if err != nil {
		return err
	}
	marketplace, err := storeIn(ctx, d, m.Store)
	if err != nil {
		return err
	}
	mark.ASIN, mark.Marketplace = strings.ToUpper(m.ASIN), marketplace
	if err := d.setMark(ctx, mark); err != nil {
		return err
	}
	return a.out.result(mark, func() {
		switch {
		case mark.Elsewhere:
			a.out.line("%s counts as yours, in every edition", clean(mark.ASIN))
		case mark.Until.IsZero():
			a.out.line("%s will not be suggested again", clean(mark.ASIN))
		default:
			a.out.line("%s will not be suggested before %s", clean(mark.ASIN), mark.Until.Format("2 January 2006"))
		}
	})
}

// setMark keeps a word on a product.
func (a *app) setMark(ctx context.Context, mark audipy.Mark) error {
	opened, user, err := a.database(ctx)
	if err != nil {
		return err
	}
	return opened.SetMark(ctx, user, mark, audit.Event{Action: audit.MarkSet, Outcome: audit.Succeeded})
}

// clearMark takes it back.
func (a *app) clearMark(ctx context.Context, marketplace, asin string) error {
	opened, user, err := a.database(ctx)
	if err != nil {
		return err
	}
	return opened.ClearMark(ctx, user, marketplace, asin, audit.Event{Action: audit.MarkCleared, Outcome: audit.Succeeded})
}

// storeIn returns the store that was named, or the person's preferred one.
func storeIn(ctx context.Context, d data, named string) (string, error) {
	if named == "" {
		prefs, err := d.preferences(ctx)
		return prefs.Marketplace, err
	}
	if !audipy.IsMarketplace(named) {
		return "", noSuchStore(named)
	}
	return named, nil
}

func noSuchStore(named string) error {
	return audipy.Fail(audipy.Invalid, fmt.Sprintf("%q is not a store of Audible", named), nil).
		WithHint("the stores are " + strings.Join(audipy.Marketplaces(), ", "))
}
