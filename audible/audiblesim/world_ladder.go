package audiblesim

import "strings"

// category is one genre of the shop's tree, of two levels.
type category struct {
	id, name string
	children []category
}

// ladder is the path from a root genre to a leaf.
type ladder struct{ root, leaf category }

// loadCategories reads the tree of the US store, which serves every simulated
// store: the names of the others were never recorded.
func loadCategories() []category {
	var tree []category
	for line := range strings.Lines(readText("data/categories.txt")) {
		line = strings.TrimSuffix(line, "\n")
		id, name, _ := strings.Cut(strings.TrimSpace(line), " ")
		if strings.HasPrefix(line, " ") {
			root := &tree[len(tree)-1]
			root.children = append(root.children, category{id: id, name: name})
			continue
		}
		tree = append(tree, category{id: id, name: name})
	}
	return tree
}

// ladders lists every path of the tree; the position is a title's genre.
func ladders(tree []category) []ladder {
	var out []ladder
	for _, root := range tree {
		for _, leaf := range root.children {
			out = append(out, ladder{root: root, leaf: leaf})
		}
	}
	return out
}

// pickLadder finds the genre that the words of a title belong to, or any where
// the language has no genres of its own.
func (c *catalogue) pickLadder(n naming, d *dice) uint8 {
	at := d.below(len(c.ladders))
	if n.genre < 0 {
		return uint8(at)
	}
	wanted := n.words.genres[n.genre].ladder
	for i, l := range c.ladders {
		if l.root.name == wanted[0] && l.leaf.name == wanted[1] {
			return uint8(i)
		}
	}
	return uint8(at)
}
