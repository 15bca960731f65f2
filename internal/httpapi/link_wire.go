package httpapi

import (
	"time"

	"github.com/audipy/audipy/internal/account"
)

// Link is a sign-in at Amazon that has begun and is not an account yet.
type Link struct {
	ID          string       `json:"id"`
	Door        string       `json:"door" enum:"relay,browser,guided,file" doc:"How the person signs in."`
	Marketplace string       `json:"marketplace"`
	ExpiresAt   time.Time    `json:"expires_at"`
	Step        string       `json:"step" doc:"Where it stands: credentials, password-rejected, captcha, device-choice, otp, code, approval, browser, relay, account, registering, confirm or failed."`
	SignInURL   string       `json:"sign_in_url,omitempty" doc:"Amazon's own page, for the browser door and as the way out of every other one."`
	RelayURL    string       `json:"relay_url,omitempty" doc:"The page that carries Amazon's; it works once and is gone when it was used."`
	Question    *Question    `json:"question,omitempty" doc:"What to ask the person."`
	Account     *LinkAccount `json:"account,omitempty" doc:"What the person confirms."`
	Reason      string       `json:"reason,omitempty" doc:"Why it stands where it does, for a person."`
}

// Question is what a link asks, as the fields of a form.
type Question struct {
	Fields  []QuestionField `json:"fields"`
	Message string          `json:"message,omitempty" doc:"What Amazon says."`
	Captcha string          `json:"captcha,omitempty" doc:"The address of the image."`
}

// QuestionField is one field of a question; its name is a field of the answer.
type QuestionField struct {
	Name     string   `json:"name" enum:"login,password,captcha,code,choice,poll"`
	Kind     string   `json:"kind" enum:"text,password,captcha,code,choice,wait"`
	Label    string   `json:"label"`
	Optional bool     `json:"optional,omitempty"`
	Choices  []Choice `json:"choices,omitempty"`
}

// Choice is one of the ways that Amazon offers, or one account of a file.
type Choice struct {
	Value string `json:"value"`
	Label string `json:"label"`
	Kind  string `json:"kind,omitempty" doc:"totp, sms, voice, whatsapp, email or other."`
}

// LinkAccount names the Audible account that a link would become.
type LinkAccount struct {
	Name          string `json:"name"`
	MaskedEmail   string `json:"masked_email,omitempty"`
	Marketplace   string `json:"marketplace"`
	AlreadyLinked bool   `json:"already_linked" doc:"It is linked: it keeps its library and gets new credentials."`
	SharedDevice  bool   `json:"shared_device" doc:"Another program uses the same device."`
	Elsewhere     bool   `json:"linked_elsewhere" doc:"Somebody else on this server has linked it too."`
}

// Door says whether a way to link is there.
type Door struct {
	Door      string `json:"door" enum:"relay,browser,guided,file"`
	Available bool   `json:"available"`
	Reason    string `json:"reason,omitempty" doc:"Why it is not, for a person."`
}

// LinkedAccount is what became of a link.
type LinkedAccount struct {
	ID          string `json:"id"`
	Name        string `json:"name"`
	Marketplace string `json:"marketplace"`
	Relinked    bool   `json:"relinked" doc:"The account was linked before."`
	LeftBehind  string `json:"left_behind,omitempty" doc:"The previous device, when Amazon has not ended it yet; it is tried again."`
}

// linkOf is a link on the wire.
func linkOf(l account.Link) Link {
	out := Link{
		ID: l.ID, Door: l.Door, Marketplace: l.Marketplace, ExpiresAt: l.ExpiresAt, Step: linkStep(l.Step),
		SignInURL: l.SignInURL, RelayURL: l.RelayURL, Reason: l.Reason,
	}
	if l.Question != nil {
		out.Question = questionOf(l)
	}
	if a := l.Account; a != nil {
		out.Account = &LinkAccount{
			Name: a.Name, MaskedEmail: a.Login, Marketplace: a.Marketplace, AlreadyLinked: a.IsLinked, SharedDevice: a.IsShared,
			Elsewhere: a.IsElsewhere,
		}
	}
	return out
}

// linkStep is the name of a step on the wire. A sign-in that is done waits for
// its registration.
func linkStep(step string) string {
	if step == "done" {
		return "registering"
	}
	return step
}

func questionOf(l account.Link) *Question {
	q := &Question{Fields: []QuestionField{}, Message: l.Question.Message}
	if l.Question.HasCaptcha {
		q.Captcha = basePath + "/account-links/" + l.ID + "/captcha"
	}
	for _, f := range l.Question.Fields {
		field := QuestionField{Name: f.Name, Kind: f.Kind, Label: fieldLabel(l, f.Name), Optional: f.IsOptional}
		for _, c := range f.Choices {
			field.Choices = append(field.Choices, Choice{Value: c.ID, Label: c.Label, Kind: c.Kind})
		}
		q.Fields = append(q.Fields, field)
	}
	return q
}

// fieldLabel is what stands at a field.
func fieldLabel(l account.Link, name string) string {
	switch name {
	case "login":
		return "E-mail address, telephone number or user name"
	case "password":
		return "Password of the Amazon account"
	case "captcha":
		return "Characters in the image"
	case "code":
		return "Code"
	case "poll":
		return "Approved elsewhere"
	case "choice":
		if l.Step == account.StepAccount {
			return "Account"
		}
		return "How the code comes"
	}
	return name
}
