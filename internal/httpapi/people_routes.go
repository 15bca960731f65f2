package httpapi

import (
	"context"
	"net/http"
	"time"

	"github.com/danielgtaylor/huma/v2"

	"github.com/audipy/audipy/internal/auth"
)

func (a *api) registerPeople() {
	register(a, huma.Operation{
		OperationID: "register", Method: http.MethodPost, Path: "/registration", DefaultStatus: http.StatusAccepted,
		Summary: "Become a person here, with an invite. The answer tells nobody whether the address was free: sign in.",
	}, a.registerPerson)
	register(a, huma.Operation{
		OperationID: "requestRegistration", Method: http.MethodPost, Path: "/registration/request", DefaultStatus: http.StatusAccepted,
		Summary: "Have a link mailed with which the owner of an address registers, where anybody may. The answer tells nobody whether the address is taken.",
	}, a.requestRegistration)
	register(a, huma.Operation{
		OperationID: "confirmAddress", Method: http.MethodPost, Path: "/address/confirm",
		Summary: "Confirm one of the two addresses of somebody who wants another, by the token that was mailed to it.",
	}, a.confirmAddress)
	register(a, huma.Operation{
		OperationID: "requestAddress", Method: http.MethodPost, Path: "/me/address", DefaultStatus: http.StatusAccepted,
		Summary: "Ask for another address: it counts once it and the one of now are confirmed. The answer tells nobody whether it is taken.",
	}, a.requestAddress)
	register(a, huma.Operation{
		OperationID: "lookAtInvite", Method: http.MethodPost, Path: "/registration/invite",
		Summary: "What the token of an invite is good for; it stays good.",
	}, a.lookAtInvite)
	register(a, huma.Operation{
		OperationID: "listInvites", Method: http.MethodGet, Path: "/admin/invites", Summary: "The invites that are open.",
	}, a.listInvites)
	register(a, huma.Operation{
		OperationID: "makeInvite", Method: http.MethodPost, Path: "/admin/invites", DefaultStatus: http.StatusCreated,
		Summary: "Make an invite. Its token is in this answer and nowhere else.",
	}, a.makeInvite)
	register(a, huma.Operation{
		OperationID: "endInvite", Method: http.MethodDelete, Path: "/admin/invites/{id}",
		DefaultStatus: http.StatusNoContent, Summary: "Take an invite back.",
	}, a.endInvite)
	a.registerAdminPeople()
	a.registerOwn()
}

type registerInput struct {
	Body struct {
		Invite   string `json:"invite" maxLength:"200" doc:"The token of an invite."`
		Name     string `json:"name,omitempty" maxLength:"100" doc:"What the person wants to be called."`
		Email    string `json:"email" maxLength:"320"`
		Password string `json:"password" maxLength:"4096"`
	}
}

func (a *api) registerPerson(ctx context.Context, in *registerInput) (*struct{}, error) {
	return nil, a.Auth.Register(ctx, auth.Register{
		Invite: in.Body.Invite, Name: in.Body.Name, Email: in.Body.Email, Password: in.Body.Password,
	}, visitorFrom(ctx))
}

type addressInput struct {
	Body struct {
		Email string `json:"email" maxLength:"320"`
	}
}

func (a *api) requestRegistration(ctx context.Context, in *addressInput) (*struct{}, error) {
	return nil, a.Auth.RequestRegistration(ctx, in.Body.Email, visitorFrom(ctx))
}

func (a *api) requestAddress(ctx context.Context, in *addressInput) (*struct{}, error) {
	return nil, a.Auth.RequestAddress(ctx, actorFrom(ctx), in.Body.Email, visitorFrom(ctx))
}

// ConfirmedAddress says how far the change of an address is.
type ConfirmedAddress struct {
	Done bool `json:"done" doc:"Both addresses are confirmed, and the change is made."`
}

func (a *api) confirmAddress(ctx context.Context, in *struct {
	Body struct {
		Token string `json:"token" maxLength:"200"`
	}
},
) (*struct{ Body ConfirmedAddress }, error) {
	done, err := a.Auth.ConfirmAddress(ctx, in.Body.Token, visitorFrom(ctx))
	if err != nil {
		return nil, err
	}
	return &struct{ Body ConfirmedAddress }{ConfirmedAddress{done}}, nil
}

type inviteInput struct {
	Body struct {
		Invite string `json:"invite" maxLength:"200" doc:"The token of an invite."`
	}
}

// OpenInvite is what whoever holds an invite may know of it.
type OpenInvite struct {
	Email     string    `json:"email,omitempty" doc:"The one address that it is for; absent when any will do."`
	ExpiresAt time.Time `json:"expires_at"`
}

func (a *api) lookAtInvite(ctx context.Context, in *inviteInput) (*struct{ Body OpenInvite }, error) {
	found, err := a.Auth.OpenInvite(ctx, in.Body.Invite, visitorFrom(ctx))
	if err != nil {
		return nil, err
	}
	return &struct{ Body OpenInvite }{OpenInvite{Email: found.Email, ExpiresAt: found.ExpiresAt}}, nil
}

// Invite is an open invite, for administrators.
type Invite struct {
	ID        string    `json:"id"`
	Email     string    `json:"email,omitempty" doc:"The one address that it is for; absent when any will do."`
	CreatedAt time.Time `json:"created_at"`
	ExpiresAt time.Time `json:"expires_at"`
}

func inviteOf(i auth.Invite) Invite {
	return Invite{ID: i.ID, Email: i.Email, CreatedAt: i.CreatedAt, ExpiresAt: i.ExpiresAt}
}

// InviteList are all invites that are open.
type InviteList struct {
	Items []Invite `json:"items"`
}

func (a *api) listInvites(ctx context.Context, _ *struct{}) (*struct{ Body InviteList }, error) {
	open, err := a.Auth.Invites(ctx)
	if err != nil {
		return nil, err
	}
	all := InviteList{Items: []Invite{}}
	for _, i := range open {
		all.Items = append(all.Items, inviteOf(i))
	}
	return &struct{ Body InviteList }{all}, nil
}

type makeInviteInput struct {
	Body struct {
		Email string `json:"email,omitempty" maxLength:"320" doc:"The one address that may register with it; absent for any."`
	}
}

// NewInvite is an invite with its token.
type NewInvite struct {
	Invite
	Path string `json:"path" doc:"Where the person registers, below the server's own address; the token is in it."`
}

func (a *api) makeInvite(ctx context.Context, in *makeInviteInput) (*struct{ Body NewInvite }, error) {
	made, token, err := a.Auth.Invite(ctx, actorFrom(ctx).UserID, in.Body.Email)
	if err != nil {
		return nil, err
	}
	return &struct{ Body NewInvite }{NewInvite{Invite: inviteOf(made), Path: auth.InvitePath + token}}, nil
}

type endInviteInput struct {
	ID string `path:"id" maxLength:"64"`
}

func (a *api) endInvite(ctx context.Context, in *endInviteInput) (*struct{}, error) {
	return nil, a.Auth.EndInvite(ctx, actorFrom(ctx).UserID, in.ID)
}
