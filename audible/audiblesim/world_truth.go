package audiblesim

import "slices"

// FranchiseTruth is what is really so about one series that an account owns
// something of. Two numberings of one story world are one franchise.
type FranchiseTruth struct {
	// Title is the name of the franchise; Language is as on the wire.
	Title, Language string
	// SeriesASINs are the series objects that list its volumes.
	SeriesASINs []string
	// Volumes are all its books in order of publication.
	Volumes []VolumeTruth
}

// VolumeTruth is one book of a franchise.
type VolumeTruth struct {
	// Sequences has the volume's number in each of the series, in the order
	// of SeriesASINs; "" is a member without number.
	Sequences []string
	// ASINs are its editions, the usual one first: any of them is the book.
	ASINs []string
	// Boxes are the box sets that hold it.
	Boxes []string
	// Owned is true if an edition or a box set that holds it is owned.
	Owned bool
	// Released is false for a book that is still to come.
	Released bool
	// Buyable is false if no edition has a price and is on sale; then all
	// that is known is that the book exists.
	Buyable bool
}

// Missing returns the volumes that are out and not owned.
func (f FranchiseTruth) Missing() []VolumeTruth {
	return f.filter(func(v VolumeTruth) bool { return v.Released && !v.Owned })
}

// Unreleased returns the volumes that are still to come and not owned.
func (f FranchiseTruth) Unreleased() []VolumeTruth {
	return f.filter(func(v VolumeTruth) bool { return !v.Released && !v.Owned })
}

// filter returns the volumes that are kept, in order, without touching f.
func (f FranchiseTruth) filter(keep func(VolumeTruth) bool) []VolumeTruth {
	return slices.DeleteFunc(slices.Clone(f.Volumes), func(v VolumeTruth) bool { return !keep(v) })
}

// truth lists the series franchises that a library has something of, in the
// catalogue's order.
func (w *world) truth(c *catalogue, s *shelf) []FranchiseTruth {
	var out []FranchiseTruth
	for k := range c.franchises {
		f := &c.franchises[k]
		if len(f.series) == 0 {
			continue
		}
		truth := w.franchiseTruth(c, s, f)
		if slices.ContainsFunc(truth.Volumes, func(v VolumeTruth) bool { return v.Owned }) {
			out = append(out, truth)
		}
	}
	return out
}

// franchiseTruth reads ownership and release of every volume. A box set that
// is owned owns its volumes; a volume is out as soon as one edition is.
func (w *world) franchiseTruth(c *catalogue, s *shelf, f *franchise) FranchiseTruth {
	truth := FranchiseTruth{Title: f.name, Language: c.languages[f.language].name}
	for _, series := range f.series {
		truth.SeriesASINs = append(truth.SeriesASINs, series.asin)
	}
	for i, record := range f.volumes {
		v := VolumeTruth{}
		for _, at := range record.editions {
			t := c.titles[at]
			v.ASINs = append(v.ASINs, t.asin)
			v.Owned = v.Owned || s.owns(at)
			v.Released = v.Released || t.isReleased(w.now())
			v.Buyable = v.Buyable || t.price.list > 0 && !t.delisted
		}
		for _, box := range f.boxes {
			if int(box.first) <= i && i <= int(box.last) {
				v.Boxes = append(v.Boxes, c.titles[box.title].asin)
				v.Owned = v.Owned || s.owns(box.title)
			}
		}
		for _, series := range f.series {
			v.Sequences = append(v.Sequences, sequenceIn(c.titles[record.editions[0]], series))
		}
		truth.Volumes = append(truth.Volumes, v)
	}
	return truth
}

// sequenceIn returns a title's number in a series, or "".
func sequenceIn(t *title, series *seriesRecord) string {
	for _, m := range t.series {
		if m.series == series {
			return m.sequence
		}
	}
	return ""
}
