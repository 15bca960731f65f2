package audiblesim

import "fmt"

// saga is the shape of a series before its volumes are written.
type saga struct {
	volumes    int           // with a whole number
	second     *seriesRecord // the chronological numbering, or nil
	novella    int           // number of the volume a ".5" follows, 0 = none
	companion  bool          // a member without number
	plainTitle bool          // volumes are called "Series 3"
	unreleased int           // how many at the end are still to come
}

// writeSeries adds a series with its volumes, editions and box sets. One in
// eleven longer series is numbered twice, by publication and by the story:
//
//	publication     1    2    3    4
//	chronological   2    3    1    4    volume 3 is a prequel to all
//
// Both series objects list the same titles, and who owns the volumes of one
// owns those of the other.
func (p *plot) writeSeries() {
	d, words := p.d, p.naming.words
	s := saga{volumes: 2 + d.below(4)}
	if d.percent(18) {
		s.volumes += d.below(12)
	}
	p.out.name = p.freeName(p.naming.series)
	first := p.newSeries(d, p.out.name, p.lang)
	if s.volumes >= 3 && len(words.orders) == 2 && d.percent(9) {
		s.second = p.newSeries(d, p.out.name+" "+words.orders[1], p.lang)
		first.name += " " + words.orders[0]
	}
	if s.volumes >= 3 && d.percent(22) {
		s.novella = d.between(1, s.volumes-1)
	}
	s.companion = d.percent(10)
	s.plainTitle = d.percent(45)
	if d.percent(30) {
		s.unreleased = 1 + d.below(2)*d.below(2)
	}
	p.writeVolumes(s, first)
	p.writeBoxes(s, first)
	for i := range p.out.volumes {
		if !p.isFuture(i) && d.percent(6) {
			p.addEdition(i)
		}
	}
	p.out.series = append(p.out.series, first)
	if s.second != nil {
		p.out.series = append(p.out.series, s.second)
	}
}

// isFuture reports whether a volume is still to come when the world begins.
func (p *plot) isFuture(volume int) bool {
	return p.titles[p.out.volumes[volume].editions[0]].released >= p.today
}

// writeVolumes adds the volumes in the order of publication, then the novella
// and the companion, which need not follow that order.
func (p *plot) writeVolumes(s saga, first *seriesRecord) {
	days := p.releaseDays(s)
	prequel := s.volumes / 2 // chronologically first, published later
	for i := range s.volumes {
		sequence := number(i + 1)
		series := []membership{{first, sequence}}
		if s.second != nil {
			series = append(series, membership{s.second, number(chronological(i, prequel))})
		}
		p.place(p.addVolume(p.volume(s, i+1, sequence, days[i]), series))
		if s.novella == i+1 {
			between := sequence + ".5"
			novella := p.volume(saga{}, 0, between, min(days[i]+60, p.today-4))
			novella.minutes = int16(p.d.between(60, 190))
			p.place(p.addVolume(novella, []membership{{first, between}}))
		}
	}
	if s.companion {
		t := p.volume(saga{}, 0, "", p.today-int32(p.d.between(30, 900)))
		p.place(p.addVolume(t, []membership{{first, ""}}))
	}
}

// chronological returns the place in the story of the i-th published volume
// when one of them is a prequel to all.
func chronological(i, prequel int) int {
	switch {
	case i == prequel:
		return 1
	case i < prequel:
		return i + 2
	default:
		return i + 1
	}
}

// releaseDays spaces the volumes out and leaves the last ones in the future
// where the saga says so.
func (p *plot) releaseDays(s saga) []int32 {
	days := make([]int32, s.volumes)
	past := p.today - int32(p.d.between(10, 3000))
	if s.unreleased > 0 {
		past = p.today - int32(p.d.between(20, 300))
	}
	for i := s.volumes - s.unreleased - 1; i >= 0; i-- {
		days[i] = past
		past -= int32(p.d.between(120, 420))
	}
	future := p.today + int32(p.d.between(12, 90))
	for i := s.volumes - s.unreleased; i < s.volumes; i++ {
		days[i] = future
		future += int32(p.d.between(150, 300))
	}
	return days
}

// volume drafts one volume; n is its whole number, or 0 for one without.
func (p *plot) volume(s saga, n int, sequence string, released int32) title {
	var t title
	if s.plainTitle && n > 0 {
		name := p.out.name + " " + number(n)
		if n == 1 {
			name = p.out.name // the first one knew of no second
		}
		t = p.draft(name, released)
		if words := p.naming.words; len(words.places) > 0 {
			t.subtitle = words.places[n%len(words.places)]
		}
		return t
	}
	t = p.draft(p.freeName(p.naming.title), released)
	if sequence != "" {
		t.subtitle = fmt.Sprintf(p.naming.words.volume, p.out.name, sequence)
	}
	return t
}

// place enters a title into the series it says it belongs to.
func (p *plot) place(t *title) {
	for _, m := range t.series {
		m.series.members = append(m.series.members, seriesMember{t.index, m.sequence})
	}
}

// writeBoxes adds box sets: "1-3", and "4-6" after it in long series. A box
// stands in front of its volumes, which shifts their sort numbers.
func (p *plot) writeBoxes(s saga, first *seriesRecord) {
	if s.volumes < 3 || !p.d.percent(24) {
		return
	}
	for from := 1; from+2 <= s.volumes && from <= 4; from += 3 {
		low, high := p.numbered(first, from), p.numbered(first, from+2)
		// Whether a box holds a novella that falls between its volumes is
		// not said anywhere, so none of them does here.
		if high != low+2 || p.isFuture(high) {
			return
		}
		sequence := number(from) + "-" + number(from+2)
		t := p.draft(fmt.Sprintf(p.naming.words.boxset, p.out.name), p.today-int32(p.d.between(5, 200)))
		t.subtitle = fmt.Sprintf(p.naming.words.box, sequence)
		t.minutes = int16(p.d.between(1200, 3100))
		t.delivery = deliveryMulti
		t.price.list += t.price.list / 2
		t.series = []membership{{first, sequence}}
		box := p.add(t)
		p.addParts(box)
		first.insertBefore(p.out.volumes[low].editions[0], seriesMember{box.index, sequence})
		p.out.boxes = append(p.out.boxes, boxRecord{box.index, int16(low), int16(high)})
	}
}

// numbered returns the volume that carries a whole number, or -1.
func (p *plot) numbered(s *seriesRecord, n int) int {
	for i, v := range p.out.volumes {
		for _, m := range p.titles[v.editions[0]].series {
			if m.series == s && m.sequence == number(n) {
				return i
			}
		}
	}
	return -1
}

// insertBefore puts a member in front of another.
func (s *seriesRecord) insertBefore(title int32, m seriesMember) {
	for i, member := range s.members {
		if member.title == title {
			s.members = append(s.members[:i], append([]seriesMember{m}, s.members[i:]...)...)
			return
		}
	}
}

// writePodcast adds a show with its episodes.
func (p *plot) writePodcast() {
	words := p.naming.words
	name := p.freeName(func(d *dice) string { return d.pick(words.podcasts) })
	p.out.name = name
	t := p.draft(name, p.today-int32(p.d.between(300, 1500)))
	t.delivery, t.content, t.format = deliveryShow, contentPodcast, formatOriginal
	t.price, t.plus, t.minutes, t.delisted = price{}, true, 0, false
	show := p.add(t)
	p.out.show = show.index
	whole := *show
	for i := range p.d.between(8, 30) {
		episode := *show
		episode.name = number(i+1) + ". " + p.d.pick(words.episodes)
		episode.delivery, episode.parent = deliveryEpisode, show.index
		episode.minutes = int16(p.d.between(18, 75))
		episode.released = show.released + int32(i*7)
		whole.children = append(whole.children, p.add(episode).index)
	}
	p.replace(&whole)
}
