package audiblesim

import (
	"errors"
	"io"
	"net/http"
	"net/url"
)

// readForm reads a urlencoded body, bounded, and leaves the query alone.
func readForm(r *http.Request) (url.Values, error) {
	if r.Method != http.MethodPost {
		return url.Values{}, nil
	}
	body, err := io.ReadAll(io.LimitReader(r.Body, maxForm+1))
	if err != nil {
		return nil, err
	}
	if len(body) > maxForm {
		return nil, errors.New("the form is too long")
	}
	return url.ParseQuery(string(body))
}
