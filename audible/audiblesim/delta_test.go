package audiblesim_test

import (
	"errors"
	"maps"
	"slices"
	"testing"
	"time"

	"pgregory.net/rapid"

	"github.com/audipy/audipy/audible/audiblesim"
)

// mirror is a client's copy of a library, kept by deltas.
type mirror struct {
	r     *reader
	items map[string]item
	token string
}

func newMirror(r *reader) *mirror {
	m := &mirror{r: r, items: map[string]item{}}
	m.apply("/1.0/library?num_results=1000&response_groups=price,percent_complete")
	return m
}

func (m *mirror) apply(path string) []item {
	a := m.r.get(path)
	changed := decode[listing](m.r.t, a).Items
	for _, one := range changed {
		if one.Status == "Revoked" {
			delete(m.items, one.ASIN)
		} else {
			m.items[one.ASIN] = one
		}
	}
	m.token = a.header.Get("State-Token")
	return changed
}

// update asks for what changed since the last time.
func (m *mirror) update() []item {
	return m.apply("/1.0/library?num_results=1000&response_groups=price,percent_complete" +
		"&status=Active,Revoked&state_token=" + m.token)
}

func TestDeltasAddUpToTheFullLibrary(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(rt *rapid.T) {
		clock := epoch()
		r := newReaderWith(t, audiblesim.Options{Seed: rapid.Uint64().Draw(rt, "seed"), Now: func() time.Time { return clock }},
			map[string]int{"us": 30})
		m := newMirror(r)
		for range rapid.IntRange(1, 8).Draw(rt, "steps") {
			r.disturb(rt)
			// A clock that stands still must not hide a change.
			clock = clock.Add(time.Duration(rapid.IntRange(0, 2).Draw(rt, "ms")) * time.Millisecond)
			if rapid.Bool().Draw(rt, "update") {
				m.update()
			}
		}
		m.update()
		want, err := r.sim.Titles(readerLogin, "us")
		if err != nil {
			rt.Fatal(err)
		}
		if got := slices.Sorted(maps.Keys(m.items)); !slices.Equal(got, want) {
			rt.Fatalf("deltas give %d titles, want the %d owned", len(got), len(want))
		}
		if again := m.update(); len(again) != 0 {
			rt.Fatalf("a delta without a change has %d items, want none", len(again))
		}
	})
}

// disturb changes the library in one of the ways there are.
func (r *reader) disturb(rt *rapid.T) {
	owned, err := r.sim.Titles(readerLogin, "us")
	if err != nil || len(owned) == 0 {
		rt.Fatalf("Titles = %d, %v", len(owned), err)
	}
	asin := rapid.SampledFrom(owned).Draw(rt, "asin")
	switch rapid.IntRange(0, 5).Draw(rt, "change") {
	case 0:
		_, err = r.sim.AddTitles(readerLogin, "us", rapid.IntRange(1, 4).Draw(rt, "n"))
	case 1:
		err = r.sim.ReturnTitle(readerLogin, "us", asin)
	case 2:
		err = r.sim.TouchTitle(readerLogin, "us", asin)
	case 3:
		err = r.sim.SetPrice("us", asin, audiblesim.Price{List: 1234})
	case 4:
		if err = r.sim.ReturnTitle(readerLogin, "us", asin); err == nil {
			err = r.sim.AddTitle(readerLogin, "us", asin)
		}
	default:
		err = r.sim.SetProgress(readerLogin, "us", asin, 50)
	}
	if err != nil {
		rt.Fatal(err)
	}
}

func TestProgressDoesNotMoveTheToken(t *testing.T) {
	t.Parallel()
	r := newReader(t, map[string]int{"us": 12})
	m := newMirror(r)
	before := m.token
	owned, _ := r.sim.Titles(readerLogin, "us")
	if err := r.sim.SetProgress(readerLogin, "us", owned[0], 37); err != nil {
		t.Fatal(err)
	}
	if changed := m.update(); len(changed) != 0 || m.token != before {
		t.Errorf("delta after progress = %d items, token %s, want none and %s", len(changed), m.token, before)
	}
	for _, one := range r.library(1000, "&response_groups=percent_complete") {
		if one.ASIN == owned[0] && (*one.Percent < 36.9 || *one.Percent > 37.1) {
			t.Errorf("percent_complete = %v, want 37", *one.Percent)
		}
	}
}

func TestNothingChangedIsAnEmptyDelta(t *testing.T) {
	t.Parallel()
	r := newReader(t, map[string]int{"us": 12})
	token := r.get("/1.0/library").header.Get("State-Token")
	a := r.get("/1.0/library?status=Active,Revoked&state_token=" + token)
	if a.header.Get("Total-Count") != "0" || a.header.Get("State-Token") != token {
		t.Errorf("Total-Count %s, State-Token %s, want 0 and %s", a.header.Get("Total-Count"), a.header.Get("State-Token"), token)
	}
	revision, err := r.sim.LibraryRevision(readerLogin, "us")
	if err != nil || revision == 0 {
		t.Errorf("LibraryRevision = %d, %v, want the token", revision, err)
	}
}

func TestRevokedTitlesComeOnlyWhenAsked(t *testing.T) {
	t.Parallel()
	r := newReader(t, map[string]int{"us": 12})
	owned, _ := r.sim.Titles(readerLogin, "us")
	if err := r.sim.ReturnTitle(readerLogin, "us", owned[4]); err != nil {
		t.Fatal(err)
	}
	for query, want := range map[string]int{"": 11, "?status=Active": 11, "?status=Revoked": 1, "?status=Active,Revoked": 12} {
		if got := len(decode[listing](t, r.get("/1.0/library"+query)).Items); got != want {
			t.Errorf("library%s has %d items, want %d", query, got, want)
		}
	}
}

func TestARemovedTitleLeavesNoTrace(t *testing.T) {
	t.Parallel()
	r := newReader(t, map[string]int{"us": 12})
	m := newMirror(r)
	owned, _ := r.sim.Titles(readerLogin, "us")
	if err := r.sim.RemoveTitle(readerLogin, "us", owned[4]); err != nil {
		t.Fatal(err)
	}
	if changed := m.update(); len(changed) != 0 {
		t.Errorf("delta after a silent removal = %v, want nothing", asinsOf(changed))
	}
	if got := asinsOf(r.library(1000, "")); len(got) != 11 || slices.Contains(got, owned[4]) {
		t.Errorf("full listing = %d titles, want 11 without %s", len(got), owned[4])
	}
	for _, asin := range owned[5:] {
		if err := r.sim.TouchTitle(readerLogin, "us", asin); err != nil {
			t.Errorf("touch after a removal: %v", err)
		}
	}
}

func TestAPreorderArrivesOnItsDay(t *testing.T) {
	t.Parallel()
	clock := epoch()
	r := newReaderWith(t, audiblesim.Options{Seed: 7, Now: func() time.Time { return clock }}, map[string]int{"us": 80})
	asin := r.unreleased()
	if err := r.sim.AddTitle(readerLogin, "us", asin); err != nil {
		t.Fatal(err)
	}
	has := func(more string) bool { return slices.Contains(asinsOf(r.library(1000, more)), asin) }
	if has("") || !has("&include_pending=true") {
		t.Error("a preorder must be listed with include_pending only")
	}
	clock = clock.AddDate(2, 0, 0)
	r.token = accessToken(t, r.sim)
	if !has("") {
		t.Error("a preorder must be in the library after its release")
	}
}

func TestReleaseAndDelistChangeTheProduct(t *testing.T) {
	t.Parallel()
	r := newReader(t, map[string]int{"us": 80})
	state := func(asin string) item {
		return decode[struct{ Product item }](t, r.get("/1.0/catalog/products/"+asin+"?response_groups=customer_rights,media,price")).Product
	}
	asin := r.unreleased()
	if got := state(asin); got.State == "AVAILABLE" || got.RuntimeMinutes != nil {
		t.Errorf("%s before release = %+v, want a preorder without length", asin, got)
	}
	if err := errors.Join(r.sim.Release("us", asin), r.sim.Delist("us", asin, false)); err != nil {
		t.Fatal(err)
	}
	if got := state(asin); got.State != "AVAILABLE" || got.RuntimeMinutes == nil {
		t.Errorf("%s after release = %+v, want it available", asin, got)
	}
	if err := r.sim.Delist("us", asin, true); err != nil {
		t.Fatal(err)
	}
	if got := state(asin); got.State != "NOT_AVAILABLE_FOR_PURCHASE" || got.Price != nil {
		t.Errorf("%s delisted = %+v, want no price", asin, got)
	}
}

// unreleased returns a volume that is still to come.
func (r *reader) unreleased() string {
	r.t.Helper()
	truth, err := r.sim.Truth(readerLogin, "us")
	if err != nil {
		r.t.Fatal(err)
	}
	for _, f := range truth {
		if coming := f.Unreleased(); len(coming) > 0 {
			return coming[0].ASINs[0]
		}
	}
	r.t.Fatal("no unreleased volume in the truth")
	return ""
}
