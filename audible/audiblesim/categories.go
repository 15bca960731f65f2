package audiblesim

import (
	"net/http"
	"strings"
)

// listCategories answers GET /1.0/catalog/categories (protocol 9.6):
//
//	{"categories":[{"children":[{"id":…,"name":…}],"id":…,"name":…}],
//	 "response_groups":["always-returned"]}
//
// Ids are numbers of 11 digits in texts. The tree has two levels; asking for
// more gives no more.
func (a *apiCall) listCategories() error {
	levels := a.query.integer("categories_num_levels", "categoriesNumLevels", 2, 1, 10)
	groups, err := a.groups(categoryGroups())
	if err != nil {
		return err
	}
	ids := a.query.Get("ids")
	body := []byte(`{"categories":[`)
	for _, c := range a.w.tree {
		if ids != "" && !strings.Contains(","+ids+",", ","+c.id+",") {
			continue
		}
		if body[len(body)-1] != '[' {
			body = append(body, ',')
		}
		body = c.append(body, levels)
	}
	body = append(appendList(append(body, `],"response_groups":`...), groups.echo()...), '}')
	sendJSON(a.rw, http.StatusOK, body)
	return nil
}

// showCategory answers GET /1.0/catalog/categories/{id}.
func (a *apiCall) showCategory() error {
	groups, err := a.groups(categoryGroups())
	if err != nil {
		return err
	}
	id := a.request.PathValue("id")
	for _, root := range a.w.tree {
		for _, c := range append([]category{root}, root.children...) {
			if c.id == id {
				body := c.append([]byte(`{"category":`), 2)
				body = append(appendList(append(body, `,"response_groups":`...), groups.echo()...), '}')
				sendJSON(a.rw, http.StatusOK, body)
				return nil
			}
		}
	}
	return notFound("Category not found")
}

// categoryGroups lists the groups of the category endpoints (protocol 9.6).
// The service adds keys for them; the simulator accepts them and adds none.
func categoryGroups() []string {
	return []string{"always-returned", "category_metadata", "products"}
}

// append writes a category with as many levels as were asked for.
func (c category) append(dst []byte, levels int) []byte {
	dst = append(dst, '{')
	if levels > 1 && len(c.children) > 0 {
		dst = append(dst, `"children":[`...)
		for i, child := range c.children {
			if i > 0 {
				dst = append(dst, ',')
			}
			dst = child.append(dst, levels-1)
		}
		dst = append(dst, `],`...)
	}
	dst = appendText(append(dst, `"id":`...), c.id)
	return append(appendText(append(dst, `,"name":`...), c.name), '}')
}
