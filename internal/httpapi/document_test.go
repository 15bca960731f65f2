package httpapi_test

import (
	"bytes"
	"flag"
	"net/http"
	"os"
	"strings"
	"testing"

	"github.com/audipy/audipy/internal/httpapi"
)

var update = flag.Bool("update", false, "write api/openapi.json anew")

// documentFile is where the document is kept for those who read it without a
// server: the web application's types are made from it.
const documentFile = "../../api/openapi.json"

func TestTheDocumentIsThatOfTheOperations(t *testing.T) {
	t.Parallel()
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
