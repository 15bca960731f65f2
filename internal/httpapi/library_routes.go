package httpapi

import (
	"context"
	"net/http"
	"strconv"
	"time"

	"github.com/danielgtaylor/huma/v2"

	"github.com/audipy/audipy/internal/audipy"
	"github.com/audipy/audipy/internal/store"
)

func (a *api) registerLibrary() {
	register(a, huma.Operation{
		OperationID: "listLibrary", Method: http.MethodGet, Path: "/library",
		Summary: "The titles of every linked account.",
	}, a.listLibrary)
	register(a, huma.Operation{
		OperationID: "getLibraryFacets", Method: http.MethodGet, Path: "/library/facets",
		Summary: "What the titles can be chosen by, with counts.",
	}, a.getLibraryFacets)
	register(a, huma.Operation{
		OperationID: "getLibraryTimeline", Method: http.MethodGet, Path: "/library/timeline",
		Summary: "How the library grew, month by month.",
	}, a.getLibraryTimeline)
	register(a, huma.Operation{
		OperationID: "exportLibrary", Method: http.MethodGet, Path: "/library/export",
		Summary: "Every title as a file, JSON or a table.",
	}, a.exportLibrary)
}

// TitleFilter chooses titles.
type TitleFilter struct {
	Search      string    `query:"search" maxLength:"500" doc:"Words in title, subtitle, authors, series or ASIN, whatever the accents."`
	Author      string    `query:"author" maxLength:"500"`
	Narrator    string    `query:"narrator" maxLength:"500"`
	Series      string    `query:"series" maxLength:"500"`
	Language    string    `query:"language" maxLength:"100" doc:"As Audible names it, such as english."`
	Status      string    `query:"status" enum:"active,gone" doc:"Both when left out."`
	Finished    string    `query:"finished" enum:"true,false"`
	Plus        string    `query:"plus" enum:"true,false"`
	Account     string    `query:"account" maxLength:"100"`
	Marketplace string    `query:"marketplace" maxLength:"10"`
	MinMinutes  int       `query:"min_minutes" minimum:"0" maximum:"100000"`
	MaxMinutes  int       `query:"max_minutes" minimum:"0" maximum:"100000" doc:"0 means any length."`
	AddedSince  time.Time `query:"added_since" doc:"Only titles that a sync first saw since then."`
	Sort        string    `query:"sort" enum:"title,author,purchased,added,released,longest" default:"title"`
}

func (f *TitleFilter) filter() store.ItemFilter {
	sort := store.ItemSort(f.Sort)
	if f.Sort == "title" {
		sort = store.SortTitle
	}
	return store.ItemFilter{
		Search: f.Search, Author: f.Author, Narrator: f.Narrator, Series: f.Series, Language: f.Language,
		Status: audipy.ItemStatus(f.Status), Finished: choice(f.Finished), Plus: choice(f.Plus),
		Account: audipy.AccountID(f.Account), Marketplace: f.Marketplace,
		MinMinutes: f.MinMinutes, MaxMinutes: f.MaxMinutes, AddedSince: f.AddedSince, Sort: sort,
	}
}

// choice is a switch that may be left alone.
func choice(text string) *bool {
	if text == "" {
		return nil
	}
	is := text == "true"
	return &is
}

// LibraryPage is a part of a library.
type LibraryPage struct {
	Items    []Item `json:"items"`
	Next     string `json:"next,omitempty" doc:"The cursor of the next page; absent on the last."`
	Total    int    `json:"total" doc:"How many titles the filters choose, on all pages."`
	Revision string `json:"revision" doc:"Differs whenever the library may differ."`
}

// listLibraryInput asks for one page.
type listLibraryInput struct {
	TitleFilter
	PageInput
	Condition
}

func (a *api) listLibrary(ctx context.Context, in *listLibraryInput) (*tagged[LibraryPage], error) {
	user := actorFrom(ctx).UserID
	revision, err := a.libraryRevision(ctx, user)
	if err != nil {
		return nil, err
	}
	if err := in.unchanged(revision); err != nil {
		return nil, err
	}
	filter := in.filter()
	filter.Limit = in.Limit
	query := in.TitleFilter
	if filter.After, err = a.openCursor(ctx, "library", query, in.Cursor); err != nil {
		return nil, err
	}
	found, err := a.Store.Items(ctx, user, filter)
	if err != nil {
		return nil, err
	}
	page := LibraryPage{Items: make([]Item, len(found.Items)), Revision: revision, Total: found.Total}
	for i := range found.Items {
		page.Items[i] = itemOf(&found.Items[i])
	}
	if page.Total < 0 {
		if page.Total, err = a.total(ctx, user, revision, query); err != nil {
			return nil, err
		}
	}
	page.Next = a.sealCursor(ctx, "library", query, found.Next)
	return withTag(page, revision), nil
}

// libraryRevision differs whenever a person's library may differ.
func (a *api) libraryRevision(ctx context.Context, user audipy.UserID) (string, error) {
	r, err := a.Store.Revision(ctx, user)
	return strconv.FormatInt(r.Changes, 10), err
}

// Tally is how many titles share a value.
type Tally struct {
	Value string `json:"value"`
	Count int    `json:"count"`
}

func talliesOf(all []store.Tally) []Tally {
	wire := make([]Tally, len(all))
	for i, one := range all {
		wire[i] = Tally(one)
	}
	return wire
}

// AccountTally is how many titles an account has. Accounts in two stores often
// have one name.
type AccountTally struct {
	ID          string `json:"id"`
	Name        string `json:"name"`
	Marketplace string `json:"marketplace"`
	Count       int    `json:"count"`
}

// Facets are what titles can be chosen by, counted over the active titles. The
// lists of names hold the 500 most frequent.
type Facets struct {
	Total        int            `json:"total"`
	TotalMinutes int            `json:"total_minutes"`
	Finished     int            `json:"finished"`
	Languages    []Tally        `json:"languages"`
	Marketplaces []Tally        `json:"marketplaces"`
	Accounts     []AccountTally `json:"accounts"`
	Authors      []Tally        `json:"authors"`
	Narrators    []Tally        `json:"narrators"`
	Series       []Tally        `json:"series"`
}

func (a *api) getLibraryFacets(ctx context.Context, in *Condition) (*tagged[Facets], error) {
	user := actorFrom(ctx).UserID
	revision, err := a.libraryRevision(ctx, user)
	if err != nil {
		return nil, err
	}
	if err := in.unchanged(revision); err != nil {
		return nil, err
	}
	s, err := a.summary(ctx, user, revision)
	if err != nil {
		return nil, err
	}
	accounts, err := a.Store.Accounts(ctx, user)
	if err != nil {
		return nil, err
	}
	known := map[string]audipy.Account{}
	for _, one := range accounts {
		known[string(one.ID)] = one
	}
	f := Facets{
		Total: s.Titles, TotalMinutes: s.Minutes, Finished: s.Finished,
		Languages: talliesOf(s.Languages), Marketplaces: talliesOf(s.Marketplaces), Authors: talliesOf(s.Authors),
		Narrators: talliesOf(s.Narrators), Series: talliesOf(s.Series), Accounts: make([]AccountTally, len(s.Accounts)),
	}
	for i, one := range s.Accounts {
		of := known[one.Value]
		f.Accounts[i] = AccountTally{ID: one.Value, Name: of.Name, Marketplace: of.Marketplace, Count: one.Count}
	}
	return withTag(f, revision), nil
}

// Timeline is how the library grew.
type Timeline struct {
	Months []Month `json:"months" doc:"Every month from the first title's to the last one's, in order."`
}

// Month is one month of a library.
type Month struct {
	Month string `json:"month" doc:"YYYY-MM."`
	Added int    `json:"added" doc:"The titles of today's library that came in this month."`
	Total int    `json:"total" doc:"Those that had come by its end."`
}

func (a *api) getLibraryTimeline(ctx context.Context, in *Condition) (*tagged[Timeline], error) {
	user := actorFrom(ctx).UserID
	revision, err := a.libraryRevision(ctx, user)
	if err != nil {
		return nil, err
	}
	if err := in.unchanged(revision); err != nil {
		return nil, err
	}
	s, err := a.summary(ctx, user, revision)
	if err != nil {
		return nil, err
	}
	return withTag(Timeline{Months: monthsOf(s.Months)}, revision), nil
}

// monthsOf fills in the months in which nothing came.
func monthsOf(tallies []store.Tally) []Month {
	months := []Month{}
	total := 0
	for _, one := range tallies {
		if one.Value < firstMonth {
			total += one.Count
			continue
		}
		for len(months) > 0 && nextMonth(months[len(months)-1].Month) < one.Value {
			months = append(months, Month{Month: nextMonth(months[len(months)-1].Month), Total: total})
		}
		total += one.Count
		months = append(months, Month{Month: one.Value, Added: one.Count, Total: total})
	}
	return months
}

// firstMonth begins the year in which Audible was founded; what says to be
// older is counted, and shown from there on.
const firstMonth = "1995-01"

// nextMonth is the month after "YYYY-MM".
func nextMonth(month string) string {
	at, err := time.Parse("2006-01", month)
	if err != nil {
		return "9999-12"
	}
	return at.AddDate(0, 1, 0).Format("2006-01")
}
