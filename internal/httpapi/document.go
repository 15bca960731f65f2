package httpapi

import (
	"github.com/danielgtaylor/huma/v2"
)

// operationsOf lists the operations of a path.
func operationsOf(item *huma.PathItem) []*huma.Operation {
	var found []*huma.Operation
	for _, op := range []*huma.Operation{item.Get, item.Post, item.Put, item.Patch, item.Delete} {
		if op != nil {
			found = append(found, op)
		}
	}
	return found
}

// tidyDocument takes back what huma says of every API: arrays that may be null,
// and its own errors, which problems replace.
func tidyDocument(o *huma.OpenAPI) {
	schemas := o.Components.Schemas.Map()
	delete(schemas, "ErrorModel")
	delete(schemas, "ErrorDetail")
	for _, s := range schemas {
		noNullArrays(s)
	}
	for _, item := range o.Paths {
		for _, op := range operationsOf(item) {
			for _, p := range op.Parameters {
				noNullArrays(p.Schema)
			}
		}
	}
}

func noNullArrays(s *huma.Schema) {
	if s == nil {
		return
	}
	if s.Type == huma.TypeArray {
		s.Nullable = false
	}
	noNullArrays(s.Items)
	for _, property := range s.Properties {
		noNullArrays(property)
	}
}
