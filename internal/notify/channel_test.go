package notify_test

import (
	"bytes"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"net/netip"
	"slices"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/audipy/audipy/internal/advice"
	"github.com/audipy/audipy/internal/asvs"
	"github.com/audipy/audipy/internal/audipy"
	"github.com/audipy/audipy/internal/notify"
	"github.com/audipy/audipy/internal/store"
	"github.com/audipy/audipy/internal/store/storetest"
	"github.com/audipy/audipy/internal/vault"
)

// request is what a target got.
type request struct {
	path   string
	header http.Header
	body   []byte
}

// target is a server on loopback that answers what it is told to.
func target(t *testing.T, status *atomic.Int32) (address string, got chan request) {
	t.Helper()
	got = make(chan request, 100)
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		body, err := io.ReadAll(r.Body)
		if err != nil {
			t.Error(err)
		}
		got <- request{r.URL.Path, r.Header, body}
		if code := int(status.Load()); code != 0 {
			w.Header().Set("Location", "/elsewhere")
			w.WriteHeader(code)
		}
	}))
	t.Cleanup(server.Close)
	return server.URL, got
}

func (w *world) adds(t *testing.T, p person, n notify.NewChannel) (store.NoticeChannel, string) {
	t.Helper()
	made, secret, err := w.notify.AddChannel(t.Context(), p.id, n)
	check(t, err)
	w.switches(t, p, map[audipy.NoticeKind]audipy.NoticeMode{audipy.NoticePrice: audipy.NoticeOff})
	return made, secret
}

func TestEachKindOfChannelIsSpokenToInItsOwnWay(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w *world) {
		p := w.joins(t, kim)
		var status atomic.Int32
		address, got := target(t, &status)
		w.adds(t, p, notify.NewChannel{Kind: audipy.ChannelNtfy, Name: "phone", URL: address + "/audi-topic", Token: "tk_secret"})
		w.adds(t, p, notify.NewChannel{Kind: audipy.ChannelApprise, Name: "all", URL: address + "/notify/family"})
		_, secret := w.adds(t, p, notify.NewChannel{Kind: audipy.ChannelWebhook, Name: "home", URL: address + "/hook?x=1"})
		w.costs(t, p, priced(edition("V3", "Saga Three", "3"), 500))
		w.goOn(t, w.Clock.Now().Add(time.Hour), nil)
		if len(got) != 3 {
			t.Fatalf("%d requests", len(got))
		}
		for range 3 {
			r := <-got
			var said map[string]any
			check(t, json.Unmarshal(r.body, &said))
			switch r.path {
			case "/":
				if said["topic"] != "audi-topic" || said["title"] != cheapThree || r.header.Get("Authorization") != "Bearer tk_secret" ||
					said["click"] != "https://audipy.example.com/next" {
					t.Errorf("ntfy got %v with %v", said, r.header)
				}
			case "/notify/family":
				if said["title"] != cheapThree || said["type"] != "info" || !strings.Contains(said["body"].(string), "is below your limit") {
					t.Errorf("Apprise got %v", said)
				}
			case "/hook":
				checkSignature(t, r, secret)
				notices := said["data"].(map[string]any)["notices"].([]any)
				if one := notices[0].(map[string]any); len(notices) != 1 || one["kind"] != "price_below_limit" || one["asin"] != "V3" {
					t.Errorf("the webhook got %v", said)
				}
			default:
				t.Errorf("a request to %s", r.path)
			}
			if r.header.Get("Idempotency-Key") == "" || r.header.Get("Content-Type") != "application/json" || len(r.header["Cookie"]) > 0 {
				t.Errorf("headers %v", r.header)
			}
		}
	})
}

// checkSignature verifies as docs/notices.md tells receivers to.
func checkSignature(t *testing.T, r request, secret string) {
	t.Helper()
	key, err := base64.StdEncoding.DecodeString(strings.TrimPrefix(secret, "whsec_"))
	check(t, err)
	h := hmac.New(sha256.New, key)
	fmt.Fprintf(h, "%s.%s.%s", r.header.Get("Webhook-Id"), r.header.Get("Webhook-Timestamp"), r.body)
	if want := "v1," + base64.StdEncoding.EncodeToString(h.Sum(nil)); r.header.Get("Webhook-Signature") != want || len(key) != 32 {
		t.Errorf("signature %q, want %q", r.header.Get("Webhook-Signature"), want)
	}
	if r.header.Get("Webhook-Id") != r.header.Get("Idempotency-Key") {
		t.Errorf("ids %v", r.header)
	}
}

func TestATargetThatIsBusyIsTriedAgainAndOneThatRefusesIsNot(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w *world) {
		p := w.joins(t, kim)
		var status atomic.Int32
		address, got := target(t, &status)
		w.adds(t, p, notify.NewChannel{Kind: audipy.ChannelWebhook, Name: "home", URL: address + "/hook"})
		ids := map[string]bool{}
		status.Store(503)
		w.costs(t, p, priced(edition("V3", "Saga Three", "3"), 500))
		w.goOn(t, w.Clock.Now().Add(time.Hour), func(time.Time) {
			if len(got) == 2 {
				status.Store(0)
			}
		})
		for len(got) > 0 {
			ids[(<-got).header.Get("Webhook-Id")] = true
		}
		first := must[[]store.TrackedNotice](t)(w.Notices(t.Context(), p.id, 1))[0].Deliveries[0]
		if len(ids) != 1 || first.State != store.DeliverySent || first.Attempts != 3 {
			t.Errorf("ids %v, delivery %+v", ids, first)
		}
		for i, code := range []int32{302, 307, 401, 404, 410} {
			status.Store(code)
			w.costs(t, p, priced(edition("V4", "Saga Four", "4"), int64(500+1000*(i%2))))
			w.goOn(t, w.Clock.Now().Add(2*time.Hour), nil)
		}
		for _, one := range must[[]store.TrackedNotice](t)(w.Notices(t.Context(), p.id, 10)) {
			if d := one.Deliveries[0]; d.State == store.DeliveryFailed && (d.Attempts != 1 || !strings.HasPrefix(d.Error, "the address answered ")) {
				t.Errorf("delivery %+v", d)
			}
		}
		for len(got) > 0 {
			if path := (<-got).path; path != "/hook" {
				t.Errorf("a redirect was followed to %s", path)
			}
		}
	})
}

func TestATestArrivesAtOnceOrSaysWhyNot(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w *world) {
		p := w.joins(t, kim)
		var status atomic.Int32
		address, got := target(t, &status)
		made, _ := w.adds(t, p, notify.NewChannel{Kind: audipy.ChannelNtfy, Name: "phone", URL: address + "/audi-topic"})
		check(t, w.notify.Test(t.Context(), p.id, made.ID))
		check(t, w.notify.Test(t.Context(), p.id, audipy.EmailChannel))
		if len(got) != 1 || w.server.Next(t).Subject != "AudiPy can reach you here" {
			t.Errorf("%d requests", len(got))
		}
		status.Store(403)
		if err := w.notify.Test(t.Context(), p.id, made.ID); audipy.KindOf(err) != audipy.Invalid || err.Error() != "the address answered 403" {
			t.Errorf("error = %v", err)
		}
		stranger := must[audipy.User](t)(w.CreateUser(t.Context(), "lee@example.com")).ID
		if err := w.notify.Test(t.Context(), stranger, made.ID); audipy.KindOf(err) != audipy.NotFound {
			t.Errorf("error = %v", err)
		}
	})
}

func TestTargetsAreSealed(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w *world) {
		p := w.joins(t, kim)
		made, secret := w.adds(t, p, notify.NewChannel{Kind: audipy.ChannelWebhook, Name: "home", URL: "http://127.0.0.1:9/private-path"})
		if secret == "" || bytes.Contains(made.Sealed, []byte("private-path")) || bytes.Contains(made.Sealed, []byte(secret[6:])) {
			t.Error("the target lies open")
		}
		if host := w.notify.Host(t.Context(), p.id, made); host != "127.0.0.1:9" {
			t.Errorf("host %q", host)
		}
		// A target that is moved to another row opens nowhere.
		made.ID = "another"
		if host := w.notify.Host(t.Context(), p.id, made); host != "" {
			t.Errorf("host %q", host)
		}
	})
}

// strict returns a service whose operator allows the public network alone.
func strict(t *testing.T, db *storetest.DB, networks ...netip.Prefix) *notify.Service {
	t.Helper()
	return notify.New(notify.Options{
		Store: db.Store, Advice: advice.New(advice.Options{Store: db.Store, Now: db.Clock.Now}), Now: db.Clock.Now,
		Key:      must[*vault.Key](t)(vault.OpenKey(vault.KeyOptions{ConfigDir: t.TempDir(), NoKeyring: true})),
		Networks: networks,
	})
}

func TestTargetsLeadToThePublicNetworkAlone(t *testing.T) {
	t.Parallel()
	asvs.Covers(t, "1.3.6")
	storetest.Each(t, func(t *testing.T, db *storetest.DB) {
		user := must[audipy.User](t)(db.CreateUser(t.Context(), kim)).ID
		s := strict(t, db)
		for _, address := range []string{
			"http://example.com/x", "ftp://example.com/x", "file:///etc/passwd", "gopher://example.com/x", "example.com/x", "https://",
			"https:///x", "https://user:pw@example.com/x", "https://example.com:8443/x", "https://example.com:22/x", "https://127.0.0.1/x",
			"https://[::1]/x", "https://10.0.0.1/x", "https://169.254.169.254/latest/meta-data", "https://8.8.8.8/x", "https://[::ffff:10.0.0.1]/x",
			"https://example.com/x#y", "https://exa mple.com/x", "javascript:alert(1)", "//example.com/x", "https:example.com", "\x00",
			"https://example.com/" + strings.Repeat("a", 2000),
		} {
			_, _, err := s.AddChannel(t.Context(), user, notify.NewChannel{Kind: audipy.ChannelWebhook, Name: "x", URL: address})
			if audipy.KindOf(err) != audipy.Invalid || err == nil {
				t.Errorf("%q: error = %v", address, err)
			}
		}
		for _, address := range []string{"https://ntfy.sh", "https://ntfy.sh/"} {
			_, _, err := s.AddChannel(t.Context(), user, notify.NewChannel{Kind: audipy.ChannelNtfy, Name: "x", URL: address})
			if audipy.KindOf(err) != audipy.Invalid {
				t.Errorf("%q: error = %v", address, err)
			}
		}
		// A name is taken, and what it leads to is looked at when it is dialed.
		made, _, err := s.AddChannel(t.Context(), user, notify.NewChannel{Kind: audipy.ChannelWebhook, Name: "x", URL: "https://localhost/x"})
		check(t, err)
		err = s.Test(t.Context(), user, made.ID)
		if audipy.KindOf(err) != audipy.Invalid || !strings.Contains(err.Error(), "a network where this server sends nothing") {
			t.Errorf("a name that leads home: error = %v", err)
		}
	})
}

func TestWhatTheOperatorNoLongerAllowsIsNotReached(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w *world) {
		p := w.joins(t, kim)
		var status atomic.Int32
		address, got := target(t, &status)
		made, _ := w.adds(t, p, notify.NewChannel{Kind: audipy.ChannelApprise, Name: "x", URL: strings.Replace(address, "127.0.0.1", "localhost", 1)})
		check(t, w.notify.Test(t.Context(), p.id, made.ID))
		<-got
		other := strict(t, w.DB, netip.MustParsePrefix("10.0.0.0/8"))
		if err := other.Test(t.Context(), p.id, made.ID); err == nil || len(got) != 0 {
			t.Errorf("error = %v, %d requests", err, len(got))
		}
	})
}

func TestTextOfOthersIsOneLine(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w *world) {
		p := w.joins(t, kim)
		w.costs(t, p, priced(edition("V3", "Saga\r\nBcc: all@example.com\u202e\x1b[31m "+strings.Repeat("x", 500), "3"), 500))
		w.goOn(t, w.Clock.Now().Add(time.Hour), nil)
		if len(w.arrived) != 1 || !slices.Equal(w.arrived[0].To, []string{kim}) || w.arrived[0].Header.Get("Bcc") != "" {
			t.Fatalf("arrived %+v", w.arrived)
		}
		title := must[[]store.TrackedNotice](t)(w.Notices(t.Context(), p.id, 1))[0].Title
		if strings.ContainsAny(title, "\r\n\x1b\u202e") || len([]rune(title)) > 230 {
			t.Errorf("title %q", title)
		}
	})
}
