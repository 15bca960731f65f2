package cli

import (
	"cmp"
	"context"
	"fmt"
	"io"
	"maps"
	"slices"
	"strings"

	"github.com/audipy/audipy/internal/audipy"
	"github.com/audipy/audipy/internal/recommend"
)

// shelf is what text reports are made from.
type shelf struct {
	items []audipy.Item
	// series are there when a report on what is missing was asked for.
	series []recommend.Series
}

func (s *shelf) rows() int { return len(s.items) }

// shelfOf reads the present library, and with series what is missing from it.
func shelfOf(ctx context.Context, d data, offline, series bool) (*shelf, error) {
	s := &shelf{}
	for item, err := range d.allTitles(ctx) {
		if err != nil {
			return nil, err
		}
		if item.Status == audipy.ItemActive {
			s.items = append(s.items, item)
		}
	}
	if series {
		advice, err := d.advise(ctx, seriesPart, offline)
		if err != nil {
			return nil, err
		}
		s.series = advice.Series
	}
	return s, nil
}

// report is one text report.
type report struct {
	name, file string
	write      func(io.Writer, *shelf) error
}

// reports lists them; the one on what is missing is the last.
func reports() []report {
	return []report{
		{"series", "library-by-series.txt", reportBySeries},
		{"author", "library-by-author.txt", func(w io.Writer, s *shelf) error {
			return reportByPerson(w, s, "author", func(i *audipy.Item) []audipy.Contributor { return i.Authors })
		}},
		{"narrator", "library-by-narrator.txt", func(w io.Writer, s *shelf) error {
			return reportByPerson(w, s, "narrator", func(i *audipy.Item) []audipy.Contributor { return i.Narrators })
		}},
		{"missing", "missing.txt", reportMissing},
	}
}

// group is the titles under one heading of a report.
type group struct {
	name  string
	lines []groupLine
}

// groupLine is one title of a group, with what orders it.
type groupLine struct {
	number recommend.Number
	text   string
}

// groups collects lines under headings that are equal but for spelling.
type groups map[string]*group

func (g groups) add(key, name string, line groupLine) {
	if g[key] == nil {
		g[key] = &group{name: name}
	}
	g[key].lines = append(g[key].lines, line)
}

// write prints the groups by their headings.
func (g groups) write(w io.Writer, title string, titles int) error {
	out := &strings.Builder{}
	fmt.Fprintf(out, "%s (%s titles)\n", title, thousands(titles))
	for _, key := range slices.Sorted(maps.Keys(g)) {
		one := g[key]
		slices.SortStableFunc(one.lines, func(x, y groupLine) int {
			return cmp.Or(cmp.Compare(x.number, y.number), strings.Compare(x.text, y.text))
		})
		fmt.Fprintf(out, "\n%s (%d)\n", clean(one.name), len(one.lines))
		for _, line := range one.lines {
			fmt.Fprintf(out, "  %s\n", clean(line.text))
		}
	}
	_, err := io.WriteString(w, out.String())
	return err
}

// last is a heading's key that comes after every name.
const last = "\U0010ffff"

func reportBySeries(w io.Writer, s *shelf) error {
	all := groups{}
	for i := range s.items {
		item := &s.items[i]
		if len(item.Series) == 0 {
			all.add(last, "In no series", groupLine{text: titleBy(item, "")})
		}
		for _, place := range item.Series {
			line := groupLine{text: titleBy(item, "")}
			if numbers := recommend.ParseSequence(place.Sequence).Numbers(); len(numbers) > 0 {
				line.number = numbers[0]
			}
			if place.Sequence != "" {
				line.text = place.Sequence + ". " + line.text
			}
			all.add(recommend.TitleKey(place.Title), place.Title, line)
		}
	}
	return all.write(w, "Library by series", len(s.items))
}

func reportByPerson(w io.Writer, s *shelf, kind string, of func(*audipy.Item) []audipy.Contributor) error {
	all := groups{}
	for i := range s.items {
		item := &s.items[i]
		found := of(item)
		for _, one := range found {
			all.add(recommend.NameKey(one.Name), one.Name, groupLine{text: titleBy(item, placeText(item.Series))})
		}
		if len(found) == 0 {
			all.add(last, "No "+kind+" named", groupLine{text: titleBy(item, placeText(item.Series))})
		}
	}
	return all.write(w, "Library by "+kind, len(s.items))
}

// titleBy names a title with what tells it from others; in is its place in a
// series, or empty.
func titleBy(i *audipy.Item, in string) string {
	text := cmp.Or(i.Title, "(untitled)")
	if by := people(i.Authors); by != "" {
		text += " by " + by
	}
	if in != "" {
		text += " [" + in + "]"
	}
	return text + " (" + i.ASIN + " " + i.Marketplace + ")"
}

func reportMissing(w io.Writer, s *shelf) error {
	all, missing := groups{}, 0
	for i := range s.series {
		one := &s.series[i]
		for n, v := range one.Volumes {
			if v.State != recommend.VolumeMissing {
				continue
			}
			missing++
			text := v.Number + ". " + cmp.Or(v.Title, "(not asked about yet)") + " (" + v.ASIN + " " + v.Marketplace + ")"
			heading := fmt.Sprintf("%s, %d of %d owned", cmp.Or(one.Title, one.ASIN), one.Owned, one.Total)
			all.add(recommend.TitleKey(one.Title)+one.ASIN, heading, groupLine{recommend.Number(n), text})
		}
	}
	return all.write(w, "Missing from series", missing)
}
