package audiblesim

// A catalogue is made of franchises, which point at titles by number:
//
//	franchise ── volumes ── editions ──┐
//	    │ └───── boxes ────────────────┤
//	    │ └───── show ─────────────────┼─> titles ── children (parts, episodes)
//	    └─ series ── members ──────────┘
//
// A title points back at its franchise, volume and series.

// catalogue is everything one shop sells, generated franchise by franchise as
// far as it is needed. The world's lock guards it.
type catalogue struct {
	shop      shop
	seed      uint64
	today     int32 // the day the world began
	languages []language
	ladders   []ladder

	titles     []*title                 // by number
	byASIN     map[string]int32         // to the number
	series     map[string]*seriesRecord // by ASIN
	franchises []franchise              // by number, without gaps
	people     map[personKey]*person    // those that were named so far
	names      map[uint64]struct{}      // taken pairs of author and title
}

// franchise is one story world: a single book, a series with its editions and
// box sets, or a show with its episodes.
type franchise struct {
	name     string
	language uint8
	series   []*seriesRecord
	volumes  []volumeRecord
	boxes    []boxRecord
	show     int32 // the podcast's title, or -1
}

// volumeRecord is one book of a franchise with all its editions: the first is
// the usual one, others have another narrator, are abridged or dramatised.
type volumeRecord struct{ editions []int32 }

// boxRecord is a box set: a title that holds volumes first to last.
type boxRecord struct {
	title       int32
	first, last int16
}

// personKey names a person: authors and narrators of a language are numbered
// apart.
type personKey struct {
	language uint8
	narrator bool
	number   int
}

// newCatalogue returns an empty catalogue. today is the day that "released"
// and "still to come" are reckoned from while titles are generated.
func newCatalogue(seed uint64, s shop, today int32, languages []language, ladders []ladder) *catalogue {
	return &catalogue{
		shop: s, seed: seed, today: today, languages: languages, ladders: ladders,
		byASIN: map[string]int32{}, series: map[string]*seriesRecord{},
		people: map[personKey]*person{}, names: map[uint64]struct{}{},
	}
}

// grow generates franchises until there are n of them. What a franchise is
// depends on seed, shop and number alone, never on who asked.
func (c *catalogue) grow(n int) {
	for len(c.franchises) < n {
		c.addFranchise(uint64(len(c.franchises)))
	}
}

// lookup returns a title by ASIN.
func (c *catalogue) lookup(asin string) (*title, bool) {
	at, ok := c.byASIN[asin]
	if !ok {
		return nil, false
	}
	return c.titles[at], true
}

// replace swaps a title for an altered copy; readers of the old one keep it.
func (c *catalogue) replace(t *title) { c.titles[t.index] = t }

// add puts a new title into the catalogue, which gives it its ASIN.
func (c *catalogue) add(t title) *title {
	t.index = int32(len(c.titles))
	t.asin = c.newASIN(newDice(c.seed, uint64(c.shop.number), 1, uint64(t.index)))
	added := &t
	c.titles = append(c.titles, added)
	c.byASIN[t.asin] = t.index
	return added
}

// newASIN returns a free ASIN: ten characters beginning with B0, or for one in
// twelve an ISBN-10, as at Audible.
func (c *catalogue) newASIN(d *dice) string {
	const characters = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ"
	for {
		var text [10]byte
		if d.below(12) == 0 {
			text = isbn10(d)
		} else {
			bits := d.next()
			text[0], text[1] = 'B', '0'
			text[2] = "123456789BCDFGH"[bits%15]
			bits /= 15
			for i := 3; i < len(text); i++ {
				text[i] = characters[bits%36]
				bits /= 36
			}
		}
		asin := string(text[:])
		_, title := c.byASIN[asin]
		if _, series := c.series[asin]; !title && !series {
			return asin
		}
	}
}

// isbn10 returns an ISBN-10 with its check digit, which may be X.
func isbn10(d *dice) [10]byte {
	text := [10]byte{'1'}
	sum := 10
	for i := 1; i < 9; i++ {
		digit := d.below(10)
		text[i] = byte('0' + digit)
		sum += digit * (10 - i)
	}
	check := (11 - sum%11) % 11
	text[9] = "0123456789X"[check]
	return text
}

// person returns the n-th author or narrator of a language.
func (c *catalogue) person(lang uint8, narrator bool, n int) *person {
	key := personKey{lang, narrator, n}
	if p, ok := c.people[key]; ok {
		return p
	}
	number := n * 2 // narrators and authors take turns in the list of names
	if narrator {
		number++
	}
	p := &person{name: c.languages[lang].words.person(number)}
	d := newDice(c.seed, uint64(c.shop.number), 2, uint64(lang), uint64(number))
	// Authors mostly have a page of their own, narrators rarely (samples).
	if d.percent(93) != narrator || d.percent(5) {
		p.asin = c.newASIN(d)
	}
	c.people[key] = p
	return p
}

// newSeries adds a series object.
func (c *catalogue) newSeries(d *dice, name string, lang uint8) *seriesRecord {
	s := &seriesRecord{asin: c.newASIN(d), name: name, language: lang}
	c.series[s.asin] = s
	return s
}

// claim reports whether an author has no title of that name yet, and takes it.
func (c *catalogue) claim(author *person, name string) bool {
	key := hashText(author.name) ^ hashText(name)*3
	if _, taken := c.names[key]; taken {
		return false
	}
	c.names[key] = struct{}{}
	return true
}
