package authfile

import (
	"cmp"
	"fmt"
	"io"
	"strings"

	"github.com/audipy/audipy/audible"
)

// maxAccounts bounds the accounts of one file. Libation's users have one or
// two.
const maxAccounts = 50

// preAmazon begins the locale names of user name accounts in Libation.
const preAmazon = "pre-amazon - "

// libationLocales are Libation's names of the stores where they differ from
// the country code (protocol 1).
func libationLocales() map[string]string {
	return map[string]string{
		"germany": "de", "france": "fr", "canada": "ca", "italy": "it", "australia": "au",
		"india": "in", "japan": "jp", "spain": "es", "brazil": "br",
	}
}

// readLibation reads AccountsSettings.json (protocol 8.5):
//
//	{"Accounts": [{
//	    "AccountId": login, "AccountName": label, "LibraryScan": bool,
//	    "DecryptKey": activation bytes,
//	    "IdentityTokens": {
//	      "LocaleName": store, see parseLocaleName,
//	      "ExistingAccessToken": {"TokenValue": secret, "Expires": date},
//	      "PrivateKey": {"Value": secret}, "AdpToken": …, "RefreshToken": …,
//	      "DeviceSerialNumber": text, "DeviceType": …, "AmazonAccountId": …,
//	      "DeviceName": …,
//	      "StoreAuthenticationCookie": secret,
//	      "Cookies": [{"Key": name, "Value": secret}]
//	    }
//	 }], "Cdm": …}
//
// For secrets see libationSecrets. An account that is listed but not signed
// in has no tokens and is left out.
func readLibation(object map[string]any, masterKey []byte) ([]Account, error) {
	file := newFields(object)
	list := file.list("Accounts")
	if len(list) > maxAccounts {
		return nil, faulty("Accounts", fmt.Sprintf("has more than %d accounts", maxAccounts))
	}
	var accounts []Account
	for i, entry := range list {
		identity := entry.object("IdentityTokens")
		if !identity.has("PrivateKey") && !identity.has("RefreshToken") {
			continue
		}
		account, err := readLibationAccount(entry, libationSecrets{identity, masterKey})
		if err != nil {
			return nil, fmt.Errorf("account %d of the file: %w", i+1, err)
		}
		accounts = append(accounts, account)
	}
	if err := file.err(); err != nil {
		return nil, err
	}
	if len(accounts) == 0 {
		return nil, fmt.Errorf("%w: Libation has no account that is signed in", ErrNotCredentials)
	}
	return accounts, nil
}

// readLibationAccount reads one entry of Accounts. The name of the customer is
// not in the file; the label is what Libation shows in its place.
func readLibationAccount(entry fields, secrets libationSecrets) (Account, error) {
	identity := secrets.identity
	c := audible.Credentials{
		AccessToken:     secrets.field("ExistingAccessToken"),
		RefreshToken:    secrets.field("RefreshToken"),
		ADPToken:        secrets.field("AdpToken"),
		DeviceKey:       secrets.field("PrivateKey"),
		StoreAuthCookie: secrets.field("StoreAuthenticationCookie"),
		Cookies:         secrets.cookies(),
		Device: audible.Device{
			Serial: identity.text("DeviceSerialNumber"),
			Type:   identity.text("DeviceType"),
			Name:   identity.text("DeviceName"),
		},
		Customer:        audible.Customer{ID: identity.text("AmazonAccountId")},
		ActivationBytes: entry.text("DecryptKey"),
	}
	if c.AccessToken == emptyAccessToken {
		c.AccessToken = ""
	}
	c.Marketplace, c.UserName = parseLocaleName(identity.text("LocaleName"))
	login, label := entry.text("AccountId"), entry.text("AccountName")
	expires := identity.object("ExistingAccessToken").text("Expires")
	if err := entry.err(); err != nil {
		return Account{}, err
	}
	var err error
	if c.AccessTokenExpires, err = parseDate(expires); err != nil {
		return Account{}, err
	}
	if c, err = complete(c); err != nil {
		return Account{}, err
	}
	return Account{Credentials: c, Label: printable(cmp.Or(label, login)), Login: printable(login)}, nil
}

// parseLocaleName returns the country code of Libation's name of a store, and
// whether it stands for user name accounts. An unknown name is returned as it
// is.
func parseLocaleName(name string) (code string, userName bool) {
	name = strings.ToLower(strings.TrimSpace(name))
	name, userName = strings.CutPrefix(name, preAmazon)
	if code, ok := libationLocales()[name]; ok {
		return code, userName
	}
	return name, userName
}

// localeName is the inverse of parseLocaleName. Libation has names for user
// name accounts only where there are any.
func localeName(c audible.Credentials) (string, error) {
	market, err := marketplace(c.Marketplace)
	if err != nil {
		return "", err
	}
	name := market.Code
	for long, code := range libationLocales() {
		if code == market.Code {
			name = long
		}
	}
	if !c.UserName {
		return name, nil
	}
	if !market.UserNames {
		return "", faulty("with_username", fmt.Sprintf("is true, and Libation has no such accounts in %q", market.Code))
	}
	return preAmazon + name, nil
}

// libationOutline writes AccountsSettings.json; with a master key every
// secret is encrypted, each with a nonce from rand.
func libationOutline(accounts []Account, masterKey []byte, rand io.Reader) (outline, error) {
	list := make([]outline, 0, len(accounts))
	seen := map[string]bool{}
	for i, account := range accounts {
		entry, err := libationAccount(account, libationSealer{masterKey, rand})
		if err != nil {
			return nil, fmt.Errorf("account %d: %w", i+1, err)
		}
		id := strings.ToLower(libationLogin(account)) + "\n" + account.Credentials.Marketplace
		if seen[id] {
			return nil, fmt.Errorf("account %d: Libation can't hold two accounts of the same name and store", i+1)
		}
		seen[id] = true
		list = append(list, entry)
	}
	return outline{{"Accounts", list}, {"Cdm", nil}}, nil
}

// libationLogin is the AccountId, by which Libation tells the accounts of one
// store apart without regard to case.
func libationLogin(account Account) string {
	c := account.Credentials
	return cmp.Or(account.Login, c.Customer.ID, c.Device.Serial, "audible")
}

// libationAccount is one entry of Accounts. LibraryScan is on, so that Libation
// treats the account like any other.
func libationAccount(account Account, sealer libationSealer) (outline, error) {
	c := account.Credentials
	if !c.CanSign() || !c.CanRefresh() {
		return nil, faulty("refresh_token", "or the device key is missing: Libation needs both")
	}
	locale, err := localeName(c)
	if err != nil {
		return nil, err
	}
	identity, err := sealer.identity(c, locale)
	if err != nil {
		return nil, err
	}
	login := libationLogin(account)
	return outline{
		{"AccountId", login},
		{"AccountName", cmp.Or(account.Label, login+" - "+locale)},
		{"LibraryScan", true},
		{"DecryptKey", c.ActivationBytes},
		{"IdentityTokens", identity},
	}, nil
}

// libationNames lists the accounts of a file with encrypted fields; names and
// stores are never encrypted.
func libationNames(object map[string]any) []FoundAccount {
	file := newFields(object)
	var names []FoundAccount
	for _, entry := range file.list("Accounts") {
		identity := entry.object("IdentityTokens")
		if !identity.has("PrivateKey") && !identity.has("RefreshToken") {
			continue
		}
		code, _ := parseLocaleName(identity.text("LocaleName"))
		label := printable(cmp.Or(entry.text("AccountName"), entry.text("AccountId")))
		names = append(names, FoundAccount{label, printable(code), printable(identity.text("AmazonAccountId"))})
	}
	return names[:min(len(names), maxAccounts)]
}
