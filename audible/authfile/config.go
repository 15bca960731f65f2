package authfile

import (
	"cmp"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/BurntSushi/toml"
)

// maxProfiles bounds the profiles of one configuration.
const maxProfiles = 100

// maxConfig bounds a configuration in bytes, and maxNesting the dots and the
// brackets in one line of it.
const (
	maxConfig  = 64 << 10
	maxNesting = 64
)

// Profile is a name under which a program uses a credential file.
type Profile struct {
	Name string
	// Marketplaces are the country codes that it is used with; nil means
	// that of the file.
	Marketplaces []string
	// IsPrimary is true for the one that the program uses by default.
	IsPrimary bool
}

// entry is a profile with the file that it names.
type entry struct {
	Profile
	file string
}

// configFile is config.toml of audible-cli (profile, protocol 8.3) or of
// audible-rs (accounts); the two programs may share a folder.
type configFile struct {
	App struct {
		PrimaryProfile string `toml:"primary_profile"`
	} `toml:"APP"`
	Profile map[string]struct {
		AuthFile    string `toml:"auth_file"`
		CountryCode string `toml:"country_code"`
	} `toml:"profile"`
	DefaultAccount string `toml:"default_account"`
	Accounts       map[string]struct {
		AuthFile     string   `toml:"auth_file"`
		Marketplaces []string `toml:"marketplaces"`
	} `toml:"accounts"`
}

// parseConfig returns the profiles that name a file, the primary one first,
// then by name.
func parseConfig(data []byte) ([]entry, error) {
	if len(data) > maxConfig {
		return nil, errors.New("it is too large for a configuration")
	}
	if isDeeplyNested(string(data)) {
		return nil, errDepth
	}
	var config configFile
	if _, err := toml.Decode(string(data), &config); err != nil {
		return nil, describeTOML(err)
	}
	entries := config.entries()
	if len(entries) > maxProfiles {
		return nil, errors.New("it has too many profiles")
	}
	return entries, nil
}

// entries turns the tables, which have no order, into profiles in a fixed one.
// A profile without a file is of no use here and left out.
func (c configFile) entries() []entry {
	var entries []entry
	for _, name := range slices.Sorted(maps.Keys(c.Profile)) {
		profile := c.Profile[name]
		var markets []string
		if profile.CountryCode != "" {
			markets = []string{printable(profile.CountryCode)}
		}
		isPrimary := name == c.App.PrimaryProfile
		entries = append(entries, entry{Profile{printable(name), markets, isPrimary}, profile.AuthFile})
	}
	for _, name := range slices.Sorted(maps.Keys(c.Accounts)) {
		account := c.Accounts[name]
		var markets []string
		for _, code := range account.Marketplaces {
			markets = append(markets, printable(code))
		}
		isPrimary := name == c.DefaultAccount
		entries = append(entries, entry{Profile{printable(name), markets, isPrimary}, account.AuthFile})
	}
	entries = slices.DeleteFunc(entries, func(e entry) bool { return e.file == "" })
	slices.SortStableFunc(entries, func(a, b entry) int { return cmp.Compare(rank(a), rank(b)) })
	return entries
}

// rank puts the primary profile before the others.
func rank(e entry) int {
	if e.IsPrimary {
		return 0
	}
	return 1
}

// isDeeplyNested reports whether a line has more dots or brackets than a
// configuration needs: the TOML reader makes a table for each part of a key,
// and goes down for each bracket.
func isDeeplyNested(text string) bool {
	if strings.Count(text, "[") > 4*maxProfiles || strings.Count(text, "{") > 4*maxProfiles {
		return true
	}
	for line := range strings.Lines(text) {
		if strings.Count(line, ".") > maxNesting || strings.Count(line, "[")+strings.Count(line, "{") > maxNesting {
			return true
		}
	}
	return false
}

// describeTOML gives the line of an error without the text of the file.
func describeTOML(err error) error {
	if syntax, ok := errors.AsType[toml.ParseError](err); ok {
		return fmt.Errorf("its TOML is malformed at line %d", syntax.Position.Line)
	}
	return errors.New("a member of it has the wrong type")
}
