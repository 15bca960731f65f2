package cli

import (
	"context"
	"fmt"
	"strconv"
	"strings"
	"time"

	"github.com/audipy/audipy/internal/audipy"
	"github.com/audipy/audipy/internal/store"
)

// libraryFilter are the flags that choose titles, for every command that
// takes some.
type libraryFilter struct {
	Author     string `placeholder:"NAME" help:"Only titles by this author; a part of the name will do."`
	Narrator   string `placeholder:"NAME" help:"Only titles read by this narrator."`
	Series     string `placeholder:"NAME" help:"Only titles of this series, by name or ASIN."`
	Language   string `placeholder:"NAME" help:"Only titles in this language, such as english."`
	Store      string `placeholder:"CODE" help:"Only titles of this store, such as de."`
	Account    string `placeholder:"NAME" help:"Only titles of this account."`
	Finished   bool   `xor:"finished" help:"Only finished titles."`
	Unfinished bool   `xor:"finished" help:"Only titles that are not finished."`
	Plus       bool   `xor:"plus" help:"Only titles borrowed from the Plus catalogue."`
	Owned      bool   `xor:"plus" help:"Only titles that are bought."`
	Gone       bool   `help:"Only titles that have left the library."`
	Since      string `placeholder:"DAY" help:"Only titles that a sync first saw since then: 2026-11-01, or 7d for the last seven days."`
}

// filter turns the flags into a filter of the store.
func (f libraryFilter) filter(ctx context.Context, d data, now time.Time) (store.ItemFilter, error) {
	out := store.ItemFilter{
		Author: f.Author, Narrator: f.Narrator, Series: f.Series, Language: strings.ToLower(f.Language),
		Marketplace: f.Store, Status: audipy.ItemActive,
		Finished: either(f.Finished, f.Unfinished), Plus: either(f.Plus, f.Owned),
	}
	if f.Gone {
		out.Status = audipy.ItemGone
	}
	if f.Store != "" {
		if !audipy.IsMarketplace(f.Store) {
			return out, noSuchStore(f.Store)
		}
	}
	if f.Account != "" {
		one, err := anyAccountIn(ctx, d, f.Account)
		if err != nil {
			return out, err
		}
		out.Account = one.ID
	}
	var err error
	out.AddedSince, err = parseSince(f.Since, now)
	return out, err
}

// either is true for the first flag, false for the second and nil for none.
func either(yes, no bool) *bool {
	if !yes && !no {
		return nil
	}
	return &yes
}

// parseSince reads a day, or a number of days before now; empty is no limit.
func parseSince(text string, now time.Time) (time.Time, error) {
	if text == "" {
		return time.Time{}, nil
	}
	if day, err := time.ParseInLocation(time.DateOnly, text, time.Local); err == nil {
		return day, nil
	}
	if days, isDays := strings.CutSuffix(text, "d"); isDays {
		if n, err := strconv.Atoi(days); err == nil && n > 0 && n <= 36500 {
			return now.AddDate(0, 0, -n), nil
		}
	}
	return time.Time{}, audipy.Fail(audipy.Invalid, fmt.Sprintf("%q is not a day", text), nil).
		WithHint("write it as 2026-11-01, or as 7d for the last seven days")
}

// anyAccountIn returns the account that the text names, unlinked ones whose
// library is kept included.
func anyAccountIn(ctx context.Context, d data, text string) (audipy.Account, error) {
	all, err := d.allAccounts(ctx)
	if err != nil {
		return audipy.Account{}, err
	}
	return pickAccount(all, text)
}

// needTitles returns an error with the way to fill the library when it holds
// nothing at all.
func (a *app) needTitles(ctx context.Context) error {
	opened, user, err := a.database(ctx)
	if err != nil {
		return err
	}
	n, err := opened.CountItems(ctx, user, store.ItemFilter{})
	if err == nil && n == 0 {
		return emptyLibrary()
	}
	return err
}

func emptyLibrary() error {
	return audipy.Fail(audipy.NotFound, "the library is empty", nil).
		WithHint(`link an account with "audipy login", then run "audipy sync"`)
}
