package httpapi

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"net/http"

	"github.com/danielgtaylor/huma/v2"
)

// Document returns the OpenAPI 3.1 document of the API, as it is kept in
// api/openapi.json.
func Document() ([]byte, error) {
	a, mux := newAPI(Options{})
	if _, err := a.finish(mux); err != nil {
		return nil, err
	}
	return a.document()
}

func (a *api) document() ([]byte, error) {
	data, err := a.huma.OpenAPI().MarshalJSON()
	if err != nil {
		return nil, fmt.Errorf("write the API's document: %w", err)
	}
	var out bytes.Buffer
	if err := json.Indent(&out, data, "", "  "); err != nil {
		return nil, fmt.Errorf("write the API's document: %w", err)
	}
	out.WriteByte('\n')
	return out.Bytes(), nil
}

func (a *api) registerDocument() {
	register(a, huma.Operation{
		OperationID: "getDocument", Method: http.MethodGet, Path: "/openapi.json",
		Summary: "This document.",
	}, a.getDocument)
}

// documentOutput is the document as it is.
type documentOutput struct {
	ContentType string `header:"Content-Type"`
	Body        []byte
}

func (a *api) getDocument(context.Context, *struct{}) (*documentOutput, error) {
	data, err := a.document()
	return &documentOutput{"application/json", data}, err
}
