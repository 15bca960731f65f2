package notify

import (
	"fmt"
	"strings"

	"github.com/audipy/audipy/internal/audipy"
	"github.com/audipy/audipy/internal/store"
)

// maxTold bounds how many notices one message names.
const maxTold = 50

// message is what a delivery says.
type message struct {
	// id tells a repetition from another message.
	id string
	// title is one line; text has lines that end with "\n".
	title, text string
	// link is where to go next; may be empty.
	link string
	// urgent says that somebody has to do something.
	urgent  bool
	digest  bool
	notices []audipy.Notice
}

// compose writes what a delivery says.
func (s *Service) compose(d store.Delivery) message {
	m := message{id: d.ID, digest: d.Digest, notices: d.Notices}
	for _, one := range d.Notices {
		m.urgent = m.urgent || one.Kind == audipy.NoticeSignIn || one.Kind == audipy.NoticeSession
	}
	var text strings.Builder
	switch n := len(d.Notices); {
	case n == 1 && !d.Digest:
		m.title = d.Notices[0].Title
		text.WriteString(d.Notices[0].Text + "\n")
		m.link = s.page(d.Notices[0].Kind)
	default:
		m.title = fmt.Sprintf("%s and %d more", d.Notices[0].Title, n-1)
		if d.Digest {
			m.title = "Your AudiPy digest: 1 notice"
			if n > 1 {
				m.title = fmt.Sprintf("Your AudiPy digest: %d notices", n)
			}
		}
		grouped(&text, d.Notices)
		m.link = s.page("")
	}
	m.text = text.String()
	return m
}

// grouped lists notices by kind.
func grouped(text *strings.Builder, notices []audipy.Notice) {
	told := 0
	for _, kind := range audipy.NoticeKinds() {
		first := true
		for _, one := range notices {
			if one.Kind != kind || told == maxTold {
				continue
			}
			if first && text.Len() > 0 {
				text.WriteString("\n")
			}
			if first {
				text.WriteString(heading(kind) + "\n")
			}
			first = false
			told++
			text.WriteString("- " + one.Title + "\n")
		}
	}
	if left := len(notices) - told; left > 0 {
		fmt.Fprintf(text, "\nand %d more\n", left)
	}
}

func heading(kind audipy.NoticeKind) string {
	switch kind {
	case audipy.NoticeSignIn:
		return "Sign-in needed"
	case audipy.NoticeSyncing:
		return "Syncs that fail"
	case audipy.NoticeSession:
		return "New sign-ins"
	case audipy.NoticePrice:
		return "Below your limit"
	case audipy.NoticeRelease:
		return "New in your series"
	case audipy.NoticeLeaving:
		return "Leaving Plus"
	case audipy.NoticeGone:
		return "Gone from your library"
	case audipy.NoticeDelisted:
		return "No longer sold"
	}
	return string(kind)
}

// page is where a notice of a kind leads to; empty without a public address.
func (s *Service) page(kind audipy.NoticeKind) string {
	if s.publicURL == "" {
		return ""
	}
	switch kind {
	case audipy.NoticeSignIn, audipy.NoticeSyncing:
		return s.publicURL + "/accounts"
	case audipy.NoticeSession:
		return s.publicURL + "/security"
	case audipy.NoticePrice, audipy.NoticeRelease:
		return s.publicURL + "/next"
	case audipy.NoticeLeaving, audipy.NoticeGone, audipy.NoticeDelisted:
		return s.publicURL + "/library"
	}
	return s.publicURL + "/notices"
}

// mailText is the text of a mail: with the link, and with how to have no more.
func (s *Service) mailText(m message) string {
	text := m.text
	if m.link != "" {
		text += "\n" + m.link + "\n"
	}
	if s.publicURL != "" {
		text += "\n--\nChoose what you are told, and when: " + s.publicURL + "/notices\n"
	}
	return text
}
