package httpapi

import (
	"context"
	"net/http"
	"time"

	"github.com/danielgtaylor/huma/v2"

	"github.com/audipy/audipy/internal/audipy"
	"github.com/audipy/audipy/internal/elsewhere"
	"github.com/audipy/audipy/internal/recommend"
)

func (a *api) registerElsewhere() {
	register(a, huma.Operation{
		OperationID: "getElsewhere", Method: http.MethodGet, Path: "/elsewhere",
		Summary: "The person's audiobookshelf server, and what of it counts as owned, or would.",
	}, a.getElsewhere)
	register(a, huma.Operation{
		OperationID: "connectElsewhere", Method: http.MethodPut, Path: "/elsewhere", DefaultStatus: http.StatusNoContent,
		Summary: "Connects an audiobookshelf server, in place of another. Its titles count once that is asked for.",
	}, a.connectElsewhere)
	register(a, huma.Operation{
		OperationID: "readElsewhere", Method: http.MethodPost, Path: "/elsewhere/read", DefaultStatus: http.StatusAccepted,
		Summary: "Has the server read now, and not only once a day.",
	}, a.readElsewhere)
	register(a, huma.Operation{
		OperationID: "applyElsewhere", Method: http.MethodPost, Path: "/elsewhere/apply", DefaultStatus: http.StatusNoContent,
		Summary: "Lets the titles of the server count as owned, from now on.",
	}, a.applyElsewhere)
	register(a, huma.Operation{
		OperationID: "disconnectElsewhere", Method: http.MethodDelete, Path: "/elsewhere", DefaultStatus: http.StatusNoContent,
		Summary: "Forgets the server, its key and its titles: none counts any more.",
	}, a.disconnectElsewhere)
}

// Elsewhere is what a person has outside of Audible by a server's word.
type Elsewhere struct {
	Server *ElsewhereServer `json:"server,omitempty" doc:"Absent when none is connected."`
	Titles int              `json:"titles" doc:"Audiobooks on the server."`
	// The counts leave out nothing: titles = in_library + unknown + sure + likely.
	InLibrary int              `json:"in_library" doc:"Of them, in a library of the person anyway."`
	Unknown   int              `json:"unknown" doc:"Of them, not in the catalogue as far as it is known."`
	Sure      int              `json:"sure" doc:"Of them, found by ASIN, or by title, author and number in the series."`
	Likely    int              `json:"likely" doc:"Of them, found by title and author alone."`
	Matches   []ElsewhereMatch `json:"matches" doc:"Those that were found, the likely ones first; 200 at most."`
}

// ElsewhereServer is a person's audiobookshelf server.
type ElsewhereServer struct {
	Host        string    `json:"host" doc:"Where it is; the rest of the address and the key are told nobody."`
	ConnectedAt time.Time `json:"connected_at"`
	Reading     bool      `json:"reading" doc:"It is being read, or will be in a moment."`
	ReadAt      time.Time `json:"read_at,omitzero" doc:"When it was last read."`
	FailedAt    time.Time `json:"failed_at,omitzero" doc:"When it could last not be read; absent after a success."`
	Failure     string    `json:"failure,omitempty" doc:"Why, for a person."`
	AppliedAt   time.Time `json:"applied_at,omitzero" doc:"Since when its titles count; absent when they don't."`
	CountLikely bool      `json:"count_likely" doc:"Whether the likely ones count too."`
}

// ElsewhereMatch is a title on the server and what it is at Audible.
type ElsewhereMatch struct {
	Title       string `json:"title"`
	Author      string `json:"author,omitempty"`
	Confidence  string `json:"confidence" enum:"asin,place,name" doc:"By what it was found, the surest first."`
	ASIN        string `json:"asin"`
	Marketplace string `json:"marketplace"`
	Product     string `json:"product" doc:"Its title at Audible."`
}

// maxMatches is how many matches are listed.
const maxMatches = 200

func (a *api) getElsewhere(ctx context.Context, _ *struct{}) (*struct{ Body Elsewhere }, error) {
	user := actorFrom(ctx).UserID
	server, err := a.Elsewhere.Server(ctx, user)
	if audipy.KindOf(err) == audipy.NotFound {
		return &struct{ Body Elsewhere }{Elsewhere{Matches: []ElsewhereMatch{}}}, nil
	}
	if err != nil {
		return nil, err
	}
	preview, err := a.Elsewhere.Preview(ctx, user)
	if err != nil {
		return nil, err
	}
	e := Elsewhere{
		Server: elsewhereServerOf(server), Titles: preview.Titles, InLibrary: preview.InLibrary, Unknown: preview.Unknown,
		Sure: preview.Sure, Likely: len(preview.Matches) - preview.Sure, Matches: []ElsewhereMatch{},
	}
	for _, likely := range []bool{true, false} { // whoever looks wants to see what could be wrong
		for _, m := range preview.Matches {
			if (m.Confidence == recommend.ByName) == likely && len(e.Matches) < maxMatches {
				e.Matches = append(e.Matches, elsewhereMatchOf(m))
			}
		}
	}
	return &struct{ Body Elsewhere }{e}, nil
}

func elsewhereServerOf(s elsewhere.Server) *ElsewhereServer {
	return &ElsewhereServer{
		Host: s.Host, ConnectedAt: s.ConnectedAt, Reading: s.IsReading, ReadAt: s.ReadAt, FailedAt: s.FailedAt, Failure: s.Failure,
		AppliedAt: s.AppliedAt, CountLikely: s.CountsLikely,
	}
}

func elsewhereMatchOf(m recommend.ElsewhereMatch) ElsewhereMatch {
	wire := ElsewhereMatch{Title: m.Copy.Title, Confidence: string(m.Confidence)}
	if len(m.Copy.Authors) > 0 {
		wire.Author = m.Copy.Authors[0].Name
	}
	product := m.Products[0]
	wire.ASIN, wire.Marketplace, wire.Product = product.ASIN, product.Marketplace, product.Title
	return wire
}

type connectElsewhereInput struct {
	Body struct {
		URL string `json:"url" minLength:"1" maxLength:"2000" doc:"The address at which the person opens audiobookshelf."`
		Key string `json:"key" minLength:"1" maxLength:"2000" pattern:"^[!-~]+$" doc:"An API key of theirs."`
	}
}

func (a *api) connectElsewhere(ctx context.Context, in *connectElsewhereInput) (*struct{}, error) {
	return nil, a.Elsewhere.Connect(ctx, actorFrom(ctx).UserID, in.Body.URL, in.Body.Key)
}

func (a *api) readElsewhere(ctx context.Context, _ *struct{}) (*struct{}, error) {
	return nil, a.Store.RequestElsewhere(ctx, actorFrom(ctx).UserID)
}

func (a *api) applyElsewhere(ctx context.Context, in *struct {
	Body struct {
		CountLikely bool `json:"count_likely" doc:"Whether the likely ones count too."`
	}
},
) (*struct{}, error) {
	return nil, a.Elsewhere.Apply(ctx, actorFrom(ctx).UserID, in.Body.CountLikely)
}

func (a *api) disconnectElsewhere(ctx context.Context, _ *struct{}) (*struct{}, error) {
	return nil, a.Elsewhere.Disconnect(ctx, actorFrom(ctx).UserID)
}
