package httpapi_test

import (
	"encoding/json"
	"net/http"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/audipy/audipy/internal/asvs"
	"github.com/audipy/audipy/internal/auth"
	"github.com/audipy/audipy/internal/httpapi"
	"github.com/audipy/audipy/internal/mail/mailtest"
)

// silent checks that neither an answer nor the log holds the canary that was
// sent.
func (r *rig) silent(t *testing.T, got answer) {
	t.Helper()
	if strings.Contains(string(got.body)+r.log.String(), "canary") {
		t.Errorf("what was sent is repeated: %.300s", got.body)
	}
}

// serveAuth puts another service for people into the server.
func (r *rig) serveAuth(t *testing.T, o auth.Options) {
	t.Helper()
	o.Store, o.Key, o.Now, o.PublicURL = r.Store, r.key, r.Clock.Now, r.origin
	if o.Cost == (auth.Cost{}) {
		o.Cost = auth.TestCost()
	}
	var err error
	r.auth, err = auth.New(t.Context(), o)
	must(t, err)
	handler, err := httpapi.NewWithEcho(r.options())
	must(t, err)
	r.current.Store(handler)
}

// badAddresses are e-mail addresses that are none (G047 to G049, G051).
func badAddresses() []string {
	return []string{
		"", "canary@b", "canary@[127.0.0.1]", `"canary b"@c.de`, "A <canary@b.de>", "canary@-b.de", "canary@b..de", "@canary.de", "canary@",
		"canary@b.de\r\nBcc: x@y.z", "canary@b.de,c@d.ef", "canary@b.de ", " canary@b.de", "canary＠b.de",
		strings.Repeat("canary", 11) + "@b.de", "canary@" + strings.Repeat("b.", 125) + "de",
	}
}

// badPasswords are passwords that the administrator may not have, and the code
// of what is wrong (G052, G053).
func badPasswords() map[string]string {
	return map[string]string{
		"canary-of-14-b":           "password_too_short",
		strings.Repeat("é", 14):    "password_too_short",
		strings.Repeat("ab ", 342): "password_too_long",
		"passwordpassword":         "password_blocked",
		"audibleaudible1":          "password_blocked",
		"canary-" + adminEmail:     "password_blocked",
		"canary\x00fifteen letter": "invalid",
		strings.Repeat("x", 5000):  "invalid",
	}
}

func TestNobodyIsMadeOfABadAddressOrPassword(t *testing.T) {
	t.Parallel()
	asvs.Covers(t, "2.2.1", "6.2.1", "6.2.4", "6.2.11")
	each(t, func(t *testing.T, r *rig) {
		code, err := r.auth.NewSetUpCode(t.Context())
		must(t, err)
		before := r.rows(t)
		try := func(email, password, want string) {
			t.Helper()
			got := r.browser().post(t, "/api/v1/setup", object{"code": code, "name": "canary-name", "email": email, "password": password})
			got.wantProblem(t, http.StatusUnprocessableEntity, want)
			r.silent(t, got)
		}
		for _, email := range badAddresses() {
			try(email, adminPassword, "email_invalid")
		}
		for password, want := range badPasswords() {
			try(adminEmail, password, want)
		}
		if after := r.rows(t); after != before {
			t.Errorf("the store was\n%s\nand is\n%s", before, after)
		}
		// 15 characters and 1,024 bytes are taken, whatever is between.
		r.browser().post(t, "/api/v1/setup", object{"code": code, "email": adminEmail, "password": strings.Repeat("é ", 341) + "x"}).
			into(t, http.StatusCreated, &httpapi.Me{})
	})
}

// G070 and G071.
func TestACodeThatCanBeNoneIsNoTry(t *testing.T) {
	t.Parallel()
	asvs.Covers(t, "2.2.1")
	each(t, func(t *testing.T, r *rig) {
		b := r.setUp(t)
		phone, _ := b.enrol(t)
		r.Clock.Advance(time.Minute)
		other := r.browser()
		other.post(t, "/api/v1/session", object{"email": adminEmail, "password": adminPassword}).into(t, http.StatusOK, &httpapi.SignedIn{})
		before := r.rows(t)
		for code, want := range map[string]string{
			"": "code_malformed", "12345": "code_malformed", "1234567": "code_malformed", "canary": "code_malformed", "１２３４５６": "code_malformed",
			"+12345": "code_malformed", "-12345": "code_malformed", "1e5": "code_malformed", "0x1234": "code_malformed",
			"canary\x00": "invalid", strings.Repeat("1", 33): "invalid",
		} {
			got := other.post(t, secondPath, object{"code": code})
			got.wantProblem(t, http.StatusUnprocessableEntity, want)
			r.silent(t, got)
		}
		for _, body := range []any{object{"recovery_code": "canary"}, object{"code": 123456}, object{"code": []string{"123456"}}, object{"recovery_code": strings.Repeat("A", 101)}} {
			if got := other.post(t, secondPath, body); got.status != http.StatusUnprocessableEntity {
				t.Errorf("%v was answered %d %s", body, got.status, got.body)
			}
		}
		if after := r.rows(t); after != before {
			t.Errorf("the store was\n%s\nand is\n%s", before, after)
		}
		code := phone.code(0)
		other.post(t, secondPath, object{"code": code[:2] + " " + code[2:4] + " " + code[4:]}).into(t, http.StatusOK, &httpapi.SignedIn{})
	})
}

// G026 and G060: what can't be a password costs no hash and counts as no guess.
func TestAPasswordThatCanBeNoneIsRefusedBeforeItIsHashed(t *testing.T) {
	t.Parallel()
	asvs.Covers(t, "2.2.2")
	each(t, func(t *testing.T, r *rig) {
		r.setUp(t)
		for range 12 { // more than guesses may be
			for _, c := range []struct {
				body   any
				status int
				code   string
			}{
				{object{"email": adminEmail, "password": strings.Repeat("canary", 1<<20/6)}, http.StatusRequestEntityTooLarge, "body_too_large"},
				{object{"email": adminEmail, "password": strings.Repeat("canary", 1000)}, http.StatusUnprocessableEntity, "invalid"},
				{object{"email": adminEmail, "password": "canary\x00"}, http.StatusUnprocessableEntity, "invalid"},
				{object{"email": adminEmail, "password": []string{"canary"}}, http.StatusUnprocessableEntity, "invalid"},
				{object{"email": adminEmail, "password": adminPassword, "is_admin": "canary"}, http.StatusBadRequest, "unknown_field"},
				{object{"email": adminEmail}, http.StatusUnprocessableEntity, "invalid"},
			} {
				got := r.browser().post(t, "/api/v1/session", c.body)
				got.wantProblem(t, c.status, c.code)
				r.silent(t, got)
			}
		}
		r.browser().post(t, "/api/v1/session", object{"email": adminEmail, "password": adminPassword}).into(t, http.StatusOK, &httpapi.Me{})
	})
}

// G062. The hash is as large as the real one.
func TestOfAHundredSignInsAtOnceTheRestIsToldToWait(t *testing.T) {
	t.Parallel()
	asvs.Covers(t, "15.2.2")
	r := onSQLite(t)
	r.setUp(t)
	many := auth.Limit{Count: 1000, Window: time.Hour}
	r.serveAuth(t, auth.Options{
		Cost: auth.StandardCost(), Limits: auth.Limits{Password: many, Network: many, People: many, Failures: 1000},
	})
	answers := make([]answer, 100)
	var all sync.WaitGroup
	for i := range answers {
		all.Go(func() {
			answers[i] = r.browser().post(t, "/api/v1/session", object{"email": "nobody@example.com", "password": "not the password"})
		})
	}
	all.Wait()
	count := map[int]int{}
	for _, got := range answers {
		count[got.status]++
		if got.status == http.StatusUnauthorized {
			got.wantProblem(t, http.StatusUnauthorized, "invalid_credentials")
			continue
		}
		got.wantProblem(t, http.StatusServiceUnavailable, "busy")
		if got.header.Get("Retry-After") != "2" {
			t.Errorf("Retry-After is %q", got.header.Get("Retry-After"))
		}
	}
	if count[http.StatusUnauthorized] == 0 || count[http.StatusServiceUnavailable] == 0 {
		t.Errorf("answers by status: %v, want some of either", count)
	}
	r.browser().post(t, "/api/v1/session", object{"email": adminEmail, "password": adminPassword}).into(t, http.StatusOK, &httpapi.Me{})
}

// G131.
func TestASessionThatIsNoneIsRefused(t *testing.T) {
	t.Parallel()
	asvs.Covers(t, "7.2.1")
	each(t, func(t *testing.T, r *rig) {
		good := r.setUp(t).cookies[sessionName]
		for name, token := range map[string]string{
			"42 characters": good[:42], "44 characters": good + "A", "all A": strings.Repeat("A", 43), "none": "",
			"other letters": "+" + good[1:], "another case": strings.ToLower(good), "two": good + "." + good, "a path": "../" + good[3:],
		} {
			b := r.browser()
			b.cookies[sessionName] = token
			got := b.get(t, "/api/v1/me")
			t.Log(name)
			got.wantProblem(t, http.StatusUnauthorized, "unauthorized")
			b.do(t, http.MethodPatch, "/api/v1/me", object{"name": "Robin"}).wantProblem(t, http.StatusUnauthorized, "unauthorized")
		}
	})
}

// G120, G121, G124, G125 and G129.
func TestALinkForANewPasswordTellsNothingAndWorksOnce(t *testing.T) {
	t.Parallel()
	asvs.Covers(t, "6.3.8", "6.5.1")
	each(t, func(t *testing.T, r *rig) {
		kim := r.setUp(t)
		server := mailtest.Start(t)
		r.serveAuth(t, auth.Options{Mail: server.Sender(t)})
		b := r.browser()
		ask := func(email string) answer {
			return b.do(t, http.MethodPost, "/api/v1/password-reset", object{"email": email},
				with("X-Forwarded-Host", "evil.example", "X-Forwarded-Proto", "https"))
		}
		for _, email := range []string{"nobody@example.com", adminEmail, strings.ToUpper(adminEmail)} {
			if got := ask(email); got.status != http.StatusAccepted || len(got.body) != 0 {
				t.Errorf("%s: %d %q", email, got.status, got.body)
			}
			r.auth.Wait(t.Context()) // or the older link might be the newer
		}
		var tokens []string
		for range 2 {
			_, rest, found := strings.Cut(server.Next(t).Text, r.origin+"/reset-password#")
			token, _, _ := strings.Cut(rest, "\n")
			if !found || len(token) != 43 {
				t.Fatalf("the mail has no link of ours: %.100q", rest)
			}
			tokens = append(tokens, token)
		}
		if server.Taken() != 0 {
			t.Error("somebody unknown got a mail")
		}
		b.do(t, http.MethodPost, "/api/v1/password-reset", object{"email": adminEmail}, func(req *http.Request) { req.Host = "evil.example" }).
			wantProblem(t, http.StatusMisdirectedRequest, "wrong_host")
		older, token := tokens[0], tokens[1]
		for _, bad := range []string{"", token[:42], token + "A", strings.ToUpper(token), older, kim.cookies[sessionName], "canary"} {
			got := b.post(t, "/api/v1/password-reset/complete", object{"token": bad, "password": "eight calm herons wade"})
			got.wantProblem(t, http.StatusBadRequest, "token_invalid")
			r.silent(t, got)
		}
		b.get(t, "/api/v1/password-reset/complete?token="+token).wantProblem(t, http.StatusMethodNotAllowed, "method_not_allowed")
		kim.get(t, "/api/v1/me").into(t, http.StatusOK, &httpapi.Me{})
		for _, want := range []int{http.StatusNoContent, http.StatusBadRequest} {
			got := b.post(t, "/api/v1/password-reset/complete", object{"token": token, "password": "eight calm herons wade"})
			if got.status != want {
				t.Errorf("%d %s, want %d", got.status, got.body, want)
			}
		}
		kim.get(t, "/api/v1/me").wantProblem(t, http.StatusUnauthorized, "unauthorized")
	})
}

// texts are the names of the texts in the body of each operation, by the
// operation, as the document of the API has them.
func texts(t *testing.T, b *browser) map[string][]string {
	t.Helper()
	var doc struct {
		Paths map[string]map[string]struct {
			OperationID string `json:"operationId"`
			RequestBody struct {
				Content map[string]struct {
					Schema struct {
						Ref string `json:"$ref"`
					} `json:"schema"`
				} `json:"content"`
			} `json:"requestBody"`
		} `json:"paths"`
		Components struct {
			Schemas map[string]struct {
				Properties map[string]struct{ Type any } `json:"properties"`
			} `json:"schemas"`
		} `json:"components"`
	}
	must(t, json.Unmarshal(b.get(t, "/api/v1/openapi.json").body, &doc))
	all := map[string][]string{}
	for _, methods := range doc.Paths {
		for _, op := range methods {
			for _, body := range op.RequestBody.Content {
				for name, p := range doc.Components.Schemas[strings.TrimPrefix(body.Schema.Ref, "#/components/schemas/")].Properties {
					if p.Type == "string" {
						all[op.OperationID] = append(all[op.OperationID], name)
					}
				}
			}
		}
	}
	return all
}

// G026, in every text of every operation.
func TestATextWithANULIsRefusedWhereverItStands(t *testing.T) {
	t.Parallel()
	asvs.Covers(t, "1.3.3")
	each(t, func(t *testing.T, r *rig) {
		b := r.linker(t)
		fields := texts(t, b)
		operations, err := httpapi.Operations(r.options())
		must(t, err)
		before, tried := r.rows(t), 0
		fill := strings.NewReplacer("{marketplace}", "us", "{asin}", "B000000000", "{id}", "x")
		for _, op := range operations {
			if op.Access == httpapi.SetUpOnly || op.Access == httpapi.Pending {
				continue // not for whoever is signed in; the tests above have their texts
			}
			for _, name := range fields[op.ID] {
				tried++
				got := b.do(t, op.Method, fill.Replace(op.Path), object{name: "canary\x00"})
				got.wantProblem(t, http.StatusUnprocessableEntity, "invalid")
				r.silent(t, got)
			}
		}
		if after := r.rows(t); after != before || tried < 20 {
			t.Errorf("%d texts; the store was\n%s\nand is\n%s", tried, before, after)
		}
	})
}
