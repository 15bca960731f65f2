package notify

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"

	"github.com/audipy/audipy/internal/audipy"
	"github.com/audipy/audipy/internal/mail"
	"github.com/audipy/audipy/internal/store"
)

// deliver sends a delivery. An error of kind Invalid means that no other attempt
// can succeed.
func (s *Service) deliver(ctx context.Context, user audipy.UserID, d store.Delivery) error {
	if len(d.Notices) == 0 {
		return audipy.Fail(audipy.Invalid, "what it was about is gone", nil)
	}
	channel, err := s.channel(ctx, user, d.Channel)
	if err != nil {
		return err
	}
	return s.send(ctx, user, channel, s.compose(d))
}

// channel returns a channel of the person.
func (s *Service) channel(ctx context.Context, user audipy.UserID, id string) (store.NoticeChannel, error) {
	channels, err := s.store.NoticeChannels(ctx, user)
	if err != nil {
		return store.NoticeChannel{}, err
	}
	for _, one := range channels {
		if one.ID == id {
			return one, nil
		}
	}
	return store.NoticeChannel{}, audipy.Fail(audipy.NotFound, "there is no such channel", nil)
}

// send says something by a channel.
func (s *Service) send(ctx context.Context, user audipy.UserID, channel store.NoticeChannel, m message) error {
	if channel.Kind == audipy.ChannelEmail {
		return s.sendMail(ctx, user, m)
	}
	target, err := s.target(ctx, user, channel)
	if err != nil {
		return err
	}
	return s.post(ctx, channel.Kind, target, m)
}

func (s *Service) sendMail(ctx context.Context, user audipy.UserID, m message) error {
	if s.mail == nil {
		return audipy.Fail(audipy.Invalid, "this server can't send mails", nil)
	}
	person, err := s.store.UserByID(ctx, user)
	if err != nil {
		return err
	}
	if !person.IsActive {
		return audipy.Fail(audipy.Invalid, "the person is kept out", nil)
	}
	return s.mail.Send(ctx, mail.Message{To: person.Email, Subject: m.title, Text: s.mailText(m), ID: m.id})
}

// words says a failure to the person whose channel it is. What the other side
// wrote is not among them.
func words(err error) string {
	if known, ok := errors.AsType[*audipy.Error](err); ok && known.Kind != audipy.Internal {
		return known.Msg
	}
	return "something went wrong here"
}

// maxAnswer is how much of an answer is read; nothing is done with it.
const maxAnswer = 64 << 10

// request asks an address that a person chose to take a body, and forgets the
// answer. Invalid means that the other side refuses it, Unavailable that it may
// take it later.
func (s *Service) request(ctx context.Context, to *url.URL, header http.Header, body []byte) error {
	req, err := http.NewRequestWithContext(ctx, http.MethodPost, to.String(), bytes.NewReader(body))
	if err != nil {
		return audipy.Fail(audipy.Invalid, "the address can't be used", err)
	}
	req.Header = header
	req.Header.Set("Content-Type", "application/json")
	resp, err := s.out.Do(req)
	if err != nil {
		return err
	}
	defer resp.Body.Close()
	_, _ = io.Copy(io.Discard, io.LimitReader(resp.Body, maxAnswer)) // only so that the other side is done
	return answered(resp.StatusCode)
}

// answered says what a status means for a delivery.
func answered(status int) error {
	msg := fmt.Sprintf("the address answered %d", status)
	switch {
	case status >= 200 && status < 300:
		return nil
	case status == http.StatusRequestTimeout, status == http.StatusTooEarly, status == http.StatusTooManyRequests, status >= 500:
		return audipy.Fail(audipy.Unavailable, msg, nil)
	}
	return audipy.Fail(audipy.Invalid, msg, nil)
}
