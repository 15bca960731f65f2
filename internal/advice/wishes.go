package advice

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"time"

	"github.com/audipy/audipy/internal/audipy"
	"github.com/audipy/audipy/internal/recommend"
	"github.com/audipy/audipy/internal/store"
)

// Wished is a title on a wish list.
type Wished struct {
	// Product has ids alone as long as nobody asked the catalogue about it.
	audipy.Product
	Account audipy.AccountID
	// WishedAt is the zero time when Audible does not say.
	WishedAt time.Time
	// Owned is true when a library of the person holds it.
	Owned bool
	// Price is how to pay for it.
	Price recommend.PriceAdvice
	// Notice says in words what is new and good about the price; empty when
	// nothing is, or when the person wants no notices.
	Notice string
}

// Wishes returns a person's wish lists as they are stored, of one store or of
// all when marketplace is empty, the newest wish first.
func (s *Service) Wishes(ctx context.Context, user audipy.UserID, marketplace string) ([]Wished, error) {
	wishes, err := s.store.Wishes(ctx, user, marketplace)
	if err != nil {
		return nil, err
	}
	prefs, err := s.store.Preferences(ctx, user)
	if err != nil {
		return nil, err
	}
	list := make([]Wished, len(wishes))
	for i, wish := range wishes {
		if list[i], err = s.wished(ctx, user, wish, prefs); err != nil {
			return nil, err
		}
	}
	slices.SortStableFunc(list, func(x, y Wished) int {
		return cmp.Or(y.WishedAt.Compare(x.WishedAt), cmp.Compare(x.ASIN, y.ASIN))
	})
	return list, nil
}

// wished fills in what is known of a wish.
func (s *Service) wished(
	ctx context.Context, user audipy.UserID, wish store.Wish, prefs audipy.Preferences,
) (Wished, error) {
	one := Wished{Account: wish.Account, WishedAt: wish.AddedAt}
	one.ASIN, one.Marketplace = wish.ASIN, wish.Marketplace
	found, err := s.store.Products(ctx, user, wish.Marketplace, []string{wish.ASIN})
	if err != nil {
		return one, err
	}
	if len(found) > 0 {
		one.Product = found[0]
	}
	history, err := s.store.PriceHistory(ctx, user, store.PriceFilter{Marketplace: wish.Marketplace, ASIN: wish.ASIN})
	if err != nil {
		return one, err
	}
	one.Price = recommend.PriceOf(one.Product, prefs, history, s.now())
	items, err := s.store.ItemsByASIN(ctx, user, wish.ASIN)
	if err != nil && audipy.KindOf(err) != audipy.NotFound {
		return one, err
	}
	one.Owned = slices.ContainsFunc(items, func(i audipy.Item) bool { return i.Status == audipy.ItemActive })
	if prefs.NotificationsEnabled && !one.Owned && one.Price.Verdict == recommend.VerdictCash {
		one.Notice = priceFall(one.Price.Pay, history, s.now())
	}
	return one, nil
}

// priceFall says that a price is lower than on the last day it was seen
// before, in the same currency; empty when it isn't.
func priceFall(pay audipy.Money, history []audipy.PricePoint, now time.Time) string {
	today := now.UTC().Format(time.DateOnly)
	for _, point := range slices.Backward(history) {
		if point.Day >= today || point.Lowest.Currency != pay.Currency {
			continue
		}
		if pay.Minor < point.Lowest.Minor {
			return fmt.Sprintf("fell to %s, which is within your limit; it was %s on %s", pay, point.Lowest, point.Day)
		}
		return ""
	}
	return ""
}
