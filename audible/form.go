package audible

import (
	"net/url"
	"slices"
	"strings"

	"github.com/PuerkitoBio/goquery"
)

// Bounds of what is read from one form. The largest real ones have about
// thirty fields and a workflowState of a few kilobytes.
const (
	maxForms     = 50
	maxFields    = 200
	maxFormBytes = 256 << 10
)

// form is a form of a sign-in page, ready to be answered. It is data, because
// a sign-in is stored between the question and the answer.
type form struct {
	// Action is absolute; it is checked again when the form is sent.
	Action string  `json:"a"`
	Fields []field `json:"f"`
	// SignIn is true when the form is the sign-in's own: it is named signIn,
	// or it holds the fields of login and password. No other form ever gets
	// the password.
	SignIn bool `json:"s,omitempty"`
}

// field is one pair of a form. A form can have several of one name.
type field struct {
	Name  string `json:"n"`
	Value string `json:"v"`
}

// readForm takes a form from a page. Hidden inputs keep their values, a
// checked radio its own; every other input is sent empty, as the clients do
// that are known to work (protocol 3.4). Buttons and lists are left out. The
// second result is false when the form is beyond the bounds.
func readForm(at *url.URL, selection *goquery.Selection) (form, bool) {
	f := form{Action: resolve(at, selection.AttrOr("action", ""))}
	size := 0
	selection.Find("input[name]").Each(func(_ int, input *goquery.Selection) {
		name, value := input.AttrOr("name", ""), input.AttrOr("value", "")
		switch strings.ToLower(input.AttrOr("type", "text")) {
		case "hidden":
		case "radio":
			if _, checked := input.Attr("checked"); !checked {
				value = ""
			}
			if f.has(name) && value == "" {
				return
			}
			f.drop(name)
		case "button", "reset", "image", "file":
			return
		default:
			value = ""
		}
		if name == "" {
			return
		}
		size += len(name) + len(value)
		f.Fields = append(f.Fields, field{name, value})
	})
	named := strings.EqualFold(selection.AttrOr("name", ""), "signIn")
	f.SignIn = (named || f.has("email") && f.has("password") || passwordInputs(selection) == 1) &&
		passwordInputs(selection) <= 1
	return f, len(f.Fields) <= maxFields && size <= maxFormBytes
}

// passwordInputs counts the fields of a form that hide what is typed; two of
// them make a form that changes a password or opens an account.
func passwordInputs(selection *goquery.Selection) int {
	return selection.Find("input[type=password i]").Length()
}

// resolve makes an address of a reference on a page, without a fragment, which
// is never sent. It returns nothing for what is no address; a <base> of the
// page is left aside, as it could only lead away.
func resolve(at *url.URL, reference string) string {
	u, err := at.Parse(strings.TrimSpace(reference))
	if err != nil {
		return ""
	}
	u.Fragment, u.RawFragment = "", ""
	return u.String()
}

// isSignInAddress reports whether a page or a form may be asked for at all:
// https, a sign-in host of the marketplace without port or user info, and a
// path below /ap/.
func isSignInAddress(m Marketplace, address string) bool {
	u, ok := siteAddress(m, address)
	return ok && strings.HasPrefix(u.Path, "/ap/") && !strings.Contains(u.Path, "/../") && !strings.HasSuffix(u.Path, "/..")
}

// siteAddress reads an address that is https on a sign-in host.
func siteAddress(m Marketplace, address string) (*url.URL, bool) {
	u, err := url.Parse(address)
	if err != nil {
		return nil, false
	}
	return u, u.Scheme == "https" && u.User == nil && u.Opaque == "" && isSignInHost(m, u.Host)
}

// has reports whether there is a field of a name.
func (f *form) has(name string) bool {
	return slices.ContainsFunc(f.Fields, func(x field) bool { return x.Name == name })
}

// value returns the value of the first field of a name.
func (f *form) value(name string) string {
	for _, x := range f.Fields {
		if x.Name == name {
			return x.Value
		}
	}
	return ""
}

// set gives the first field of a name a value, and appends one when there is
// none. Further fields of the name are removed: a page that asks twice gets
// one answer.
func (f *form) set(name, value string) {
	first := slices.IndexFunc(f.Fields, func(x field) bool { return x.Name == name })
	if first < 0 {
		f.Fields = append(f.Fields, field{name, value})
		return
	}
	f.Fields[first].Value = value
	rest := slices.DeleteFunc(f.Fields[first+1:], func(x field) bool { return x.Name == name })
	f.Fields = f.Fields[:first+1+len(rest)]
}

// asksLogin reports whether the page is the first of two, which asks for the
// login alone whatever fields it has (protocol 3.4).
func (f *form) asksLogin() bool {
	return strings.EqualFold(f.value("subPageType"), "SignInClaimCollect")
}

// drop removes every field of a name.
func (f *form) drop(name string) {
	f.Fields = slices.DeleteFunc(f.Fields, func(x field) bool { return x.Name == name })
}

// encode returns the body of the form in the order of the page.
func (f *form) encode() string {
	pairs := make([][2]string, len(f.Fields))
	for i, x := range f.Fields {
		pairs[i] = [2]string{x.Name, x.Value}
	}
	return encodePairs(pairs)
}

// clone returns a form that shares no memory with f.
func (f *form) clone() form {
	return form{Action: f.Action, Fields: slices.Clone(f.Fields), SignIn: f.SignIn}
}
