package cli

import (
	"strings"

	"github.com/audipy/audipy/internal/audipy"
	"github.com/audipy/audipy/internal/auth"
	"github.com/audipy/audipy/internal/provider"
)

// offerWaysIn says what there is beside passwords, at the origin of the server.
func (a *app) offerWaysIn(people *auth.Service, origin string) error {
	if err := people.OfferPasskeys(origin); err != nil {
		return err
	}
	return a.offerProviders(people, origin)
}

// offerProviders lets people sign in by the providers that are configured. It
// asks them nothing yet: one that is down keeps no server from starting.
func (a *app) offerProviders(people *auth.Service, origin string) error {
	var all []provider.Provider
	var problems []string
	if issuer := a.cfg.get("oidc_issuer"); issuer != "" {
		p, err := provider.NewOIDC(provider.OIDCOptions{
			Issuer: issuer, ClientID: a.cfg.get("oidc_client_id"), ClientSecret: a.cfg.get("oidc_client_secret"),
			Name: a.cfg.get("oidc_name"), TrustSecondFactor: a.cfg.get("oidc_second_factor") == "trust", Now: a.env.Now,
		})
		if err != nil {
			problems = append(problems, err.Error())
		}
		all = append(all, p)
	}
	if id := a.cfg.get("amazon_client_id"); id != "" {
		consent := ""
		if a.consent != nil {
			consent = a.consent(origin)
		}
		p, err := provider.NewAmazon(provider.AmazonOptions{
			ClientID: id, ClientSecret: a.cfg.get("amazon_client_secret"), Region: a.cfg.get("amazon_region"),
			Consent: consent, Transport: a.env.Transport,
		})
		if err != nil {
			problems = append(problems, err.Error())
		}
		all = append(all, p)
	}
	for _, pair := range [][2]string{{"oidc_issuer", "oidc_client_id"}, {"amazon_client_id", "amazon_client_secret"}} {
		if (a.cfg.get(pair[0]) == "") != (a.cfg.get(pair[1]) == "") {
			problems = append(problems, pair[0]+" and "+pair[1]+" belong together, and one is missing")
		}
	}
	if len(all) > 0 && origin == "" {
		problems = append(problems, "providers send people back to public_url, and there is none")
	}
	if len(problems) > 0 {
		return audipy.Fail(audipy.Invalid, "nobody can sign in by a provider so: "+strings.Join(problems, "; "), nil).
			WithHint(`run "audipy config" to see where each setting comes from`)
	}
	people.OfferProviders(origin, all...)
	return nil
}
