package audible_test

import (
	"fmt"
	"net/http"
	"net/http/cookiejar"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/audipy/audipy/audible"
	"github.com/audipy/audipy/audible/audiblesim"
)

func TestSignInOfEveryMarketplaceRegistersADevice(t *testing.T) {
	t.Parallel()
	for _, m := range audible.Marketplaces() {
		for _, userName := range []bool{false, true} {
			if userName && !m.UserNames {
				continue
			}
			t.Run(fmt.Sprintf("%s/user name %t", m.Code, userName), func(t *testing.T) {
				t.Parallel()
				sim, account := newSim(t, audiblesim.Options{Seed: 10}, audiblesim.Account{
					Marketplace: m.Code, UserName: userName, Challenges: []string{audiblesim.ChallengeOTP},
				})
				p := &person{account: account, moves: true}
				step, _ := p.signIn(t, sim.Transport(), newSignIn(t, m.Code, userName))
				if step.Kind != audible.StepDone {
					t.Fatalf("%q, %q", step.Kind, step.Reason)
				}
				c, err := audible.Register(t.Context(), sim.Transport(), *step.Authorization, audible.RegisterOptions{})
				if err != nil || c.Marketplace != m.Code || c.UserName != userName || !c.CanSign() || !c.CanRefresh() {
					t.Fatalf("Register() = %v", err)
				}
				if !strings.Contains(c.Device.Name, "AudiPy") || c.Device.Serial != step.Authorization.Device.Serial {
					t.Errorf("device %+v", c.Device)
				}
			})
		}
	}
}

// The person's own browser is another client, without the app's cookies: it
// ends on a page that was not found, whose address is pasted.
func TestPastedAddressOfABrowserRegistersADevice(t *testing.T) {
	t.Parallel()
	for _, userName := range []bool{false, true} {
		sim, account := newSim(t, audiblesim.Options{Seed: 11}, audiblesim.Account{
			UserName: userName, Suspicious: true, Challenges: []string{audiblesim.ChallengeDevice},
		})
		signIn := newSignIn(t, "us", userName)
		jar, err := cookiejar.New(nil)
		if err != nil {
			t.Fatal(err)
		}
		b := &browser{client: &http.Client{Jar: jar, Transport: sim.Transport()}}
		b.get(t, signIn.URL())
		for b.status != http.StatusNotFound {
			b.answer(t, account)
		}
		authorization, err := reload(t, signIn).Complete("\n " + b.at.String() + " \n")
		if err != nil {
			t.Fatal(err)
		}
		if _, err := audible.Register(t.Context(), sim.Transport(), authorization, audible.RegisterOptions{}); err != nil {
			t.Errorf("Register() = %v", err)
		}
		other, err := newSignIn(t, "us", userName).Complete(b.at.String())
		if err != nil {
			t.Fatal(err)
		}
		if _, err := audible.Register(t.Context(), sim.Transport(), other, audible.RegisterOptions{}); err == nil {
			t.Error("an address was good for another sign-in's verifier")
		}
	}
}

// After a stop the relay begins as the first door did: with the start cookies
// and with none that Amazon has set.
func TestAnotherDoorAfterAStopBeginsAnew(t *testing.T) {
	t.Parallel()
	first := &cookieSite{site: site{all: "<p>unknown"}, set: []string{"session-id=1"}}
	signIn := newSignIn(t, "us", false)
	if step, err := signIn.Start(t.Context(), first); err != nil || step.Kind != audible.StepBrowser {
		t.Fatalf("%q, %v", step.Kind, err)
	}
	second := &cookieSite{site: site{all: signInPage}}
	relay, err := audible.NewRelay(reload(t, signIn), second, audible.RelayOptions{Origin: "http://relay.test"})
	if err != nil {
		t.Fatal(err)
	}
	opened := call(t, relay, http.MethodGet, strings.TrimPrefix(relay.StartURL(), "http://relay.test"), nil)
	call(t, relay, http.MethodGet, "/ap/signin", func(r *http.Request) {
		r.Header.Set("Cookie", strings.Split(opened.header.Get("Set-Cookie"), ";")[0])
	})
	if len(second.sent) != 1 || !strings.Contains(second.sent[0], "frc=") || strings.Contains(second.sent[0], "session-id") {
		t.Errorf("cookies %.80q", second.sent)
	}
}

// A page that never comes ends after thirty seconds, and the same question
// can be answered again.
func TestASlowPageEndsAfterThirtySeconds(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		slow := roundTrip(func(r *http.Request) (*http.Response, error) {
			<-r.Context().Done()
			return nil, r.Context().Err()
		})
		signIn := newSignIn(t, "us", false)
		started := time.Now()
		if _, err := signIn.Start(t.Context(), slow); err == nil || time.Since(started) != 30*time.Second {
			t.Errorf("%v after %v", err, time.Since(started))
		}
		if step, err := signIn.Start(t.Context(), &site{all: signInPage}); err != nil || step.Kind != audible.StepCredentials {
			t.Errorf("second try: %q, %v", step.Kind, err)
		}
	})
}

func ExampleSignIn() {
	us, _ := audible.ParseMarketplace("us")
	signIn, _ := audible.NewSignIn(audible.SignInOptions{Marketplace: us})
	// The person opens signIn.URL() in a browser, signs in, and pastes the
	// address of the page it ends on.
	authorization, err := signIn.Complete("https://www.amazon.com/ap/maplanding?openid.oa2.authorization_code=ANEXAMPLECODE")
	fmt.Println(authorization, err, signIn.Step().Sentence)
	// Output: [authorization] <nil> You are signed in.
}
