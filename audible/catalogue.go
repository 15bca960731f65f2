package audible

import (
	"context"
	"errors"
	"fmt"
	"net/url"
	"slices"
	"strconv"
	"strings"
)

// CatalogueGroups are the response groups that fill everything that a Product
// says about a catalogue entry. An anonymous client gets no customer_rights,
// and so no Availability.State.
const CatalogueGroups = "contributors,customer_rights,media,price,product_attrs,product_desc,product_plans,series"

// MaxCatalogueBatch is the most products that one call returns.
const MaxCatalogueBatch = 50

// The endpoints of the catalogue.
const (
	endpointProducts = "catalog/products"
	endpointProduct  = "catalog/product"
	endpointSimilar  = "catalog/sims"
)

// ProductQuery searches the catalogue. Empty fields don't limit it; at least
// one of Title, Author, Narrator, Publisher, Keywords and Category is needed.
type ProductQuery struct {
	// Title, Author, Narrator, Publisher and Keywords are words to find.
	// Author is a name: the API does not search by a person's ASIN.
	Title     string
	Author    string
	Narrator  string
	Publisher string
	Keywords  string
	// Category is a category's id.
	Category string
	// Sort is Relevance, BestSellers, -ReleaseDate, AvgRating, Title, …
	// (protocol 9.4); empty leaves it to the server.
	Sort string
	// Page counts from 0, other than the library's.
	Page int
	// PageSize is 1 to MaxCatalogueBatch; 0 means that.
	PageSize int
	// Groups are response groups; empty means CatalogueGroups.
	Groups string
	// ImageSizes are as in LibraryQuery.
	ImageSizes string
}

// ProductPage is one page of a search, a wish list or another list.
type ProductPage struct {
	// Products are the results that exist: hollow ones are left out.
	Products []Product
	// Hollow are the ASINs that the answer named and that don't exist in
	// this store.
	Hollow []string
	// TotalCount is the server's count of all results, hollow ones
	// included, -1 when it gave none.
	TotalCount int
}

func (q ProductQuery) values() (url.Values, error) {
	v := url.Values{}
	for name, text := range map[string]string{
		"title": q.Title, "author": q.Author, "narrator": q.Narrator, "publisher": q.Publisher,
		"keywords": q.Keywords, "category_id": q.Category,
	} {
		if text = strings.TrimSpace(text); text != "" {
			v.Set(name, text)
		}
	}
	if len(v) == 0 {
		return nil, errors.New("search the catalogue: nothing to search for")
	}
	v.Set("num_results", strconv.Itoa(batchSize(q.PageSize)))
	v.Set("page", strconv.Itoa(max(q.Page, 0)))
	v.Set("response_groups", orDefault(q.Groups, CatalogueGroups))
	if q.Sort != "" {
		v.Set("products_sort_by", q.Sort)
	}
	if q.ImageSizes != "" {
		v.Set("image_sizes", q.ImageSizes)
	}
	return v, nil
}

func batchSize(n int) int {
	if n <= 0 || n > MaxCatalogueBatch {
		return MaxCatalogueBatch
	}
	return n
}

func orDefault(text, standard string) string {
	if text == "" {
		return standard
	}
	return text
}

// Search returns one page of a search of the catalogue.
func (c *Client) Search(ctx context.Context, q ProductQuery) (ProductPage, error) {
	v, err := q.values()
	if err != nil {
		return ProductPage{}, err
	}
	return c.products(ctx, catalogueGet(endpointProducts, "catalog/products", v, nil))
}

// Products returns the catalogue's entries for up to MaxCatalogueBatch ASINs,
// in the order of the catalogue's answer; empty groups mean CatalogueGroups.
// What does not exist in this store is in Hollow. The catalogue leaves out
// existing products now and then, so what is in neither list is asked for up
// to twice more (protocol 9.4), and is then missing from both.
func (c *Client) Products(ctx context.Context, asins []string, groups string) (ProductPage, error) {
	if len(asins) == 0 {
		return ProductPage{}, nil
	}
	if len(asins) > MaxCatalogueBatch {
		return ProductPage{}, fmt.Errorf("ask for %d products: at most %d at once", len(asins), MaxCatalogueBatch)
	}
	for _, asin := range asins {
		if err := checkASIN(asin); err != nil {
			return ProductPage{}, err
		}
	}
	var all ProductPage
	missing := slices.Compact(slices.Sorted(slices.Values(asins)))
	for range 3 {
		page, err := c.products(ctx, catalogueGet(endpointProducts, "catalog/products", url.Values{
			"asins": {strings.Join(missing, ",")}, "num_results": {strconv.Itoa(MaxCatalogueBatch)},
			"response_groups": {orDefault(groups, CatalogueGroups)},
		}, nil))
		if err != nil {
			return ProductPage{}, err
		}
		all.Products = append(all.Products, page.Products...)
		all.Hollow = append(all.Hollow, page.Hollow...)
		if missing = page.without(missing); len(missing) == 0 {
			break
		}
	}
	all.TotalCount = len(all.Products) + len(all.Hollow)
	return all, nil
}

// without returns the ASINs that the page does not name.
func (p ProductPage) without(asins []string) []string {
	return slices.DeleteFunc(slices.Clone(asins), func(asin string) bool {
		return slices.Contains(p.Hollow, asin) ||
			slices.ContainsFunc(p.Products, func(got Product) bool { return got.ASIN == asin })
	})
}

// checkASIN refuses what can't be an ASIN, so that no odd character gets into
// a list that is joined by commas.
func checkASIN(asin string) error {
	odd := strings.IndexFunc(asin, func(r rune) bool {
		return (r < 'A' || r > 'Z') && (r < 'a' || r > 'z') && (r < '0' || r > '9')
	})
	if asin == "" || len(asin) > 32 || odd >= 0 {
		return fmt.Errorf("%q is not an ASIN", cleanMessage(asin))
	}
	return nil
}

// Product returns one entry of the catalogue, and an error that matches
// ErrNotFound when there is none in this store.
func (c *Client) Product(ctx context.Context, asin, groups string) (Product, error) {
	if err := checkASIN(asin); err != nil {
		return Product{}, err
	}
	var product Product
	x := catalogueGet(endpointProduct, "catalog/products/"+asin,
		url.Values{"response_groups": {orDefault(groups, CatalogueGroups)}},
		func(r *reply) error { return readOne(r, "product", &product) })
	if err := c.do(ctx, x); err != nil {
		return Product{}, err
	}
	if product.Hollow {
		return Product{}, fmt.Errorf("product %q: %w", asin, ErrNotFound)
	}
	// The German store leaves it out now and then.
	product.ASIN = orDefault(product.ASIN, asin)
	return product, nil
}

// Similar returns up to MaxCatalogueBatch titles that are like the given one.
// The kind is InTheSameSeries, ByTheSameNarrator, RawSimilarities,
// ByTheSameAuthor or NextInSameSeries (protocol 9.5).
func (c *Client) Similar(ctx context.Context, asin, kind string) ([]Product, error) {
	if err := checkASIN(asin); err != nil {
		return nil, err
	}
	page, err := c.products(ctx, catalogueGet(endpointSimilar, "catalog/products/"+asin+"/sims", url.Values{
		"similarity_type": {kind}, "num_results": {strconv.Itoa(MaxCatalogueBatch)},
		"response_groups": {"contributors,media,price,product_attrs,product_desc,product_plans"},
	}, nil))
	return page.Products, err
}

// catalogueGet is a GET of the catalogue, which anonymous clients may ask.
func catalogueGet(name, path string, query url.Values, read func(*reply) error) call {
	x := apiGet(name, path, query, read)
	x.proof = proofCatalogue
	return x
}

// products makes a call whose answer is a list of products, and reads it.
func (c *Client) products(ctx context.Context, x call) (ProductPage, error) {
	var page ProductPage
	x.read = func(r *reply) error {
		var err error
		page, err = readProductPage(r)
		return err
	}
	if err := c.do(ctx, x); err != nil {
		return ProductPage{}, err
	}
	return page, nil
}

// readProductPage reads a list of products in any of its wrappers.
func readProductPage(r *reply) (ProductPage, error) {
	page := ProductPage{TotalCount: -1}
	listed := false
	err := readObject(r, func(s *jsonScanner, key []byte) {
		switch string(key) {
		case "products", "similar_products":
			page.Products, page.Hollow = nil, nil
			_, listed = s.array(func() {
				if p := readProduct(s); !p.Hollow {
					page.Products = append(page.Products, p)
				} else if p.ASIN != "" {
					page.Hollow = append(page.Hollow, p.ASIN)
				}
			})
		case "total_results":
			page.TotalCount = int(s.integer())
		default:
			s.skip()
		}
	})
	if err == nil && !listed {
		err = fmt.Errorf("%w: no list of products in it", ErrUnexpected)
	}
	return page, err
}
