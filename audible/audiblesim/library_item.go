package audiblesim

import (
	"encoding/json"
	"io"
	"net/http"
)

// showLibraryItem answers GET /1.0/library/{asin}:
//
//	{"item":{…},"response_groups":[…]}
//
// Returned titles are still found, as Revoked. What the service says about an
// ASIN that was never in the library is not established; here it is 404.
func (a *apiCall) showLibraryItem() error {
	groups, err := a.groups(libraryGroups())
	if err != nil {
		return err
	}
	v := a.view(groups)
	v.reviews = 3
	a.w.mu.RLock()
	t, ok := a.c.lookup(a.request.PathValue("asin"))
	if !ok || a.shelf.find(t.index) == nil {
		a.w.mu.RUnlock()
		return notFound("Library item not found")
	}
	e := *a.shelf.find(t.index)
	v.t, v.entry = t, &e
	form := a.w.shapes.compile(a.w.shapes.library, groups, false)
	body := form.append([]byte(`{"item":`), &v)
	a.w.mu.RUnlock()
	body = append(appendList(append(body, `,"response_groups":`...), groups.echo()...), '}')
	sendJSON(a.rw, http.StatusOK, body)
	return nil
}

// maxBody bounds what the API reads of a request.
const maxBody = 1 << 20

// read decodes the JSON body of a request.
func (a *apiCall) read(into any) error {
	text, err := io.ReadAll(io.LimitReader(a.request.Body, maxBody))
	if err == nil {
		err = json.Unmarshal(text, into)
	}
	if err != nil {
		return &apiError{status: http.StatusBadRequest, message: "Could not parse request body"}
	}
	return nil
}

// asinBody is the body of several small writes.
type asinBody struct {
	ASIN string `json:"asin"`
}

// readTitle decodes a body with an ASIN and looks it up; the world's lock is
// not held.
func (a *apiCall) readTitle() (*title, error) {
	var body asinBody
	if err := a.read(&body); err != nil {
		return nil, err
	}
	a.w.mu.RLock()
	defer a.w.mu.RUnlock()
	t, ok := a.c.lookup(body.ASIN)
	if !ok {
		return nil, &apiError{status: http.StatusBadRequest, message: "Invalid ASIN: " + body.ASIN, coded: true, code: "000404"}
	}
	return t, nil
}

// success is what changes of the library answer (protocol 9.2).
const success = `{"error_code":null,"message":null}`

// borrow answers PUT /1.0/library/item: takes a title from the Plus catalogue.
func (a *apiCall) borrow() error {
	t, err := a.readTitle()
	if err != nil {
		return err
	}
	a.w.mu.Lock()
	defer a.w.mu.Unlock()
	if !t.plus {
		return &apiError{status: http.StatusBadRequest, message: "Customer is not eligible for this title", coded: true, code: "000403"}
	}
	if !a.shelf.owns(t.index) {
		a.shelf.put(entry{title: t.index, added: a.now.UnixMilli(), changed: a.shelf.advance(a.now), plus: true})
	}
	sendJSON(a.rw, http.StatusOK, []byte(success))
	return nil
}

// giveBack answers DELETE /1.0/library/item/{asin}/{loan}: returns a title that
// came from Plus. Bought titles stay.
func (a *apiCall) giveBack() error {
	loan := a.request.PathValue("loan")
	if loan != "default_loan_ID" && loan != "default_iphone_loan_id" {
		return notFound("Unable to find the requested loan")
	}
	a.w.mu.Lock()
	defer a.w.mu.Unlock()
	t, ok := a.c.lookup(a.request.PathValue("asin"))
	if !ok || !a.shelf.owns(t.index) || !a.shelf.find(t.index).plus {
		return &apiError{status: http.StatusBadRequest, message: "Title is not removable", coded: true, code: "000404"}
	}
	e := a.shelf.find(t.index)
	e.revoked, e.changed = true, a.shelf.advance(a.now)
	sendJSON(a.rw, http.StatusOK, []byte(success))
	return nil
}
