package audible

import (
	"fmt"
	"strconv"
	"strings"

	"github.com/PuerkitoBio/goquery"
)

// formFor chooses the form that answers a page of a kind: of those that may
// be sent at all, the one that looks most like it. The second result is false
// when there is none, or when it is beyond the bounds.
func (p *page) formFor(kind pageKind) (form, bool) {
	var best form
	top := 0
	p.forms(func(selection *goquery.Selection) {
		score := formScore(kind, selection)
		if score <= top {
			return
		}
		if f, ok := readForm(p.at, selection); ok && isSignInAddress(p.market, f.Action) {
			best, top = f, score
		}
	})
	return best, top > 0
}

// formScore says how well a form fits a kind of page; 0 means not at all. The
// names of inputs count most, then the form's own name and id.
func formScore(kind pageKind, selection *goquery.Selection) int {
	count := func(selector string) int { return min(selection.Find(selector).Length(), 1) }
	id := strings.ToLower(selection.AttrOr("id", ""))
	idHas := func(part string) int {
		if strings.Contains(id, part) {
			return 4
		}
		return 0
	}
	switch kind {
	case pageSignIn:
		return signInScore(selection)
	case pageCaptcha:
		return 8*count("input[name=guess], input[name=use_image_captcha]") + signInScore(selection)
	case pageDevice:
		return 8*count("input[name=otpDeviceContext]") + idHas("auth-select-device-form")
	case pageOTP:
		return 8*count("input[name=otpCode]") + idHas("auth-mfa-form") + idHas("verification-code-form")
	case pageCode:
		return 8 * count("input[name=code]")
	case pageChannel:
		inside := min(selection.ParentsFiltered("#cvf-page-content").Length(), 1)
		leads := strings.Contains(selection.AttrOr("action", ""), "verify")
		score := 8*count("input[name=option]") + 4*inside + idHas("verification") + idHas("cvf")
		if leads {
			score += 4
		}
		return score
	case pageUnknown, pageAutomation, pageApproval, pagePasswordChange, pageNag, pagePasskey:
	}
	return 0
}

// choices returns the radios of a name with their labels. Their values go
// into the state, never to the person: Amazon puts opaque tokens there.
func (p *page) choices(name string) (choices []Choice, values []string) {
	p.doc.Find(fmt.Sprintf("input[name=%s]", name)).Each(func(_ int, input *goquery.Selection) {
		value := input.AttrOr("value", "")
		if value == "" || len(choices) == maxChoices || strings.EqualFold(input.AttrOr("type", ""), "hidden") {
			return
		}
		choices = append(choices, Choice{
			ID:    strconv.Itoa(len(choices) + 1),
			Label: choiceLabel(p, input),
			Kind:  choiceKind(input, value),
		})
		values = append(values, value)
	})
	return choices, values
}

// maxChoices bounds how many ways are offered; Amazon has at most five.
const maxChoices = 10

// choiceLabel is what the page writes beside a radio: the label around it, the
// label for it, or the text next to it.
func choiceLabel(p *page, input *goquery.Selection) string {
	if label := cleanText(input.ParentsFiltered("label").First().Text()); label != "" {
		return label
	}
	if id := input.AttrOr("id", ""); id != "" {
		label := p.doc.Find("label").FilterFunction(func(_ int, s *goquery.Selection) bool {
			return s.AttrOr("for", "") == id
		})
		if text := cleanText(label.First().Text()); text != "" {
			return text
		}
	}
	return cleanText(input.Parent().Text())
}

// choiceKind reads the kind of a way from the class of the box around it, or
// from the end of its value ("…=, TOTP"; protocol 3.6).
func choiceKind(input *goquery.Selection, value string) string {
	box := input.ParentsFiltered("div[data-a-input-name], div[class*=auth-]").First()
	for _, text := range []string{strings.ToLower(value), strings.ToLower(box.AttrOr("class", ""))} {
		for _, kind := range []string{"totp", "sms", "voice", "whatsapp", "email"} {
			if strings.HasSuffix(text, kind) || strings.Contains(text, "auth-"+kind) {
				return kind
			}
		}
	}
	return ""
}

// otherWay returns the address behind "send a new code another way" on a page
// that asks for a one-time password, or nothing.
func (p *page) otherWay() string {
	link := p.doc.Find(`a#auth-get-new-otp-link, a[href*="/ap/mfa/new-otp"]`).First()
	address := resolve(p.at, link.AttrOr("href", ""))
	if link.Length() == 0 || !isSignInAddress(p.market, address) {
		return ""
	}
	return address
}
