package account

import (
	"cmp"
	"fmt"
	"strconv"
	"strings"
	"unicode/utf8"

	"github.com/audipy/audipy/audible"
)

// Question is what a link asks the person, as the fields of a form.
type Question struct {
	Fields []QuestionField
	// Message is what Amazon says, and Sentence what we say.
	Message, Sentence string
	// HasCaptcha says that there is an image to it; see LinkCaptcha.
	HasCaptcha bool
}

// QuestionField is one field of a question. Its name is a field of LinkAnswer.
type QuestionField struct {
	// Name is login, password, captcha, code, choice or poll.
	Name string
	// Kind is text, password, captcha, code, choice or wait.
	Kind string
	// IsOptional says that the field may be left empty.
	IsOptional bool
	Choices    []audible.Choice
}

// LinkAnswer is an answer to a Question: the fields that it asks for.
type LinkAnswer struct {
	Login, Password, Captcha, Code, Choice string
	// Poll looks whether the sign-in was approved elsewhere.
	Poll bool
}

// isEmpty reports whether nothing was answered.
func (a LinkAnswer) isEmpty() bool { return a == LinkAnswer{} }

// questionOf turns a step of a sign-in into a question; nil where none is
// asked.
func questionOf(step audible.Step) *Question {
	q := &Question{Message: step.Message, Sentence: step.Sentence}
	field := func(name, kind string) { q.Fields = append(q.Fields, QuestionField{Name: name, Kind: kind}) }
	switch step.Kind {
	case audible.StepCredentials:
		field("login", "text")
		field("password", "password")
	case audible.StepPasswordRejected:
		q.Fields = append(q.Fields, QuestionField{Name: "login", Kind: "text", IsOptional: true})
		field("password", "password")
	case audible.StepCaptcha:
		q.HasCaptcha = true
		field("captcha", "captcha")
		if step.NeedsPassword {
			field("password", "password")
		}
	case audible.StepDeviceChoice:
		q.Fields = append(q.Fields, QuestionField{Name: "choice", Kind: "choice", Choices: step.Choices})
	case audible.StepOTP, audible.StepCode:
		field("code", "code")
		if len(step.Choices) > 0 {
			q.Fields = append(q.Fields, QuestionField{Name: "choice", Kind: "choice", IsOptional: true, Choices: step.Choices})
		}
	case audible.StepApproval:
		field("poll", "wait")
	case audible.StepBrowser, audible.StepDone, audible.StepCancelled:
		return nil
	}
	return q
}

// accountQuestion asks which account of a file to link.
func accountQuestion(offers []linkOffer) *Question {
	choices := make([]audible.Choice, len(offers))
	for i, o := range offers {
		choices[i] = audible.Choice{ID: strconv.Itoa(i), Label: strings.TrimSpace(cmp.Or(o.Label, fmt.Sprintf("%d", i+1)) + " " + o.Login)}
	}
	return &Question{
		Sentence: "The file holds several accounts. Choose the one to link.",
		Fields:   []QuestionField{{Name: "choice", Kind: "choice", Choices: choices}},
	}
}

// answerOf turns a person's answer into one to a sign-in.
func answerOf(kind audible.StepKind, a LinkAnswer) audible.Answer {
	answer := audible.Answer{Choice: a.Choice, Poll: a.Poll}
	switch kind {
	case audible.StepCredentials, audible.StepPasswordRejected:
		answer.Login, answer.Password = a.Login, a.Password
	case audible.StepCaptcha:
		answer.Text, answer.Login, answer.Password = a.Captcha, a.Login, a.Password
	case audible.StepOTP, audible.StepCode:
		answer.Text = a.Code
	case audible.StepDeviceChoice, audible.StepApproval, audible.StepBrowser, audible.StepDone, audible.StepCancelled:
	}
	return answer
}

// maskLogin shows enough of a login for its owner to know it by, and no more.
func maskLogin(login string) string {
	login = strings.TrimSpace(login)
	name, host, isMail := strings.Cut(login, "@")
	first, size := utf8.DecodeRuneInString(name)
	switch {
	case size == 0 || first == utf8.RuneError:
		return ""
	case isMail:
		return string(first) + "…@" + host
	case strings.Trim(name, "+0123456789 ()-") == "":
		return "…" + name[max(0, len(name)-2):]
	}
	return string(first) + "…"
}
