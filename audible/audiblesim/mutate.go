package audiblesim

import (
	"bytes"
	"fmt"
	"slices"

	"golang.org/x/net/html"
)

// PageMutation says what was changed in one page that was shown.
type PageMutation struct {
	// Step is the page's step or challenge.
	Step string `json:"step"`
	// Changes names the changes; empty means that the dice changed nothing.
	Changes []string `json:"changes"`
}

// maxMutationNotes bounds the list of PageMutations.
const maxMutationNotes = 4096

// PageMutations lists the pages shown since New, with what Options.Mutate did
// to each; the first 4096 are kept. The slice is the caller's.
func (s *Sim) PageMutations() []PageMutation {
	s.mu.Lock()
	defer s.mu.Unlock()
	return slices.Clone(s.mutations)
}

// mutator changes one page. What it does keeps the page answerable for a
// person with a browser: names and values of fields stay, the form goes where
// it went, hidden things stay hidden.
type mutator struct {
	dice    *dice
	root    *html.Node
	form    *html.Node // the form to be answered; nil on pages without one
	host    host
	renames bool
	extra   []field
	notes   []string
}

// mutate returns the changed page and the hidden fields that it gained.
func (s *Sim) mutate(text []byte, f *flow, step string) ([]byte, []field) {
	root, err := html.ParseWithOptions(bytes.NewReader(text), html.ParseOptionEnableScripting(false))
	if err != nil {
		return text, nil
	}
	s.pagesMutated++
	m := &mutator{
		dice: newDice(s.opts.Seed, uint64(s.pagesMutated)), root: root, host: f.auth.host,
		renames: newDice(s.opts.Seed, hashText("ids")).percent(s.opts.RenameIDs),
	}
	m.form = m.find(isChallengeForm)
	m.change()
	changed := m.serialise()
	if len(s.mutations) < maxMutationNotes {
		s.mutations = append(s.mutations, PageMutation{Step: step, Changes: m.notes})
	}
	return changed, m.extra
}

// change throws the dice for each kind of change.
func (m *mutator) change() {
	changes := []struct {
		name  string
		apply func() bool
	}{
		{"hidden fields added", m.addHidden},
		{"inputs reordered", m.reorder},
		{"classes changed", m.reclass},
		{"form wrapped", m.wrap},
		{"fields nested in a second form", m.nest},
		{"foreign form before", m.foreignBefore},
		{"foreign form after", m.foreignAfter},
		{"form in a comment", m.comment},
	}
	for _, c := range changes {
		if m.dice.percent(50) && c.apply() {
			m.notes = append(m.notes, c.name)
		}
	}
	if m.renames && m.renameIDs() {
		m.notes = append(m.notes, "ids renamed")
	}
}

// isChallengeForm tells the page's own form from the search form in its foot.
func isChallengeForm(n *html.Node) bool {
	return n.Type == html.ElementNode && n.Data == "form" && attribute(n, "method") == "post"
}

// find returns the first element of the page that is wanted, or nil.
func (m *mutator) find(wanted func(*html.Node) bool) *html.Node {
	for n := range m.root.Descendants() {
		if wanted(n) {
			return n
		}
	}
	return nil
}

// attribute is the value of an attribute, empty where it is missing.
func attribute(n *html.Node, name string) string {
	for _, a := range n.Attr {
		if a.Key == name {
			return a.Val
		}
	}
	return ""
}

// addHidden puts up to three hidden fields into the form, which the server
// wants back as it does its own.
func (m *mutator) addHidden() bool {
	if m.form == nil {
		return false
	}
	for range m.dice.between(1, 3) {
		added := field{fmt.Sprintf("%s%x", m.dice.pick(fieldWords()), m.dice.below(1<<16)), fmt.Sprintf("%x+/=&\"'<", m.dice.next())}
		m.extra = append(m.extra, added)
		m.form.AppendChild(input("hidden", added.Name, added.Value))
	}
	return true
}

// fieldWords are beginnings of names that new hidden fields could well have
// at Amazon, where such fields come and go.
func fieldWords() []string {
	return []string{"siteState", "ces", "pageToken", "arb", "x-amz-", "authPortal.", "openid.ext"}
}

// input makes an input element.
func input(kind, name, value string) *html.Node {
	return &html.Node{Type: html.ElementNode, Data: "input", Attr: []html.Attribute{
		{Key: "type", Val: kind}, {Key: "name", Val: name}, {Key: "value", Val: value},
	}}
}

// reorder shuffles the children of the form, hidden fields and rows alike.
func (m *mutator) reorder() bool {
	if m.form == nil {
		return false
	}
	children := slices.Collect(m.form.ChildNodes())
	for _, c := range children {
		m.form.RemoveChild(c)
	}
	shuffle(m.dice, children)
	for _, c := range children {
		m.form.AppendChild(c)
	}
	return true
}

// shuffle brings a list into a random order (Fisher and Yates).
func shuffle[T any](d *dice, list []T) {
	for i := len(list) - 1; i > 0; i-- {
		j := d.below(i + 1)
		list[i], list[j] = list[j], list[i]
	}
}

// wrap puts the form's content into one more element.
func (m *mutator) wrap() bool {
	if m.form == nil {
		return false
	}
	box := &html.Node{Type: html.ElementNode, Data: m.dice.pick([]string{"div", "section", "span"})}
	for _, c := range slices.Collect(m.form.ChildNodes()) {
		m.form.RemoveChild(c)
		box.AppendChild(c)
	}
	m.form.AppendChild(box)
	return true
}
