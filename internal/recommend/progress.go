package recommend

import (
	"cmp"
	"fmt"
	"slices"
	"strings"
	"time"
)

// title is the name that is shown; a series that nobody named has its ASIN.
func (f *franchise) title() string { return cmp.Or(f.objects[0].title, f.objects[0].asin) }

// progress counts the owned volumes, and the owned and missing ones together.
func (f *franchise) progress() (owned, total int) {
	for _, v := range f.volumes {
		switch {
		case v.owned:
			owned++
			total++
		case v.pick.state == VolumeMissing:
			total++
		}
	}
	return owned, total
}

// next is the volume to go on with: the first one missing after the last
// volume heard, or after the last one owned where nothing was heard. Whole
// volumes go before novellas. It is nil when nothing is missing there.
func (f *franchise) next() *volume {
	heard, last := -1, -1
	for i, v := range f.volumes {
		if v.owned {
			last = i
		}
		if slices.ContainsFunc(v.held, (*holding).isHeard) || v.heldSet != nil && v.heldSet.item.Finished {
			heard = i
		}
	}
	if heard < 0 {
		heard = last
	}
	var novella *volume
	for _, v := range f.volumes[heard+1:] {
		if !v.isSuggested() || v.pick.state != VolumeMissing {
			continue
		}
		if n, _ := f.number(v); n.IsWhole() {
			return v
		}
		if novella == nil {
			novella = v
		}
	}
	return novella
}

// lastActivity is the latest activity on an owned title of it, the zero time
// when unknown.
func (f *franchise) lastActivity(now time.Time) time.Time {
	var last time.Time
	for _, v := range slices.Concat(f.volumes, f.unnumbered) {
		held := v.held
		if v.heldSet != nil {
			held = append(slices.Clone(held), v.heldSet)
		}
		for _, h := range held {
			if at := h.activity(now); at.After(last) {
				last = at
			}
		}
	}
	return last
}

// report is the franchise as it is shown.
func (a *adviser) report(f *franchise) Series {
	s := Series{ASIN: f.objects[0].asin, Title: f.title(), LastActivity: f.lastActivity(a.in.Now)}
	s.Owned, s.Total = f.progress()
	s.Volumes = make([]Volume, 0, len(f.volumes))
	for _, object := range f.objects[1:] {
		s.Also = append(s.Also, cmp.Or(object.title, object.asin))
	}
	if len(s.Also) > 0 {
		s.Note = fmt.Sprintf("%s lists the same books as %s; they are shown once, numbered as in %s",
			strings.Join(s.Also, ", "), s.Title, s.Title)
	}
	for _, v := range f.volumes {
		shown := a.reportVolume(f, v)
		if shown.State == VolumeUnreleased {
			s.Unreleased++
		}
		s.Volumes = append(s.Volumes, shown)
	}
	for _, v := range f.unnumbered {
		if !v.owned {
			v.pick = a.tasteFor(f, v).choose(v.singles, "")
			if v.pick.state == VolumeMissing {
				v.pick.state = VolumeListed
			}
		}
		s.Unnumbered = append(s.Unnumbered, a.reportVolume(f, v))
	}
	slices.SortStableFunc(s.Unnumbered, func(x, y Volume) int {
		return cmp.Or(strings.Compare(TitleKey(x.Title), TitleKey(y.Title)), strings.Compare(x.ASIN, y.ASIN))
	})
	return s
}

// reportVolume shows a volume by the edition that stands for it.
func (a *adviser) reportVolume(f *franchise, v *volume) Volume {
	out := Volume{Editions: len(v.singles), OtherNumbers: f.otherNumbers(v)}
	if n, by := f.number(v); by != nil {
		out.Number = n.String()
	}
	if v.owned {
		out.State = VolumeOwned
		out.showOwned(v)
		return out
	}
	out.State, out.Hidden = v.pick.state, v.pick.hidden
	if l := v.pick.listing; l != nil {
		out.ASIN, out.Marketplace, out.Title, out.ReleaseDate = l.asin, l.market, l.of.Title, l.of.ReleaseDate
		out.Note = a.onceOwned(&draft{listing: l, editions: v.singles})
	}
	if v.fromSet != nil {
		out.Note = "sold only in the set " + v.fromSet.seq.String()
	}
	return out
}

// showOwned shows the edition that is owned, and tells apart a box set and an
// edition that the series doesn't list.
func (out *Volume) showOwned(v *volume) {
	shown := v.heldSet
	if isWhole(editionsOf(v.held)) {
		shown = v.held[0]
	}
	if shown == nil {
		return
	}
	out.ASIN, out.Marketplace, out.Title, out.ReleaseDate = shown.asin, shown.market, shown.of.Title, shown.of.ReleaseDate
	listed := slices.ContainsFunc(v.singles, func(l *listing) bool { return l.asin == shown.asin })
	switch {
	case shown.elsewhere:
		out.Note = "you have it outside of Audible"
	case shown == v.heldSet:
		out.Note = "you have it in a set"
	case !listed:
		out.Note = "you have another edition" + shown.describe()
	}
}
