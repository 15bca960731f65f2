package elsewhere

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"unicode"

	"github.com/audipy/audipy/internal/audipy"
	"github.com/audipy/audipy/internal/outbound"
)

const (
	// pageSize is how many titles are asked for at once.
	pageSize = 200
	// maxPage bounds one answer, in bytes: a page of titles with their
	// descriptions has some hundred thousand.
	maxPage = 8 << 20
	// maxLibraries and maxTitles bound what is read of one server.
	maxLibraries = 50
	maxTitles    = 20_000
	// maxKept bounds all that is kept of one server, in bytes: twenty thousand
	// titles take some six million.
	maxKept = 16 << 20
	// maxText and maxNames bound what is kept of a title.
	maxText  = 400
	maxNames = 20
)

// asinForm is what an ASIN looks like; what else stands in its place is left
// out.
var asinForm = regexp.MustCompile(`^[A-Z0-9]{10}$`)

// reader reads one server.
type reader struct {
	out  *outbound.Client
	base *url.URL
	key  string
}

// library is one of a server's libraries.
type library struct {
	ID        string `json:"id"`
	MediaType string `json:"mediaType"`
}

// libraries returns the libraries of books. Invalid with the code key_refused
// means that the server refuses the key, with no_such_server that it is none of
// the kind.
func (r *reader) libraries(ctx context.Context) ([]library, error) {
	var answer struct {
		Libraries *list[library] `json:"libraries"`
	}
	if err := r.get(ctx, "api/libraries", nil, &answer); err != nil {
		return nil, err
	}
	if answer.Libraries == nil {
		return nil, noSuchServer(nil)
	}
	var books []library
	for _, one := range *answer.Libraries {
		if one.MediaType == "book" && len(books) < maxLibraries {
			books = append(books, one)
		}
	}
	return books, nil
}

// list is an array in an answer. It ends at maxTitles elements: an empty one
// takes two bytes on the way and a hundred times as many here.
type list[T any] []T

// UnmarshalJSON implements json.Unmarshaler.
func (l *list[T]) UnmarshalJSON(data []byte) error {
	d := json.NewDecoder(bytes.NewReader(data))
	if start, err := d.Token(); err != nil || start != json.Delim('[') {
		return errors.Join(errors.New("it is no list"), err)
	}
	for d.More() {
		if len(*l) == maxTitles {
			return fmt.Errorf("a list has more than %d elements", maxTitles)
		}
		var one T
		if err := d.Decode(&one); err != nil {
			return err
		}
		*l = append(*l, one)
	}
	return nil
}

// item is a title in a list of the server.
type item struct {
	ID        string `json:"id"`
	IsMissing bool   `json:"isMissing"`
	IsInvalid bool   `json:"isInvalid"`
	Media     struct {
		// AudioFiles is null where a server does not say.
		AudioFiles *int `json:"numAudioFiles"`
		Metadata   struct {
			Title    string `json:"title"`
			Subtitle string `json:"subtitle"`
			// Authors, Narrators and Series are lists in one text.
			Authors   string `json:"authorName"`
			Narrators string `json:"narratorName"`
			Series    string `json:"seriesName"`
			ASIN      string `json:"asin"`
		} `json:"metadata"`
	} `json:"media"`
}

// titles returns every audiobook of the server, each once.
func (r *reader) titles(ctx context.Context) ([]audipy.ElsewhereCopy, error) {
	books, err := r.libraries(ctx)
	if err != nil {
		return nil, err
	}
	seen, kept := map[string]bool{}, 0
	var all []audipy.ElsewhereCopy
	for _, one := range books {
		for page := 0; ; page++ {
			items, more, err := r.page(ctx, one.ID, page)
			if err != nil {
				return nil, err
			}
			fresh := 0
			for i := range items {
				id := text(items[i].ID)
				if id == "" || seen[id] {
					continue
				}
				seen[id] = true
				fresh++
				kept += len(id)
				if items[i].isAudiobook() {
					all = append(all, copyOf(id, &items[i]))
					kept += sizeOf(&all[len(all)-1])
				}
			}
			if len(seen) > maxTitles || kept > maxKept {
				return nil, audipy.Fail(audipy.Invalid, fmt.Sprintf("the server has more than %d titles, or too much to say of them", maxTitles), nil)
			}
			if !more || fresh == 0 { // a server that repeats itself has no more to say
				break
			}
		}
	}
	return all, nil
}

// page returns a page of a library, counted from 0, and whether there are more.
func (r *reader) page(ctx context.Context, library string, page int) ([]item, bool, error) {
	var answer struct {
		Results *list[item] `json:"results"`
		Total   int         `json:"total"`
	}
	err := r.get(ctx, "api/libraries/"+url.PathEscape(library)+"/items", url.Values{
		"limit": {strconv.Itoa(pageSize)}, "page": {strconv.Itoa(page)}, "minified": {"1"},
	}, &answer)
	if err != nil {
		return nil, false, err
	}
	if answer.Results == nil {
		return nil, false, noSuchServer(nil)
	}
	return *answer.Results, (page+1)*pageSize < answer.Total, nil
}

// get asks for a path below the server's address, and reads the answer as JSON.
func (r *reader) get(ctx context.Context, path string, query url.Values, into any) error {
	u := r.base.JoinPath(path)
	u.RawQuery = query.Encode()
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, u.String(), nil)
	if err != nil {
		return noSuchServer(err)
	}
	req.Header.Set("Authorization", "Bearer "+r.key)
	req.Header.Set("Accept", "application/json")
	resp, err := r.out.Do(req)
	if err != nil {
		return err
	}
	defer resp.Body.Close()
	switch status := resp.StatusCode; {
	case status == http.StatusUnauthorized, status == http.StatusForbidden:
		return audipy.Fail(audipy.Invalid, "The server doesn't take this API key.", nil).WithCode("key_refused").
			WithHint("Make a new one in audiobookshelf, under Settings, API Keys.")
	case status == http.StatusTooManyRequests, status >= 500:
		return audipy.Fail(audipy.Unavailable, fmt.Sprintf("the server answered %d", status), nil)
	case status != http.StatusOK:
		return noSuchServer(fmt.Errorf("it answered %d", status))
	}
	body, err := io.ReadAll(io.LimitReader(resp.Body, maxPage+1))
	switch {
	case err != nil:
		return audipy.Fail(audipy.Unavailable, "the server's answer broke off", err)
	case len(body) > maxPage:
		return audipy.Fail(audipy.Invalid, "the server's answer is too large", nil)
	}
	if err := json.Unmarshal(body, into); err != nil {
		return noSuchServer(err)
	}
	return nil
}

func noSuchServer(cause error) error {
	return audipy.Fail(audipy.Invalid, "There is no audiobookshelf server at this address.", cause).WithCode("no_such_server").
		WithHint("Give the address at which you open it in the browser, without what follows after a library is chosen.")
}

// isAudiobook reports whether there is something to listen to.
func (i *item) isAudiobook() bool {
	return !i.IsMissing && !i.IsInvalid && (i.Media.AudioFiles == nil || *i.Media.AudioFiles > 0)
}

func copyOf(id string, i *item) audipy.ElsewhereCopy {
	m := &i.Media.Metadata
	c := audipy.ElsewhereCopy{ID: id}
	c.Title, c.Subtitle = text(m.Title), text(m.Subtitle)
	if asin := strings.ToUpper(strings.TrimSpace(m.ASIN)); asinForm.MatchString(asin) {
		c.ASIN = asin
	}
	c.Authors, c.Narrators, c.Series = names(m.Authors), names(m.Narrators), places(m.Series)
	return c
}

// sizeOf is how many bytes of text a title has.
func sizeOf(c *audipy.ElsewhereCopy) int {
	n := len(c.Title) + len(c.Subtitle) + len(c.ASIN)
	for _, one := range slices.Concat(c.Authors, c.Narrators) {
		n += len(one.Name)
	}
	for _, one := range c.Series {
		n += len(one.Title) + len(one.Sequence)
	}
	return n
}

// names reads the names in one text, with commas between them.
func names(list string) []audipy.Contributor {
	var all []audipy.Contributor
	for part := range strings.SplitSeq(list, ",") {
		if len(all) >= maxNames {
			break
		}
		if name := text(part); name != "" {
			all = append(all, audipy.Contributor{Name: name})
		}
	}
	return all
}

// places reads the series in one text: "Saga #2, Other Saga #1.5". A comma
// within the name of a series is told from one between two of them by the
// number before it; a series without a number is the last. What is longer
// than any name that is kept is not read on.
func places(list string) []audipy.SeriesPlace {
	const mostBytes = 4 * maxText // a character has up to four bytes
	var all []audipy.SeriesPlace
	rest := ""
	for part := range strings.SplitSeq(list, ", ") {
		if len(all) >= maxNames || len(rest) > mostBytes {
			break
		}
		if rest != "" {
			rest += ", "
		}
		rest += part
		name, sequence, ok := cutLast(rest, " #")
		if !ok || strings.ContainsAny(strings.TrimSpace(sequence), " ,") {
			continue
		}
		all = appendPlace(all, name, sequence)
		rest = ""
	}
	return appendPlace(all, rest, "")
}

func appendPlace(all []audipy.SeriesPlace, name, sequence string) []audipy.SeriesPlace {
	if name = text(name); name == "" || len(all) >= maxNames {
		return all
	}
	return append(all, audipy.SeriesPlace{Title: name, Sequence: text(sequence)})
}

// cutLast is strings.Cut around the last instance of sep.
func cutLast(s, sep string) (before, after string, ok bool) {
	at := strings.LastIndex(s, sep)
	if at < 0 {
		return s, "", false
	}
	return s[:at], s[at+len(sep):], true
}

// text is a text of others in one line that can be kept and shown.
func text(s string) string {
	s = strings.Map(func(r rune) rune {
		switch {
		case unicode.IsControl(r):
			return ' '
		case unicode.Is(unicode.Bidi_Control, r):
			return -1
		}
		return r
	}, strings.ToValidUTF8(s, ""))
	s = strings.Join(strings.Fields(s), " ")
	if runes := []rune(s); len(runes) > maxText {
		s = strings.TrimSpace(string(runes[:maxText]))
	}
	return s
}
