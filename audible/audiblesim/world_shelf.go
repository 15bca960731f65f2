package audiblesim

import (
	"cmp"
	"slices"
	"time"
)

// shelf is the library of one account in one store. The world's lock guards it.
type shelf struct {
	entries []entry         // in order of purchase
	place   map[int32]int32 // title to its entry
	token   int64           // the newest change, ms since 1970; 0 = never anything
	wishes  []wish          // newest last
}

// entry is one title in a library. A title that was returned stays as Revoked.
type entry struct {
	title    int32 // its number in the catalogue
	added    int64 // ms since 1970
	changed  int64 // the state token of its last change
	finished int64 // ms since 1970, 0 = not finished
	heardMS  int32 // the last position; 0 = never played
	heardAt  int64 // when, ms since 1970
	revoked  bool
	plus     bool // taken from the Plus catalogue, not bought
	archived bool
}

// wish is one title on a wish list.
type wish struct {
	title int32
	added int64 // ms since 1970
}

// find returns a title's entry, or nil.
func (s *shelf) find(title int32) *entry {
	at, ok := s.place[title]
	if !ok {
		return nil
	}
	return &s.entries[at]
}

// owns reports whether the title is in the library now.
func (s *shelf) owns(title int32) bool {
	e := s.find(title)
	return e != nil && !e.revoked
}

// put adds a title at the end, or brings a returned one back.
func (s *shelf) put(e entry) {
	if old := s.find(e.title); old != nil {
		old.revoked, old.changed, old.plus = false, e.changed, e.plus
		return
	}
	s.place[e.title] = int32(len(s.entries))
	s.entries = append(s.entries, e)
}

// advance returns the token of a change that happens now. Tokens are instants
// but always grow, even while a simulated clock stands still.
func (s *shelf) advance(now time.Time) int64 {
	s.token = max(s.token+1, now.UnixMilli())
	return s.token
}

// stock fills a new shelf with n titles that the account's dice choose. The
// catalogue grows as far as that takes, and some more: something must be left to
// want. Purchases are spread over eleven years, after each title's release.
func (w *world) stock(c *catalogue, s *shelf, accountID string, n int) {
	now := w.now().UTC()
	token := s.advance(now)
	buyer := hashText(accountID)
	entries := make([]entry, 0, n)
	for k := 0; len(entries) < n; k++ {
		c.grow(k + 1)
		d := newDice(c.seed, uint64(c.shop.number), 3, buyer, uint64(k))
		for _, at := range c.choose(&c.franchises[k], d) {
			if len(entries) < n {
				entries = append(entries, c.purchase(c.titles[at], now, token, d))
			}
		}
	}
	slices.SortFunc(entries, func(a, b entry) int {
		return cmp.Or(cmp.Compare(a.added, b.added), cmp.Compare(a.title, b.title))
	})
	joinOrders(entries)
	c.grow(len(c.franchises) + len(c.franchises)/12 + 60)
	for _, e := range entries {
		s.put(e)
	}
	w.wishFor(c, s, newDice(c.seed, uint64(c.shop.number), 4, buyer), n)
}

// choose picks what an account owns of a franchise, as indices of titles.
func (c *catalogue) choose(f *franchise, d *dice) []int32 {
	foreign := f.language != c.shop.languages[0]
	if f.show >= 0 {
		if d.percent(50) {
			return []int32{f.show}
		}
		return nil
	}
	if d.percent(8) || foreign && d.percent(45) {
		return nil
	}
	if len(f.boxes) > 0 && d.percent(30) {
		return c.chooseBox(f, d)
	}
	limit, chance := len(f.volumes), 100
	switch roll := d.below(100); {
	case roll < 28: // reads on in order and stopped somewhere
		limit = 1 + d.below(len(f.volumes))
	case roll < 48: // bought here and there
		chance = 60
	}
	var chosen []int32
	for i := range limit {
		if d.percent(chance) {
			chosen = c.chooseEdition(chosen, f.volumes[i], d)
		}
	}
	return chosen
}

// chooseBox takes a box set and perhaps the volumes after it.
func (c *catalogue) chooseBox(f *franchise, d *dice) []int32 {
	box := f.boxes[0]
	chosen := []int32{box.title}
	for i := int(box.last) + 1; i < len(f.volumes); i++ {
		if d.percent(45) {
			chosen = c.chooseEdition(chosen, f.volumes[i], d)
		}
	}
	return chosen
}

// chooseEdition takes one edition of a volume, if it is out.
func (c *catalogue) chooseEdition(chosen []int32, v volumeRecord, d *dice) []int32 {
	at := v.editions[0]
	if len(v.editions) > 1 && d.percent(25) {
		at = v.editions[1]
	}
	t := c.titles[at]
	if t.released >= c.today || t.delisted && d.percent(70) {
		return chosen
	}
	return append(chosen, at)
}

// purchase returns the entry of a title bought some time after its release.
func (c *catalogue) purchase(t *title, now time.Time, token int64, d *dice) entry {
	out := int64(t.released) * daySeconds * 1000
	oldest := now.AddDate(-11, 0, 0).UnixMilli()
	from := max(out+daySeconds*1000, oldest)
	span := max(now.UnixMilli()-60_000-from, 1)
	e := entry{title: t.index, added: from + int64(d.next()%uint64(span)), changed: token}
	e.plus = t.plus && (t.price.list == 0 || d.percent(60))
	length := int32(t.minutes) * 60_000
	switch roll := d.below(100); {
	case roll < 55:
		e.heardAt = e.added + int64(d.between(1, 40))*daySeconds*1000
		e.heardAt = min(e.heardAt, now.UnixMilli()-1000)
		e.heardMS, e.finished = length-15_000, e.heardAt
	case roll < 68:
		e.heardMS, e.heardAt = length/100*int32(d.between(3, 92)), now.UnixMilli()-int64(d.between(1, 90))*daySeconds*1000
	}
	return e
}

// joinOrders lets some neighbours share an instant, as titles bought in one
// order do. Only titles that were out by then can.
func joinOrders(entries []entry) {
	for i := 1; i < len(entries); i++ {
		gap := entries[i].added - entries[i-1].added
		if gap < 3*daySeconds*1000 && entries[i].title%5 == 0 {
			entries[i].added = entries[i-1].added
		}
	}
}

// wishFor puts some titles that the account does not own on its wish list.
func (w *world) wishFor(c *catalogue, s *shelf, d *dice, n int) {
	wanted := min(n/12, 60)
	now := w.now().UnixMilli()
	for i := 0; len(s.wishes) < wanted && i < 20*wanted; i++ {
		t := c.titles[d.below(len(c.titles))]
		if t.isBook() && !s.owns(t.index) && s.wished(t.index) < 0 {
			back := int64(wanted-len(s.wishes)) * 5 * daySeconds * 1000
			s.wishes = append(s.wishes, wish{t.index, now - back})
		}
	}
}

// wished returns the place of a title on the wish list, or -1.
func (s *shelf) wished(title int32) int {
	return slices.IndexFunc(s.wishes, func(v wish) bool { return v.title == title })
}
