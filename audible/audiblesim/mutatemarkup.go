package audiblesim

import (
	"fmt"
	"strings"

	"golang.org/x/net/html"
)

// decorative are prefixes of classes that only move and colour things; none
// says what an element means.
func decorative(class string) bool {
	for _, prefix := range []string{"a-spacing", "a-row", "a-span", "a-section", "a-padding", "a-text"} {
		if strings.HasPrefix(class, prefix) {
			return true
		}
	}
	return false
}

// reclass drops decorative classes and adds others.
func (m *mutator) reclass() bool {
	for n := range m.root.Descendants() {
		for i := range n.Attr {
			if n.Attr[i].Key != "class" {
				continue
			}
			var kept []string
			for class := range strings.FieldsSeq(n.Attr[i].Val) {
				if !decorative(class) || m.dice.percent(50) {
					kept = append(kept, class)
				}
			}
			kept = append(kept, fmt.Sprintf("css-%x", m.dice.below(1<<20)))
			shuffle(m.dice, kept)
			n.Attr[i].Val = strings.Join(kept, " ")
		}
	}
	return true
}

// renameIDs gives every id of the page another name, and keeps the references
// of labels to them.
func (m *mutator) renameIDs() bool {
	suffix := fmt.Sprintf("-%x", m.dice.below(1<<16))
	for n := range m.root.Descendants() {
		for i := range n.Attr {
			if a := &n.Attr[i]; a.Key == "id" || a.Key == "for" {
				a.Val = "r" + fmt.Sprintf("%x", hashText(a.Val+suffix)&0xffffff)
			}
		}
	}
	return true
}

// nest puts a form with a search field inside the page's form. Browsers and
// parsers drop the inner form's start tag, so its field joins the outer form,
// and they take its end tag for the outer one's; so it comes last.
func (m *mutator) nest() bool {
	if m.form == nil {
		return false
	}
	inner := m.foreign("nested-search", "/s", "get")
	inner.AppendChild(input("text", "field-keywords", ""))
	m.form.AppendChild(inner)
	return true
}

// foreign is a form that belongs to another host of the store.
func (m *mutator) foreign(name, path, method string) *html.Node {
	brand := "www.audible."
	if m.host.service == serviceAudibleWeb {
		brand = "www.amazon."
	}
	return &html.Node{Type: html.ElementNode, Data: "form", Attr: []html.Attribute{
		{Key: "name", Val: name}, {Key: "method", Val: method}, {Key: "action", Val: "https://" + brand + m.host.store.tld + path},
	}}
}

// foreignBefore catches clients that answer the first form they find.
func (m *mutator) foreignBefore() bool { return m.placeForeign(true) }

// foreignAfter catches clients that answer the last one.
func (m *mutator) foreignAfter() bool { return m.placeForeign(false) }

// placeForeign puts a form of another host before or after everything else:
// a search, or one that even wants an address and a password.
func (m *mutator) placeForeign(before bool) bool {
	body := m.find(func(n *html.Node) bool { return n.Type == html.ElementNode && n.Data == "body" })
	if body == nil {
		return false
	}
	form := m.foreign("site-search", "/search", "get")
	form.AppendChild(input("text", "keywords", ""))
	if m.dice.percent(50) {
		form = m.foreign("newsletter", "/newsletter/join", "post")
		form.AppendChild(input("email", "email", ""))
		form.AppendChild(input("password", "password", ""))
		form.AppendChild(input("hidden", "list", "daily-deals"))
	}
	if before {
		body.InsertBefore(form, body.FirstChild)
	} else {
		body.AppendChild(form)
	}
	return true
}

// comment hides a form that looks like the sign-in's in a comment.
func (m *mutator) comment() bool {
	if m.form == nil {
		return false
	}
	old := `<form name="signIn" method="post" action="https://example.com/old"><input name="email"><input name="password"></form>`
	m.form.Parent.InsertBefore(&html.Node{Type: html.CommentNode, Data: old}, m.form)
	return true
}
