package httpapi

import (
	"context"
	"net/http"

	"github.com/danielgtaylor/huma/v2"

	"github.com/audipy/audipy/internal/audipy"
)

func (a *api) registerStored() {
	register(a, huma.Operation{
		OperationID: "storePassword", Method: http.MethodPut, Path: "/accounts/{id}/stored-password",
		Summary: "Keeps the owner's login and password at Amazon, sealed, so that a dead link repairs itself; where the operator offers that.",
	}, a.storePassword)
	register(a, huma.Operation{
		OperationID: "forgetPassword", Method: http.MethodDelete, Path: "/accounts/{id}/stored-password",
		Summary: "Deletes the stored login, password and seed.",
	}, a.forgetPassword)
	register(a, huma.Operation{
		OperationID: "storeSeed", Method: http.MethodPut, Path: "/accounts/{id}/stored-seed",
		Summary: "Keeps the seed of the owner's authenticator app beside the password, so that codes are answered too.",
	}, a.storeSeed)
	register(a, huma.Operation{
		OperationID: "forgetSeed", Method: http.MethodDelete, Path: "/accounts/{id}/stored-seed",
		Summary: "Deletes the stored seed.",
	}, a.forgetSeed)
}

// PasswordToStore is a sign-in that its owner wants kept.
type PasswordToStore struct {
	Login      string `json:"login" minLength:"1" maxLength:"1024"`
	Password   string `json:"password" minLength:"1" maxLength:"1024" format:"password"`
	Understood bool   `json:"understood" doc:"The person has read what it means to have it kept, and wants that. False is refused."`
}

// SeedToStore is the seed of an authenticator app that its owner wants kept.
type SeedToStore struct {
	Seed       string `json:"seed" minLength:"1" maxLength:"1024" format:"password" doc:"As Amazon shows it beside the QR code, or the address in the code."`
	Understood bool   `json:"understood" doc:"As for the password."`
}

// understood refuses what the person has not said yes to, where they could.
func (a *api) understood(yes bool) error {
	if yes || !a.Accounts.StoresSignIns() {
		return nil
	}
	return audipy.Fail(audipy.Invalid, "this is kept only for somebody who says that they want it", nil).WithCode("consent_missing")
}

func (a *api) storePassword(ctx context.Context, in *struct {
	ID   string `path:"id" maxLength:"64"`
	Body PasswordToStore
},
) (*struct{ Body AccountCard }, error) {
	user, id := actorFrom(ctx).UserID, audipy.AccountID(in.ID)
	if err := a.understood(in.Body.Understood); err != nil {
		return nil, err
	}
	if err := a.Accounts.StorePassword(ctx, user, id, in.Body.Login, in.Body.Password); err != nil {
		return nil, err
	}
	return a.getAccount(ctx, &accountPath{in.ID})
}

func (a *api) storeSeed(ctx context.Context, in *struct {
	ID   string `path:"id" maxLength:"64"`
	Body SeedToStore
},
) (*struct{ Body AccountCard }, error) {
	if err := a.understood(in.Body.Understood); err != nil {
		return nil, err
	}
	if err := a.Accounts.StoreSeed(ctx, actorFrom(ctx).UserID, audipy.AccountID(in.ID), in.Body.Seed); err != nil {
		return nil, err
	}
	return a.getAccount(ctx, &accountPath{in.ID})
}

func (a *api) forgetPassword(ctx context.Context, in *accountPath) (*struct{ Body AccountCard }, error) {
	if err := a.Accounts.ForgetPassword(ctx, actorFrom(ctx).UserID, audipy.AccountID(in.ID)); err != nil {
		return nil, err
	}
	return a.getAccount(ctx, in)
}

func (a *api) forgetSeed(ctx context.Context, in *accountPath) (*struct{ Body AccountCard }, error) {
	if err := a.Accounts.ForgetSeed(ctx, actorFrom(ctx).UserID, audipy.AccountID(in.ID)); err != nil {
		return nil, err
	}
	return a.getAccount(ctx, in)
}
