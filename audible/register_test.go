package audible_test

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/audipy/audipy/audible"
	"github.com/audipy/audipy/audible/audiblesim"
)

// authorized signs in and returns what Register takes.
func authorized(t *testing.T, sim *audiblesim.Sim, a audiblesim.Account) audible.Authorization {
	t.Helper()
	market, err := audible.ParseMarketplace(a.Marketplace)
	if err != nil {
		t.Fatal(err)
	}
	s, err := audible.NewSignIn(audible.SignInOptions{Marketplace: market, UserName: a.UserName})
	if err != nil {
		t.Fatal(err)
	}
	step, _ := (&person{account: a}).signIn(t, sim.Transport(), s)
	if step.Authorization == nil {
		t.Fatalf("the sign-in ended in %q", step.Kind)
	}
	return *step.Authorization
}

func TestASignInBecomesCredentialsThatWorkAndEnd(t *testing.T) {
	t.Parallel()
	for name, a := range map[string]audiblesim.Account{
		"e-mail, us": {}, "e-mail, br": {Marketplace: "br"}, "user name, de": {UserName: true, Marketplace: "de"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			a.Marketplaces = map[string]int{"us": 3}
			sim, account := newSim(t, audiblesim.Options{}, a)
			creds, err := audible.Register(t.Context(), sim.Transport(), authorized(t, sim, account), audible.RegisterOptions{})
			if err != nil {
				t.Fatal(err)
			}
			if !creds.CanSign() || !creds.CanRefresh() || creds.Customer.ID == "" || creds.Device.Serial == "" ||
				creds.Marketplace != account.Marketplace || creds.UserName != account.UserName ||
				time.Until(creds.AccessTokenExpires) < 59*time.Minute {
				t.Errorf("the credentials lack something")
			}
			if !strings.HasSuffix(creds.Device.Name, "AudiPy") || creds.Cookies != nil || creds.StoreAuthCookie != "" {
				t.Errorf("device %q, %d cookies", creds.Device.Name, len(creds.Cookies))
			}
			store := &memoryStore{creds: creds}
			client := audible.NewClient(audible.ClientOptions{
				Credentials: store, Transport: sim.Transport(),
				Wait: func(ctx context.Context, _ time.Duration) error { return ctx.Err() },
			})
			if _, err := client.Library(t.Context(), audible.LibraryQuery{}); err != nil {
				t.Error(err)
			}
			if err := audible.Deregister(t.Context(), sim.Transport(), creds); err != nil {
				t.Error(err)
			}
			if n := sim.LiveDevices(account.Login); n != 0 {
				t.Errorf("%d devices live on", n)
			}
			_, err = client.Refresh(t.Context())
			wantError(t, err, audible.ErrRefused)
		})
	}
}

func TestCookiesAreKeptOnlyWhenAskedFor(t *testing.T) {
	t.Parallel()
	sim, account := newSim(t, audiblesim.Options{}, audiblesim.Account{})
	o := audible.RegisterOptions{KeepCookies: true, DeviceName: "Kim's attic"}
	creds, err := audible.Register(t.Context(), sim.Transport(), authorized(t, sim, account), o)
	if err != nil || len(creds.Cookies) < 4 || creds.Device.Name != "Kim's attic" {
		t.Fatalf("%d cookies, device %q, %v", len(creds.Cookies), creds.Device.Name, err)
	}
	for name, value := range creds.Cookies {
		if value == "" || strings.Contains(value, `"`) {
			t.Errorf("cookie %q is empty or quoted", name)
		}
	}
}

func TestACodeWorksOnceAndForItsKindOfAccount(t *testing.T) {
	t.Parallel()
	sim, account := newSim(t, audiblesim.Options{}, audiblesim.Account{})
	a := authorized(t, sim, account)
	wrong := a
	wrong.UserName = true
	_, err := audible.Register(t.Context(), sim.Transport(), wrong, audible.RegisterOptions{})
	wantError(t, err, audible.ErrWrongKind)
	a = authorized(t, sim, account)
	if _, err := audible.Register(t.Context(), sim.Transport(), a, audible.RegisterOptions{}); err != nil {
		t.Fatal(err)
	}
	_, err = audible.Register(t.Context(), sim.Transport(), a, audible.RegisterOptions{})
	wantError(t, err, audible.ErrCodeSpent)
	if strings.Contains(err.Error(), a.Code) || strings.Contains(err.Error(), a.Verifier) {
		t.Error("the error holds the code or the verifier")
	}
	_, err = audible.Register(t.Context(), sim.Transport(), audible.Authorization{}, audible.RegisterOptions{})
	if err == nil || !strings.Contains(err.Error(), "not finished") {
		t.Errorf("an empty authorization: %v", err)
	}
}

// registrationAnswer is a good answer with its parts to spoil.
func registrationAnswer(tb testing.TB) map[string]any {
	tb.Helper()
	keys := loadTestKeys(tb)
	type m = map[string]any
	return m{"response": m{"success": m{
		"extensions": m{
			"device_info":   m{"device_name": "Kim's AudiPy", "device_serial_number": "S1", "device_type": "T1"},
			"customer_info": m{"account_pool": "Amazon", "user_id": "amzn1.account.TEST", "home_region": "NA", "name": "Kim", "given_name": "Kim"},
		},
		"tokens": m{
			"bearer":                      m{"access_token": "Atna|access", "refresh_token": "Atnr|refresh", "expires_in": "3600"},
			"mac_dms":                     m{"device_private_key": keys.PKCS8, "adp_token": keys.ADPToken},
			"website_cookies":             []m{{"Name": "at-main", "Value": `"Atza|x"`, "Secure": "true", "Expires": "27 Sep 2043 20:45:37 GMT"}},
			"store_authentication_cookie": m{"cookie": "store"},
		},
	}}}
}

// without removes a field by its path.
func without(answer map[string]any, path string) map[string]any {
	names := strings.Split(path, ".")
	at := answer
	for _, name := range names[:len(names)-1] {
		at = at[name].(map[string]any)
	}
	delete(at, names[len(names)-1])
	return answer
}

func marshal(tb testing.TB, v any) []byte {
	tb.Helper()
	raw, err := json.Marshal(v)
	if err != nil {
		tb.Fatal(err)
	}
	return raw
}

func TestAnIncompleteRegistrationGivesNothingAndEndsTheDevice(t *testing.T) {
	t.Parallel()
	const success = "response.success."
	for _, path := range []string{
		"response", "response.success", success + "tokens", success + "extensions", success + "tokens.bearer",
		success + "tokens.mac_dms", success + "tokens.mac_dms.adp_token", success + "tokens.mac_dms.device_private_key",
		success + "tokens.bearer.refresh_token", success + "tokens.bearer.access_token", success + "extensions.customer_info.user_id",
	} {
		t.Run(path, func(t *testing.T) {
			t.Parallel()
			sim, account := newSim(t, audiblesim.Options{}, audiblesim.Account{})
			a := authorized(t, sim, account)
			body := marshal(t, without(registrationAnswer(t), path))
			sim.AnswerNext(audiblesim.NextAnswer{Path: "/auth/register", Body: string(body)})
			creds, err := audible.Register(t.Context(), sim.Transport(), a, audible.RegisterOptions{})
			wantError(t, err, audible.ErrUnexpected)
			if creds.CanSign() || creds.CanRefresh() || creds.AccessToken != "" {
				t.Error("half of the credentials came back")
			}
			hasToken := strings.Contains(string(body), "Atna|")
			if n := sim.Counts().Requests["POST api.amazon.com /auth/deregister"]; (n > 0) != hasToken {
				t.Errorf("%d deregistrations; an access token was in the answer: %t", n, hasToken)
			}
		})
	}
}

func FuzzRegisterAnswer(f *testing.F) {
	f.Add(marshal(f, registrationAnswer(f)))
	f.Add(marshal(f, without(registrationAnswer(f), "response.success.tokens.bearer")))
	f.Add([]byte(`{"response":{"success":{"tokens":{"website_cookies":[{"Name":"x","Value":"\"y\"","Secure":"true"}]}}}}`))
	f.Fuzz(func(t *testing.T, body []byte) {
		creds, err := audible.ReadRegistration(body, audible.RegisterOptions{Now: time.Now})
		if err != nil {
			return
		}
		key, err := audible.NormalizeKey(creds.DeviceKey)
		if err != nil || key != creds.DeviceKey || !creds.CanSign() || !creds.CanRefresh() || creds.AccessToken == "" || creds.Customer.ID == "" {
			t.Errorf("accepted credentials that lack something: %v", err)
		}
		if creds.Cookies != nil || creds.StoreAuthCookie != "" {
			t.Error("cookies were kept")
		}
	})
}

func FuzzTokenAnswer(f *testing.F) {
	f.Add([]byte(`{"access_token":"Atna|x","token_type":"bearer","expires_in":3600}`))
	f.Add([]byte(`{"actor_access_token":"Atna|x","expires_in":"3600"}`))
	f.Add([]byte(`{"access_token":"a\nb"}`))
	f.Add([]byte(`{"access_token":"Atna|x","expires_in":-1,"refresh_token":"Atnr|y"}`))
	f.Fuzz(func(t *testing.T, body []byte) {
		access, refresh, life, err := audible.ReadToken(body)
		if err != nil {
			return
		}
		if access == "" || strings.ContainsAny(access+refresh, " \r\n\x00") || life < time.Second || life > 24*time.Hour {
			t.Errorf("accepted %q, %q, %s", access, refresh, life)
		}
	})
}

func TestDeregisterRefreshesWhenItMust(t *testing.T) {
	t.Parallel()
	sim, account := newSim(t, audiblesim.Options{}, audiblesim.Account{})
	creds := registered(t, sim, account)
	creds.AccessTokenExpires = time.Now().Add(-time.Hour)
	if err := audible.Deregister(t.Context(), sim.Transport(), creds); err != nil {
		t.Fatal(err)
	}
	if n := sim.Counts(); n.Refreshes != 1 || n.Deregistrations != 1 || sim.LiveDevices(account.Login) != 0 {
		t.Errorf("%d refreshes, %d deregistrations", n.Refreshes, n.Deregistrations)
	}
	err := audible.Deregister(t.Context(), sim.Transport(), creds)
	wantError(t, err, audible.ErrRefused)
	if err := audible.Deregister(t.Context(), sim.Transport(), audible.Credentials{Marketplace: "us"}); !errors.Is(err, audible.ErrNoCredentials) {
		t.Errorf("without tokens: %v", err)
	}
}

func TestEncodedCredentialsComeBackWhole(t *testing.T) {
	t.Parallel()
	sim, account := newSim(t, audiblesim.Options{}, audiblesim.Account{})
	creds := registered(t, sim, account)
	creds.Cookies = map[string]string{"at-main": "Atza|x"}
	creds.StoreAuthCookie, creds.ActivationBytes = "store", "0123abcd"
	creds.Customer.Name = "Kim Größe 金"
	raw, err := creds.Encode()
	if err != nil {
		t.Fatal(err)
	}
	back, err := audible.DecodeCredentials(raw)
	again, againErr := back.Encode()
	if err := errors.Join(err, againErr); err != nil || string(again) != string(raw) {
		t.Fatalf("the credentials changed: %v", err)
	}
	if !back.AccessTokenExpires.Equal(creds.AccessTokenExpires) || back.DeviceKey != creds.DeviceKey || back.Cookies["at-main"] != "Atza|x" {
		t.Error("a field changed")
	}
	for _, bad := range []string{"", "{}", "[]", `{"v":2}`, `{"v":1,"other":"x"}`, string(raw) + "{}", string(raw[:len(raw)-9])} {
		_, err := audible.DecodeCredentials([]byte(bad))
		if err == nil || strings.Contains(err.Error(), "Atnr") {
			t.Errorf("DecodeCredentials(%.20q…) = %v", bad, err)
		}
	}
	if text := fmt.Sprintf("%v %+v %#v %s %x", creds, creds, creds, creds, creds); strings.Contains(text, "Atn") {
		t.Error("credentials were printed")
	}
}
