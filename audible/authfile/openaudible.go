package authfile

import (
	"cmp"
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"

	"github.com/audipy/audipy/audible"
)

// openAudibleEntry is an object of OpenAudible's file that holds an adp_token
// and a device_private_key, with the objects around it, innermost first: the
// region and the expiry may stand beside it or further out.
type openAudibleEntry struct {
	key      string
	object   fields
	isAnswer bool // the object is a registration answer's "success"
	parents  []fields
}

// The two layouts that were seen (protocol 8.6):
//
//	{account: {"details": {"response": {"success": registration answer}},
//	           "expires": milliseconds, "region": "US"}, "active_device": …}
//	{account: {"adp_token": …, "device_private_key": …, "access_token": …,
//	           "device_info": {…}, "expires": milliseconds, "region": "US", …}}

// findOpenAudible walks the file, whose layout is not documented and changed
// between versions (protocol 8.6). The parser has bounded how deep it goes.
func findOpenAudible(object fields, key string, parents []fields) []openAudibleEntry {
	isText := func(f fields, name string) bool { _, ok := f.members[name].(string); return ok }
	if isText(object, "adp_token") && isText(object, "device_private_key") {
		return []openAudibleEntry{{key: key, object: object, parents: parents}}
	}
	if tokens, ok := object.members["tokens"].(map[string]any); ok && tokens["mac_dms"] != nil {
		return []openAudibleEntry{{key: key, object: object, isAnswer: true, parents: parents}}
	}
	around := append([]fields{object}, parents...)
	var found []openAudibleEntry
	for _, name := range slices.Sorted(maps.Keys(object.members)) {
		if child, ok := object.members[name].(map[string]any); ok {
			inner := key
			if len(parents) == 0 {
				inner = name // the top level is keyed by account
			}
			found = append(found, findOpenAudible(fields{members: child, fault: object.fault}, inner, around)...)
		}
	}
	return found
}

// isOpenAudible reports whether the file holds anything that can be read.
func isOpenAudible(object map[string]any) bool {
	return len(findOpenAudible(newFields(object), "", nil)) > 0
}

// readOpenAudible reads every account that is found. One that is malformed
// fails the whole file: leaving it out would look as if it were not there.
func readOpenAudible(object map[string]any) ([]Account, error) {
	entries := findOpenAudible(newFields(object), "", nil)
	if len(entries) > maxAccounts {
		return nil, fmt.Errorf("%w: it has more than %d accounts", ErrNotCredentials, maxAccounts)
	}
	accounts := make([]Account, 0, len(entries))
	for _, entry := range entries {
		account, err := entry.read()
		if err != nil {
			return nil, err
		}
		accounts = append(accounts, account)
	}
	return accounts, nil
}

// read collects one account. The expiry is in milliseconds here, and the
// region in capitals, sometimes with the country's ISO code.
func (e openAudibleEntry) read() (Account, error) {
	c := e.credentials()
	c.Marketplace = strings.ToLower(e.nearest("region").text("region"))
	if c.Marketplace == "gb" {
		c.Marketplace = "uk"
	}
	c.UserName = e.nearest("legacy_user").flag("legacy_user")
	c, err := e.object.finish(c, e.nearest("expires").number("expires"), time.Millisecond)
	if err != nil {
		return Account{}, err
	}
	return Account{Credentials: c, Label: printable(cmp.Or(c.Customer.Name, e.key))}, nil
}

// nearest returns the innermost object that has the member.
func (e openAudibleEntry) nearest(name string) fields {
	for _, object := range append([]fields{e.object}, e.parents...) {
		if object.has(name) {
			return object
		}
	}
	return fields{fault: e.object.fault}
}

// credentials reads either layout, without what stands around it.
func (e openAudibleEntry) credentials() audible.Credentials {
	if e.isAnswer {
		return e.answerCredentials()
	}
	return e.flatCredentials()
}

// flatCredentials reads the newer layout.
func (e openAudibleEntry) flatCredentials() audible.Credentials {
	return audible.Credentials{
		AccessToken:     e.object.text("access_token"),
		RefreshToken:    e.object.text("refresh_token"),
		ADPToken:        e.object.text("adp_token"),
		DeviceKey:       e.object.text("device_private_key"),
		Device:          readDevice(e.object.object("device_info")),
		Customer:        readCustomer(e.object.object("customer_info")),
		StoreAuthCookie: e.object.object("store_authentication_cookie").text("cookie"),
	}
}

// answerCredentials reads the older layout, which keeps Amazon's registration
// answer as it came (protocol 5.2). Its cookies are left out; the client
// can get them again.
func (e openAudibleEntry) answerCredentials() audible.Credentials {
	tokens, extensions := e.object.object("tokens"), e.object.object("extensions")
	signing, bearer := tokens.object("mac_dms"), tokens.object("bearer")
	return audible.Credentials{
		AccessToken:     bearer.text("access_token"),
		RefreshToken:    bearer.text("refresh_token"),
		ADPToken:        signing.text("adp_token"),
		DeviceKey:       signing.text("device_private_key"),
		Device:          readDevice(extensions.object("device_info")),
		Customer:        readCustomer(extensions.object("customer_info")),
		StoreAuthCookie: tokens.object("store_authentication_cookie").text("cookie"),
	}
}
