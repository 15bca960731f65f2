package audiblesim

import (
	"fmt"
	"strings"

	"golang.org/x/net/html"
)

// writer serialises a page in one of the many ways that mean the same: order
// and quoting of attributes, entities, capitals, blanks.
type writer struct {
	out      strings.Builder
	dice     *dice
	capitals bool // tag names in capitals
	shuffled bool // attributes in another order
	entities int  // percent of letters in values written as entities
	loose    bool // line breaks between attributes
}

// serialise writes the page and notes how.
func (m *mutator) serialise() []byte {
	w := &writer{
		dice: m.dice, capitals: m.dice.percent(20), shuffled: m.dice.percent(50), loose: m.dice.percent(50),
	}
	if m.dice.percent(50) {
		w.entities = 10
		m.notes = append(m.notes, "entities in values")
	}
	for _, n := range []struct {
		on   bool
		name string
	}{{w.capitals, "tags in capitals"}, {w.shuffled, "attributes reordered"}, {w.loose, "blanks between attributes"}} {
		if n.on {
			m.notes = append(m.notes, n.name)
		}
	}
	for n := range m.root.ChildNodes() {
		w.node(n)
	}
	return []byte(w.out.String())
}

// node writes a node and what is below it. Comments are written as they are:
// they were made here and hold no end of a comment.
func (w *writer) node(n *html.Node) {
	switch n.Type {
	case html.DoctypeNode:
		w.out.WriteString("<!doctype " + n.Data + ">\n")
	case html.CommentNode:
		w.out.WriteString("<!--" + n.Data + "-->")
	case html.TextNode:
		w.text(n)
	case html.ElementNode:
		w.element(n)
	case html.ErrorNode, html.DocumentNode, html.RawNode:
	}
}

// text escapes a text unless it is a style sheet or script.
func (w *writer) text(n *html.Node) {
	if n.Parent != nil && (n.Parent.Data == "style" || n.Parent.Data == "script") {
		w.out.WriteString(n.Data)
		return
	}
	w.out.WriteString(html.EscapeString(n.Data))
}

// element writes an element; those without content get no end tag, since an
// end tag would open a second one for a browser.
func (w *writer) element(n *html.Node) {
	name := n.Data
	if w.capitals {
		name = strings.ToUpper(name)
	}
	w.out.WriteString("<" + name)
	attributes := append([]html.Attribute(nil), n.Attr...)
	if w.shuffled {
		shuffle(w.dice, attributes)
	}
	for _, a := range attributes {
		w.attribute(a)
	}
	w.out.WriteString(">")
	switch n.Data {
	case "input", "img", "meta", "br", "link", "hr":
		return
	}
	for c := range n.ChildNodes() {
		w.node(c)
	}
	w.out.WriteString("</" + name + ">")
}

// attribute writes one attribute in either kind of quotes. Values keep their
// letters: the oldest client knows "hidden" in small ones only.
func (w *writer) attribute(a html.Attribute) {
	w.out.WriteString(" ")
	if w.loose && w.dice.percent(50) {
		w.out.WriteString("\n   ")
	}
	quote := `"`
	if w.dice.percent(30) {
		quote = `'`
	}
	w.out.WriteString(a.Key + "=" + quote + w.value(a.Val) + quote)
}

// value escapes what must be escaped in either kind of quotes, and some
// letters and digits besides.
func (w *writer) value(text string) string {
	var out strings.Builder
	for _, r := range text {
		switch {
		case strings.ContainsRune(`"'&<>`, r):
			fmt.Fprintf(&out, "&#%d;", r)
		case w.entities > 0 && w.dice.percent(w.entities):
			fmt.Fprintf(&out, "&#x%X;", r)
		default:
			out.WriteRune(r)
		}
	}
	return out.String()
}
