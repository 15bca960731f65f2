package audiblesim_test

import (
	"encoding/json"
	"io"
	"math"
	"net/http"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/audipy/audipy/audible/audiblesim"
)

// distribution is one of the three ratings of a title.
type distribution struct {
	Average float64 `json:"average_rating"`
	Shown   string  `json:"display_average_rating"`
	Stars   float64 `json:"display_stars"`
	Five    *int    `json:"num_five_star_ratings"`
	Four    *int    `json:"num_four_star_ratings"`
	Three   *int    `json:"num_three_star_ratings"`
	Two     *int    `json:"num_two_star_ratings"`
	One     *int    `json:"num_one_star_ratings"`
	All     *int    `json:"num_ratings"`
}

func (d distribution) check(t *testing.T, asin, name string) {
	t.Helper()
	for _, n := range []*int{d.Five, d.Four, d.Three, d.Two, d.One, d.All} {
		if n == nil {
			t.Fatalf("%s: %s lacks a number: %+v", asin, name, d)
		}
	}
	sum, stars := 0, 0
	for i, n := range []int{*d.One, *d.Two, *d.Three, *d.Four, *d.Five} {
		sum, stars = sum+n, stars+(i+1)*n
	}
	if sum != *d.All {
		t.Errorf("%s: %s has %d ratings in all and %d in parts", asin, name, *d.All, sum)
	}
	if want := float64(stars) / math.Max(float64(sum), 1); math.Abs(d.Average-want) > 1e-9 {
		t.Errorf("%s: %s averages %v, want %v", asin, name, d.Average, want)
	}
	if want := strconv.FormatFloat(d.Average, 'f', 1, 64); d.Shown != want {
		t.Errorf("%s: %s shows %q, want %q", asin, name, d.Shown, want)
	}
	if d.Stars != math.Round(d.Average*2)/2 {
		t.Errorf("%s: %s shows %v stars for %v", asin, name, d.Stars, d.Average)
	}
}

func TestRatingsAddUp(t *testing.T) {
	t.Parallel()
	r := newReader(t, map[string]int{"us": 60})
	type rated struct {
		ASIN   string
		Rating struct {
			Overall     distribution `json:"overall_distribution"`
			Performance distribution `json:"performance_distribution"`
			Story       distribution `json:"story_distribution"`
			Reviews     *int         `json:"num_reviews"`
		}
	}
	for _, one := range decode[struct{ Items []rated }](t, r.get("/1.0/library?num_results=60&response_groups=rating")).Items {
		one.Rating.Overall.check(t, one.ASIN, "overall")
		one.Rating.Performance.check(t, one.ASIN, "performance")
		one.Rating.Story.check(t, one.ASIN, "story")
		if one.Rating.Reviews == nil {
			t.Errorf("%s has no num_reviews", one.ASIN)
		}
	}
}

func TestEveryAnswerSaysThatItIsJSON(t *testing.T) {
	t.Parallel()
	r := newReader(t, map[string]int{"us": 3})
	asin := r.library(10, "")[0].ASIN
	for _, path := range []string{
		"/1.0/library", "/1.0/library/" + asin, "/1.0/wishlist", "/1.0/catalog/products", "/1.0/catalog/products?asins=" + asin,
		"/1.0/catalog/products/" + asin, "/1.0/catalog/products/" + asin + "/sims", "/1.0/catalog/products/" + asin + "/reviews",
		"/1.0/catalog/categories", "/1.0/recommendations", "/1.0/account/information", "/1.0/customer/information",
		"/1.0/user/settings?setting_name=captionsEnabled", "/1.0/stats/aggregates", "/1.0/stats/status/finished",
		"/1.0/annotations/lastpositions?asins=" + asin, "/1.0/orders", "/1.0/collections", "/1.0/collections/__ARCHIVE",
		"/1.0/collections/__ARCHIVE/items", "/1.0/nothing", "/1.0/library?page=x",
	} {
		a := r.get(path)
		if got := a.header.Get("Content-Type"); got != "application/json" || !json.Valid(a.body) {
			t.Errorf("%s = %d of type %q, valid %t; want JSON", path, a.status, got, json.Valid(a.body))
		}
		if !strings.HasPrefix(string(a.body), "{") {
			t.Errorf("%s = %.40s, want an object", path, a.body)
		}
	}
}

func TestImageSizesAreReadLeniently(t *testing.T) {
	t.Parallel()
	r := newReader(t, map[string]int{"us": 1})
	for sizes, want := range map[string][]string{
		"":                   {"500"},
		"500":                {"500"},
		"252, 1215 ,900":     {"252", "1215", "900"},
		"77,252":             {"252"},
		"77,large":           {"500"},
		"252,252":            {"252"},
		"1215,%20900%20,558": {"1215", "900", "558"},
	} {
		images := decode[struct {
			Items []struct {
				Images map[string]string `json:"product_images"`
			}
		}](t, r.get("/1.0/library?response_groups=media&image_sizes="+strings.ReplaceAll(sizes, " ", "%20"))).Items[0].Images
		for _, size := range want {
			if !strings.Contains(images[size], "._SL"+size+"_.jpg") {
				t.Errorf("image_sizes=%s gives %v, want one of %s", sizes, images, size)
			}
		}
		if len(images) != len(want) {
			t.Errorf("image_sizes=%s gives %d pictures, want %d", sizes, len(images), len(want))
		}
	}
}

// TestAClosedServerLeavesNoConnection: what waits on a connection learns at
// once that the simulator has gone.
func TestAClosedServerLeavesNoConnection(t *testing.T) {
	t.Parallel()
	e := enrol(t, audiblesim.Options{Books: 3}, audiblesim.Account{})
	server := startServer(t, e.sim, audiblesim.ServerOptions{})
	if err := e.sim.SetFaults(audiblesim.Fault{Kind: audiblesim.FaultSlow, Delay: time.Hour, Path: "/1.0/orders"}); err != nil {
		t.Fatal(err)
	}
	header := http.Header{"X-Amz-Access-Token": {e.device.Tokens.Bearer.Access}}
	transport := throughProxy(t, server, false)
	response, err := send(t.Context(), transport, http.MethodGet, "https://api.audible.com/1.0/library", "", header)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := io.ReadAll(response.Body); err != nil {
		t.Fatal(err)
	}
	response.Body.Close()
	ended := make(chan error, 1)
	go func() {
		response, err := send(t.Context(), transport, http.MethodGet, "https://api.audible.com/1.0/orders", "", header.Clone())
		if err == nil {
			response.Body.Close()
		}
		ended <- err
	}()
	for e.sim.FaultCounts()[0] == 0 {
		select {
		case err := <-ended:
			t.Fatalf("the call ended before the server: %v", err)
		default:
			_, _ = call(t, e.sim.Transport(), http.MethodGet, "https://www.amazon.com/", "", nil)
		}
	}
	server.Close()
	server.Close()
	if err := <-ended; err == nil {
		t.Error("a call under way ended well although the server was closed")
	}
	for _, address := range []string{server.ControlURL(), server.BrowserURL()} {
		if response, err := send(t.Context(), &http.Transport{}, http.MethodGet, address, "", nil); err == nil {
			response.Body.Close()
			t.Errorf("%s still answers %d", address, response.StatusCode)
		}
	}
}
