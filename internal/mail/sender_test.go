package mail_test

import (
	"testing"

	"github.com/audipy/audipy/internal/audipy"
	"github.com/audipy/audipy/internal/mail"
	"github.com/audipy/audipy/internal/mail/mailtest"
)

func TestEachAnswerOfAMailServerIsTakenForWhatItIs(t *testing.T) {
	t.Parallel()
	server := mailtest.Start(t)
	sender := server.Sender(t)
	for _, one := range []struct {
		fault mailtest.Fault
		fails bool
		want  audipy.Kind
		taken int
	}{
		{mailtest.None, false, 0, 1},
		{mailtest.Greylisted, true, audipy.Unavailable, 0},
		{mailtest.Refused, true, audipy.Invalid, 0},
		{mailtest.Dropped, true, audipy.Unavailable, 0},
		{mailtest.Unsaid, true, audipy.Unavailable, 1},
		{mailtest.Rude, false, 0, 1},
		{mailtest.Closed, true, audipy.Unavailable, 0},
	} {
		server.Fail(one.fault)
		err := sender.Send(t.Context(), mail.Message{To: "kim@example.com", Subject: "Hello", Text: "Hello.\n", ID: "018f-1"})
		if (err != nil) != one.fails || err != nil && audipy.KindOf(err) != one.want {
			t.Errorf("fault %d: error = %v", one.fault, err)
		}
		if server.Taken() != one.taken {
			t.Errorf("fault %d: %d mails were taken, want %d", one.fault, server.Taken(), one.taken)
		}
		for range one.taken {
			if id := server.Next(t).Header.Get("Message-Id"); id != "<018f-1@example.com>" {
				t.Errorf("fault %d: Message-ID %q", one.fault, id)
			}
		}
	}
}
