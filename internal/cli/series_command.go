package cli

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"github.com/audipy/audipy/internal/audipy"
	"github.com/audipy/audipy/internal/recommend"
)

// seriesCmd says how far the person is in every series.
type seriesCmd struct {
	List seriesListCmd `cmd:"" default:"withargs" help:"List every series you own something of, and how much of it."`
	Show seriesShowCmd `cmd:"" help:"List the volumes of one series in order, and which you have."`
}

// seriesListCmd lists series.
type seriesListCmd struct {
	Missing bool   `help:"Only series with released volumes that you don't have."`
	Store   string `placeholder:"CODE" help:"Only series of this store, such as de."`
	Offline bool   `help:"Use the series of the last look."`
}

// seriesProgress is a series as JSON says it in a list, without its volumes.
type seriesProgress struct {
	ASIN       string   `json:"asin"`
	Title      string   `json:"title"`
	Also       []string `json:"also,omitempty"`
	Note       string   `json:"note,omitempty"`
	Stores     []string `json:"stores"`
	Owned      int      `json:"owned"`
	Total      int      `json:"total"`
	Missing    int      `json:"missing"`
	Unreleased int      `json:"unreleased"`
}

// Run prints the progress of every series.
func (c seriesListCmd) Run(ctx context.Context, a *app) error {
	if c.Store != "" && !audipy.IsMarketplace(c.Store) {
		return noSuchStore(c.Store)
	}
	d, err := a.data(ctx)
	if err != nil {
		return err
	}
	advice, err := d.advise(ctx, seriesPart, c.Offline)
	if err != nil {
		return err
	}
	rows := make([]seriesProgress, 0, len(advice.Series))
	for i := range advice.Series {
		one := progressOf(&advice.Series[i])
		if c.Missing && one.Missing == 0 || c.Store != "" && !slices.Contains(one.Stores, c.Store) {
			continue
		}
		rows = append(rows, one)
	}
	return a.out.result(map[string]any{"series": rows}, func() { a.out.seriesTable(rows, c.Missing) })
}

func progressOf(s *recommend.Series) seriesProgress {
	one := seriesProgress{
		ASIN: s.ASIN, Title: s.Title, Also: s.Also, Note: s.Note, Stores: []string{},
		Owned: s.Owned, Total: s.Total, Missing: s.Missing(), Unreleased: s.Unreleased,
	}
	for _, volumes := range [][]recommend.Volume{s.Volumes, s.Unnumbered} {
		for i := range volumes {
			if m := volumes[i].Marketplace; m != "" && !slices.Contains(one.Stores, m) {
				one.Stores = append(one.Stores, m)
			}
		}
	}
	slices.Sort(one.Stores)
	return one
}

func (p *printer) seriesTable(rows []seriesProgress, onlyMissing bool) {
	if len(rows) == 0 {
		text := "No series: nothing in the library belongs to one that the catalogue lists."
		if onlyMissing {
			text = "No series has a released volume that you don't have."
		}
		p.line("%s", text)
		return
	}
	cells := make([][]string, len(rows))
	missing, complete := 0, 0
	for i, r := range rows {
		missing += r.Missing
		if r.Missing == 0 {
			complete++
		}
		cells[i] = []string{
			cmp.Or(r.Title, r.ASIN), fmt.Sprintf("%d of %d", r.Owned, r.Total),
			countOrNone(r.Missing), countOrNone(r.Unreleased), strings.Join(r.Stores, ","), r.ASIN,
		}
	}
	p.table([]column{
		{title: "SERIES", grow: true},
		{title: "OWNED", right: true},
		{title: "MISSING", right: true},
		{title: "TO COME", right: true},
		{title: "IN"},
		{title: "ASIN"},
	}, cells)
	p.line("%s", p.dim(fmt.Sprintf("%s series, %s complete, %s volumes missing.",
		thousands(len(rows)), thousands(complete), thousands(missing))))
}

// countOrNone leaves out a zero, so that what is there stands out.
func countOrNone(n int) string {
	if n == 0 {
		return ""
	}
	return strconv.Itoa(n)
}

// seriesShowCmd lists the volumes of one series.
type seriesShowCmd struct {
	Name    []string `arg:"" help:"The series: its ASIN, its name, or a part of the name."`
	Offline bool     `help:"Use the series of the last look."`
}

// Run prints the volumes in order.
func (c seriesShowCmd) Run(ctx context.Context, a *app) error {
	d, err := a.data(ctx)
	if err != nil {
		return err
	}
	advice, err := d.advise(ctx, seriesPart, c.Offline)
	if err != nil {
		return err
	}
	found, err := findSeries(advice.Series, strings.Join(c.Name, " "))
	if err != nil {
		return err
	}
	return a.out.result(found, func() { a.out.seriesVolumes(found) })
}

// findSeries returns the one series that the text names: by ASIN, by its whole
// name, or by a part of it.
func findSeries(all []recommend.Series, text string) (*recommend.Series, error) {
	key := recommend.TitleKey(text)
	var partly []*recommend.Series
	for i := range all {
		one := &all[i]
		if strings.EqualFold(one.ASIN, text) || key != "" && recommend.TitleKey(one.Title) == key {
			return one, nil
		}
		names := append([]string{one.Title}, one.Also...)
		if key != "" && slices.ContainsFunc(names, func(name string) bool { return strings.Contains(recommend.TitleKey(name), key) }) {
			partly = append(partly, one)
		}
	}
	switch len(partly) {
	case 1:
		return partly[0], nil
	case 0:
		return nil, audipy.Fail(audipy.NotFound, fmt.Sprintf("no series that you own something of is named %q", text), nil).
			WithHint(`"audipy series" lists them`)
	}
	var names []string
	for _, one := range partly[:min(len(partly), 5)] {
		names = append(names, fmt.Sprintf("%s (%s)", one.Title, one.ASIN))
	}
	return nil, audipy.Fail(audipy.Invalid, fmt.Sprintf("%d series match %q", len(partly), text), nil).
		WithHint("name one by its ASIN: " + strings.Join(names, ", "))
}

// seriesVolumes prints one series, volume by volume.
func (p *printer) seriesVolumes(s *recommend.Series) {
	p.heading(fmt.Sprintf("%s: %d of %d", cmp.Or(s.Title, s.ASIN), s.Owned, s.Total))
	if s.Note != "" {
		p.line("%s", clean(s.Note))
	}
	var cells [][]string
	for _, volumes := range [][]recommend.Volume{s.Volumes, s.Unnumbered} {
		for i := range volumes {
			v := &volumes[i]
			cells = append(cells, []string{
				v.Number, volumeState(v), cmp.Or(v.Title, "(not asked about yet)"), v.Marketplace, v.ASIN, v.ReleaseDate,
			})
		}
	}
	p.table([]column{
		{title: "NO.", right: true},
		{title: "STATE"},
		{title: "TITLE", grow: true},
		{title: "IN"},
		{title: "ASIN"},
		{title: "RELEASED"},
	}, cells)
	for _, volumes := range [][]recommend.Volume{s.Volumes, s.Unnumbered} {
		for i := range volumes {
			p.volumeNotes(&volumes[i])
		}
	}
}

// volumeState is the state of a volume in a word or two.
func volumeState(v *recommend.Volume) string {
	text := string(v.State)
	if v.State == recommend.VolumeUnreleased {
		text = "to come"
	}
	if v.Hidden != "" {
		text += ", " + string(v.Hidden)
	}
	return text
}

// volumeNotes says below the table what is special about a volume.
func (p *printer) volumeNotes(v *recommend.Volume) {
	name := cmp.Or(v.Number, v.Title, v.ASIN)
	if v.Note != "" {
		p.line("%s", p.dim(clean(name+": "+v.Note)))
	}
	if len(v.OtherNumbers) > 0 {
		p.line("%s", p.dim(clean(name+": also "+strings.Join(v.OtherNumbers, ", "))))
	}
}
