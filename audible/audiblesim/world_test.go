package audiblesim_test

import (
	"bytes"
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"
	"unicode"

	"github.com/audipy/audipy/audible/audiblesim"
)

func TestOneSeedGivesOneWorld(t *testing.T) {
	t.Parallel()
	const path = "/1.0/library?num_results=300&response_groups=series,contributors,media,price,relationships_v2,rating"
	worlds := map[string]bool{}
	for _, seed := range []uint64{1, 1, 2} {
		r := newReaderWith(t, audiblesim.Options{Seed: seed, Now: epoch}, map[string]int{"us": 300})
		worlds[string(r.get(path).body)] = true
	}
	if len(worlds) != 2 {
		t.Errorf("seeds 1, 1 and 2 give %d worlds, want 2", len(worlds))
	}
}

func TestALargerLibraryChangesNoTitle(t *testing.T) {
	t.Parallel()
	small, large := newReader(t, map[string]int{"us": 50}), newReader(t, map[string]int{"us": 3000})
	for _, one := range small.library(1000, "&response_groups=media")[:10] {
		path := "/1.0/catalog/products/" + one.ASIN + "?response_groups=media,series,contributors,price"
		if a, b := small.get(path), large.get(path); !bytes.Equal(a.body, b.body) {
			t.Errorf("%s differs with the size of the library:\n%s\n%s", one.ASIN, a.body, b.body)
		}
	}
}

func TestTwoPeopleShareTheCatalogueNotTheLibrary(t *testing.T) {
	t.Parallel()
	r := newReader(t, map[string]int{"us": 200})
	other := audiblesim.Account{Login: "other@example.com", Password: "p", Marketplaces: map[string]int{"us": 200}}
	if err := r.sim.AddAccount(other); err != nil {
		t.Fatal(err)
	}
	mine, _ := r.sim.Titles(readerLogin, "us")
	theirs, _ := r.sim.Titles("other@example.com", "us")
	both := 0
	for _, asin := range mine {
		if slices.Contains(theirs, asin) {
			both++
		}
	}
	if both == 0 || both == len(mine) {
		t.Errorf("two libraries of 200 share %d titles, want some and not all", both)
	}
}

func TestNamesComeInManyScripts(t *testing.T) {
	t.Parallel()
	r := newReader(t, map[string]int{"us": 2000})
	scripts := map[string]*unicode.RangeTable{
		"Latin": unicode.Latin, "Cyrillic": unicode.Cyrillic, "Greek": unicode.Greek, "Arabic": unicode.Arabic, "Han": unicode.Han,
	}
	accents := false
	for page := 1; page <= 2; page++ {
		for _, one := range decode[listing](t, r.get("/1.0/library?num_results=1000&page="+strconv.Itoa(page))).Items {
			for _, letter := range one.Authors[0].Name {
				accents = accents || strings.ContainsRune("éöøŁúë", letter)
				maps.DeleteFunc(scripts, func(_ string, table *unicode.RangeTable) bool { return unicode.Is(table, letter) })
			}
		}
	}
	if len(scripts) > 0 || !accents {
		t.Errorf("scripts missing among 2,000 authors: %v, accents %t", scripts, accents)
	}
}

func TestTheWorldHasEveryKindOfSeries(t *testing.T) {
	t.Parallel()
	r := newReader(t, map[string]int{"us": 1500})
	truth, err := r.sim.Truth(readerLogin, "us")
	if err != nil {
		t.Fatal(err)
	}
	found := map[string]int{}
	note := func(kind string, is bool) {
		if is {
			found[kind]++
		}
	}
	for _, f := range truth {
		note("double numbering", len(f.SeriesASINs) == 2)
		note("gap", len(f.Missing()) > 0)
		note("unreleased", len(f.Unreleased()) > 0)
		note("foreign", f.Language != "english")
		for _, v := range f.Volumes {
			note("decimal", strings.HasSuffix(v.Sequences[0], ".5"))
			note("without number", v.Sequences[0] == "")
			note("other edition", len(v.ASINs) > 1)
			note("box set", len(v.Boxes) > 0)
			note("two orders", len(v.Sequences) == 2 && v.Sequences[0] != v.Sequences[1])
		}
	}
	for _, kind := range []string{
		"double numbering", "gap", "unreleased", "foreign", "decimal", "without number", "other edition", "box set", "two orders",
	} {
		if found[kind] == 0 {
			t.Errorf("no %s among %d franchises", kind, len(truth))
		}
	}
}

func TestTruthAgreesWithTheCatalogue(t *testing.T) {
	t.Parallel()
	r := newReader(t, map[string]int{"us": 400})
	truth, _ := r.sim.Truth(readerLogin, "us")
	owned, _ := r.sim.Titles(readerLogin, "us")
	for _, f := range truth[:40] {
		listed := map[string]string{}
		a := r.products("response_groups=relationships_v2&asins=" + f.SeriesASINs[0])
		for _, member := range a.Products[0].Relationships {
			listed[member.ASIN] = member.Sequence
		}
		boxes := map[string]bool{}
		for _, v := range f.Volumes {
			has := slices.ContainsFunc(slices.Concat(v.ASINs, v.Boxes), func(asin string) bool { return slices.Contains(owned, asin) })
			if has != v.Owned {
				t.Errorf("%s %v: owned = %t, the library says %t", f.Title, v.Sequences, v.Owned, has)
			}
			for _, asin := range v.ASINs {
				if listed[asin] != v.Sequences[0] {
					t.Errorf("%s: %s is %q in the catalogue, %q in truth", f.Title, asin, listed[asin], v.Sequences[0])
				}
				delete(listed, asin)
			}
			for _, box := range v.Boxes {
				boxes[box] = true
			}
		}
		for asin, sequence := range listed {
			if !boxes[asin] || !strings.Contains(sequence, "-") {
				t.Errorf("%s lists %s (%s), which truth does not know", f.Title, asin, sequence)
			}
		}
	}
}

func TestBuyingAMissingVolumeClosesTheGap(t *testing.T) {
	t.Parallel()
	r := newReader(t, map[string]int{"us": 200})
	gaps := func() int {
		truth, err := r.sim.Truth(readerLogin, "us")
		if err != nil {
			t.Fatal(err)
		}
		n := 0
		for _, f := range truth {
			n += len(f.Missing())
		}
		return n
	}
	before := gaps()
	truth, _ := r.sim.Truth(readerLogin, "us")
	for _, f := range truth {
		if missing := f.Missing(); len(missing) > 0 {
			if err := r.sim.AddTitle(readerLogin, "us", missing[0].ASINs[0]); err != nil {
				t.Fatal(err)
			}
			break
		}
	}
	if after := gaps(); after != before-1 {
		t.Errorf("missing volumes went from %d to %d, want one less", before, after)
	}
}

func TestControlsNameWhatTheyCannotFind(t *testing.T) {
	t.Parallel()
	r := newReader(t, map[string]int{"us": 5})
	for _, err := range []error{
		r.sim.SetPrice("us", "B0NOTTHERE", audiblesim.Price{}),
		r.sim.Sale("zz", "B0NOTTHERE", 1),
		r.sim.ReturnTitle(readerLogin, "us", "B0NOTTHERE"),
		r.sim.AddTitle("nobody@example.com", "us", "B0NOTTHERE"),
		r.sim.SetMembership("nobody@example.com", audiblesim.Member),
		r.sim.TouchTitle(readerLogin, "zz", "B0NOTTHERE"),
	} {
		if err == nil || !strings.ContainsAny(err.Error(), "zz B0NOTTHERE nobody") {
			t.Errorf("error = %v, want one that names what is not there", err)
		}
	}
}

func TestTheBudgetEndsInRateLimits(t *testing.T) {
	t.Parallel()
	clock := epoch()
	r := newReaderWith(t, audiblesim.Options{Now: func() time.Time { return clock }}, map[string]int{"us": 5})
	r.sim.SetBudget(3, true)
	for i := range 5 {
		a := r.get("/1.0/library")
		if want := map[bool]int{true: 200, false: 429}[i < 3]; a.status != want {
			t.Errorf("call %d of the minute = %d, want %d", i+1, a.status, want)
		}
		if a.status == 429 && a.header.Get("Retry-After") != "60" {
			t.Errorf("Retry-After = %q, want 60", a.header.Get("Retry-After"))
		}
	}
	clock = clock.Add(time.Minute)
	if a := r.get("/1.0/library"); a.status != 200 {
		t.Errorf("call in the next minute = %d, want 200", a.status)
	}
	r.sim.SetBudget(1, false)
	r.get("/1.0/library")
	if a := r.get("/1.0/library"); a.status != 429 || a.header.Get("Retry-After") != "" {
		t.Errorf("over a silent budget = %d, Retry-After %q, want 429 and none", a.status, a.header.Get("Retry-After"))
	}
}

func BenchmarkGenerate25000(b *testing.B) {
	for i := range b.N {
		sim := audiblesim.New(audiblesim.Options{Seed: uint64(i), Now: epoch})
		account := audiblesim.Account{Login: readerLogin, Password: "p", Marketplaces: map[string]int{"us": 25_000}}
		if err := sim.AddAccount(account); err != nil {
			b.Fatal(err)
		}
	}
}

func BenchmarkLibraryPage(b *testing.B) {
	r := newReader(b, map[string]int{"us": 10_000})
	for name, groups := range map[string]string{
		"lean": "series,contributors,product_desc,media,price",
		"full": "series,contributors,product_desc,media,price,customer_rights,rating,category_ladders,relationships_v2,reviews",
	} {
		b.Run(name, func(b *testing.B) {
			for i := range b.N {
				a := r.get(fmt.Sprintf("/1.0/library?num_results=1000&page=%d&response_groups=%s", 1+i%10, groups))
				b.SetBytes(int64(len(a.body)))
			}
		})
	}
}
