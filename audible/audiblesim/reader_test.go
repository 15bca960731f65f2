package audiblesim_test

import (
	"bytes"
	"encoding/json"
	"io"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/audipy/audipy/audible/audiblesim"
)

// reader is an account with a registered device that reads the API.
type reader struct {
	t     testing.TB
	sim   *audiblesim.Sim
	token string
}

const readerLogin = "reader@example.com"

// epoch is when the tests' worlds begin, so that what is released is fixed.
func epoch() time.Time { return time.Date(2026, 5, 4, 9, 30, 0, 0, time.UTC) }

func newReader(t testing.TB, stores map[string]int) *reader {
	t.Helper()
	return newReaderWith(t, audiblesim.Options{Seed: 7, Now: epoch}, stores)
}

func newReaderWith(t testing.TB, opts audiblesim.Options, stores map[string]int) *reader {
	t.Helper()
	sim := audiblesim.New(opts)
	account := audiblesim.Account{Login: readerLogin, Password: "right horse", Marketplaces: stores}
	if err := sim.AddAccount(account); err != nil {
		t.Fatal(err)
	}
	return &reader{t: t, sim: sim, token: accessToken(t, sim)}
}

// accessToken registers a device for the reader.
func accessToken(t testing.TB, sim *audiblesim.Sim) string {
	t.Helper()
	file, err := sim.CredentialFile(readerLogin, "us")
	if err != nil {
		t.Fatal(err)
	}
	var credentials struct {
		AccessToken string `json:"access_token"`
	}
	if err := json.Unmarshal(file, &credentials); err != nil {
		t.Fatal(err)
	}
	return credentials.AccessToken
}

// answer is what came back.
type answer struct {
	status int
	header http.Header
	body   []byte
}

// get reads a path of the US store.
func (r *reader) get(path string) answer {
	r.t.Helper()
	return r.send(http.MethodGet, "com", path, "")
}

// send makes a request to a store by its domain ending.
func (r *reader) send(method, tld, path, body string) answer {
	r.t.Helper()
	a, err := r.try(method, tld, path, body)
	if err != nil {
		r.t.Fatalf("%s %s: %v", method, path, err)
	}
	return a
}

func (r *reader) try(method, tld, path, body string) (answer, error) {
	request, err := http.NewRequestWithContext(r.t.Context(), method, "https://api.audible."+tld+path, strings.NewReader(body))
	if err != nil {
		return answer{}, err
	}
	if r.token != "" {
		request.Header.Set("X-Amz-Access-Token", r.token)
	}
	response, err := r.sim.Transport().RoundTrip(request)
	if err != nil {
		return answer{}, err
	}
	defer response.Body.Close()
	text, err := io.ReadAll(response.Body)
	return answer{response.StatusCode, response.Header, text}, err
}

// decode reads an answer that must be 200 into a T.
func decode[T any](t testing.TB, a answer) T {
	t.Helper()
	var out T
	if a.status != http.StatusOK {
		t.Fatalf("status = %d %s, want 200", a.status, a.body)
	}
	if err := json.NewDecoder(bytes.NewReader(a.body)).Decode(&out); err != nil {
		t.Fatalf("decode %.200s: %v", a.body, err)
	}
	return out
}

// item is what most tests read of a title.
type item struct {
	ASIN           string   `json:"asin"`
	Title          string   `json:"title"`
	Status         string   `json:"status"`
	Delivery       string   `json:"content_delivery_type"`
	Language       string   `json:"language"`
	ReleaseDate    string   `json:"release_date"`
	PurchaseDate   string   `json:"purchase_date"`
	Percent        *float64 `json:"percent_complete"`
	Plus           *bool    `json:"is_ayce"`
	RuntimeMinutes *int     `json:"runtime_length_min"`
	EpisodeCount   int      `json:"episode_count"`
	State          string   `json:"product_state"`
	Authors        []named  `json:"authors"`
	Narrators      []named  `json:"narrators"`
	Series         []struct {
		ASIN, Title, Sequence, URL string
	} `json:"series"`
	Relationships []related `json:"relationships"`
	Price         *cost     `json:"price"`
	Plans         []struct {
		Name string `json:"plan_name"`
	} `json:"plans"`
	Images map[string]string `json:"product_images"`
}

type named struct {
	ASIN *string `json:"asin"`
	Name string  `json:"name"`
}

type related struct {
	ASIN      string `json:"asin"`
	Kind      string `json:"relationship_type"`
	Direction string `json:"relationship_to_product"`
	Sequence  string `json:"sequence"`
	Sort      string `json:"sort"`
	SKU       string `json:"sku"`
}

type cost struct {
	Credit *float64 `json:"credit_price"`
	List   amount   `json:"list_price"`
	Lowest amount   `json:"lowest_price"`
	WS4V   *amount  `json:"ws4v_upsell_price"`
}

type amount struct {
	Base     float64 `json:"base"`
	Currency string  `json:"currency_code"`
	Type     string  `json:"type"`
}

type listing struct {
	Items    []item   `json:"items"`
	Products []item   `json:"products"`
	Groups   []string `json:"response_groups"`
	Total    int      `json:"total_results"`
}

func asinsOf(items []item) []string {
	out := make([]string, 0, len(items))
	for _, one := range items {
		out = append(out, one.ASIN)
	}
	return out
}
