package httpapi

import (
	"context"
	"net/http"

	"github.com/danielgtaylor/huma/v2"

	"github.com/audipy/audipy/internal/account"
	"github.com/audipy/audipy/internal/audipy"
	"github.com/audipy/audipy/internal/store"
)

func (a *api) registerAccounts() {
	register(a, huma.Operation{
		OperationID: "listAccounts", Method: http.MethodGet, Path: "/accounts",
		Summary: "The linked accounts, and what keeps each link alive.",
	}, a.listAccounts)
	register(a, huma.Operation{
		OperationID: "getAccount", Method: http.MethodGet, Path: "/accounts/{id}",
		Summary: "One linked account.",
	}, a.getAccount)
	register(a, huma.Operation{
		OperationID: "renewAccount", Method: http.MethodPost, Path: "/accounts/{id}/renew",
		Summary: "Renews the account's token now and says what happened.",
	}, a.renewAccount)
	register(a, huma.Operation{
		OperationID: "unlinkAccount", Method: http.MethodPost, Path: "/accounts/{id}/unlink",
		Summary: "Deletes the account's credentials and deregisters its device at Amazon.",
	}, a.unlinkAccount)
}

// accountPath names an account.
type accountPath struct {
	ID string `path:"id" maxLength:"64"`
}

// AccountList is the accounts of a person.
type AccountList struct {
	Items []AccountCard `json:"items"`
}

func (a *api) listAccounts(ctx context.Context, _ *struct{}) (*struct{ Body AccountList }, error) {
	user := actorFrom(ctx).UserID
	accounts, err := a.Store.Accounts(ctx, user)
	if err != nil {
		return nil, err
	}
	list := AccountList{Items: make([]AccountCard, 0, len(accounts))}
	for _, one := range accounts {
		card, err := a.card(ctx, user, one.ID)
		if audipy.KindOf(err) == audipy.NotFound {
			continue // unlinked in this moment
		}
		if err != nil {
			return nil, err
		}
		list.Items = append(list.Items, card)
	}
	return &struct{ Body AccountList }{list}, nil
}

func (a *api) getAccount(ctx context.Context, in *accountPath) (*struct{ Body AccountCard }, error) {
	card, err := a.card(ctx, actorFrom(ctx).UserID, audipy.AccountID(in.ID))
	return &struct{ Body AccountCard }{card}, err
}

// card is everything about one account of the person.
func (a *api) card(ctx context.Context, user audipy.UserID, id audipy.AccountID) (AccountCard, error) {
	card, err := a.Accounts.Card(ctx, user, id)
	if err != nil {
		return AccountCard{}, err
	}
	facts := cardFacts{offers: a.Accounts.StoresSignIns(), now: a.Now()}
	if facts.stores, err = a.Store.AccountStores(ctx, user, id); err != nil {
		return AccountCard{}, err
	}
	if facts.departing, err = a.Store.DepartingDevices(ctx, user); err != nil {
		return AccountCard{}, err
	}
	if facts.running, err = a.runningSync(ctx, user, card.Account); err != nil {
		return AccountCard{}, err
	}
	jobs, err := a.Store.Jobs(ctx, user)
	if err != nil {
		return AccountCard{}, err
	}
	for _, job := range jobs {
		if job.Kind == store.JobSync && job.Key == string(id) {
			facts.nextSync = job.DueAt
		}
	}
	return cardOf(card, facts), nil
}

// Renewal says how a renewal ended.
type Renewal struct {
	Result string      `json:"result" enum:"renewed,still_valid,refused,outage,key_only"`
	Text   string      `json:"text" doc:"The same in words, with the next step."`
	Card   AccountCard `json:"card"`
}

func (a *api) renewAccount(ctx context.Context, in *accountPath) (*struct{ Body Renewal }, error) {
	user, id := actorFrom(ctx).UserID, audipy.AccountID(in.ID)
	got, err := a.Accounts.RenewNow(ctx, user, id)
	if err != nil {
		return nil, err
	}
	card, err := a.card(ctx, user, id)
	if err != nil {
		return nil, err
	}
	return &struct{ Body Renewal }{Renewal{string(got.Result), got.Text, card}}, nil
}

// UnlinkWish says what goes with the credentials.
type UnlinkWish struct {
	SignOutShared bool `json:"sign_out_shared,omitempty" doc:"Deregister the device although another program uses it, which is signed out with it."`
	ForgetLibrary bool `json:"forget_library,omitempty" doc:"Delete the account's library and history too."`
}

// Unlinked says what became of the device.
type Unlinked struct {
	Deregistered bool   `json:"deregistered"`
	Kept         bool   `json:"kept" doc:"The device stays, because another program uses it."`
	LeftBehind   string `json:"left_behind,omitempty" doc:"The device that Amazon may list still."`
	Retrying     bool   `json:"retrying" doc:"It is tried again in the background until it is gone."`
}

type unlinkInput struct {
	ID   string `path:"id" maxLength:"64"`
	Body UnlinkWish
}

func (a *api) unlinkAccount(ctx context.Context, in *unlinkInput) (*struct{ Body Unlinked }, error) {
	gone, err := a.Accounts.Unlink(ctx, actorFrom(ctx).UserID, audipy.AccountID(in.ID), account.UnlinkOptions{
		SignOutShared: in.Body.SignOutShared, ForgetLibrary: in.Body.ForgetLibrary,
	})
	if err != nil {
		return nil, err
	}
	return &struct{ Body Unlinked }{Unlinked(gone)}, nil
}
