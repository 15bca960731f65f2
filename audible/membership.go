package audible

import (
	"context"
	"net/url"
	"time"
)

// AccountInformation is what a store says about the account's membership.
type AccountInformation struct {
	// Segment is Audible's word for the kind of customer ("CreditAL").
	Segment string
	// Subscriptions is empty without a membership. No known answer of the
	// API holds the number of credits left (protocol 9.7).
	Subscriptions []Subscription
}

// Subscription is one membership.
type Subscription struct {
	// Status is "Active" or another of Audible's words.
	Status string
	// Plan is the title of the plan.
	Plan string
	// Renews is auto_renew_enabled.
	Renews Flag
	// StartedAt, EndsAt and NextBillAt are zero when the server doesn't say.
	StartedAt  time.Time
	EndsAt     time.Time
	NextBillAt time.Time
	// NextBill is what will be charged; round its Base as that of a price.
	NextBill Amount
}

// AccountInformation returns the membership in the client's store.
func (c *Client) AccountInformation(ctx context.Context) (AccountInformation, error) {
	// Without the source the server leaves the subscription out.
	v := url.Values{"response_groups": {"subscription_details,customer_segment"}, "source": {"Credit"}}
	var info AccountInformation
	err := c.get(ctx, "account/information", "account/information", v, func(r *reply) error {
		info = AccountInformation{}
		return readObject(r, func(s *jsonScanner, key []byte) {
			if string(key) != "customer_information" {
				s.skip()
				return
			}
			s.object(func(key []byte) { info.read(s, key) })
		})
	})
	if err != nil {
		return AccountInformation{}, err
	}
	return info, nil
}

func (info *AccountInformation) read(s *jsonScanner, key []byte) {
	switch string(key) {
	case "segment":
		s.object(func(key []byte) {
			if string(key) != "active_segment" {
				s.skip()
				return
			}
			info.Segment = s.text()
		})
	case "subscription":
		s.object(func(key []byte) {
			if string(key) != "subscription_details" {
				s.skip()
				return
			}
			s.array(func() { info.Subscriptions = append(info.Subscriptions, readSubscription(s)) })
		})
	default:
		s.skip()
	}
}

func readSubscription(s *jsonScanner) Subscription {
	var one Subscription
	s.object(func(key []byte) {
		switch string(key) {
		case "status":
			one.Status = s.text()
		case "auto_renew_enabled":
			one.Renews = s.flag()
		case "subscription_start_date":
			one.StartedAt = s.when()
		case "expected_status_end_date":
			one.EndsAt = s.when()
		case "next_bill_date":
			one.NextBillAt = s.when()
		case "next_bill_amount":
			one.NextBill = readBill(s)
		case "plan":
			s.within("membership_plan_details", func(key []byte) {
				if string(key) != "title" {
					s.skip()
					return
				}
				one.Plan = s.text()
			})
		default:
			s.skip()
		}
	})
	return one
}

// readBill reads an amount under the names that bills use.
func readBill(s *jsonScanner) Amount {
	var bill Amount
	s.object(func(key []byte) {
		switch string(key) {
		case "amount":
			bill.Base = s.float()
		case "currency":
			bill.Currency = s.text()
		default:
			s.skip()
		}
	})
	return bill
}
