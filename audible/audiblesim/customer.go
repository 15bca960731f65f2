package audiblesim

import (
	"fmt"
	"net/http"
	"time"
)

// showAccount answers GET /1.0/account/information (protocol 9.7):
//
//	{"customer_information":{
//	   "segment":{"active_segment":"CreditAL"},
//	   "subscription":{"subscription_details":[{…}]}},
//	 "response_groups":[…]}
//
// Without source=Credit the subscription is left out; without membership its
// list is empty. No answer anywhere tells how many credits are left.
func (a *apiCall) showAccount() error {
	groups, err := a.groups(accountGroups(a.caller.marketplace))
	if err != nil {
		return err
	}
	a.w.mu.RLock()
	member := a.w.members[a.caller.accountID] == Member
	a.w.mu.RUnlock()
	body := []byte(`{"customer_information":{`)
	if groups.any("customer_segment customer_segments") {
		segment := "CreditAL"
		if !member {
			segment = "NonMember"
		}
		body = append(appendText(append(body, `"segment":{"active_segment":`...), segment), '}')
	}
	if groups.has("subscription_details") && a.query.Get("source") == "Credit" {
		if body[len(body)-1] != '{' {
			body = append(body, ',')
		}
		body = append(body, `"subscription":{"subscription_details":[`...)
		if member {
			body = a.appendSubscription(body)
		}
		body = append(body, "]}"...)
	}
	body = append(appendList(append(body, `},"response_groups":`...), groups.echo()...), '}')
	sendJSON(a.rw, http.StatusOK, body)
	return nil
}

// appendSubscription writes the plan of a member: billed monthly, on the day
// of the month that the world began. Dates have three fraction digits, and the
// amount the odd digits that were recorded.
func (a *apiCall) appendSubscription(dst []byte) []byte {
	const form = "2006-01-02T15:04:05.000Z"
	day := time.Unix(int64(a.w.today)*daySeconds, 0).UTC()
	next := day
	for !next.After(a.now) {
		next = next.AddDate(0, 1, 0)
	}
	return fmt.Appendf(dst, `{"auto_renew_enabled":true,"expected_status_end_date":"%s",`+
		`"next_bill_amount":{"amount":9.949999809,"currency":"%s"},"next_bill_date":"%s","offers":[],`+
		`"plan":{"membership_plan_details":{"title":"Audible Premium Plus"}},"status":"Active",`+
		`"subscription_start_date":"%s"}`,
		next.Format(form), a.c.shop.currency, next.Format(form), day.AddDate(-3, 0, 0).Format(form))
}

// showCustomer answers GET /1.0/customer/information with the home store.
func (a *apiCall) showCustomer() error {
	groups, err := a.groups(customerGroups())
	if err != nil {
		return err
	}
	body := []byte(`{"customer_details":{`)
	if groups.has("migration_details") {
		body = appendText(append(body, `"migration_details":[{"to_marketplaceId":`...), a.homeStore())
		body = append(body, `}]`...)
	}
	body = append(appendList(append(body, `},"response_groups":`...), groups.echo()...), '}')
	sendJSON(a.rw, http.StatusOK, body)
	return nil
}

// homeStore is the store with most of the account's titles.
func (a *apiCall) homeStore() string {
	a.w.mu.RLock()
	defer a.w.mu.RUnlock()
	home, most := a.c.shop.id, len(a.shelf.entries)
	for _, s := range a.w.shops {
		if other, ok := a.w.shelves[shelfKey{a.caller.accountID, s.code}]; ok && len(other.entries) > most {
			home, most = s.id, len(other.entries)
		}
	}
	return home
}

// showSettings answers GET /1.0/user/settings.
func (a *apiCall) showSettings() error {
	name := a.query.Get("setting_name")
	if name != "captionsEnabled" {
		a.query.bad.add(name, "settingName", "Member must satisfy enum value set: [captionsEnabled]")
		return a.query.bad.err()
	}
	sendJSON(a.rw, http.StatusOK, []byte(`{"settings":{"captionsEnabled":false}}`))
	return nil
}

// listOrders answers GET /1.0/orders with what was bought in the last half
// year. An order is as one was recorded (protocol 9.11); the key of the list is
// a likely guess.
func (a *apiCall) listOrders() error {
	if err := a.query.bad.err(); err != nil {
		return err
	}
	since := a.now.AddDate(0, -6, 0).UnixMilli()
	a.w.mu.RLock()
	defer a.w.mu.RUnlock()
	body := []byte(`{"orders":[`)
	for i := range a.shelf.entries {
		e := &a.shelf.entries[i]
		if e.added < since || e.plus || e.revoked {
			continue
		}
		if body[len(body)-1] != '[' {
			body = append(body, ',')
		}
		body = a.appendOrder(body, e)
	}
	sendJSON(a.rw, http.StatusOK, append(body, "]}"...))
	return nil
}

// appendOrder writes one order with one title. What the service says about
// cards and addresses is left out: nobody should learn to read it.
func (a *apiCall) appendOrder(dst []byte, e *entry) []byte {
	v := view{c: a.c, t: a.c.titles[e.title], entry: e, account: a.caller.accountID}
	amount := string(appendFloat(nil, widened(v.t.price.list, a.c.shop.minorDigits())))
	charged := `"amount_charged":{"amount":` + amount + `,"currency":"` + a.c.shop.currency + `"}`
	dst = append(append(dst, '{'), charged...)
	dst = appendSeconds(append(dst, `,"date":`...), e.added)
	dst = appendOrder(append(dst, `,"detail_state":"ORDER_SUCCEEDED","id":`...), &v)
	dst = append(append(dst, `,"is_amazon":false,"items":[{`...), charged...)
	dst = appendText(append(dst, `,"asin":`...), v.t.asin)
	dst = append(dst, `,"is_gift":false,"is_preorder":false,"is_returned":false,"payment_method":"PURCHASE"}]`...)
	dst = appendText(append(dst, `,"marketplace_id":`...), a.c.shop.id)
	return append(dst, `,"state":"ORDER_CLOSED","type":"CONTENT"}`...)
}
