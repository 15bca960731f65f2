package audible

import (
	"strconv"
	"strings"
	"time"
)

// readProduct consumes one product in any of its three shapes: library items
// and wishes with every key and nulls, catalogue entries without absent keys.
func readProduct(s *jsonScanner) Product {
	var p Product
	described := false
	s.object(func(key []byte) {
		if string(key) == "asin" {
			p.ASIN = s.text()
			return
		}
		described = true
		if !p.readText(s, key) && !p.readParts(s, key) && !p.readState(s, key) {
			s.skip()
		}
	})
	p.Hollow = !described
	return p
}

// readText reads the fields that describe the edition in words and numbers.
func (p *Product) readText(s *jsonScanner, key []byte) bool {
	switch string(key) {
	case "title":
		p.Title = s.text()
	case "subtitle":
		p.Subtitle = s.text()
	case "publisher_name":
		p.Publisher = s.name()
	case "language":
		p.Language = s.name()
	case "runtime_length_min":
		p.RuntimeMinutes = int(max(s.integer(), 0))
	case "release_date":
		p.ReleaseDate = s.name()
	case "issue_date":
		p.IssueDate = s.name()
	case "publication_datetime":
		p.PublishedAt = s.when()
	case "content_delivery_type":
		p.DeliveryType = s.name()
	case "content_type":
		p.ContentType = s.name()
	case "format_type":
		p.Format = s.name()
	case "added_timestamp":
		p.WishedAt = s.when()
	default:
		return false
	}
	return true
}

// readParts reads the fields that hold lists and objects.
func (p *Product) readParts(s *jsonScanner, key []byte) bool {
	switch string(key) {
	case "authors":
		p.Authors = readContributors(s)
	case "narrators":
		p.Narrators = readContributors(s)
	case "series":
		p.Series = readSeriesPlaces(s)
	case "product_images":
		p.readImages(s)
	case "price":
		p.Price = readPrice(s)
	case "plans":
		p.Plans = readPlans(s)
	case "relationships":
		p.Relationships = readRelationships(s)
	case "library_status":
		p.readLibraryStatus(s)
	case "listening_status":
		p.readListeningStatus(s)
	case "customer_rights":
		s.object(func(key []byte) {
			if string(key) == "is_consumable_until" {
				p.Ownership.ConsumableUntil = s.when()
				return
			}
			s.skip()
		})
	default:
		return false
	}
	return true
}

// readState reads the fields about buying and owning.
func (p *Product) readState(s *jsonScanner, key []byte) bool {
	switch string(key) {
	case "product_state":
		p.Availability.State = s.name()
	case "is_buyable":
		p.Availability.Buyable = s.flag()
	case "is_preorderable":
		p.Availability.Preorderable = s.flag()
	case "is_purchasability_suppressed":
		p.Availability.Suppressed = s.flag()
	case "is_listenable":
		p.Availability.Listenable = s.flag()
	case "status":
		p.Ownership.Status = s.name()
	case "purchase_date":
		p.Ownership.PurchasedAt = s.when()
	case "origin_type":
		p.Ownership.Origin = s.name()
	case "is_ayce":
		p.Ownership.Borrowed = s.flag()
	case "is_finished":
		p.Ownership.Finished = s.flag()
	case "percent_complete":
		p.Ownership.PercentComplete = s.float()
	default:
		return false
	}
	return true
}

func (p *Product) readLibraryStatus(s *jsonScanner) {
	s.object(func(key []byte) {
		switch string(key) {
		case "date_added":
			p.Ownership.AddedAt = s.when()
		case "is_visible":
			p.Ownership.Visible = s.flag()
		default:
			s.skip()
		}
	})
}

// readListeningStatus reads progress. The item may say the same in fields of
// its own; what comes last in the answer wins.
func (p *Product) readListeningStatus(s *jsonScanner) {
	s.object(func(key []byte) {
		switch string(key) {
		case "is_finished":
			p.Ownership.Finished = s.flag()
		case "percent_complete":
			p.Ownership.PercentComplete = s.float()
		case "time_remaining_seconds":
			p.Ownership.SecondsLeft = int(max(s.integer(), 0))
		case "finished_at_timestamp":
			p.Ownership.FinishedAt = s.when()
		default:
			s.skip()
		}
	})
}

// readImages keeps the largest of the covers, which are keyed by their width
// as text. Of equal widths the later wins.
func (p *Product) readImages(s *jsonScanner) {
	p.CoverURL, p.CoverSize = "", 0
	s.object(func(key []byte) {
		size, err := strconv.ParseUint(string(key), 10, 16)
		if err != nil || int(size) < p.CoverSize {
			s.skip()
			return
		}
		if url := s.text(); url != "" {
			p.CoverURL, p.CoverSize = url, int(size)
		}
	})
}

// readContributors drops contributors without a name, who can't be shown.
func readContributors(s *jsonScanner) []Contributor {
	var list []Contributor
	s.array(func() {
		var c Contributor
		s.object(func(key []byte) {
			switch string(key) {
			case "asin":
				c.ASIN = s.name()
			case "name":
				c.Name = s.name()
			default:
				s.skip()
			}
		})
		if c.Name != "" {
			list = append(list, c)
		}
	})
	return list
}

// readSeriesPlaces drops places that name no series at all.
func readSeriesPlaces(s *jsonScanner) []SeriesPlace {
	var list []SeriesPlace
	s.array(func() {
		var place SeriesPlace
		s.object(func(key []byte) {
			switch string(key) {
			case "asin":
				place.ASIN = s.name()
			case "title":
				place.Title = s.name()
			case "sequence":
				place.Sequence = s.name()
			default:
				s.skip()
			}
		})
		if place.ASIN != "" || place.Title != "" {
			list = append(list, place)
		}
	})
	return list
}

func readRelationships(s *jsonScanner) []Relationship {
	var list []Relationship
	s.array(func() {
		var r Relationship
		s.object(func(key []byte) {
			switch string(key) {
			case "asin":
				r.ASIN = s.text()
			case "title":
				r.Title = s.name()
			case "relationship_type":
				r.Kind = s.name()
			case "relationship_to_product":
				r.Role = s.name()
			case "sequence":
				r.Sequence = s.name()
			case "sort":
				r.Sort = int(s.integer())
			default:
				s.skip()
			}
		})
		if r.ASIN != "" {
			list = append(list, r)
		}
	})
	return list
}

func readPlans(s *jsonScanner) []Plan {
	var list []Plan
	s.array(func() {
		var plan Plan
		s.object(func(key []byte) {
			switch string(key) {
			case "plan_name":
				plan.Name = s.name()
			case "end_date":
				plan.End = s.when()
			default:
				s.skip()
			}
		})
		if plan.Name != "" {
			list = append(list, plan)
		}
	})
	return list
}

// readPrice returns nil when there is no price object.
func readPrice(s *jsonScanner) *Price {
	var price Price
	ok := s.object(func(key []byte) {
		switch string(key) {
		case "list_price":
			price.List = readAmount(s)
		case "lowest_price":
			price.Lowest = readAmount(s)
		case "ws4v_upsell_price":
			price.Whispersync = readAmount(s)
		case "credit_price":
			price.Credits = s.float()
		default:
			s.skip()
		}
	})
	if !ok {
		return nil
	}
	return &price
}

func readAmount(s *jsonScanner) Amount {
	var a Amount
	s.object(func(key []byte) {
		switch string(key) {
		case "base":
			a.Base = s.float()
		case "currency_code":
			a.Currency = s.name()
		case "type":
			a.Type = s.name()
		default:
			s.skip()
		}
	})
	return a
}

// when consumes a time in any of the forms that were seen.
func (s *jsonScanner) when() time.Time { return parseTime(s.name()) }

// parseTime reads the forms of protocol 9: RFC 3339 with any number of
// fraction digits, an offset without its colon, a blank for the T and no zone
// at all (which means UTC), and a bare date. Anything else is the zero time.
func parseTime(text string) time.Time {
	text = strings.TrimSpace(text)
	for _, layout := range []string{
		time.RFC3339, "2006-01-02 15:04:05", time.DateOnly,
		"2006-01-02T15:04:05Z0700", "2006-01-02T15:04:05", "2006-01-02 15:04:05Z07:00",
	} {
		if t, err := time.Parse(layout, text); err == nil {
			return t.UTC()
		}
	}
	return time.Time{}
}
