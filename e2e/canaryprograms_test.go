package e2e_test

import (
	"context"
	"encoding/json"
	"io"
	"net/http"
	"net/url"
	"strings"
	"testing"

	"github.com/audipy/audipy/audible/audiblesim"
	"github.com/audipy/audipy/internal/canary"
)

// deviceKey is what our made-up device keeps to itself.
const deviceKey = "dGhlIGtleSBvZiBhIG1hZGUtdXAgZGV2aWNlIGhlcmU"

// asProgram sends a request as a program does, with a credential or a form.
func asProgram(t *testing.T, method, address, credential, contentType, body string) (int, []byte) {
	t.Helper()
	ctx, over := context.WithTimeout(t.Context(), patience)
	defer over()
	request, err := http.NewRequestWithContext(ctx, method, address, strings.NewReader(body))
	check(t, err)
	if credential != "" {
		request.Header.Set("Authorization", "Bearer "+credential)
	}
	if body != "" {
		request.Header.Set("Content-Type", contentType)
	}
	resp, err := new(http.Client).Do(request)
	check(t, err)
	defer func() { _ = resp.Body.Close() }()
	data, err := io.ReadAll(resp.Body)
	check(t, err)
	return resp.StatusCode, data
}

// asForm posts a form to the token service and reads the answer into a value.
func asForm(t *testing.T, address, path string, form url.Values, into any) {
	t.Helper()
	form.Set("client_id", "audipy-cli")
	form.Set("device_key", deviceKey)
	status, data := asProgram(t, http.MethodPost, address+"/api/v1/oauth/"+path, "", "application/x-www-form-urlencoded", form.Encode())
	if status != http.StatusOK {
		t.Fatalf("%s answers %d: %s", path, status, data)
	}
	if into != nil {
		check(t, json.Unmarshal(data, into))
	}
}

// askToBeLetIn asks as a device and returns its codes.
func askToBeLetIn(t *testing.T, address, scope string) (deviceCode, userCode string) {
	t.Helper()
	var codes struct {
		Device string `json:"device_code"`
		User   string `json:"user_code"`
	}
	asForm(t, address, "device_authorization", url.Values{"scope": {scope}, "device_name": {"Laptop"}}, &codes)
	return codes.Device, codes.User
}

// programTokens are what a program works with.
type programTokens struct {
	Access  string `json:"access_token"`
	Refresh string `json:"refresh_token"`
}

func takeTokens(t *testing.T, address, deviceCode string) programTokens {
	t.Helper()
	var tokens programTokens
	form := url.Values{"grant_type": {"urn:ietf:params:oauth:grant-type:device_code"}, "device_code": {deviceCode}}
	asForm(t, address, "token", form, &tokens)
	return tokens
}

// usePrograms makes a token, lets a device in, works as both, and proposes an
// account; then it looks at all pages of programs.
func (c *caller) usePrograms(t *testing.T) {
	t.Helper()
	keep := func(kind, text string) { c.w.given = append(c.w.given, canary.Of(kind, text)...) }
	const proposed = "proposed@example.com"
	var made struct{ Token string }
	scopes := []string{"library:read", "links:propose"}
	c.must(t, http.MethodPost, "/api-tokens", fields{"name": "script", "scopes": scopes, "days": 7}, &made)
	keep(apiToken, made.Token)
	deviceCode, userCode := askToBeLetIn(t, c.w.address, "library:read")
	keep(programToken, deviceCode)
	c.must(t, http.MethodPost, "/device-requests/find", fields{"user_code": userCode}, nil)
	c.must(t, http.MethodPost, "/device-requests/decide", fields{"user_code": userCode, "approve": true}, nil)
	tokens := takeTokens(t, c.w.address, deviceCode)
	var next programTokens
	asForm(t, c.w.address, "token", url.Values{"grant_type": {"refresh_token"}, "refresh_token": {tokens.Refresh}}, &next)
	for _, one := range []programTokens{tokens, next} {
		keep(programToken, one.Refresh)
		_, signed, _ := strings.Cut(one.Access, ".")
		keep(programToken, signed) // what stands before is the same for all
	}
	keep(programToken, deviceKey)
	for _, credential := range []string{made.Token, next.Access} {
		if status, data := asProgram(t, http.MethodGet, c.w.address+"/api/v1/library", credential, "", ""); status != http.StatusOK {
			t.Errorf("the library answers a program %d: %s", status, data)
		}
	}
	check(t, c.w.sim.AddAccount(audiblesim.Account{Login: proposed, Password: amazonPassword, Marketplaces: map[string]int{"us": 12}}))
	file, err := c.w.sim.CredentialFile(proposed, "us")
	check(t, err)
	c.w.tap.Look(file)
	body, err := json.Marshal(fields{"file": string(file)})
	check(t, err)
	if status, data := asProgram(t, http.MethodPost, c.w.address+"/api/v1/link-proposals", made.Token, "application/json", string(body)); status != http.StatusCreated {
		t.Fatalf("a proposal was answered %d: %s", status, data)
	}
	for _, path := range []string{"/programs", "/link-proposals"} {
		c.must(t, http.MethodGet, path, nil, nil)
	}
}
