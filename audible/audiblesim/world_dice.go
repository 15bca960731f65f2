package audiblesim

// dice is a small deterministic generator (SplitMix64). It exists because
// everything in a world must follow from its seed, on every machine and in
// every Go version, and because a value costs a nanosecond.
type dice uint64

// newDice returns the generator that belongs to a place in the world, such as
// seed, store and number of the franchise.
func newDice(place ...uint64) *dice {
	d := dice(0x6a09e667f3bcc909)
	for _, p := range place {
		d = dice(mix(uint64(d) ^ p))
	}
	return &d
}

// next returns the next 64 bits.
func (d *dice) next() uint64 {
	*d += 0x9e3779b97f4a7c15
	return mix(uint64(*d))
}

// below returns a number from 0 to n-1, or 0 if n is not positive.
func (d *dice) below(n int) int {
	if n <= 0 {
		return 0
	}
	return int(d.next() % uint64(n))
}

// between returns a number from low to high, both included.
func (d *dice) between(low, high int) int { return low + d.below(high-low+1) }

// percent reports true in p of 100 throws.
func (d *dice) percent(p int) bool { return d.below(100) < p }

// pick returns one of the words, or nothing where there are none.
func (d *dice) pick(words []string) string {
	if len(words) == 0 {
		return ""
	}
	return words[d.below(len(words))]
}

// mix is the finaliser of SplitMix64: a bijection that spreads every bit.
func mix(x uint64) uint64 {
	x = (x ^ x>>30) * 0xbf58476d1ce4e5b9
	x = (x ^ x>>27) * 0x94d049bb133111eb
	return x ^ x>>31
}

// hashText returns 64 bits that follow from a text (FNV-1a, then mixed).
func hashText(text string) uint64 {
	h := uint64(0xcbf29ce484222325)
	for i := range len(text) {
		h = (h ^ uint64(text[i])) * 0x100000001b3
	}
	return mix(h)
}
