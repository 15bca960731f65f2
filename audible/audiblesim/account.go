package audiblesim

import (
	"cmp"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"
)

// Account is a customer of the simulated Amazon. Only Login and Password are
// needed; what is empty gets a default in AddAccount, and Sim.Account shows
// the result. In JSON the names are in snake_case.
type Account struct {
	// Login is an e-mail address, or a user name when UserName is true. It
	// is unique and compared without regard to case.
	Login string `json:"login"`
	// UserName makes it an account from before 2008: it signs in on
	// www.audible, and Marketplace must be us, uk or de.
	UserName bool `json:"user_name,omitempty"`
	// Password is compared exactly.
	Password string `json:"password"`
	// Name is the owner's full name; empty means "Kim Sample".
	Name string `json:"name,omitempty"`
	// OTP is a fixed one-time password. When it and TOTPSeed are empty, six
	// digits are derived from the login.
	OTP string `json:"otp,omitempty"`
	// TOTPSeed is a base32 seed of an authenticator app (RFC 6238: SHA-1,
	// six digits, 30 seconds); each code then works once.
	TOTPSeed string `json:"totp_seed,omitempty"`
	// Captcha is the text in captcha images, letters only; empty means six
	// letters derived from the login.
	Captcha string `json:"captcha,omitempty"`
	// Code is what Amazon sends by mail, text message or call; empty means
	// six digits derived from the login.
	Code string `json:"code,omitempty"`
	// Challenges are what comes after the password, in this order; the
	// constants named Challenge… list them. Empty means none.
	Challenges []string `json:"challenges,omitempty"`
	// ApprovalPolls is how often the waiting page of an approval is fetched
	// before it lets through; 0 means 1.
	ApprovalPolls int `json:"approval_polls,omitempty"`
	// SplitPages asks for the login and the password on two pages. Amazon
	// can't know who comes, so one such account splits the page for all of
	// its kind (e-mail or user name).
	SplitPages bool `json:"split_pages,omitempty"`
	// Suspicious gives one captcha more to a client that comes without the
	// app's start cookies or without metadata1 (protocol 3.2, 3.5).
	Suspicious bool `json:"suspicious,omitempty"`
	// CaptchaOnOwnHost serves captcha images from the page's own host
	// instead of the host of captchas.
	CaptchaOnOwnHost bool `json:"captcha_on_own_host,omitempty"`
	// Marketplace is the country code of the home store; empty means us.
	Marketplace string `json:"marketplace,omitempty"`
	// Marketplaces says how many titles the account has in which store, by
	// country code. Nil means Options.Books titles in the home store.
	Marketplaces map[string]int `json:"marketplaces,omitempty"`
}

// account is an Account with what Amazon adds to it.
type account struct {
	Account
	home       store
	customerID string
	lastTOTP   int64 // the last step of an authenticator code that was used
	devices    []*device
	prompts    int
}

// maxAccountsFile bounds an accounts file: a thousand accounts fit in 1 MiB.
const maxAccountsFile = 1 << 20

// LoadAccounts reads accounts from JSON, an array of objects with the fields
// of Account. Unknown fields, text after the array and accounts that are wrong
// in themselves are errors; only AddAccount sees that a login comes twice.
func LoadAccounts(r io.Reader) ([]Account, error) {
	text, err := io.ReadAll(io.LimitReader(r, maxAccountsFile+1))
	if err != nil {
		return nil, fmt.Errorf("read accounts: %w", err)
	}
	if len(text) > maxAccountsFile {
		return nil, fmt.Errorf("read accounts: more than %d bytes", maxAccountsFile)
	}
	decoder := json.NewDecoder(strings.NewReader(string(text)))
	decoder.DisallowUnknownFields()
	var accounts []Account
	if err := decoder.Decode(&accounts); err != nil {
		return nil, fmt.Errorf("read accounts: %w", err)
	}
	if _, err := decoder.Token(); !errors.Is(err, io.EOF) {
		return nil, errors.New("read accounts: text after the end of the array")
	}
	for i := range accounts {
		if err := accounts[i].check(); err != nil {
			return nil, fmt.Errorf("account %d of the file: %w", i+1, err)
		}
	}
	return accounts, nil
}

// AddAccount adds a customer. It refuses a login that exists already and
// fields that contradict each other.
func (s *Sim) AddAccount(a Account) error {
	if err := a.check(); err != nil {
		return err
	}
	s.mu.Lock()
	if _, taken := s.accounts[loginKey(a.Login)]; taken {
		s.mu.Unlock()
		return fmt.Errorf("account %q exists already", a.Login)
	}
	added := s.complete(a)
	s.accounts[loginKey(a.Login)] = added
	s.mu.Unlock()
	s.world.addLibrary(added.customerID, added.Marketplaces)
	return nil
}

// Account returns an account with its defaults filled in, and false when
// there is none with that login.
func (s *Sim) Account(login string) (Account, bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	found, ok := s.accounts[loginKey(login)]
	if !ok {
		return Account{}, false
	}
	return found.Account, true
}

// accountID returns the customer id of a login, which is the id that the
// world knows the account by.
func (s *Sim) accountID(login string) (string, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	found, err := s.find(login)
	if err != nil {
		return "", err
	}
	return found.customerID, nil
}

// find looks an account up; s.mu is held.
func (s *Sim) find(login string) (*account, error) {
	found, ok := s.accounts[loginKey(login)]
	if !ok {
		return nil, fmt.Errorf("no account %q in the simulator", login)
	}
	return found, nil
}

// loginKey is what logins are compared by: Amazon ignores case and the blanks
// that phones put after an address.
func loginKey(login string) string { return strings.ToLower(strings.TrimSpace(login)) }

// complete fills in defaults. What has to differ between accounts is derived
// from the login, so that two simulators with one accounts file agree.
func (s *Sim) complete(a Account) *account {
	digest := sha256.Sum256([]byte(loginKey(a.Login)))
	if a.Name == "" {
		a.Name = "Kim Sample"
	}
	if a.Marketplace == "" {
		a.Marketplace = "us"
	}
	if a.OTP == "" && a.TOTPSeed == "" {
		a.OTP = digits(digest[0:6])
	}
	if a.Code == "" {
		a.Code = digits(digest[6:12])
	}
	if a.Captcha == "" {
		a.Captcha = letters(digest[12:18])
	}
	if a.ApprovalPolls == 0 {
		a.ApprovalPolls = 1
	}
	if a.Marketplaces == nil {
		a.Marketplaces = map[string]int{a.Marketplace: s.opts.Books}
	}
	home, _ := storeByCode(a.Marketplace)
	id := "amzn1.account." + strings.ToUpper(hex.EncodeToString(digest[:14]))
	return &account{Account: a, home: home, customerID: id}
}

// check reports what is wrong with an account.
func (a Account) check() error {
	switch {
	case strings.TrimSpace(a.Login) == "":
		return errors.New("an account needs a login")
	case a.Password == "":
		return fmt.Errorf("account %q needs a password", a.Login)
	case !a.UserName && !strings.Contains(a.Login, "@"):
		return fmt.Errorf("account %q is no e-mail address; set user_name for a name from before 2008", a.Login)
	case a.ApprovalPolls < 0:
		return fmt.Errorf("account %q: approval_polls is negative", a.Login)
	case strings.Trim(strings.ToLower(a.Captcha), captchaLetters) != "":
		return fmt.Errorf("account %q: a captcha has letters a to z only", a.Login)
	}
	for _, name := range a.Challenges {
		if !slices.Contains(Challenges(), name) {
			return fmt.Errorf("account %q: %q is not a challenge; use one of %s",
				a.Login, name, strings.Join(Challenges(), ", "))
		}
	}
	if _, err := totpKey(a.TOTPSeed); err != nil {
		return fmt.Errorf("account %q: %w", a.Login, err)
	}
	return a.checkStores()
}

// checkStores checks the stores an account names. A user name lives in one
// store only, since those accounts were never merged with Amazon's.
func (a Account) checkStores() error {
	home, ok := storeByCode(cmp.Or(a.Marketplace, "us"))
	if !ok {
		return fmt.Errorf("account %q: %q is not a marketplace", a.Login, a.Marketplace)
	}
	if a.UserName && !home.userNames {
		return fmt.Errorf("account %q: user names exist in us, uk and de only, not in %q", a.Login, a.Marketplace)
	}
	for code, titles := range a.Marketplaces {
		if _, known := storeByCode(code); !known {
			return fmt.Errorf("account %q: %q is not a marketplace", a.Login, code)
		}
		if titles < 0 {
			return fmt.Errorf("account %q: a negative number of titles in %q", a.Login, code)
		}
	}
	return nil
}

const captchaLetters = "abcdefghijklmnopqrstuvwxyz"

// digits turns bytes into decimal digits. They favour 0 to 5 a little, which
// matters for secrets and not for these.
func digits(from []byte) string {
	out := make([]byte, len(from))
	for i, b := range from {
		out[i] = '0' + b%10
	}
	return string(out)
}

// letters avoids i, l, o and others that people confuse in a captcha.
func letters(from []byte) string {
	const clear = "abcefghjkmnprtuxy"
	out := make([]byte, len(from))
	for i, b := range from {
		out[i] = clear[int(b)%len(clear)]
	}
	return string(out)
}
