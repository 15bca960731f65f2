package audible

import (
	"bytes"
	"fmt"
	"net/url"
	"slices"
	"strings"

	"github.com/PuerkitoBio/goquery"
	"golang.org/x/net/html"
)

// relayDropped are the elements that don't reach the browser: what runs, what
// embeds, what loads, and the elements in which text and markup are told
// apart by other rules, so that what is checked here is what the browser sees.
const relayDropped = "script, noscript, base, iframe, frame, frameset, object, embed, applet, portal, template, " +
	"svg, math, xmp, plaintext, noembed, noframes, listing, " +
	"link:not([rel=stylesheet]), meta[http-equiv]"

// rewritePage makes a page of Amazon's fit for the relay. Addresses within the
// sign-in become relative, images come through the relay, forms that lead
// elsewhere lead to a notice, and links elsewhere become absolute. A page on
// which a person can't go on gets a notice on top.
func rewritePage(p *page, root string, stuck bool) ([]byte, error) {
	doc := goquery.CloneDocument(p.doc)
	doc.Find(relayDropped).Remove()
	for _, node := range doc.Nodes {
		cleanNodes(node)
	}
	m := relayMap{page: p, root: root}
	doc.Find("a[href], area[href]").Each(func(_ int, s *goquery.Selection) { s.SetAttr("href", m.link(s.AttrOr("href", ""))) })
	doc.Find("form").Each(func(_ int, s *goquery.Selection) { s.SetAttr("action", m.form(s.AttrOr("action", ""))) })
	doc.Find("[formaction]").Each(func(_ int, s *goquery.Selection) { s.SetAttr("formaction", m.form(s.AttrOr("formaction", ""))) })
	doc.Find("img[src], input[src]").Each(func(_ int, s *goquery.Selection) { s.SetAttr("src", m.image(s.AttrOr("src", ""))) })
	doc.Find("link[rel=stylesheet]").Each(func(_ int, s *goquery.Selection) { s.SetAttr("href", resolve(p.at, s.AttrOr("href", ""))) })
	if stuck {
		doc.Find("body").PrependHtml(stuckBanner)
	}
	var out bytes.Buffer
	for _, node := range doc.Nodes {
		if err := html.Render(&out, node); err != nil {
			return nil, fmt.Errorf("write a relayed page: %w", err)
		}
	}
	return out.Bytes(), nil
}

// cleanNodes takes out comments, event handlers and attributes that load or
// report.
func cleanNodes(node *html.Node) {
	for child := node.FirstChild; child != nil; {
		next := child.NextSibling
		if child.Type == html.CommentNode {
			node.RemoveChild(child)
		} else {
			cleanNodes(child)
		}
		child = next
	}
	node.Attr = slices.DeleteFunc(node.Attr, func(a html.Attribute) bool {
		return strings.HasPrefix(a.Key, "on") || slices.Contains([]string{"srcset", "ping", "background", "srcdoc", "poster", "manifest"}, a.Key)
	})
}

// relayMap turns Amazon's addresses into the relay's.
type relayMap struct {
	page *page
	root string
}

// within returns the path on the relay of an address within the sign-in.
func (m relayMap) within(reference string) (string, bool) {
	u, err := m.page.at.Parse(strings.TrimSpace(reference))
	if err != nil || u.Host != m.root || !isSignInAddress(m.page.market, u.String()) {
		return "", false
	}
	path := u.RequestURI()
	if u.Fragment != "" {
		path += "#" + u.EscapedFragment()
	}
	return path, true
}

// form is where a form leads on the relay: within the sign-in, or to a notice.
// The browser's policy stops forms to other origins a second time.
func (m relayMap) form(action string) string {
	if path, ok := m.within(action); ok {
		return path
	}
	return relayOutside
}

// link keeps links to the rest of Amazon, such as its help, by making them
// absolute: the relay has no such pages.
func (m relayMap) link(reference string) string {
	if strings.HasPrefix(reference, "#") {
		return reference
	}
	if path, ok := m.within(reference); ok {
		return path
	}
	u, err := m.page.at.Parse(strings.TrimSpace(reference))
	if err != nil || u.Scheme != "https" {
		return "#"
	}
	return u.String()
}

// image is the relay's own address of an image of Amazon's, or nothing.
func (m relayMap) image(source string) string {
	if strings.HasPrefix(source, "data:image/") {
		return source
	}
	address := resolve(m.page.at, source)
	if !isCaptchaAddress(m.page.market, address) {
		return ""
	}
	return relayImage + "?u=" + url.QueryEscape(address)
}
