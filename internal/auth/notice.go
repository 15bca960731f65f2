package auth

import (
	"strings"

	"github.com/audipy/audipy/internal/audipy"
	"github.com/audipy/audipy/internal/audit"
	"github.com/audipy/audipy/internal/store"
)

// returning describes the session of somebody who signs in, and has them told of
// it when the browser is new.
func (s *Service) returning(user audipy.UserID, hash []byte, remember bool, v Visitor) store.NewSession {
	n := s.session(hash, remember, v)
	if s.device(user, v.Device) == "" {
		n.Notice = newBrowser(v)
	}
	return n
}

// started is the record of a session that begins, which says when its browser is
// new.
func started(n store.NewSession) audit.Event {
	if n.Notice != nil {
		return done(audit.NewBrowserSignedIn)
	}
	return done(audit.SessionStarted)
}

// newBrowser is what a person is told of a sign-in from a browser without a
// device cookie of theirs. The browser's own words are not repeated: whoever has
// the password could write into the person's mail with them.
func newBrowser(v Visitor) *audipy.Notice {
	from := ""
	if v.Address.IsValid() {
		from = " from " + v.Address.Unmap().String()
	}
	browser := browserName(v.UserAgent)
	return &audipy.Notice{
		Kind: audipy.NoticeSession, Title: "A new sign-in by " + browser,
		Text: "Somebody signed in as you by " + browser + from + ", a browser that AudiPy has not seen before. " +
			"If it wasn't you, set another password at once: that ends every session.",
	}
}

// browserName is a browser and a system in common words.
func browserName(agent string) string {
	name := known(agent, "a program",
		[2]string{"Edg/", "Edge"}, [2]string{"OPR/", "Opera"}, [2]string{"Firefox/", "Firefox"},
		[2]string{"Chrome/", "Chrome"}, [2]string{"Safari/", "Safari"})
	system := known(agent, "",
		[2]string{"Android", "Android"}, [2]string{"iPhone", "an iPhone"}, [2]string{"iPad", "an iPad"},
		[2]string{"Windows", "Windows"}, [2]string{"Mac OS", "macOS"}, [2]string{"CrOS", "ChromeOS"}, [2]string{"Linux", "Linux"})
	if system == "" {
		return name
	}
	return name + " on " + system
}

// known returns the word for the first of the marks that the text holds.
func known(text, otherwise string, pairs ...[2]string) string {
	for _, pair := range pairs {
		if strings.Contains(text, pair[0]) {
			return pair[1]
		}
	}
	return otherwise
}
