package httpapi

import (
	"context"
	"fmt"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/danielgtaylor/huma/v2"

	"github.com/audipy/audipy/internal/advice"
	"github.com/audipy/audipy/internal/audipy"
	"github.com/audipy/audipy/internal/audit"
	"github.com/audipy/audipy/internal/recommend"
)

func (a *api) registerAdvice() {
	register(a, huma.Operation{
		OperationID: "listSeries", Method: http.MethodGet, Path: "/series",
		Summary: "Every series that something is owned of, and how much of it.",
	}, a.listSeries)
	register(a, huma.Operation{
		OperationID: "getSeries", Method: http.MethodGet, Path: "/series/{id}",
		Summary: "One series, volume by volume.",
	}, a.getSeries)
	register(a, huma.Operation{
		OperationID: "listSuggestions", Method: http.MethodGet, Path: "/suggestions",
		Summary: "What to listen to next, why, and how to pay.",
	}, a.listSuggestions)
	register(a, huma.Operation{
		OperationID: "setMark", Method: http.MethodPut, Path: "/marks/{marketplace}/{asin}",
		Summary: "Dismisses a suggestion, snoozes it, or says that the work is owned outside of Audible.", DefaultStatus: http.StatusNoContent,
	}, a.setMark)
	register(a, huma.Operation{
		OperationID: "clearMark", Method: http.MethodDelete, Path: "/marks/{marketplace}/{asin}",
		Summary: "Lets a title be suggested again.", DefaultStatus: http.StatusNoContent,
	}, a.clearMark)
}

// Volume is one number of a series.
type Volume struct {
	Number       string   `json:"number,omitempty"`
	OtherNumbers []string `json:"other_numbers" doc:"Its numbers in the other numberings of a merged series."`
	ASIN         string   `json:"asin,omitempty"`
	Marketplace  string   `json:"marketplace,omitempty"`
	Title        string   `json:"title,omitempty" doc:"Absent when nobody asked about it yet."`
	State        string   `json:"state" enum:"owned,missing,unreleased,listed"`
	Hidden       string   `json:"hidden,omitempty" enum:"dismissed,snoozed,language,unbuyable" doc:"Why it is not suggested."`
	ReleaseDate  string   `json:"release_date,omitempty" doc:"YYYY-MM-DD."`
	Editions     int      `json:"editions"`
	Note         string   `json:"note,omitempty"`
	Cover        string   `json:"cover,omitempty"`
}

// SeriesCard is a series as the person stands to it.
type SeriesCard struct {
	ID           string    `json:"id"`
	ASIN         string    `json:"asin"`
	Title        string    `json:"title"`
	Marketplaces []string  `json:"marketplaces"`
	Also         []string  `json:"also" doc:"Other series of the catalogue that were merged into this one."`
	Note         string    `json:"note,omitempty"`
	Owned        int       `json:"owned"`
	Total        int       `json:"total" doc:"The released volumes."`
	Missing      int       `json:"missing"`
	Unreleased   int       `json:"unreleased"`
	LastActivity time.Time `json:"last_activity,omitzero"`
	Cover        string    `json:"cover,omitempty"`
	Volumes      []Volume  `json:"volumes" doc:"The numbered volumes in order, then those without a number."`
}

func seriesOf(s *recommend.Series, found *advice.Advice) SeriesCard {
	card := SeriesCard{
		ID: seriesID(s), ASIN: s.ASIN, Title: s.Title, Marketplaces: []string{}, Also: orNone(s.Also), Note: s.Note,
		Owned: s.Owned, Total: s.Total, Missing: s.Missing(), Unreleased: s.Unreleased, LastActivity: s.LastActivity,
		Volumes: make([]Volume, 0, len(s.Volumes)+len(s.Unnumbered)),
	}
	for _, volumes := range [][]recommend.Volume{s.Volumes, s.Unnumbered} {
		for i := range volumes {
			v := volumeOf(&volumes[i], found)
			card.Volumes = append(card.Volumes, v)
			if card.Cover == "" && v.State == string(recommend.VolumeOwned) {
				card.Cover = v.Cover
			}
			if v.Marketplace != "" && !slices.Contains(card.Marketplaces, v.Marketplace) {
				card.Marketplaces = append(card.Marketplaces, v.Marketplace)
			}
		}
	}
	return card
}

// seriesID names a series in addresses: two stores may use one ASIN for
// different ones.
func seriesID(s *recommend.Series) string {
	for _, volumes := range [][]recommend.Volume{s.Volumes, s.Unnumbered} {
		for i := range volumes {
			if volumes[i].Marketplace != "" {
				return volumes[i].Marketplace + "." + s.ASIN
			}
		}
	}
	return s.ASIN
}

func volumeOf(v *recommend.Volume, found *advice.Advice) Volume {
	wire := Volume{
		Number: v.Number, OtherNumbers: orNone(v.OtherNumbers), ASIN: v.ASIN, Marketplace: v.Marketplace, Title: v.Title,
		State: string(v.State), Hidden: string(v.Hidden), ReleaseDate: v.ReleaseDate, Editions: v.Editions, Note: v.Note,
	}
	if found.HasCover(v.Marketplace, v.ASIN) {
		wire.Cover = coverPath(v.Marketplace, v.ASIN)
	}
	return wire
}

// SeriesList is every series.
type SeriesList struct {
	Items    []SeriesCard `json:"items" doc:"By title."`
	Revision string       `json:"revision"`
}

func (a *api) listSeries(ctx context.Context, in *Condition) (*tagged[SeriesList], error) {
	found, err := a.Advice.For(ctx, actorFrom(ctx).UserID)
	if err != nil {
		return nil, err
	}
	if err := in.unchanged(found.Revision); err != nil {
		return nil, err
	}
	list := SeriesList{Items: make([]SeriesCard, len(found.Series)), Revision: found.Revision}
	for i := range found.Series {
		list.Items[i] = seriesOf(&found.Series[i], &found)
	}
	return withTag(list, found.Revision), nil
}

type getSeriesInput struct {
	ID string `path:"id" maxLength:"100" doc:"The id of the series, as the list gives it."`
	Condition
}

func (a *api) getSeries(ctx context.Context, in *getSeriesInput) (*tagged[SeriesCard], error) {
	found, err := a.Advice.For(ctx, actorFrom(ctx).UserID)
	if err != nil {
		return nil, err
	}
	if err := in.unchanged(found.Revision); err != nil {
		return nil, err
	}
	for i := range found.Series {
		if seriesID(&found.Series[i]) == in.ID {
			return withTag(seriesOf(&found.Series[i], &found), found.Revision), nil
		}
	}
	return nil, audipy.Fail(audipy.NotFound, "There is no such series among those you own something of.", nil)
}

// SuggestionPage is a part of the suggestions.
type SuggestionPage struct {
	Items    []Suggestion `json:"items" doc:"What can be listened to now, the best first."`
	Upcoming []Suggestion `json:"upcoming" doc:"What is announced, the earliest first; on the first page alone."`
	Hidden   Hidden       `json:"hidden"`
	Next     string       `json:"next,omitempty"`
	Total    int          `json:"total" doc:"How many there are on all pages."`
	Revision string       `json:"revision"`
}

// Hidden counts what is not suggested, by reason.
type Hidden struct {
	Owned      int `json:"owned"`
	Dismissed  int `json:"dismissed"`
	Snoozed    int `json:"snoozed"`
	Language   int `json:"language"`
	Unbuyable  int `json:"unbuyable"`
	OtherStore int `json:"other_store"`
	NotBooks   int `json:"not_books"`
}

type listSuggestionsInput struct {
	Kind string `query:"kind" enum:"next_volume,series_gap,by_author,by_narrator" doc:"Only those with this strongest reason."`
	PageInput
	Condition
}

func (a *api) listSuggestions(ctx context.Context, in *listSuggestionsInput) (*tagged[SuggestionPage], error) {
	found, err := a.Advice.For(ctx, actorFrom(ctx).UserID)
	if err != nil {
		return nil, err
	}
	if err := in.unchanged(found.Revision); err != nil {
		return nil, err
	}
	place, err := a.openCursor(ctx, "suggestions", in.Kind, in.Cursor)
	if err != nil {
		return nil, err
	}
	next, upcoming := ofKind(found.Next, in.Kind), ofKind(found.Upcoming, in.Kind)
	page := SuggestionPage{
		Items: []Suggestion{}, Upcoming: []Suggestion{}, Hidden: Hidden(found.Hidden),
		Total: len(next), Revision: found.Revision,
	}
	if place == "" {
		for _, s := range upcoming {
			page.Upcoming = append(page.Upcoming, suggestionOf(s))
		}
	}
	from := after(next, place)
	to := min(from+in.Limit, len(next))
	for _, s := range next[from:to] {
		page.Items = append(page.Items, suggestionOf(s))
	}
	if to < len(next) {
		p := next[to-1].Product
		page.Next = a.sealCursor(ctx, "suggestions", in.Kind, fmt.Sprintf("%d %s %s", to, p.Marketplace, p.ASIN))
	}
	return withTag(page, found.Revision), nil
}

// ofKind keeps to the suggestions of a kind.
func ofKind(all []recommend.Suggestion, kind string) []*recommend.Suggestion {
	kept := make([]*recommend.Suggestion, 0, len(all))
	for i := range all {
		if kind == "" || kind == string(all[i].Kind) {
			kept = append(kept, &all[i])
		}
	}
	return kept
}

// after returns the index at which the page after a place begins. When the
// list has changed meanwhile it goes on behind the same product, and where that
// is gone at the same index.
func after(all []*recommend.Suggestion, place string) int {
	parts := strings.Split(place, " ")
	if len(parts) != 3 {
		return 0
	}
	for i, s := range all {
		if s.Product.Marketplace == parts[1] && s.Product.ASIN == parts[2] {
			return i + 1
		}
	}
	index, _ := strconv.Atoi(parts[0]) // signed by us
	return min(max(index-1, 0), len(all))
}

// ProductPath names a product of a store in an address.
type ProductPath struct {
	Marketplace string `path:"marketplace" enum:"us,uk,de,fr,ca,it,au,in,jp,es,br"`
	ASIN        string `path:"asin" pattern:"^[A-Z0-9]{10}$"`
}

type setMarkInput struct {
	ProductPath
	Body struct {
		Until     time.Time `json:"until,omitzero" doc:"When it may be suggested again; never when left out. At most ten years away."`
		Elsewhere bool      `json:"elsewhere,omitempty" doc:"The person has the work outside of Audible, on CD or from another shop: it counts as owned. Not together with until."`
	}
}

func (a *api) setMark(ctx context.Context, in *setMarkInput) (*struct{}, error) {
	until := in.Body.Until
	if !until.IsZero() && (!until.After(a.Now()) || until.After(a.Now().AddDate(10, 0, 0))) {
		return nil, audipy.Fail(audipy.Invalid, "A suggestion can be snoozed from now on and for ten years at most.", nil)
	}
	if in.Body.Elsewhere && !until.IsZero() {
		return nil, audipy.Fail(audipy.Invalid, "A title that is owned elsewhere cannot be snoozed as well.", nil)
	}
	mark := audipy.Mark{ASIN: in.ASIN, Marketplace: in.Marketplace, Until: until, Elsewhere: in.Body.Elsewhere}
	return nil, a.Store.SetMark(ctx, actorFrom(ctx).UserID, mark, audit.Event{Action: audit.MarkSet, Outcome: audit.Succeeded})
}

func (a *api) clearMark(ctx context.Context, in *ProductPath) (*struct{}, error) {
	return nil, a.Store.ClearMark(ctx, actorFrom(ctx).UserID, in.Marketplace, in.ASIN,
		audit.Event{Action: audit.MarkCleared, Outcome: audit.Succeeded})
}
