package audible_test

import (
	"context"
	"errors"
	"net/http"
	"reflect"
	"strings"
	"testing"
	"time"

	"github.com/audipy/audipy/audible"
	"github.com/audipy/audipy/audible/audiblesim"
)

// readers are the calls that read, with what they read.
func readers(asin string) map[string]func(context.Context, *audible.Client) (any, error) {
	germany, _ := audible.ParseMarketplace("de")
	return map[string]func(context.Context, *audible.Client) (any, error){
		"library": func(ctx context.Context, c *audible.Client) (any, error) {
			return c.Library(ctx, audible.LibraryQuery{})
		},
		"item": func(ctx context.Context, c *audible.Client) (any, error) { return c.LibraryItem(ctx, asin, "") },
		"wishes": func(ctx context.Context, c *audible.Client) (any, error) {
			return c.Wishlist(ctx, audible.WishlistQuery{})
		},
		"search": func(ctx context.Context, c *audible.Client) (any, error) {
			return c.Search(ctx, audible.ProductQuery{Keywords: "the"})
		},
		"product": func(ctx context.Context, c *audible.Client) (any, error) { return c.Product(ctx, asin, "") },
		"similar": func(ctx context.Context, c *audible.Client) (any, error) {
			return c.Similar(ctx, asin, "ByTheSameAuthor")
		},
		"categories": func(ctx context.Context, c *audible.Client) (any, error) { return c.Categories(ctx, 2) },
		"positions":  func(ctx context.Context, c *audible.Client) (any, error) { return c.LastPositions(ctx, []string{asin}) },
		"finished":   func(ctx context.Context, c *audible.Client) (any, error) { return c.Finished(ctx, time.Time{}) },
		"statistics": func(ctx context.Context, c *audible.Client) (any, error) {
			return c.ListeningStats(ctx, audible.StatsQuery{Days: 3, Months: 2, Years: 1, From: time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC)})
		},
		"membership": func(ctx context.Context, c *audible.Client) (any, error) { return c.AccountInformation(ctx) },
		"profile":    func(ctx context.Context, c *audible.Client) (any, error) { return c.Profile(ctx) },
		"cookies": func(ctx context.Context, c *audible.Client) (any, error) {
			cookies, life, err := c.ExchangeCookies(ctx, germany)
			for i := range cookies {
				cookies[i].Value = "" // new every time
			}
			return []any{len(cookies), life}, err
		},
	}
}

// TestEveryCallOverlooksWhatItDoesNotKnow: a service that grows new fields
// everywhere is read as before.
func TestEveryCallOverlooksWhatItDoesNotKnow(t *testing.T) {
	t.Parallel()
	inBubble(t, func(t *testing.T) {
		r := newRig(t, rigOptions{})
		asin := r.owned(t, 1)[0]
		if err := r.sim.SetProgress(r.account.Login, "us", asin, 100); err != nil {
			t.Fatal(err)
		}
		for name, read := range readers(asin) {
			if err := r.sim.SetFaults(); err != nil {
				t.Fatal(err)
			}
			want, err := read(t.Context(), r.client)
			if err != nil {
				t.Fatalf("%s: %v", name, err)
			}
			if err := r.sim.SetFaults(audiblesim.Fault{Kind: audiblesim.FaultUnknownFields}); err != nil {
				t.Fatal(err)
			}
			if got, err := read(t.Context(), r.client); err != nil || !reflect.DeepEqual(got, want) {
				t.Errorf("%s: %+v, %v with new fields; want %+v", name, got, err, want)
			}
		}
	})
}

func TestPicturesComeInTheSizeAskedFor(t *testing.T) {
	t.Parallel()
	r := newRig(t, rigOptions{})
	for sizes, want := range map[string]string{"": "._SL500_", "252": "._SL252_", "252,1215": "._SL1215_"} {
		page, err := r.client.Library(t.Context(), audible.LibraryQuery{PageSize: 1, ImageSizes: sizes})
		if err != nil || !strings.Contains(page.Items[0].CoverURL, want) {
			t.Errorf("sizes %q: cover %q, %v; want %s", sizes, page.Items[0].CoverURL, err, want)
		}
		found, err := r.client.Search(t.Context(), audible.ProductQuery{Keywords: "the", PageSize: 1, ImageSizes: sizes})
		if err != nil || !strings.Contains(found.Products[0].CoverURL, want) {
			t.Errorf("sizes %q: cover of a product %q, %v; want %s", sizes, found.Products[0].CoverURL, err, want)
		}
	}
}

func TestOnlyPlansOfPlusSayWhenItEnds(t *testing.T) {
	t.Parallel()
	soon, later := time.Date(2027, 1, 1, 0, 0, 0, 0, time.UTC), time.Date(2030, 1, 1, 0, 0, 0, 0, time.UTC)
	for name, c := range map[string]struct {
		plans []audible.Plan
		want  time.Time
	}{
		"another plan lasts longer": {[]audible.Plan{{Name: "US Minerva", End: soon}, {Name: "AccessViaMusic", End: later}}, soon},
		"two of Plus":               {[]audible.Plan{{Name: "AYCL", End: later}, {Name: "Free Tier", End: soon}}, later},
		"none of Plus":              {[]audible.Plan{{Name: "AccessViaMusic", End: later}}, time.Time{}},
		"for ever":                  {[]audible.Plan{{Name: "US Minerva", End: time.Date(2099, 12, 31, 0, 0, 0, 0, time.UTC)}}, time.Time{}},
	} {
		if got := (audible.Product{Plans: c.plans}).PlusUntil(); !got.Equal(c.want) {
			t.Errorf("%s: until %v, want %v", name, got, c.want)
		}
	}
}

func TestANewRefreshTokenIsKeptIfItIsOne(t *testing.T) {
	t.Parallel()
	for answer, want := range map[string]string{
		`{"access_token":"Atna|new","refresh_token":"Atnr|new","expires_in":3600}`:  "Atnr|new",
		`{"access_token":"Atna|new","expires_in":3600}`:                             "",
		`{"access_token":"Atna|new","refresh_token":"two words","expires_in":3600}`: "refused",
		`{"access_token":"Atna|new","refresh_token":"a\nb","expires_in":3600}`:      "refused",
	} {
		quick := func(o *audible.ClientOptions) {
			o.Wait = func(ctx context.Context, _ time.Duration) error { return ctx.Err() }
		}
		r := newRig(t, rigOptions{client: quick})
		old := r.loadCredentials(t, func(*audible.Credentials) {})
		r.sim.AnswerNext(audiblesim.NextAnswer{Path: "/auth/token", Times: 9, Body: answer, Header: http.Header{"Content-Type": {"application/json"}}})
		_, err := r.client.Refresh(t.Context())
		kept := r.loadCredentials(t, func(*audible.Credentials) {})
		switch want {
		case "refused":
			if err == nil || kept.AccessToken != old.AccessToken || kept.RefreshToken != old.RefreshToken {
				t.Errorf("%s: error %v and tokens changed %t, want an error and the old ones", answer, err, kept.AccessToken != old.AccessToken)
			}
		case "":
			want = old.RefreshToken
			fallthrough
		default:
			if err != nil || kept.RefreshToken != want || kept.AccessToken != "Atna|new" {
				t.Errorf("%s: error %v, new refresh token kept %t", answer, err, kept.RefreshToken == want)
			}
		}
	}
}

func TestADeregistrationThatIsRefusedSaysSo(t *testing.T) {
	t.Parallel()
	r := newRig(t, rigOptions{})
	if err := r.sim.ExpireAccessTokens(r.account.Login); err != nil {
		t.Fatal(err)
	}
	creds := r.loadCredentials(t, func(c *audible.Credentials) { c.RefreshToken = "" })
	err := audible.Deregister(t.Context(), r.sim.Transport(), creds)
	if said, ok := errors.AsType[*audible.APIError](err); !errors.Is(err, audible.ErrRefused) || !ok || said.Status != http.StatusUnauthorized {
		t.Errorf("error %v, want ErrRefused with what Amazon said", err)
	}
}
