package recommend

import (
	"cmp"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"golang.org/x/text/unicode/norm"
)

// Number is the number of a volume in thousandths, so that "2.5" and "0.75"
// are exact: 2500 and 750.
type Number int64

// whole is the step from one whole volume to the next.
const whole Number = 1000

// maxSpan bounds how many volumes one set is believed to hold; a longer range
// is a range of years or a mistake.
const maxSpan = 120 * whole

// IsWhole reports whether n has no decimals.
func (n Number) IsWhole() bool { return n%whole == 0 }

// String returns the shortest decimal form, such as "3" or "2.5".
func (n Number) String() string {
	text := strconv.FormatInt(int64(n/whole), 10)
	if n.IsWhole() {
		return text
	}
	decimals := strconv.FormatInt(int64(n%whole+whole), 10)[1:]
	return text + "." + strings.TrimRight(decimals, "0")
}

// span is one term of a sequence: a single volume when both ends are equal.
type span struct{ from, to Number }

func (s span) isSingle() bool { return s.from == s.to }

// holds reports whether the span contains a volume. A range between whole
// numbers holds the whole volumes alone, for "1-6" rarely includes the
// novella 2.5; one whose end is a decimal was counted with the novellas.
func (s span) holds(n Number) bool {
	if n == s.from || n == s.to {
		return true
	}
	fractional := !s.from.IsWhole() || !s.to.IsWhole()
	return s.from < n && n < s.to && (n.IsWhole() || fractional)
}

// Sequence is the set of volumes that a place in a series names. The zero
// value names none: a member without a number. It is immutable.
type Sequence struct{ spans []span }

var (
	// sequenceWords are what people write beside the number, in the languages
	// of the stores.
	sequenceWords = regexp.MustCompile(`\b(books?|volumes?|vols?|parts?|band|bände|buch|teile?|tomes?|livres?|libros?|libri|livros?|nos?|nr|n)\b\.?|[#第巻冊集]`)
	// sequenceJoin stands between the terms of a list.
	sequenceJoin = regexp.MustCompile(`\s*(?:,|;|&|\+|/|\band\b|\bund\b|\bet\b|\by\b|、)\s*`)
	// sequenceRange stands between the ends of a range: every dash that was
	// ever typed for one.
	sequenceRange = regexp.MustCompile(`\s*(?:[-‐‑‒–—―−~〜～]|\bto\b|\bbis\b|\bthrough\b)\s*`)
	// decimalComma is a half or a quarter in a store that writes decimals so.
	decimalComma = regexp.MustCompile(`^\d+,(?:5|25|75)$`)
)

// ParseSequence reads the text of a place in a series: "3", "2.5", "1-6",
// "1, 2 & 3", "1-3.5", "Book 4", full-width digits and any dash. Text that
// names no number, such as "Prequel" or "4A", gives the zero Sequence.
func ParseSequence(text string) Sequence {
	if n, ok := parseNumber(text); ok { // nearly all of them
		return Sequence{spans: []span{{n, n}}}
	}
	if strings.TrimSpace(text) == "" {
		return Sequence{}
	}
	text = strings.ToLower(norm.NFKC.String(text))
	text = strings.TrimSpace(sequenceWords.ReplaceAllString(text, " "))
	if decimalComma.MatchString(text) && !strings.HasPrefix(text, "4,") {
		// "2,5" is two and a half where a comma is the decimal mark; books
		// four and five are the one such pair that would be a set.
		text = strings.Replace(text, ",", ".", 1)
	}
	var spans []span
	var last Number
	for term := range strings.SplitSeq(sequenceJoin.ReplaceAllString(text, "\x00"), "\x00") {
		if strings.TrimSpace(term) == "" {
			continue
		}
		s, ok := parseSpan(term)
		if !ok {
			return Sequence{}
		}
		spans, last = append(spans, s), max(last, s.to)
	}
	slices.SortFunc(spans, func(a, b span) int {
		return cmp.Or(cmp.Compare(a.from, b.from), cmp.Compare(a.to, b.to))
	})
	spans = slices.Compact(spans)
	if len(spans) > 0 && last-spans[0].from > maxSpan {
		return Sequence{}
	}
	return Sequence{spans: spans}
}

// parseSpan reads one number or range. A range that goes down is none: "6-1"
// is the first part of a sixth season.
func parseSpan(term string) (span, bool) {
	ends := strings.Split(sequenceRange.ReplaceAllString(strings.TrimSpace(term), "\x00"), "\x00")
	if len(ends) > 2 {
		return span{}, false
	}
	from, ok := parseNumber(ends[0])
	to := from
	if ok && len(ends) == 2 {
		to, ok = parseNumber(ends[1])
	}
	return span{from, to}, ok && from <= to
}

// parseNumber reads a number of at most five digits and three decimals;
// anything beyond is no volume's number.
func parseNumber(text string) (Number, bool) {
	units, decimals, hasPoint := strings.Cut(strings.TrimSpace(text), ".")
	if units == "" || len(units) > 5 || len(decimals) > 3 || hasPoint && decimals == "" {
		return 0, false
	}
	decimals += "000"[len(decimals):]
	n, err := strconv.ParseUint(units+decimals, 10, 32)
	return Number(n), err == nil
}

// IsZero reports whether s names no volume.
func (s Sequence) IsZero() bool { return len(s.spans) == 0 }

// Single returns the one volume that s names, and false when it names none or
// several.
func (s Sequence) Single() (Number, bool) {
	if len(s.spans) != 1 || !s.spans[0].isSingle() {
		return 0, false
	}
	return s.spans[0].from, true
}

// IsSet reports whether s names several volumes, as a box set does.
func (s Sequence) IsSet() bool {
	_, single := s.Single()
	return !single && !s.IsZero()
}

// Holds reports whether n is one of the volumes that s names. A range holds
// its two ends and the whole numbers between them; the decimals between them
// only if one of its ends is a decimal.
func (s Sequence) Holds(n Number) bool {
	return slices.ContainsFunc(s.spans, func(x span) bool { return x.holds(n) })
}

// Numbers returns the volumes that s names for certain, ascending: the ends
// of its ranges and the whole numbers between them.
func (s Sequence) Numbers() []Number {
	var numbers []Number
	for _, x := range s.spans {
		numbers = append(numbers, x.from, x.to)
		for n := x.from - x.from%whole + whole; n < x.to; n += whole {
			numbers = append(numbers, n)
		}
	}
	slices.Sort(numbers)
	return slices.Compact(numbers)
}

// Equal reports whether s and t were counted the same way.
func (s Sequence) Equal(t Sequence) bool { return slices.Equal(s.spans, t.spans) }

// String returns the canonical text, which ParseSequence reads back: "1-6",
// "1, 2, 5", or "" for the zero value.
func (s Sequence) String() string {
	terms := make([]string, 0, len(s.spans))
	for _, x := range s.spans {
		if x.isSingle() {
			terms = append(terms, x.from.String())
			continue
		}
		terms = append(terms, x.from.String()+"-"+x.to.String())
	}
	return strings.Join(terms, ", ")
}
