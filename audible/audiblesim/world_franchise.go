package audiblesim

import "fmt"

// plot is a franchise while it is being written.
type plot struct {
	*catalogue
	d         *dice
	number    int32
	lang      uint8
	naming    naming
	author    *person
	authors   []*person // shared by all titles
	narrators []*person // of the usual editions
	genre     uint8
	publisher string
	out       franchise
}

// addFranchise generates the k-th franchise of the shop.
func (c *catalogue) addFranchise(k uint64) {
	d := newDice(c.seed, uint64(c.shop.number), 0, k)
	p := &plot{catalogue: c, d: d, number: int32(k), lang: c.pickLanguage(d)}
	p.naming = newNaming(c.languages[p.lang], d)
	people := 4 + int(k)/3
	p.author = c.person(p.lang, false, d.below(people))
	p.authors = []*person{p.author}
	if second := c.person(p.lang, false, d.below(people)); second != p.author && d.percent(8) {
		p.authors = append(p.authors, second)
	}
	p.narrators = []*person{c.person(p.lang, true, d.below(6+int(k)/6))}
	p.genre = c.pickLadder(p.naming, d)
	p.publisher = d.pick(p.naming.words.publishers)
	p.out = franchise{language: p.lang, show: -1}
	switch roll := d.below(100); {
	case roll < 3:
		p.writePodcast()
	case roll < 45, roll < 90 && !p.naming.isFiction():
		p.writeSingle()
	default:
		p.writeSeries()
	}
	c.franchises = append(c.franchises, p.out)
}

// pickLanguage mostly takes the shop's own language.
func (c *catalogue) pickLanguage(d *dice) uint8 {
	if d.percent(86) {
		return c.shop.languages[0]
	}
	return c.shop.languages[d.below(len(c.shop.languages))]
}

// draft is a title with what all titles of the franchise share.
func (p *plot) draft(name string, released int32) title {
	t := title{
		name: name, publisher: p.publisher, authors: p.authors, narrators: p.narrators,
		franchise: p.number, parent: -1, released: released, language: p.lang, genre: p.genre,
		minutes: int16(p.d.between(95, 1150)), volume: -1,
	}
	t.price = p.newPrice()
	t.plus = p.d.percent(9)
	t.original = p.d.percent(4)
	t.delisted = p.d.percent(1)
	if t.original {
		t.format = formatOriginal
	}
	if t.minutes > 1020 {
		t.delivery = deliveryMulti
	}
	return t
}

// newPrice rolls what a title costs; a few have no price at all.
func (p *plot) newPrice() price {
	d, list := p.d, p.shop.prices[p.d.below(len(p.shop.prices))]
	if d.percent(2) {
		return price{}
	}
	out := price{list: list, noCredit: d.percent(3)}
	if d.percent(12) {
		out.sale = max(list*int32(d.between(18, 55))/100, 1)
	}
	if d.percent(30) {
		out.ws4v = max(list/4, 1)
	}
	return out
}

// writeSingle adds a book that belongs to no series.
func (p *plot) writeSingle() {
	name := p.freeName(p.naming.title)
	if p.d.percent(6) {
		name = p.freeName(p.naming.common)
	}
	p.out.name = name
	t := p.draft(name, p.today-int32(p.d.between(5, 5500)))
	switch roll := p.d.below(100); {
	case roll < 4:
		t.content = contentLecture
	case roll < 8:
		t.content = contentPerformance
	case roll < 10:
		t.released = p.today + int32(p.d.between(15, 220))
	}
	p.addVolume(t, nil)
	if p.d.percent(5) {
		p.addEdition(0)
	}
}

// freeName rolls names until the author has no title of that name yet.
func (p *plot) freeName(roll func(*dice) string) string {
	for range 20 {
		if name := roll(p.d); p.claim(p.author, name) {
			return name
		}
	}
	// Twenty misses mean that the words are used up for this author.
	name := roll(p.d) + " " + number(2+p.d.below(90))
	p.claim(p.author, name)
	return name
}

// addVolume adds a book as the franchise's next volume.
func (p *plot) addVolume(t title, series []membership) *title {
	t.volume = int16(len(p.out.volumes))
	t.series = series
	added := p.add(t)
	p.out.volumes = append(p.out.volumes, volumeRecord{editions: []int32{added.index}})
	if added.delivery == deliveryMulti {
		p.addParts(added)
	}
	return added
}

// addEdition adds another recording of a volume: by another narrator, abridged
// or dramatised. It carries the same place in every series.
func (p *plot) addEdition(volume int) {
	words := p.naming.words
	record := &p.out.volumes[volume]
	t := *p.titles[record.editions[0]]
	t.children, t.delivery = nil, deliverySingle
	t.narrators = []*person{p.person(p.lang, true, p.d.below(40)+1)}
	t.released += int32(p.d.between(200, 900))
	t.released = min(t.released, p.today-3)
	t.price = p.newPrice()
	t.plus = p.d.percent(20)
	switch roll := p.d.below(3); {
	case roll == 0 && words.abridged != "":
		t.format, t.minutes = formatAbridged, t.minutes/2
		t.subtitle = words.abridged
	case roll == 1 && words.drama != "":
		t.name += " " + words.drama
		t.content, t.minutes = contentPerformance, t.minutes/3+30
		t.narrators = append(t.narrators, p.narrators[0], p.person(p.lang, true, p.d.below(40)))
	}
	added := p.add(t)
	record.editions = append(record.editions, added.index)
	for _, m := range added.series {
		m.series.insertAfter(record.editions[0], seriesMember{added.index, m.sequence})
	}
}

// addParts adds the two or three files that a long book is delivered in.
func (p *plot) addParts(t *title) {
	whole := *t
	for i := range p.d.between(2, 3) {
		part := *t
		part.name = t.name + " " + fmt.Sprintf(p.naming.words.part, number(i+1))
		part.delivery, part.parent, part.volume = deliveryPart, t.index, -1
		part.series, part.children = nil, nil
		part.minutes = t.minutes / 3
		whole.children = append(whole.children, p.add(part).index)
	}
	p.replace(&whole)
}

// insertAfter puts a member behind the one it is another edition of.
func (s *seriesRecord) insertAfter(title int32, m seriesMember) {
	for i, member := range s.members {
		if member.title == title {
			s.members = append(s.members[:i+1], append([]seriesMember{m}, s.members[i+1:]...)...)
			return
		}
	}
	s.members = append(s.members, m)
}
