package httpapi

import (
	"context"
	"net/http"
	"slices"
	"time"

	"github.com/danielgtaylor/huma/v2"

	"github.com/audipy/audipy/internal/audipy"
	"github.com/audipy/audipy/internal/auth"
	"github.com/audipy/audipy/internal/store"
)

func (a *api) registerAdminPeople() {
	register(a, huma.Operation{
		OperationID: "listPeople", Method: http.MethodGet, Path: "/admin/people",
		Summary: "Who is here: names and rights, nothing of what is theirs.",
	}, a.listPeople)
	register(a, huma.Operation{
		OperationID: "changePerson", Method: http.MethodPatch, Path: "/admin/people/{id}",
		DefaultStatus: http.StatusNoContent,
		Summary:       "Keep a person out or let them in again, make them an administrator or a member. Their sessions end.",
	}, a.changePerson)
	register(a, huma.Operation{
		OperationID: "deletePerson", Method: http.MethodDelete, Path: "/admin/people/{id}", DefaultStatus: http.StatusOK,
		Summary: "Delete a person and everything that is theirs, and sign their devices out at Amazon.",
	}, a.deletePerson)
	register(a, huma.Operation{
		OperationID: "offerReset", Method: http.MethodPost, Path: "/admin/people/{id}/reset", DefaultStatus: http.StatusCreated,
		Summary: "Make a link with which a person sets a new password. It is in this answer and nowhere else.",
	}, a.offerReset)
	register(a, huma.Operation{
		OperationID: "askFactorRemoval", Method: http.MethodPost, Path: "/admin/people/{id}/factor-removal", DefaultStatus: http.StatusAccepted,
		Summary: "Have the second factors of a person who lost them taken away in a day. They are told, and can call it off.",
	}, a.askFactorRemoval)
	register(a, huma.Operation{
		OperationID: "cancelFactorRemoval", Method: http.MethodDelete, Path: "/admin/people/{id}/factor-removal",
		DefaultStatus: http.StatusNoContent, Summary: "Call it off.",
	}, a.cancelFactorRemoval)
}

// HousePerson is somebody who is here, for administrators.
type HousePerson struct {
	ID    string    `json:"id"`
	Email string    `json:"email"`
	Name  string    `json:"name,omitempty"`
	Role  string    `json:"role" enum:"admin,member"`
	State string    `json:"state" enum:"active,disabled,leaving"`
	Since time.Time `json:"since"`
	// FactorsEndAt is there while the person's second factors are to be taken
	// away.
	FactorsEndAt time.Time `json:"factors_end_at,omitzero" doc:"When the person's second factors are taken away."`
	// Leaving is there for whoever was deleted and is not gone yet.
	Leaving *LeavingState `json:"leaving,omitempty"`
}

// LeavingState says what still keeps a person who was deleted.
type LeavingState struct {
	Since    time.Time  `json:"since"`
	Devices  int        `json:"devices" doc:"Devices that are to be signed out at Amazon."`
	Attempts int        `json:"attempts" doc:"Tries so far."`
	NextAt   *time.Time `json:"next_at,omitempty" doc:"When the next try is due."`
}

// HousePeople is everybody, ordered by address.
type HousePeople struct {
	Items []HousePerson `json:"items"`
}

func housePersonOf(u audipy.User) HousePerson {
	p := HousePerson{ID: string(u.ID), Email: u.Email, Name: u.Name, Role: string(u.Role), State: "active", Since: u.CreatedAt}
	if !u.IsActive {
		p.State = "disabled"
	}
	return p
}

func (a *api) listPeople(ctx context.Context, _ *struct{}) (*struct{ Body HousePeople }, error) {
	everybody, err := a.Auth.People(ctx)
	if err != nil {
		return nil, err
	}
	leaving, err := a.Store.LeavingPeople(ctx)
	if err != nil {
		return nil, err
	}
	removals, err := a.Store.FactorRemovals(ctx)
	if err != nil {
		return nil, err
	}
	all := HousePeople{Items: []HousePerson{}}
	for _, u := range everybody {
		p := housePersonOf(u)
		p.FactorsEndAt = removals[u.ID]
		if at := slices.IndexFunc(leaving, func(l store.LeavingPerson) bool { return l.ID == u.ID }); at >= 0 {
			p.Email, p.State, p.Leaving = "", "leaving", leavingOf(leaving[at])
		}
		all.Items = append(all.Items, p)
	}
	return &struct{ Body HousePeople }{all}, nil
}

func leavingOf(l store.LeavingPerson) *LeavingState {
	s := &LeavingState{Since: l.Since, Devices: l.Devices, Attempts: l.Attempts}
	if !l.NextAt.IsZero() {
		s.NextAt = &l.NextAt
	}
	return s
}

type personInput struct {
	ID string `path:"id" maxLength:"64"`
}

func actOn(ctx context.Context, id string) auth.Act {
	return auth.Act{By: actorFrom(ctx).UserID, On: audipy.UserID(id)}
}

type changePersonInput struct {
	ID   string `path:"id" maxLength:"64"`
	Body struct {
		Role  string `json:"role,omitempty" enum:"admin,member"`
		State string `json:"state,omitempty" enum:"active,disabled"`
	}
}

func (a *api) changePerson(ctx context.Context, in *changePersonInput) (*struct{}, error) {
	act := actOn(ctx, in.ID)
	if in.Body.Role != "" {
		if err := a.Auth.SetRole(ctx, act, audipy.Role(in.Body.Role)); err != nil {
			return nil, err
		}
	}
	switch in.Body.State {
	case "active":
		return nil, a.Auth.Enable(ctx, act)
	case "disabled":
		return nil, a.Auth.Disable(ctx, act)
	}
	return nil, nil
}

func (a *api) deletePerson(ctx context.Context, in *personInput) (*struct{ Body Gone }, error) {
	devices, err := a.Accounts.Leave(ctx, actorFrom(ctx).UserID, audipy.UserID(in.ID))
	if err != nil {
		return nil, err
	}
	return &struct{ Body Gone }{Gone{devices}}, nil
}

// ResetOffer leads to where a person sets a new password.
type ResetOffer struct {
	Path string `json:"path" doc:"Where the person sets it, below the server's own address; the token is in it. It is good for ten minutes."`
}

func (a *api) offerReset(ctx context.Context, in *personInput) (*struct{ Body ResetOffer }, error) {
	token, err := a.Auth.OfferReset(ctx, actOn(ctx, in.ID))
	if err != nil {
		return nil, err
	}
	return &struct{ Body ResetOffer }{ResetOffer{auth.ResetPath + token}}, nil
}

// FactorRemoval says when second factors are taken away.
type FactorRemoval struct {
	At time.Time `json:"at"`
}

func (a *api) askFactorRemoval(ctx context.Context, in *personInput) (*struct{ Body FactorRemoval }, error) {
	due, err := a.Auth.AskFactorRemoval(ctx, actOn(ctx, in.ID))
	if err != nil {
		return nil, err
	}
	return &struct{ Body FactorRemoval }{FactorRemoval{due}}, nil
}

func (a *api) cancelFactorRemoval(ctx context.Context, in *personInput) (*struct{}, error) {
	return nil, a.Auth.CancelFactorRemoval(ctx, actOn(ctx, in.ID))
}
