package audible

import (
	"bytes"
	"fmt"
	"net/url"
	"regexp"
	"strings"
	"unicode"

	"github.com/PuerkitoBio/goquery"
	"golang.org/x/net/html"
	"golang.org/x/net/html/charset"
)

// pageKind is what a page of the sign-in asks for.
type pageKind int

const (
	pageUnknown pageKind = iota
	pageSignIn
	pageCaptcha
	pageDevice
	pageOTP
	pageAutomation
	pageCode
	pageChannel // chooses where a verification code goes
	pageApproval
	pagePasswordChange
	pageNag // advice with a way to skip it
	pagePasskey
)

// page is one HTML page of Amazon's sign-in.
type page struct {
	market Marketplace
	at     *url.URL
	status int
	doc    *goquery.Document
}

// parsePage reads a page of at most a few MiB in whatever encoding it came.
func parsePage(m Marketplace, at *url.URL, contentType string, body []byte) (*page, error) {
	reader, err := charset.NewReader(bytes.NewReader(body), contentType)
	if err != nil {
		return nil, fmt.Errorf("read the encoding of a sign-in page: %w", err)
	}
	doc, err := goquery.NewDocumentFromReader(reader)
	if err != nil {
		return nil, fmt.Errorf("read a sign-in page: %w", err)
	}
	return &page{market: m, at: at, doc: doc}, nil
}

// has reports whether a selector finds anything.
func (p *page) has(selector string) bool { return p.doc.Find(selector).Length() > 0 }

// kind tells pages apart in the order of protocol 3.6, by the names of inputs
// and by addresses before ids and classes: the answer needs the names, so
// those are what Amazon can't change without changing the protocol.
func (p *page) kind() pageKind {
	switch {
	case p.isCaptcha():
		return pageCaptcha
	case p.has("input[name=otpDeviceContext], form#auth-select-device-form"):
		return pageDevice
	case p.has("input[name=otpCode]") || p.has("form[id*=auth-mfa-form], form[id*=verification-code-form]") && !p.has("input[name=code]"):
		return pageOTP
	case p.isAutomation():
		return pageAutomation
	case p.has("input[name=code]"):
		return pageCode
	case p.isApproval():
		return pageApproval
	case p.isPasswordChange():
		return pagePasswordChange
	case p.isAnswerable(pageSignIn):
		return pageSignIn
	case p.skipLink() != "":
		return pageNag
	case p.isChannel():
		return pageChannel
	case passkeyWords.MatchString(p.text()):
		return pagePasskey
	case p.signInForms() > 0:
		return pageSignIn // of which no form may be sent
	}
	return pageUnknown
}

// isAnswerable reports whether a page has a form for a kind that may be sent.
func (p *page) isAnswerable(kind pageKind) bool {
	_, ok := p.formFor(kind)
	return ok
}

// isAutomation recognises the page that wants to see a real browser. It looks
// like a verification page, and no code is ever sent (protocol 3.6).
func (p *page) isAutomation() bool {
	return p.has("input[name=cvf_aamation_response_token], input[name=cvf_aamation_error_code], input[name=cvf_captcha_captcha_action]")
}

// isCaptcha recognises a captcha by the fields of its answer or by its image.
// The page that wants a real browser has captcha words of its own and isn't one.
func (p *page) isCaptcha() bool {
	if p.isAutomation() {
		return false
	}
	return p.has("input[name=guess], input[name=use_image_captcha]") || p.captchaImage() != ""
}

// captchaImage returns the address of the captcha on the page, or nothing.
func (p *page) captchaImage() string {
	for _, selector := range []string{"img[alt*=CAPTCHA i]", "#auth-captcha-image", "img[src*=captcha i]"} {
		if source, ok := p.doc.Find(selector).First().Attr("src"); ok {
			return resolve(p.at, source)
		}
	}
	return ""
}

// isApproval recognises the page that waits for the owner's word elsewhere.
// Some of these pages lack the ids, so that the form's address counts too.
func (p *page) isApproval() bool {
	return p.has("#resend-approval-alert, #resend-approval-form, #resend-approval-link, .transaction-approval-word-break") ||
		p.has(`form[action*="/cvf/approval"], a[href*="/cvf/approval"]`)
}

// isChannel recognises the page that chooses where a code goes. The address
// alone says little: what follows a verification comes from the same one.
func (p *page) isChannel() bool {
	return p.isAnswerable(pageChannel) && (p.has("#cvf-page-content, input[name=option]") || strings.HasPrefix(p.at.Path, "/ap/cvf/"))
}

// Words that mark pages whose markup nobody has described (protocol 14). They
// are looked for only where nothing else fits.
var (
	passkeyWords = regexp.MustCompile(`(?i)pass[ -]?key|security key|clé d.accès|llave de acceso|chave de acesso|パスキー`)
	resetWords   = regexp.MustCompile(`(?i)password reset required|(reset|change|create|choose) (your|a) (new )?password|new password required`)
	skipWords    = regexp.MustCompile(`(?i)^\W*(skip|not now|maybe later|später|nicht jetzt|überspringen|plus tard|pas maintenant|más tarde|ahora no|non ora|più tardi|agora não)\b`)
)

// isPasswordChange recognises a demand for a new password, before anything
// else is made of its two password fields. Words count in headings and alerts
// only: every sign-in page has a link for forgotten passwords.
func (p *page) isPasswordChange() bool {
	double := false
	p.forms(func(selection *goquery.Selection) {
		here := isSignInAddress(p.market, resolve(p.at, selection.AttrOr("action", "")))
		double = double || here && passwordInputs(selection) > 1
	})
	return double && !p.isAnswerable(pageSignIn) || strings.HasPrefix(p.at.Path, "/ap/forgotpassword") ||
		resetWords.MatchString(p.doc.Find("title, h1, h2, h3, h4, [role=alert], .a-alert-content").Text())
}

// forms calls each for the first forms of the page.
func (p *page) forms(each func(*goquery.Selection)) {
	p.doc.Find("form").EachWithBreak(func(i int, selection *goquery.Selection) bool {
		if i < maxForms {
			each(selection)
		}
		return i < maxForms
	})
}

// signInForms counts the forms that ask for a login or a password, wherever
// they lead.
func (p *page) signInForms() int {
	count := 0
	p.forms(func(selection *goquery.Selection) {
		if score := signInScore(selection); score > 0 {
			count++
		}
	})
	return count
}

// signInScore says how much a form looks like the sign-in's own; 0 means not
// at all.
func signInScore(selection *goquery.Selection) int {
	score := 0
	if strings.EqualFold(selection.AttrOr("name", ""), "signIn") {
		score += 4
	}
	if selection.Find("input[name=email]").Length() > 0 {
		score++
	}
	if selection.Find("input[name=password]").Length() > 0 {
		score += 2
	}
	if passwordInputs(selection) > 1 {
		return 0
	}
	return score
}

// skipLink returns the address behind "not now" on a page of advice, or
// nothing. It is followed only within the sign-in.
func (p *page) skipLink() string {
	found := ""
	p.doc.Find("a[href]").EachWithBreak(func(_ int, link *goquery.Selection) bool {
		address := resolve(p.at, link.AttrOr("href", ""))
		marks := strings.ToLower(link.AttrOr("id", "") + " " + link.AttrOr("class", "") + " " + link.AttrOr("name", ""))
		skips := strings.Contains(marks, "skip") || skipWords.MatchString(link.Text())
		if skips && isSignInAddress(p.market, address) {
			found = address
		}
		return found == ""
	})
	return found
}

// text is the visible text of the page, without scripts and hidden templates.
func (p *page) text() string {
	body := p.doc.Find("body").Clone()
	body.Find("script, style, noscript, template, .aok-hidden").Remove()
	return body.Text()
}

// maxPageMessage bounds what is shown of Amazon's words, in characters.
const maxPageMessage = 300

// message returns what Amazon tells the person. Hidden templates of messages
// are on every page and carry the class aok-hidden (protocol 3.6).
func (p *page) message() string {
	for _, selector := range []string{
		"#auth-error-message-box", "#ap_error_page_message", ".a-alert-error",
		"#auth-warning-message-box", ".a-alert-warning", ".a-alert-info", "[role=alert]", ".a-alert-content",
	} {
		box := p.doc.Find(selector).FilterFunction(func(_ int, s *goquery.Selection) bool {
			return !s.HasClass("aok-hidden") && s.ParentsFiltered(".aok-hidden").Length() == 0
		}).First().Clone()
		box.Find("script, style, .aok-hidden").Remove()
		if text := cleanText(spaced(box)); text != "" {
			return text
		}
	}
	return ""
}

// spaced is the text of a box with a space between its parts, which the page
// shows on lines of their own.
func spaced(box *goquery.Selection) string {
	var out strings.Builder
	for _, node := range box.Nodes {
		for child := range node.Descendants() {
			if child.Type == html.TextNode {
				out.WriteString(child.Data + " ")
			}
		}
	}
	return out.String()
}

// cleanText makes text from a page fit for a terminal: one line, bounded, no
// control or direction characters.
func cleanText(text string) string {
	text = strings.Map(func(r rune) rune {
		switch {
		case unicode.IsSpace(r):
			return ' '
		case !unicode.IsPrint(r):
			return -1
		}
		return r
	}, text)
	runes := []rune(strings.Join(strings.Fields(text), " "))
	if len(runes) > maxPageMessage {
		runes = append(runes[:maxPageMessage-1], '…')
	}
	return string(runes)
}
