package audible

import (
	"context"
	"slices"
)

// Series is a series as the catalogue of one store lists it.
type Series struct {
	// ASIN and Title name the series.
	ASIN  string
	Title string
	// Members are its volumes in Audible's order of display. Box sets are
	// members of their own, and shift Sort.
	Members []Relationship
}

// seriesGroups ask for members and titles, and nothing that costs more.
const seriesGroups = "product_attrs,product_desc,relationships_v2"

// SeriesMembers returns the members of any number of series, fifty to a call
// (protocol 9.5). A series that this store doesn't know is left out. The order
// is that of the given ASINs.
func (c *Client) SeriesMembers(ctx context.Context, asins []string) ([]Series, error) {
	var all []Series
	for batch := range slices.Chunk(asins, MaxCatalogueBatch) {
		page, err := c.Products(ctx, batch, seriesGroups)
		if err != nil {
			return nil, err
		}
		for _, asin := range batch {
			i := slices.IndexFunc(page.Products, func(p Product) bool { return p.ASIN == asin })
			if i >= 0 {
				all = append(all, seriesOf(page.Products[i]))
			}
		}
	}
	return all, nil
}

// seriesOf picks the volumes out of a series' relationships.
func seriesOf(p Product) Series {
	series := Series{ASIN: p.ASIN, Title: p.Title}
	for _, r := range p.Relationships {
		if r.Kind == "series" && r.Role == "child" {
			series.Members = append(series.Members, r)
		}
	}
	slices.SortStableFunc(series.Members, func(a, b Relationship) int { return a.Sort - b.Sort })
	return series
}
