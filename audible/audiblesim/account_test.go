package audiblesim_test

import (
	"encoding/json"
	"regexp"
	"strings"
	"testing"

	"github.com/audipy/audipy/audible/audiblesim"
)

func TestAccountsFileIsReadStrictly(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]string{
		`[`:  "read accounts",
		`{}`: "read accounts",
		`[{"login":"a@b","password":"x","colour":1}]`: `unknown field "colour"`,
		`[] []`:                           "text after the end",
		`[{"password":"x"}]`:              "account 1 of the file: an account needs a login",
		`[{"login":"a@b"}]`:               `account "a@b" needs a password`,
		`[{"login":"ab","password":"x"}]`: "set user_name",
		`[{"login":"ab","user_name":true,"password":"x","marketplace":"fr"}]`: "us, uk and de only",
		`[{"login":"a@b","password":"x","marketplace":"xx"}]`:                 `"xx" is not a marketplace`,
		`[{"login":"a@b","password":"x","marketplaces":{"xx":1}}]`:            `"xx" is not a marketplace`,
		`[{"login":"a@b","password":"x","marketplaces":{"us":-1}}]`:           "negative number of titles",
		`[{"login":"a@b","password":"x","challenges":["riddle"]}]`:            `"riddle" is not a challenge; use one of captcha, device`,
		`[{"login":"a@b","password":"x","approval_polls":-1}]`:                "approval_polls is negative",
		`[{"login":"a@b","password":"x","captcha":"a1"}]`:                     "letters a to z only",
		`[{"login":"a@b","password":"x","totp_seed":"1!"}]`:                   "totp_seed is not base32",
	} {
		if _, err := audiblesim.LoadAccounts(strings.NewReader(text)); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("LoadAccounts(%s) = %v, want an error with %q", text, err, want)
		}
	}
	if _, err := audiblesim.LoadAccounts(strings.NewReader(strings.Repeat(" ", 2<<20))); err == nil {
		t.Error("2 MiB of accounts are read, want an error")
	}
}

func TestAccountsFileFillsEveryField(t *testing.T) {
	t.Parallel()
	const text = `[{"login":"kim","user_name":true,"password":"x","name":"Kim Doe","otp":"123456","captcha":"abc",
		"code":"654321","challenges":["captcha","otp"],"approval_polls":3,"split_pages":true,"suspicious":true,
		"captcha_on_own_host":true,"marketplace":"de","marketplaces":{"de":12,"us":3}}]`
	accounts, err := audiblesim.LoadAccounts(strings.NewReader(text))
	if err != nil || len(accounts) != 1 {
		t.Fatalf("LoadAccounts = %d accounts, %v", len(accounts), err)
	}
	var want, got any
	written, err := json.Marshal(accounts)
	if err != nil {
		t.Fatal(err)
	}
	_, _ = json.Unmarshal([]byte(text), &want), json.Unmarshal(written, &got)
	if a, b := mustJSON(t, want), mustJSON(t, got); a != b {
		t.Errorf("accounts = %s, want %s", b, a)
	}
}

func mustJSON(t *testing.T, value any) string {
	t.Helper()
	text, err := json.Marshal(value)
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}

func TestEmptyAnswersGetDefaultsThatDependOnTheLogin(t *testing.T) {
	t.Parallel()
	filled := func(login string) audiblesim.Account {
		s := audiblesim.New(audiblesim.Options{Books: 5})
		if err := s.AddAccount(audiblesim.Account{Login: login, Password: "x"}); err != nil {
			t.Fatal(err)
		}
		a, ok := s.Account(strings.ToUpper(login))
		if !ok {
			t.Fatal("the login is not found in capitals")
		}
		return a
	}
	a := filled("a@example.com")
	if again := filled("a@example.com"); mustJSON(t, a) != mustJSON(t, again) {
		t.Error("one login got two sets of answers")
	}
	b := filled("b@example.com")
	if a.OTP == b.OTP || a.Code == b.Code || a.Captcha == b.Captcha {
		t.Error("two logins share an answer")
	}
	sixDigits, sixLetters := regexp.MustCompile(`^\d{6}$`), regexp.MustCompile(`^[a-z]{6}$`)
	if !sixDigits.MatchString(a.OTP) || !sixDigits.MatchString(a.Code) || !sixLetters.MatchString(a.Captcha) {
		t.Errorf("answers = %q %q %q", a.OTP, a.Code, a.Captcha)
	}
	if a.Marketplaces["us"] != 5 || a.Marketplace != "us" || a.Name == "" || a.ApprovalPolls != 1 {
		t.Errorf("account = %+v", a)
	}
}

func TestALoginExistsOnce(t *testing.T) {
	t.Parallel()
	s := newSim(t, audiblesim.Options{}, audiblesim.Account{})
	if err := s.AddAccount(audiblesim.Account{Login: "KIM@example.com", Password: "y"}); err == nil {
		t.Error("a login was added twice")
	}
	if _, ok := s.Account("nobody@example.com"); ok {
		t.Error("an account that nobody added is there")
	}
}
