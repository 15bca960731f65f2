package notify

import (
	"context"
	"crypto/hmac"
	"crypto/rand"
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"time"

	"github.com/audipy/audipy/internal/audipy"
	"github.com/audipy/audipy/internal/audit"
	"github.com/audipy/audipy/internal/store"
	"github.com/audipy/audipy/internal/vault"
)

const (
	// maxChannels is how many channels a person may have beside e-mail.
	maxChannels = 10
	// secretPrefix and secretBytes are of a webhook's secret, as Standard
	// Webhooks wants it.
	secretPrefix = "whsec_"
	secretBytes  = 32
)

// target is where a channel leads to: what is sealed.
type target struct {
	URL string `json:"url"`
	// Token is what ntfy asks for; empty for none.
	Token string `json:"token,omitempty"`
	// Secret signs the requests of a webhook.
	Secret string `json:"secret,omitempty"`
}

func targetCell(id string) vault.Binding {
	return vault.Binding{Table: "notice_channels", Column: "sealed", Row: id}
}

// NewChannel is a channel that a person asks for.
type NewChannel struct {
	Kind audipy.ChannelKind
	Name string
	// URL is the address of an ntfy topic, an Apprise configuration or a
	// webhook.
	URL string
	// Token signs in at ntfy; may be empty.
	Token string
}

// AddChannel makes a channel. The secret signs what goes to a webhook, is told
// this once, and is empty for the others. An address that may not be one is
// Invalid with the code target_invalid.
func (s *Service) AddChannel(
	ctx context.Context, user audipy.UserID, n NewChannel,
) (made store.NoticeChannel, secret string, err error) {
	to := target{URL: n.URL, Token: n.Token}
	u, err := s.out.Check(n.URL)
	if err != nil {
		return store.NoticeChannel{}, "", err
	}
	if _, topic := topicOf(u); n.Kind == audipy.ChannelNtfy && topic == "" {
		return store.NoticeChannel{}, "", audipy.Fail(audipy.Invalid, "The address names no topic.", nil).
			WithCode("target_invalid").WithHint("It looks like https://ntfy.sh/your-topic.")
	}
	if n.Kind == audipy.ChannelWebhook {
		raw := make([]byte, secretBytes)
		_, _ = rand.Read(raw) // never fails: the program ends if there is no randomness
		to.Secret = secretPrefix + base64.StdEncoding.EncodeToString(raw)
	}
	plain, err := json.Marshal(to)
	if err != nil {
		return store.NoticeChannel{}, "", fmt.Errorf("encode target: %w", err)
	}
	defer clear(plain)
	ks, err := s.keyset(ctx, user)
	if err != nil {
		return store.NoticeChannel{}, "", err
	}
	made, err = s.store.AddNoticeChannel(ctx, user, store.NewNoticeChannel{
		Kind: n.Kind, Name: line(n.Name), Limit: maxChannels,
		Seal: func(id string) ([]byte, error) { return ks.Seal(targetCell(id), plain) },
	}, audit.Event{Action: audit.ChannelAdded, Outcome: audit.Succeeded})
	return made, to.Secret, err
}

// target opens where a channel leads to.
func (s *Service) target(ctx context.Context, user audipy.UserID, channel store.NoticeChannel) (target, error) {
	var to target
	ks, err := s.keyset(ctx, user)
	if err != nil {
		return to, err
	}
	plain, err := ks.Open(targetCell(channel.ID), channel.Sealed)
	if err != nil {
		return to, audipy.Fail(audipy.Invalid, "the address of this channel can't be read any more", err).
			WithHint("remove the channel, and add it anew")
	}
	defer clear(plain)
	if err := json.Unmarshal(plain, &to); err != nil {
		return to, fmt.Errorf("decode target: %w", err)
	}
	return to, nil
}

// Host is the host that a channel leads to, for the person to tell channels
// apart: the rest of an address can be a secret. It is empty for e-mail and for
// what can't be opened.
func (s *Service) Host(ctx context.Context, user audipy.UserID, channel store.NoticeChannel) string {
	if channel.Kind == audipy.ChannelEmail {
		return ""
	}
	to, err := s.target(ctx, user, channel)
	if err != nil {
		return ""
	}
	u, err := url.Parse(to.URL)
	if err != nil {
		return ""
	}
	return u.Host
}

// Test sends a word by a channel at once, quiet or not. Invalid and Unavailable
// say why it did not arrive.
func (s *Service) Test(ctx context.Context, user audipy.UserID, id string) error {
	channel, err := s.channel(ctx, user, id)
	if err != nil {
		return err
	}
	failed := s.send(ctx, user, channel, message{
		id: "test-" + rand.Text(), title: "AudiPy can reach you here",
		text: "This is the test that you asked for.\n", link: s.page(""),
	})
	event := audit.Event{Action: audit.ChannelTested, Outcome: audit.Succeeded, Target: id}
	if failed != nil {
		event.Outcome = audit.Failed
	}
	if err := s.store.Record(context.WithoutCancel(ctx), user, event); err != nil {
		return err
	}
	return failed
}

// post says something by a request.
func (s *Service) post(ctx context.Context, kind audipy.ChannelKind, to target, m message) error {
	u, err := s.out.Check(to.URL)
	if err != nil {
		return err
	}
	var body []byte
	header := http.Header{"Idempotency-Key": {m.id}}
	switch kind {
	case audipy.ChannelNtfy:
		u, body, err = ntfyBody(u, m)
		if to.Token != "" {
			header.Set("Authorization", "Bearer "+to.Token)
		}
	case audipy.ChannelApprise:
		body, err = appriseBody(m)
	case audipy.ChannelWebhook:
		if body, err = webhookBody(m, s.now()); err == nil {
			err = sign(header, to.Secret, m.id, s.now(), body)
		}
	case audipy.ChannelEmail:
	}
	if err != nil {
		return fmt.Errorf("write notice: %w", err)
	}
	return s.request(ctx, u, header, body)
}

// topicOf takes the address of a topic apart: ntfy is published to at its root.
func topicOf(u *url.URL) (root *url.URL, topic string) {
	path := strings.TrimSuffix(u.Path, "/")
	at := strings.LastIndex(path, "/")
	if at < 0 {
		return u, ""
	}
	return &url.URL{Scheme: u.Scheme, Host: u.Host, Path: path[:at+1]}, path[at+1:]
}

func ntfyBody(u *url.URL, m message) (*url.URL, []byte, error) {
	root, topic := topicOf(u)
	priority := 3
	if m.urgent {
		priority = 4
	}
	body, err := json.Marshal(struct {
		Topic    string `json:"topic"`
		Title    string `json:"title"`
		Message  string `json:"message"`
		Priority int    `json:"priority"`
		Click    string `json:"click,omitempty"`
	}{topic, m.title, m.text, priority, m.link})
	return root, body, err
}

func appriseBody(m message) ([]byte, error) {
	kind, text := "info", m.text
	if m.urgent {
		kind = "warning"
	}
	if m.link != "" {
		text += "\n" + m.link + "\n"
	}
	return json.Marshal(struct {
		Title  string `json:"title"`
		Body   string `json:"body"`
		Type   string `json:"type"`
		Format string `json:"format"`
	}{m.title, text, kind, "text"})
}

// told is a notice as webhooks get it.
type told struct {
	ID          string    `json:"id"`
	Kind        string    `json:"kind"`
	Title       string    `json:"title"`
	Text        string    `json:"text"`
	Marketplace string    `json:"marketplace,omitempty"`
	ASIN        string    `json:"asin,omitempty"`
	Account     string    `json:"account_id,omitempty"`
	At          time.Time `json:"at"`
}

func webhookBody(m message, now time.Time) ([]byte, error) {
	type data struct {
		Title   string `json:"title"`
		Digest  bool   `json:"digest"`
		Notices []told `json:"notices"`
	}
	d := data{Title: m.title, Digest: m.digest, Notices: []told{}}
	for _, n := range m.notices {
		d.Notices = append(d.Notices, told{
			n.ID, string(n.Kind), n.Title, n.Text, n.Marketplace, n.ASIN, string(n.Account), n.CreatedAt,
		})
	}
	return json.Marshal(struct {
		Type      string    `json:"type"`
		Timestamp time.Time `json:"timestamp"`
		Data      data      `json:"data"`
	}{"notices", now.UTC(), d})
}

// sign signs a request as Standard Webhooks says: HMAC-SHA-256 over the id, the
// time in seconds and the body, with points between them.
func sign(header http.Header, secret, id string, now time.Time, body []byte) error {
	key, err := base64.StdEncoding.DecodeString(strings.TrimPrefix(secret, secretPrefix))
	if err != nil {
		return fmt.Errorf("decode the secret of a webhook: %w", err)
	}
	at := strconv.FormatInt(now.Unix(), 10)
	h := hmac.New(sha256.New, key)
	_, _ = h.Write([]byte(id + "." + at + ".")) // a hash takes every byte
	_, _ = h.Write(body)
	header.Set("Webhook-Id", id)
	header.Set("Webhook-Timestamp", at)
	header.Set("Webhook-Signature", "v1,"+base64.StdEncoding.EncodeToString(h.Sum(nil)))
	return nil
}
