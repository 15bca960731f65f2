package httpapi

import (
	"context"
	"net/http"

	"github.com/danielgtaylor/huma/v2"

	"github.com/audipy/audipy/internal/audipy"
	"github.com/audipy/audipy/internal/cover"
)

func (a *api) registerCovers() {
	register(a, huma.Operation{
		OperationID: "getCover", Method: http.MethodGet, Path: "/covers/{marketplace}/{asin}",
		Summary: "The cover of a title of the library or the catalogue, as a picture.",
	}, a.getCover)
}

// getCoverInput names a title and a size.
type getCoverInput struct {
	ProductPath
	Condition
	Size string `query:"size" enum:"small,medium,large" default:"medium" doc:"About how wide: 160, 400 or 1000 pixels."`
}

// coverOutput is a picture, to be kept for a day by the browser alone.
type coverOutput struct {
	ContentType  string `header:"Content-Type"`
	CacheControl string `header:"Cache-Control"`
	ETag         string `header:"ETag"`
	Body         []byte
}

func (a *api) getCover(ctx context.Context, in *getCoverInput) (*coverOutput, error) {
	if a.Covers == nil {
		return nil, noCover()
	}
	address, err := a.coverAddress(ctx, actorFrom(ctx).UserID, in.ProductPath)
	if err != nil {
		return nil, err
	}
	picture, err := a.Covers.Get(ctx, address, cover.Size(in.Size))
	if err != nil {
		return nil, err
	}
	if err := in.unchanged(picture.Tag); err != nil {
		return nil, err
	}
	return &coverOutput{picture.Type, "private, max-age=86400", quoted(picture.Tag), picture.Data}, nil
}

// coverAddress is where Audible has the cover of a title that the person owns
// or whose facts were fetched for them. What is neither is not looked for: a
// cover's address comes from the store alone, never from the request.
func (a *api) coverAddress(ctx context.Context, user audipy.UserID, path ProductPath) (string, error) {
	items, err := a.Store.ItemsByASIN(ctx, user, path.ASIN)
	if err != nil && audipy.KindOf(err) != audipy.NotFound {
		return "", err
	}
	for i := range items {
		if items[i].Marketplace == path.Marketplace && items[i].CoverURL != "" {
			return items[i].CoverURL, nil
		}
	}
	known, err := a.Store.Products(ctx, user, path.Marketplace, []string{path.ASIN})
	if err != nil {
		return "", err
	}
	if len(known) > 0 && known[0].CoverURL != "" {
		return known[0].CoverURL, nil
	}
	return "", noCover()
}

func noCover() error { return audipy.Fail(audipy.NotFound, "There is no cover.", nil) }
