package audible

import (
	"fmt"
	"regexp"
	"strings"

	"golang.org/x/net/html"
)

// Capture is the structure of a page that a sign-in can't go on with: tags,
// ids, names, classes and input types. It holds no text, no values and no
// addresses, so that a person can attach it to a report.
type Capture struct {
	// Host and Path say where the page was; what looks like a number or an
	// id in the path is masked. Both may be empty.
	Host string `json:"host"`
	Path string `json:"path"`
	// Status is the HTTP status, or 0 when there was no page.
	Status int `json:"status"`
	// Outline has a line per element, indented by depth, such as
	// "form#ap_form.a-box[name=signIn]"; at most 64 KiB.
	Outline string `json:"outline"`
}

// Bounds of a capture.
const (
	maxOutline      = 64 << 10
	maxOutlineDepth = 60
)

// Names in a page are written by its authors; anything longer or stranger
// might be a value in disguise and is masked.
var (
	plainName  = regexp.MustCompile(`^[A-Za-z][A-Za-z0-9_:.\-]{0,47}$`)
	longNumber = regexp.MustCompile(`[0-9]{3,}|[0-9A-Fa-f]{12,}`)
	mixedToken = regexp.MustCompile(`[A-Za-z]+[0-9]+[A-Za-z]+[0-9]+[A-Za-z0-9]*`)
	longPart   = regexp.MustCompile(`[A-Za-z0-9]{14,}`)
	oddPart    = regexp.MustCompile(`[0-9]|[A-Z]{3}.*[a-z]|[a-z].*[A-Z]{3}`)
)

// String is the capture as text for a report.
func (c *Capture) String() string {
	return fmt.Sprintf("%s%s (status %d)\n%s", c.Host, c.Path, c.Status, c.Outline)
}

// capture outlines a page. The secrets are what the person has typed: a page
// could echo them in a name or an id.
func (p *page) capture(secrets ...string) *Capture {
	c := &Capture{Host: p.at.Hostname(), Path: maskPath(p.at.Path), Status: p.status}
	outline := outliner{secrets: secrets}
	for _, node := range p.doc.Nodes {
		outline.add(node, 0)
	}
	c.Outline = outline.out.String()
	return c
}

// outliner writes the outline of a page, an element a line.
type outliner struct {
	out     strings.Builder
	secrets []string
}

// add outlines a node and what is in it, as long as there is room.
func (o *outliner) add(node *html.Node, depth int) {
	if depth > maxOutlineDepth || o.out.Len() > maxOutline-512 {
		return
	}
	if node.Type == html.ElementNode {
		o.element(node, depth)
		depth++
	}
	for child := node.FirstChild; child != nil; child = child.NextSibling {
		o.add(child, depth)
	}
}

// element writes one line. Of the attributes only those that name something
// are kept; all others can hold what the person or Amazon wrote.
func (o *outliner) element(node *html.Node, depth int) {
	o.out.WriteString(strings.Repeat(" ", depth) + o.mask(node.Data))
	var rest strings.Builder
	for _, attribute := range node.Attr {
		switch attribute.Key {
		case "id":
			o.out.WriteString("#" + o.mask(attribute.Val))
		case "class":
			for i, class := range strings.Fields(attribute.Val) {
				if i < 12 {
					rest.WriteString("." + o.mask(class))
				}
			}
		case "name", "type":
			rest.WriteString("[" + attribute.Key + "=" + o.mask(attribute.Val) + "]")
		}
	}
	text := rest.String()
	o.out.WriteString(text[:min(len(text), 400)] + "\n")
}

// mask keeps a name that a page's author could have written.
func (o *outliner) mask(name string) string {
	for _, secret := range o.secrets {
		if secret != "" && strings.Contains(strings.ToLower(name), strings.ToLower(secret)) {
			return "?"
		}
	}
	odd := oddPart.MatchString(longPart.FindString(name))
	if !plainName.MatchString(name) || mixedToken.MatchString(name) || odd {
		return "?"
	}
	return longNumber.ReplaceAllString(name, "#")
}

// maskPath keeps the words of a path: Amazon puts session numbers there.
func maskPath(path string) string {
	segments := strings.Split(path, "/")
	for i, segment := range segments {
		if segment != "" && (!plainName.MatchString(segment) || longNumber.MatchString(segment)) {
			segments[i] = "?"
		}
		if i > 6 {
			return strings.Join(segments[:i], "/") + "/…"
		}
	}
	return strings.Join(segments, "/")
}
