package httpapi_test

import (
	"bytes"
	"encoding/json"
	"flag"
	"fmt"
	"maps"
	"net/http"
	"os"
	"slices"
	"strings"
	"testing"

	"github.com/audipy/audipy/internal/asvs"
	"github.com/audipy/audipy/internal/httpapi"
)

var update = flag.Bool("update", false, "write api/openapi.json anew")

// documentFile is where the document is kept for those who read it without a
// server: the web application's types are made from it.
const documentFile = "../../api/openapi.json"

func TestTheDocumentIsThatOfTheOperations(t *testing.T) {
	t.Parallel()
	asvs.Covers(t, "2.1.1")
	want, err := httpapi.Document()
	must(t, err)
	if *update {
		must(t, os.WriteFile(documentFile, want, 0o644))
	}
	got, err := os.ReadFile(documentFile)
	must(t, err)
	if !bytes.Equal(got, want) {
		t.Error("api/openapi.json is not that of the operations: run go test ./internal/httpapi -run Document -update")
	}
	for _, text := range []string{`"null"`, "ErrorModel", `"nullable"`} {
		if strings.Contains(string(want), text) {
			t.Errorf("the document speaks of %s", text)
		}
	}
}

func TestTheDocumentIsForThoseWhoAreSignedIn(t *testing.T) {
	t.Parallel()
	r := onSQLite(t)
	signedIn := r.setUp(t)
	r.browser().get(t, "/api/v1/openapi.json").wantProblem(t, http.StatusNotFound, "not_found")
	got := signedIn.get(t, "/api/v1/openapi.json")
	if got.status != http.StatusOK || !strings.Contains(string(got.body), `"openapi": "3.1.0"`) {
		t.Errorf("%d %.80s", got.status, got.body)
	}
}

// accessFile is the page of who may do what.
const accessFile = "../../docs/access.md"

// accessPage writes the policy table down for people.
func accessPage(operations []httpapi.Operation) []byte {
	who := map[httpapi.Access]string{
		httpapi.Public: "everybody", httpapi.SetUpOnly: "everybody, until there is an administrator",
		httpapi.Pending: "whose password was right and who owes the second factor",
		httpapi.Session: "who is signed in", httpapi.Admin: "administrators",
	}
	slices.SortFunc(operations, func(a, b httpapi.Operation) int { return strings.Compare(a.Path+" "+a.Method, b.Path+" "+b.Method) })
	var page bytes.Buffer
	page.WriteString(`# Who may do what

Every operation of the API has one row here, made from the table that the server goes by; one without a row keeps it from starting. Everybody else is refused before the server looks at what was asked.

Whoever is signed in sees and changes what is their own, administrators too: every query names the person, and what belongs to somebody else is answered as if it did not exist. "Password again" means that the person has to have given it, with the second factor where there is one, within the last ten minutes. A program acts for its person with the scope that is named ("any": with whichever it has); where none is, no program may.

| Operation | Who | Password again | Scope |
|---|---|---|---|
`)
	for _, op := range operations {
		again := ""
		if op.StepUp {
			again = "yes"
		}
		fmt.Fprintf(&page, "| `%s %s` | %s | %s | %s |\n", op.Method, op.Path, who[op.Access], again, op.Scope)
	}
	return page.Bytes()
}

func TestTheDocumentsSayWhoMayDoWhat(t *testing.T) {
	t.Parallel()
	asvs.Covers(t, "8.1.1")
	operations, err := httpapi.Operations(onSQLite(t).options())
	must(t, err)
	want := accessPage(operations)
	if *update {
		must(t, os.WriteFile(accessFile, want, 0o644))
	}
	got, err := os.ReadFile(accessFile)
	must(t, err)
	if !bytes.Equal(got, want) {
		t.Error("docs/access.md is not the policy table: run go test ./internal/httpapi -run Document -update")
	}
}

// TestNothingButAPasswordProvesWhoSomebodyIs finds hints, secret questions and
// other weak ways in as soon as somebody adds a field for them.
func TestNothingButAPasswordProvesWhoSomebodyIs(t *testing.T) {
	t.Parallel()
	asvs.Covers(t, "6.4.2")
	document, err := httpapi.Document()
	must(t, err)
	var api struct {
		Paths map[string]map[string]struct {
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
				Properties map[string]any `json:"properties"`
			} `json:"schemas"`
		} `json:"components"`
	}
	must(t, json.Unmarshal(document, &api))
	fields := map[string]bool{}
	for _, path := range []string{"/setup", "/session", "/session/step-up", "/session/second-factor", "/me", "/me/password", "/password-reset", "/password-reset/complete"} {
		for _, op := range api.Paths[path] {
			for _, body := range op.RequestBody.Content {
				for name := range api.Components.Schemas[strings.TrimPrefix(body.Schema.Ref, "#/components/schemas/")].Properties {
					fields[name] = true
				}
			}
		}
	}
	got := slices.Sorted(maps.Keys(fields))
	want := []string{"code", "current", "email", "name", "next", "password", "recovery_code", "remember", "token"}
	if !slices.Equal(got, want) {
		t.Errorf("signing in takes %q, want %q", got, want)
	}
}
