package httpapi_test

import (
	"encoding/json"
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/audipy/audipy/internal/asvs"
	"github.com/audipy/audipy/internal/audipy"
	"github.com/audipy/audipy/internal/httpapi"
)

// deviceKey is what our made-up device keeps to itself.
const deviceKey = "dGhlIGtleSBvZiBhIG1hZGUtdXAgZGV2aWNlIGhlcmU"

// form posts a form as a program does: without cookies, origin or fetch headers.
func (r *rig) form(t *testing.T, path string, fields ...string) answer {
	t.Helper()
	values := url.Values{}
	for i := 0; i < len(fields); i += 2 {
		values.Add(fields[i], fields[i+1])
	}
	return r.postForm(t, path, values.Encode(), "application/x-www-form-urlencoded")
}

func (r *rig) postForm(t *testing.T, path, body, contentType string) answer {
	t.Helper()
	req, err := http.NewRequestWithContext(t.Context(), http.MethodPost, r.origin+"/api/v1/oauth/"+path, strings.NewReader(body))
	must(t, err)
	req.Header.Set("Content-Type", contentType)
	return r.browser().send(t, req)
}

// wantOAuth checks that the answer is an error of the token service.
func (a answer) wantOAuth(t *testing.T, status int, code string) {
	t.Helper()
	var e httpapi.OAuthError
	if err := json.Unmarshal(a.body, &e); err != nil || a.status != status || e.Code != code {
		t.Errorf("answered %d %s, want %d %s", a.status, a.body, status, code)
	}
	if got := a.header.Get("Content-Type"); !strings.HasPrefix(got, "application/json") {
		t.Errorf("the error is %q", got)
	}
	if got := a.header.Get("Cache-Control"); got != "no-store" {
		t.Errorf("the error may be cached: %q", got)
	}
}

// bearer asks with a credential.
func (r *rig) bearer(t *testing.T, path, credential string) answer {
	t.Helper()
	return r.browser().do(t, http.MethodGet, "/api/v1"+path, nil, with("Authorization", "Bearer "+credential))
}

// askDevice asks to be let in with scopes.
func (r *rig) askDevice(t *testing.T, scope string) httpapi.DeviceAuthorization {
	t.Helper()
	var codes httpapi.DeviceAuthorization
	r.form(t, "device_authorization", "client_id", "audipy-cli", "scope", scope, "device_key", deviceKey, "device_name", "Laptop").
		into(t, http.StatusOK, &codes)
	return codes
}

// takeTokens shows a device code.
func (r *rig) takeTokens(t *testing.T, code string) answer {
	t.Helper()
	return r.form(t, "token", "grant_type", "urn:ietf:params:oauth:grant-type:device_code", "device_code", code,
		"client_id", "audipy-cli", "device_key", deviceKey)
}

// letIn lets a device in and returns its tokens.
func (r *rig) letIn(t *testing.T, b *browser, scope string) httpapi.ProgramTokens {
	t.Helper()
	codes := r.askDevice(t, scope)
	if got := b.post(t, "/api/v1/device-requests/decide", map[string]any{"user_code": codes.UserCode, "approve": true}); got.status != http.StatusNoContent {
		t.Fatalf("the device was not let in: %d %s", got.status, got.body)
	}
	var tokens httpapi.ProgramTokens
	r.takeTokens(t, codes.DeviceCode).into(t, http.StatusOK, &tokens)
	return tokens
}

// makeToken makes a token by hand.
func (r *rig) makeToken(t *testing.T, b *browser, scopes ...audipy.Scope) httpapi.NewAPIToken {
	t.Helper()
	var made httpapi.NewAPIToken
	b.post(t, "/api/v1/api-tokens", map[string]any{"name": "script", "scopes": scopes, "days": 30}).into(t, http.StatusCreated, &made)
	return made
}

func TestADeviceIsLetInAsRFC8628Says(t *testing.T) {
	t.Parallel()
	asvs.Covers(t, "10.4.4", "10.4.8", "10.7.1", "10.7.2", "10.7.3")
	each(t, func(t *testing.T, r *rig) {
		kim := r.setUp(t)
		codes := r.askDevice(t, "library:read audit:read")
		if codes.VerificationURI != r.origin+"/device" || codes.VerificationURIComplete != r.origin+"/device#"+codes.UserCode ||
			codes.ExpiresIn != 600 || codes.Interval != 5 {
			t.Errorf("the codes are %+v", codes)
		}
		r.takeTokens(t, codes.DeviceCode).wantOAuth(t, http.StatusBadRequest, "authorization_pending")
		r.takeTokens(t, codes.DeviceCode).wantOAuth(t, http.StatusBadRequest, "slow_down")
		var asks httpapi.DeviceRequest
		kim.post(t, "/api/v1/device-requests/find", map[string]string{"user_code": strings.ToLower(codes.UserCode)}).into(t, http.StatusOK, &asks)
		if asks.Name != "Laptop" || asks.Client != "audipy-cli" || asks.Address == "" || len(asks.Scopes) != 2 || asks.Days != 90 {
			t.Errorf("the person sees %+v", asks)
		}
		kim.do(t, http.MethodPost, "/api/v1/device-requests/decide", map[string]any{"user_code": codes.UserCode, "approve": true},
			with("Sec-Fetch-Site", "cross-site"), with("Origin", "https://evil.example")).wantProblem(t, http.StatusForbidden, "cross_origin")
		tokens := r.letIn(t, kim, "library:read audit:read")
		if tokens.TokenType != "Bearer" || tokens.ExpiresIn != 600 || tokens.Scope != "library:read audit:read" {
			t.Errorf("the tokens are %+v", tokens)
		}
		var now httpapi.ProgramNow
		r.bearer(t, "/programs/current", tokens.AccessToken).into(t, http.StatusOK, &now)
		if now.Kind != "device" || now.Name != "Laptop" || now.Person.Email != adminEmail {
			t.Errorf("the program is %+v", now)
		}
		if got := r.bearer(t, "/activity", tokens.AccessToken); got.status != http.StatusOK {
			t.Errorf("the activity was answered %d", got.status)
		}
		r.bearer(t, "/accounts", tokens.AccessToken).wantProblem(t, http.StatusForbidden, "insufficient_scope")

		var all httpapi.Programs
		kim.get(t, "/api/v1/programs").into(t, http.StatusOK, &all)
		if len(all.Devices) != 1 || all.Devices[0].LastUsedAt == nil {
			t.Fatalf("the programs are %+v", all)
		}
		if got := kim.do(t, http.MethodDelete, "/api/v1/programs/"+all.Devices[0].ID, nil); got.status != http.StatusNoContent {
			t.Errorf("ending it was answered %d %s", got.status, got.body)
		}
		r.bearer(t, "/activity", tokens.AccessToken).wantProblem(t, http.StatusUnauthorized, "unauthorized")
		r.form(t, "token", "grant_type", "refresh_token", "refresh_token", tokens.RefreshToken, "client_id", "audipy-cli", "device_key", deviceKey).
			wantOAuth(t, http.StatusBadRequest, "invalid_grant")
	})
}

func TestTheTokenServiceRefusesWhatIsNoRequest(t *testing.T) {
	t.Parallel()
	asvs.Covers(t, "10.4.4", "10.4.11", "4.1.1")
	r := onSQLite(t)
	r.setUp(t)
	ask := []string{"client_id", "audipy-cli", "device_key", deviceKey}
	for _, c := range []struct {
		code string
		more []string
	}{
		{"invalid_scope", nil},
		{"invalid_scope", []string{"scope", "library:read library:read"}},
		{"invalid_scope", []string{"scope", "admin"}},
		{"invalid_scope", []string{"scope", strings.Repeat("library:read ", 800)}},
		{"invalid_request", []string{"scope", "library:read", "scope", "sync:run"}},
		{"invalid_request", []string{"scope", "library:read", "device_name", "\x1b]0;x\a"}},
		{"invalid_request", []string{"scope", "library:read", "device_name", strings.Repeat("x", 65)}},
	} {
		r.form(t, "device_authorization", append(ask, c.more...)...).wantOAuth(t, http.StatusBadRequest, c.code)
	}
	r.form(t, "device_authorization", "client_id", "audipy-cli", "scope", "library:read", "device_key", "short").
		wantOAuth(t, http.StatusBadRequest, "invalid_request")
	r.form(t, "device_authorization", "client_id", "evil", "scope", "library:read", "device_key", deviceKey).
		wantOAuth(t, http.StatusUnauthorized, "invalid_client")
	for grant, code := range map[string]string{
		"": "invalid_request", "password": "unsupported_grant_type", "authorization_code": "unsupported_grant_type",
		"client_credentials": "unsupported_grant_type", "implicit": "unsupported_grant_type", "refresh_token": "invalid_grant",
	} {
		r.form(t, "token", append(ask, "grant_type", grant, "username", adminEmail, "password", adminPassword)...).
			wantOAuth(t, http.StatusBadRequest, code)
	}
	r.form(t, "revoke").wantOAuth(t, http.StatusBadRequest, "invalid_request")
	r.postForm(t, "token", "%zz", "application/x-www-form-urlencoded").wantOAuth(t, http.StatusBadRequest, "invalid_request")
	r.postForm(t, "token", "{}", "application/json").wantProblem(t, http.StatusUnsupportedMediaType, "form_required")
	r.postForm(t, "token", strings.Repeat("x", 65<<10), "application/x-www-form-urlencoded").
		wantProblem(t, http.StatusRequestEntityTooLarge, "body_too_large")
}

// TestCredentialsOfProgramsInOtherFormsAreRefused has the bad inputs G138.
func TestCredentialsOfProgramsInOtherFormsAreRefused(t *testing.T) {
	t.Parallel()
	asvs.Covers(t, "10.3.2")
	each(t, func(t *testing.T, r *rig) {
		kim := r.setUp(t)
		token := r.makeToken(t, kim, audipy.Scopes()...).Token
		if got := r.bearer(t, "/programs/current", token); got.status != http.StatusOK {
			t.Fatalf("the token was answered %d %s", got.status, got.body)
		}
		broken := token[:len(token)-1] + "z"
		if broken == token {
			broken = token[:len(token)-1] + "y"
		}
		for name, header := range map[string]string{
			"a bad checksum": "Bearer " + broken, "Basic": "Basic " + token, "no scheme": token, "another scheme": "Token " + token,
			"two spaces": "Bearer  " + token, "a tail": "Bearer " + token + " x", "lower case": "Bearer " + strings.ToLower(token),
			"nothing": "Bearer", "long": "Bearer " + strings.Repeat("a", 5000),
		} {
			got := r.browser().do(t, http.MethodGet, "/api/v1/programs/current", nil, with("Authorization", header))
			if got.status != http.StatusUnauthorized || !strings.Contains(got.header.Get("WWW-Authenticate"), "Bearer") {
				t.Errorf("%s: answered %d %.200s", name, got.status, got.body)
			}
		}
		twice := func(q *http.Request) { q.Header["Authorization"] = []string{"Bearer " + token, "Bearer " + token} }
		r.browser().do(t, http.MethodGet, "/api/v1/programs/current", nil, twice).wantProblem(t, http.StatusUnauthorized, "unauthorized")
		r.browser().get(t, "/api/v1/programs/current?access_token="+token).wantProblem(t, http.StatusUnauthorized, "unauthorized")
		kim.do(t, http.MethodGet, "/api/v1/me", nil, with("Authorization", "Bearer "+token)).wantProblem(t, http.StatusBadRequest, "ambiguous_credentials")
		if strings.Contains(r.log.String(), token) {
			t.Error("the log holds a token")
		}
		r.Clock.Advance(30 * 24 * time.Hour)
		r.bearer(t, "/programs/current", token).wantProblem(t, http.StatusUnauthorized, "unauthorized")
	})
}
