package audible

import (
	"context"
	"net/url"
	"slices"
	"strings"
	"time"
)

// positionBatch is how many positions one call returns (protocol 9.8).
const positionBatch = 25

// Position is where listening to a title stopped.
type Position struct {
	ASIN string
	// At is how far into the title.
	At time.Duration
	// UpdatedAt is zero when the server doesn't say.
	UpdatedAt time.Time
}

// LastPositions returns where listening stopped, for those of any number of
// titles that have a position, twenty-five to a call.
func (c *Client) LastPositions(ctx context.Context, asins []string) ([]Position, error) {
	for _, asin := range asins {
		if err := checkASIN(asin); err != nil {
			return nil, err
		}
	}
	var all []Position
	for batch := range slices.Chunk(asins, positionBatch) {
		var list []Position
		v := url.Values{"asins": {strings.Join(batch, ",")}}
		err := c.get(ctx, "annotations/lastpositions", "annotations/lastpositions", v, func(r *reply) error {
			list = nil
			return readObject(r, func(s *jsonScanner, key []byte) {
				if string(key) != "asin_last_position_heard_annots" {
					s.skip()
					return
				}
				s.array(func() {
					if one, exists := readPosition(s); exists {
						list = append(list, one)
					}
				})
			})
		})
		if err != nil {
			return nil, err
		}
		all = append(all, list...)
	}
	return all, nil
}

func readPosition(s *jsonScanner) (one Position, exists bool) {
	s.object(func(key []byte) {
		switch string(key) {
		case "asin":
			one.ASIN = s.text()
		case "last_position_heard":
			s.object(func(key []byte) {
				switch string(key) {
				case "position_ms":
					one.At = time.Duration(min(max(s.integer(), 0), 1<<40)) * time.Millisecond
				case "last_updated":
					one.UpdatedAt = s.when()
				case "status":
					exists = s.text() == "Exists"
				default:
					s.skip()
				}
			})
		default:
			s.skip()
		}
	})
	return one, exists && one.ASIN != ""
}
