package httpapi

import (
	"context"
	"maps"
	"net/http"

	"github.com/danielgtaylor/huma/v2"

	"github.com/audipy/audipy/internal/audipy"
)

// Demo is what a simulated server lets happen at its made-up Amazon. Each
// function says in a sentence what happened.
type Demo struct {
	PricesFall, TokenDies, TitleAppears func(context.Context, audipy.UserID) (string, error)
	// Amazon are the made-up accounts, for whoever wants to link one.
	Amazon func() ([]DemoAccount, error)
}

// DemoAccount is a made-up Amazon account. Nothing of it is a secret.
type DemoAccount struct {
	Login    string `json:"login" doc:"The e-mail address to sign in with."`
	Password string `json:"password"`
	Code     string `json:"code" doc:"The one-time password of this half minute."`
}

// demoPolicy are the rows of the operations of a simulated server; a real one
// has none of them.
func demoPolicy() map[string]rule {
	return map[string]rule{
		"demoPricesFall":   {Access: Session},
		"demoTokenDies":    {Access: Session},
		"demoTitleAppears": {Access: Session},
		"demoAmazon":       {Access: Public},
	}
}

// demoText says what happened.
type demoText struct {
	Body struct {
		Text string `json:"text" doc:"What happened, in a sentence."`
	}
}

// registerDemo adds the buttons where Amazon is made up, and nothing elsewhere.
func (a *api) registerDemo() {
	if a.Demo == nil {
		return
	}
	maps.Copy(a.rules, demoPolicy())
	a.registerButton("demoPricesFall", "/demo/prices-fall", "Lets prices of suggestions fall.", a.Demo.PricesFall)
	a.registerButton("demoTokenDies", "/demo/token-dies", "Lets Amazon refuse an account's device.", a.Demo.TokenDies)
	a.registerButton("demoTitleAppears", "/demo/title-appears", "Buys a title.", a.Demo.TitleAppears)
	register(a, huma.Operation{
		OperationID: "demoAmazon", Method: http.MethodGet, Path: "/demo/amazon",
		Summary: "The made-up Amazon accounts, to sign in with.",
	}, func(context.Context, *struct{}) (*struct{ Body demoAccounts }, error) {
		accounts, err := a.Demo.Amazon()
		return &struct{ Body demoAccounts }{demoAccounts{accounts}}, err
	})
}

// demoAccounts is the list of made-up accounts.
type demoAccounts struct {
	Items []DemoAccount `json:"items"`
}

func (a *api) registerButton(id, path, summary string, press func(context.Context, audipy.UserID) (string, error)) {
	register(a, huma.Operation{
		OperationID: id, Method: http.MethodPost, Path: path, Summary: summary, DefaultStatus: http.StatusAccepted,
	}, func(ctx context.Context, _ *struct{}) (*demoText, error) {
		text, err := press(ctx, actorFrom(ctx).UserID)
		if err != nil {
			return nil, err
		}
		out := &demoText{}
		out.Body.Text = text
		return out, nil
	})
}
