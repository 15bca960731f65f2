package audiblesim_test

import (
	"bytes"
	"encoding/json"
	"fmt"
	"os"
	"slices"
	"sort"
	"strings"
	"testing"
)

// sampleShapes are the keys and types of recorded answers (2025, US store);
// no value of them is kept.
type sampleShapes struct {
	LibraryKeys   []string            `json:"library_keys"`
	Library       map[string][]string `json:"library"`
	LibraryFilled []string            `json:"library_filled"`
	LibraryNull   []string            `json:"library_null"`
	Product       map[string][]string `json:"product"`
	ProductAlways []string            `json:"product_always"`
	ProductKeys   []string            `json:"product_keys"`
	Categories    map[string][]string `json:"categories"`
}

func readShapes(t *testing.T) sampleShapes {
	t.Helper()
	text, err := os.ReadFile("testdata/shapes.json")
	if err != nil {
		t.Fatal(err)
	}
	var s sampleShapes
	if err := json.Unmarshal(text, &s); err != nil {
		t.Fatal(err)
	}
	return s
}

// walk calls seen with the path and JSON type of every value.
func walk(v any, path string, seen func(path, kind string)) {
	switch v := v.(type) {
	case nil:
		seen(path, "null")
	case bool:
		seen(path, "bool")
	case json.Number:
		seen(path, "number")
	case string:
		seen(path, "string")
	case []any:
		seen(path, "array")
		for _, element := range v {
			walk(element, path+"[]", seen)
		}
	case map[string]any:
		seen(path, "object")
		for key, value := range v {
			if path == "product_images" {
				key = "{size}"
			}
			walk(value, strings.TrimPrefix(path+"."+key, "."), seen)
		}
	}
}

// keysInOrder lists the keys of one JSON object as they are written.
func keysInOrder(t *testing.T, object json.RawMessage) []string {
	t.Helper()
	decoder := json.NewDecoder(bytes.NewReader(object))
	if _, err := decoder.Token(); err != nil {
		t.Fatal(err)
	}
	var keys []string
	for decoder.More() {
		key, err := decoder.Token()
		if err != nil {
			t.Fatal(err)
		}
		keys = append(keys, fmt.Sprint(key))
		var value json.RawMessage
		if err := decoder.Decode(&value); err != nil {
			t.Fatal(err)
		}
	}
	return keys
}

func rawList(t *testing.T, a answer, key string) []json.RawMessage {
	t.Helper()
	body := decode[map[string]json.RawMessage](t, a)
	var list []json.RawMessage
	if err := json.Unmarshal(body[key], &list); err != nil {
		t.Fatalf("%s of %.200s: %v", key, a.body, err)
	}
	return list
}

// misfits lists paths or types that the sample does not have.
func misfits(t *testing.T, list []json.RawMessage, sample map[string][]string, optional ...string) []string {
	t.Helper()
	found := map[string]bool{}
	for _, raw := range list {
		decoder := json.NewDecoder(bytes.NewReader(raw))
		decoder.UseNumber()
		var v any
		if err := decoder.Decode(&v); err != nil {
			t.Fatal(err)
		}
		walk(v, "", func(path, kind string) {
			nullable := kind == "null" && slices.Contains(optional, path)
			if path != "" && !slices.Contains(sample[path], kind) && !nullable {
				found[path+" "+kind] = true
			}
		})
	}
	out := make([]string, 0, len(found))
	for one := range found {
		out = append(out, one)
	}
	sort.Strings(out)
	return out
}

// sampleGroups are those that the library sample was asked with.
const sampleGroups = "customer_rights,product_desc,contributors,series,media,rating,category_ladders"

func TestLibraryItemsHaveTheKeysOfTheSampleInOrder(t *testing.T) {
	t.Parallel()
	shapes := readShapes(t)
	r := newReader(t, map[string]int{"us": 300})
	for _, groups := range []string{"", "&response_groups=" + sampleGroups, "&response_groups=product_desc"} {
		for _, raw := range rawList(t, r.get("/1.0/library?num_results=300"+groups), "items") {
			if got := keysInOrder(t, raw); !slices.Equal(got, shapes.LibraryKeys) {
				t.Fatalf("keys with %q = %d %v, want the sample's 142", groups, len(got), got)
			}
		}
	}
}

func TestLibraryItemsHaveTheTypesOfTheSample(t *testing.T) {
	t.Parallel()
	shapes := readShapes(t)
	r := newReader(t, map[string]int{"us": 600})
	list := rawList(t, r.get("/1.0/library?num_results=600&response_groups="+sampleGroups), "items")
	// Shows have no length; keywords and voices are not on every title.
	optional := []string{"runtime_length_min", "thesaurus_subject_keywords", "voice_description", "authors[].asin"}
	// The samples hold neither a title with an unknown narrator nor these.
	known := append(misfits(t, list, shapes.Library, optional...), "")
	known = slices.DeleteFunc(known, func(s string) bool {
		return s == "" || s == "narrators[].asin string" || s == "voice_description string"
	})
	if len(known) > 0 {
		t.Errorf("library items have what the sample has not: %v", known)
	}
}

func TestGroupsNotAskedAreNull(t *testing.T) {
	t.Parallel()
	shapes := readShapes(t)
	r := newReader(t, map[string]int{"us": 200})
	for _, raw := range rawList(t, r.get("/1.0/library?num_results=200&response_groups="+sampleGroups), "items") {
		var one map[string]json.RawMessage
		if err := json.Unmarshal(raw, &one); err != nil {
			t.Fatal(err)
		}
		for _, key := range shapes.LibraryNull {
			if string(one[key]) != "null" && key != "voice_description" {
				t.Errorf("%s = %s, want null as in the sample", key, one[key])
			}
		}
		for _, key := range shapes.LibraryFilled {
			optional := key == "runtime_length_min" || key == "thesaurus_subject_keywords"
			if string(one[key]) == "null" && !optional {
				t.Errorf("%s of %s = null, want a value as in the sample", key, one["asin"])
			}
		}
	}
}

func TestCatalogueProductsOmitWhatIsAbsent(t *testing.T) {
	t.Parallel()
	shapes := readShapes(t)
	r := newReader(t, map[string]int{"us": 20})
	const groups = "product_desc,contributors,reviews,series,price,media,category_ladders"
	list := rawList(t, r.get("/1.0/catalog/products?num_results=50&reviews_num_results=0&response_groups="+groups), "products")
	if found := misfits(t, list, shapes.Product); len(found) > 0 {
		t.Errorf("products have what the sample has not: %v", found)
	}
	for _, raw := range list {
		keys := keysInOrder(t, raw)
		if !slices.IsSorted(keys) {
			t.Errorf("keys are not in alphabetical order: %v", keys)
		}
		if bytes.Contains(raw, []byte("null")) {
			t.Errorf("product holds a null: %s", raw)
		}
		for _, key := range shapes.ProductAlways {
			// Of price: some titles can't be bought (protocol 9.4).
			if !slices.Contains(keys, key) && key != "price" {
				t.Errorf("product without %s: %v", key, keys)
			}
		}
	}
}

func TestWishlistProductsHaveExplicitNulls(t *testing.T) {
	t.Parallel()
	r := newReader(t, map[string]int{"us": 400})
	list := rawList(t, r.get("/1.0/wishlist?response_groups=contributors,price,media,product_desc,customer_rights"), "products")
	if len(list) == 0 {
		t.Fatal("the wish list is empty")
	}
	for _, raw := range list {
		keys := keysInOrder(t, raw)
		if len(keys) != 124 || keys[0] != "accolades" || keys[len(keys)-1] != "ws4v_details" {
			t.Fatalf("keys = %d %v, want 124 from accolades to ws4v_details", len(keys), keys)
		}
		var one map[string]json.RawMessage
		if err := json.Unmarshal(raw, &one); err != nil {
			t.Fatal(err)
		}
		if string(one["registry_id"]) != "null" || !bytes.HasSuffix(one["added_timestamp"], []byte(`Z"`)) {
			t.Errorf("registry_id = %s, added_timestamp = %s, want null and an instant", one["registry_id"], one["added_timestamp"])
		}
		if price := one["price"]; string(price) != "null" && !bytes.Contains(price, []byte(`"is_free_eligible":null`)) {
			t.Errorf("price = %s, want explicit nulls", price)
		}
	}
}

func TestCategoriesHaveTheShapeOfTheSample(t *testing.T) {
	t.Parallel()
	shapes := readShapes(t)
	r := newReader(t, map[string]int{"us": 1})
	a := r.get("/1.0/catalog/categories")
	if found := misfits(t, []json.RawMessage{a.body}, shapes.Categories); len(found) > 0 {
		t.Errorf("categories have what the sample has not: %v", found)
	}
	if n := len(rawList(t, a, "categories")); n != 24 {
		t.Errorf("root categories = %d, want 24", n)
	}
}
