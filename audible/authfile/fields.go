package authfile

import (
	"encoding/base64"
	"encoding/json"
	"strings"
)

// fields gives typed access to the members of one JSON object. The first
// member of a wrong type is remembered in fault, which all objects of one
// file share, so that a reader asks for everything and checks once.
type fields struct {
	members map[string]any
	path    string
	fault   *error
}

// newFields is the top level of a file, without a fault so far.
func newFields(object map[string]any) fields {
	var fault error
	return fields{members: object, fault: &fault}
}

// err returns the first fault of the whole file, or nil.
func (f fields) err() error { return *f.fault }

// fail remembers a fault unless there was one before: later ones may follow
// from it.
func (f fields) fail(name, problem string) {
	if *f.fault == nil {
		*f.fault = faulty(f.path+name, problem)
	}
}

// has reports whether the member exists and is not null.
func (f fields) has(name string) bool { return f.members[name] != nil }

// text returns a member that is text, or "" when it is missing or null.
func (f fields) text(name string) string {
	switch value := f.members[name].(type) {
	case nil:
		return ""
	case string:
		return value
	}
	f.fail(name, "is not text")
	return ""
}

// flag returns a member that is true or false; missing and null are false.
func (f fields) flag(name string) bool {
	switch value := f.members[name].(type) {
	case nil:
		return false
	case bool:
		return value
	}
	f.fail(name, "is neither true nor false")
	return false
}

// number returns a member that is a number or text, as text, or "" when it is
// missing or null.
func (f fields) number(name string) string {
	switch value := f.members[name].(type) {
	case nil:
		return ""
	case json.Number:
		return value.String()
	case string:
		return strings.TrimSpace(value)
	}
	f.fail(name, "is not a number")
	return ""
}

// cost returns a whole number between 1 and max.
func (f fields) cost(name string, max int64) int64 {
	number, ok := f.members[name].(json.Number)
	if !ok {
		f.fail(name, "is missing or not a number")
		return 0
	}
	cost, err := number.Int64()
	if err != nil || cost < 1 || cost > max {
		f.fail(name, "asks for no work or for more than is allowed")
		return 0
	}
	return cost
}

// base64 returns a member that is standard base64 with padding.
func (f fields) base64(name string) []byte {
	data, err := base64.StdEncoding.DecodeString(f.text(name))
	if err != nil {
		f.fail(name, "is not base64")
	}
	return data
}

// object returns a member that is an object; a missing one is empty.
func (f fields) object(name string) fields {
	child := fields{path: f.path + name + ".", fault: f.fault}
	switch value := f.members[name].(type) {
	case nil:
	case map[string]any:
		child.members = value
	default:
		f.fail(name, "is not an object")
	}
	return child
}

// list returns the objects of a member that is a list; a missing one is
// empty.
func (f fields) list(name string) []fields {
	value, ok := f.members[name].([]any)
	if !ok && f.members[name] != nil {
		f.fail(name, "is not a list")
	}
	objects := make([]fields, 0, len(value))
	for _, element := range value {
		members, ok := element.(map[string]any)
		if !ok {
			f.fail(name, "holds something that is not an object")
			return nil
		}
		objects = append(objects, fields{members: members, path: f.path + name + ".", fault: f.fault})
	}
	return objects
}
