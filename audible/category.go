package audible

import (
	"context"
	"fmt"
	"net/url"
	"strconv"
)

// Category is a genre of a store, with its parts.
type Category struct {
	ID       string
	Name     string
	Children []Category
}

// Categories returns a store's tree of genres, levels deep; 0 leaves the depth
// to the server (two levels).
func (c *Client) Categories(ctx context.Context, levels int) ([]Category, error) {
	v := url.Values{}
	if levels > 0 {
		v.Set("categories_num_levels", strconv.Itoa(levels))
	}
	var list []Category
	err := c.do(ctx, catalogueGet("catalog/categories", "catalog/categories", v, func(r *reply) error {
		listed := false
		err := readObject(r, func(s *jsonScanner, key []byte) {
			if string(key) != "categories" {
				s.skip()
				return
			}
			list, listed = readCategories(s), true
		})
		if err == nil && !listed {
			err = fmt.Errorf("%w: no categories in it", ErrUnexpected)
		}
		return err
	}))
	if err != nil {
		return nil, err
	}
	return list, nil
}

func readCategories(s *jsonScanner) []Category {
	var list []Category
	s.array(func() {
		var one Category
		s.object(func(key []byte) {
			switch string(key) {
			case "id":
				one.ID = s.text()
			case "name":
				one.Name = s.text()
			case "children":
				one.Children = readCategories(s)
			default:
				s.skip()
			}
		})
		if one.ID != "" {
			list = append(list, one)
		}
	})
	return list
}
