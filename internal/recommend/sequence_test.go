package recommend_test

import (
	"slices"
	"testing"

	"pgregory.net/rapid"

	"github.com/audipy/audipy/internal/recommend"
)

func TestSequenceNamesItsVolumes(t *testing.T) {
	t.Parallel()
	cases := []struct {
		text, canonical string
		holds, lacks    []recommend.Number
	}{
		{"3", "3", []recommend.Number{3000}, []recommend.Number{2000, 3500}},
		{"0", "0", []recommend.Number{0}, []recommend.Number{1000}},
		{"2.5", "2.5", []recommend.Number{2500}, []recommend.Number{2000, 3000}},
		{"0.25", "0.25", []recommend.Number{250}, nil},
		{" 07 ", "7", []recommend.Number{7000}, nil},
		{"1.0", "1", []recommend.Number{1000}, nil},
		{"1-6", "1-6", []recommend.Number{1000, 3000, 6000}, []recommend.Number{0, 2500, 7000}},
		{"1–3", "1-3", []recommend.Number{2000}, []recommend.Number{4000}},
		{"1 — 3", "1-3", []recommend.Number{2000}, nil},
		{"1 to 3", "1-3", []recommend.Number{2000}, nil},
		{"1, 2 & 3", "1, 2, 3", []recommend.Number{1000, 2000, 3000}, []recommend.Number{4000}},
		{"1,2", "1, 2", []recommend.Number{1000, 2000}, []recommend.Number{1200}},
		{"4,5", "4, 5", []recommend.Number{4000, 5000}, []recommend.Number{4500}},
		{"2,5", "2.5", []recommend.Number{2500}, []recommend.Number{2000, 5000}},
		{"1-3.5", "1-3.5", []recommend.Number{1000, 2500, 3000, 3500}, []recommend.Number{4000}},
		{"0.5-2", "0.5-2", []recommend.Number{500, 1000, 1500, 2000}, []recommend.Number{0}},
		{"1-3, 5", "1-3, 5", []recommend.Number{2000, 5000}, []recommend.Number{4000}},
		{"Book 4", "4", []recommend.Number{4000}, nil},
		{"Books 1-2", "1-2", []recommend.Number{2000}, nil},
		{"Vol. 2", "2", []recommend.Number{2000}, nil},
		{"#3", "3", []recommend.Number{3000}, nil},
		{"１２", "12", []recommend.Number{12000}, nil},
		{"第3巻", "3", []recommend.Number{3000}, nil},
		{"", "", nil, []recommend.Number{0}},
		{"Prequel", "", nil, []recommend.Number{0, 1000}},
		{"4A", "", nil, []recommend.Number{4000}},
		{"6-1", "", nil, []recommend.Number{2000}},
		{"1-2-3", "", nil, []recommend.Number{2000}},
		{"1-99999", "", nil, []recommend.Number{2000}},
		{"0-700 & 1", "", nil, []recommend.Number{1000}},
		{"123456", "", nil, nil},
		{"1.2345", "", nil, nil},
		{"1.", "", nil, nil},
		{"-1", "", nil, []recommend.Number{1000}},
	}
	for _, c := range cases {
		s := recommend.ParseSequence(c.text)
		if got := s.String(); got != c.canonical {
			t.Errorf("ParseSequence(%q) = %q, want %q", c.text, got, c.canonical)
		}
		for _, n := range c.holds {
			if !s.Holds(n) {
				t.Errorf("%q does not hold %s", c.text, n)
			}
		}
		for _, n := range c.lacks {
			if s.Holds(n) {
				t.Errorf("%q holds %s", c.text, n)
			}
		}
	}
}

func TestSequenceCountsItsNumbers(t *testing.T) {
	t.Parallel()
	got := recommend.ParseSequence("0.5-2, 4").Numbers()
	if want := []recommend.Number{500, 1000, 2000, 4000}; !slices.Equal(got, want) {
		t.Errorf("Numbers() = %v, want %v", got, want)
	}
	if n, ok := recommend.ParseSequence("2.5").Single(); !ok || n != 2500 || n.IsWhole() {
		t.Errorf("Single() = %s, %t", n, ok)
	}
	if s := recommend.ParseSequence("1-2"); !s.IsSet() || s.IsZero() {
		t.Error("a range is no set")
	}
	if s := recommend.ParseSequence("none"); s.IsSet() || !s.IsZero() {
		t.Error("no number is a set")
	}
}

func TestSequenceHoldsEveryNumberItCounts(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		s := recommend.ParseSequence(rapid.StringMatching(`[0-9]{1,2}(\.[0-9])?([-,&][0-9]{1,2}(\.5)?){0,3}`).Draw(t, "text"))
		for _, n := range s.Numbers() {
			if !s.Holds(n) {
				t.Fatalf("%s does not hold its number %s", s, n)
			}
		}
	})
}

func FuzzSequence(f *testing.F) {
	for _, seed := range []string{"3", "1-6", "1.5", "", "1, 2 & 3", "1–3", "2,5", "第3巻", "Book 4", "0.5-2", "1-99999", "\xff"} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, text string) {
		s := recommend.ParseSequence(text)
		if again := recommend.ParseSequence(s.String()); !again.Equal(s) {
			t.Errorf("%q is %q, which reads as %q", text, s, again)
		}
		if n := len(s.Numbers()); n > 121+len(text) {
			t.Errorf("%q holds %d volumes", text, n)
		}
	})
}
