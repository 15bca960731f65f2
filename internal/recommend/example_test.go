package recommend_test

import (
	"fmt"
	"time"

	"github.com/audipy/audipy/internal/audipy"
	"github.com/audipy/audipy/internal/recommend"
)

// A person owns the first book of a series; the second one is sold for less
// than their limit.
func ExampleAdvise() {
	edition := func(asin, title, sequence string) audipy.Edition {
		return audipy.Edition{
			ASIN: asin, Title: title, Language: "english",
			Authors: []audipy.Contributor{{Name: "Craig Alanson"}},
			Series:  []audipy.SeriesPlace{{ASIN: "B01N9CUGHG", Title: "Expeditionary Force", Sequence: sequence}},
		}
	}
	second := audipy.Product{Edition: edition("B06X6DPT7B", "SpecOps", "2"), Marketplace: "us", Availability: audipy.Available}
	second.Prices.Lowest = audipy.Money{Minor: 599, Currency: "USD"}
	second.Prices.LowestKind = "sale"

	advice := recommend.Advise(recommend.Input{
		Library: []audipy.Item{{Edition: edition("B01M7Q0VBO", "Columbus Day", "1"), Marketplace: "us", Status: audipy.ItemActive}},
		Members: []audipy.SeriesMember{
			{Marketplace: "us", SeriesASIN: "B01N9CUGHG", SeriesTitle: "Expeditionary Force", ASIN: "B01M7Q0VBO", Sequence: "1"},
			{Marketplace: "us", SeriesASIN: "B01N9CUGHG", SeriesTitle: "Expeditionary Force", ASIN: "B06X6DPT7B", Sequence: "2"},
		},
		Products:    map[recommend.Key]audipy.Product{{Marketplace: "us", ASIN: "B06X6DPT7B"}: second},
		Preferences: audipy.DefaultPreferences(),
		Now:         time.Date(2026, 11, 23, 0, 0, 0, 0, time.UTC),
	})
	for _, s := range advice.Next {
		fmt.Println(s.Product.Title)
		fmt.Println(s.Reasons[0])
		fmt.Println(s.Price.Verdict, "-", s.Price.Reason)
	}
	// Output:
	// SpecOps
	// You own 1 of 2 of Expeditionary Force; this is number 2
	// cash - sale price $5.99 is below your limit of $12.66: pay cash
}

// A box set names the volumes it holds.
func ExampleParseSequence() {
	set := recommend.ParseSequence("1–3")
	fmt.Println(set, set.IsSet(), set.Holds(2000), set.Holds(2500))
	// Output: 1-3 true true false
}
