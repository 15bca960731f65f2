package cli

import (
	"cmp"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/BurntSushi/toml"

	"github.com/audipy/audipy/internal/audipy"
)

// setting is one thing that can be configured: by flag, by environment
// (AUDIPY_ and its name in capitals), by the file, else its default; the first
// of these that says something holds.
type setting struct {
	name, help, fallback string
	allowed              []string // nil: anything
	// secret values are not shown; they may also be named by a file, in
	// AUDIPY_…_FILE.
	secret bool
}

// origin says where a value came from.
type origin string

const (
	fromFlag        origin = "flag"
	fromEnvironment origin = "environment"
	fromFile        origin = "file"
	fromDefault     origin = "default"
)

// configured is the value of a setting and where it came from.
type configured struct {
	Name   string `json:"name"`
	Value  string `json:"value"`
	Origin origin `json:"origin"`
	Help   string `json:"help"`
	secret bool
}

// config is the effective configuration.
type config struct {
	values []configured
	// file is where the configuration file is, or would be.
	file string
}

func settings(f folders) []setting {
	return []setting{
		{"home", "folder of the library and the sealed credentials", f.data, nil, false},
		{"key_file", "file that holds the key; empty: the system's keyring, else a file beside the configuration", "", nil, false},
		{"transit_address", "an OpenBao or Vault server whose transit engine encrypts the key, such as https://bao.example.org:8200; empty: none", "", nil, false},
		{"transit_key", "name of the key there", "audipy", nil, false},
		{"transit_mount", "path of the engine there", "transit", nil, false},
		{"transit_namespace", "namespace there; empty: none", "", nil, false},
		{"transit_token", "token for it; a file that AUDIPY_TRANSIT_TOKEN_FILE names is read at each use", "", nil, true},
		{"keyring", "whether the system's keyring may hold the key", "auto", []string{"auto", "off"}, false},
		{"server_token", "token that a person made on the page Programs of a server, for --server", "", nil, true},
		{"as", "e-mail address of the person whose data is meant, on the data of a server", "", nil, false},
		{"log", "what is logged to standard error; auto: info by the server, else nothing", "auto", []string{"auto", "off", "info", "debug"}, false},
		{"log_format", "how it is written; auto: text on a terminal, else JSON", "auto", []string{"auto", "text", "json"}, false},
		{"listen", "where the server listens, HOST:PORT", "localhost:2834", nil, false},
		{"public_url", "the one address at which browsers find the server; empty: localhost, or any name", "", nil, false},
		{"relay_origin", "a second name of the server, for Amazon's own sign-in pages; empty: 127.0.0.1 beside localhost, or none", "", nil, false},
		{"database", "address of a PostgreSQL database; empty: a file in home", "", nil, true},
		{"trusted_proxies", "addresses or CIDR ranges of proxies whose X-Forwarded headers hold, with commas", "", nil, false},
		{"allow_plain_http", "whether private addresses may use the server without TLS", "no", []string{"no", "yes"}, false},
		{"registration", "who may become a person of the server: whoever mail reaches, whoever has an invite, or nobody", "invite-only", []string{"open", "invite-only", "closed"}, false},
		{"stored_passwords", "whether people may have their Amazon password kept here, sealed, so that a dead link repairs itself; no: those that are kept are deleted", "no", []string{"no", "yes"}, false},
		{"oidc_issuer", "address of an OpenID Connect provider by which people may sign in, such as https://id.example.org; empty: none", "", nil, false},
		{"oidc_client_id", "what this server is called there", "", nil, false},
		{"oidc_client_secret", "secret for it; empty: a public client", "", nil, true},
		{"oidc_name", "what people read on its button; empty: its host", "", nil, false},
		{"oidc_second_factor", "whether its word that it asked for several factors (amr mfa) stands for a person's own second factor", "ask", []string{"ask", "trust"}, false},
		{"amazon_client_id", "client id of a security profile of Login with Amazon, by which people may then sign in; empty: none", "", nil, false},
		{"amazon_client_secret", "client secret of it", "", nil, true},
		{"amazon_region", "whose pages of Login with Amazon people sign in on: North America, Europe, or the Far East", "na", []string{"na", "eu", "fe"}, false},
		{"smtp_host", "mail server that notices and links for new passwords go by; empty: no mail is sent", "", nil, false},
		{"smtp_port", "its port; empty: 587, 465 or 25, by smtp_security", "", nil, false},
		{"smtp_security", "how the connection to it is protected", "starttls", []string{"starttls", "tls", "plain"}, false},
		{"smtp_username", "name to sign in there with; empty: none", "", nil, false},
		{"smtp_password", "password to sign in there with", "", nil, true},
		{"smtp_from", "who mails come from, such as AudiPy <audipy@example.com>", "", nil, false},
		{"notice_networks", "addresses or CIDR ranges that people's ntfy, Apprise and webhook targets may be in, with commas; empty: the public network alone", "", nil, false},
		{"shelf_networks", "addresses or CIDR ranges that people's audiobookshelf servers may be in, with commas; empty: the public network alone", "", nil, false},
		{"tls_cert", "PEM file of the server's certificate and what vouches for it; read again when it changes", "", nil, false},
		{"tls_key", "PEM file of the certificate's key", "", nil, false},
		{"tls_self_signed", "whether the server makes a certificate of its own", "no", []string{"no", "yes"}, false},
		{"hsts_subdomains", "whether browsers are told to use TLS for every name below the server's too", "no", []string{"no", "yes"}, false},
		{"backup_folder", "folder into which the server writes a backup every day, best on another disk, and whose latest it tries every week; empty: none", "", nil, false},
		{"backup_keep", "how many of these backups are kept, beside the last one that a try found good", "14", nil, false},
		{"checkpoint_file", "file to which the server adds signed checkpoints of the audit trails every hour, best on another disk; empty: only the log has them", "", nil, false},
		{"metrics_listen", "where metrics for Prometheus are read, HOST:PORT; empty: nowhere", "", nil, false},
		{"color", "whether to colour what is shown on a terminal", "auto", []string{"auto", "off"}, false},
	}
}

func envName(name string) string { return "AUDIPY_" + strings.ToUpper(name) }

// loadConfig resolves every setting. It reports all problems at once, as one
// Invalid error.
func loadConfig(env Env, flags map[string]string) (config, error) {
	f, err := findFolders(env)
	if err != nil {
		return config{}, err
	}
	c := config{file: filepath.Join(f.config, "config.toml")}
	if named := env.Getenv("AUDIPY_CONFIG"); named != "" {
		c.file = named
	}
	inFile, problems := readConfigFile(c.file, settings(f))
	for _, s := range settings(f) {
		v := configured{s.name, s.fallback, fromDefault, s.help, s.secret}
		if text, ok := inFile[s.name]; ok {
			v.Value, v.Origin = text, fromFile
		}
		if text, problem := fromEnv(env, s); problem != "" {
			problems = append(problems, problem)
		} else if text != "" {
			v.Value, v.Origin = text, fromEnvironment
		}
		if text := flags[s.name]; text != "" {
			v.Value, v.Origin = text, fromFlag
		}
		if s.allowed != nil && !slices.Contains(s.allowed, v.Value) {
			problems = append(problems, fmt.Sprintf("%s is %q (%s), and must be one of %s",
				s.name, v.Value, v.Origin, strings.Join(s.allowed, ", ")))
		}
		c.values = append(c.values, v)
	}
	if len(problems) > 0 {
		return c, audipy.Fail(audipy.Invalid, "the configuration is not usable: "+strings.Join(problems, "; "), nil).
			WithHint("settings come from flags, then AUDIPY_… variables, then " + c.file)
	}
	return c, nil
}

// fromEnv returns what the environment says of a setting. A secret may be in a
// file that a variable names.
func fromEnv(env Env, s setting) (text, problem string) {
	text, name := env.Getenv(envName(s.name)), envName(s.name)+"_FILE"
	file := env.Getenv(name)
	if !s.secret || file == "" {
		return text, ""
	}
	if text != "" {
		return "", fmt.Sprintf("%s and %s are both set", envName(s.name), name)
	}
	data, err := os.ReadFile(file)
	if err != nil {
		return "", fmt.Sprintf("%s names a file that can't be read (%v)", name, errors.Unwrap(err))
	}
	return strings.TrimSpace(string(data)), ""
}

// shown is the value of a setting as it may be shown.
func (c configured) shown() configured {
	if c.secret && c.Value != "" {
		c.Value = "[set]"
	}
	return c
}

// get returns the value of a setting that exists.
func (c config) get(name string) string {
	for _, v := range c.values {
		if v.Name == name {
			return v.Value
		}
	}
	return ""
}

// readConfigFile returns the settings of the file; a file that is not there
// holds none.
func readConfigFile(path string, known []setting) (map[string]string, []string) {
	data, err := os.ReadFile(path)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil
	}
	if err != nil {
		return nil, []string{fmt.Sprintf("%s can't be read (%v)", path, errors.Unwrap(err))}
	}
	var raw map[string]any
	if err := toml.Unmarshal(data, &raw); err != nil {
		return nil, []string{fmt.Sprintf("%s is not TOML (%v)", path, err)}
	}
	values, problems := map[string]string{}, []string(nil)
	for name, value := range raw {
		text, isText := value.(string)
		switch {
		case !slices.ContainsFunc(known, func(s setting) bool { return s.name == name }):
			problems = append(problems, fmt.Sprintf("%s has an unknown key %q", path, name))
		case !isText:
			problems = append(problems, fmt.Sprintf("%s: %s must be a text in quotes", path, name))
		default:
			values[name] = text
		}
	}
	slices.Sort(problems)
	return values, problems
}

// folders are where a person's files belong on their system.
type folders struct {
	home, data, config string
}

// findFolders follows the XDG base directories on Linux and other Unix
// systems, and the system's own customs elsewhere.
func findFolders(env Env) (folders, error) {
	home := env.Getenv("HOME")
	if env.GOOS == "windows" {
		home = env.Getenv("USERPROFILE")
	}
	if home == "" {
		return folders{}, audipy.Fail(audipy.Invalid, "the home folder is not known", nil).
			WithHint("set HOME, or AUDIPY_HOME and AUDIPY_CONFIG")
	}
	f := folders{home: home}
	switch env.GOOS {
	case "darwin":
		f.data = filepath.Join(home, "Library", "Application Support", "audipy")
		f.config = filepath.Join(home, "Library", "Preferences", "audipy")
	case "windows":
		f.data = filepath.Join(cmp.Or(env.Getenv("LOCALAPPDATA"), filepath.Join(home, "AppData", "Local")), "audipy")
		f.config = filepath.Join(cmp.Or(env.Getenv("APPDATA"), filepath.Join(home, "AppData", "Roaming")), "audipy")
	default:
		f.data = filepath.Join(cmp.Or(env.Getenv("XDG_DATA_HOME"), filepath.Join(home, ".local", "share")), "audipy")
		f.config = filepath.Join(cmp.Or(env.Getenv("XDG_CONFIG_HOME"), filepath.Join(home, ".config")), "audipy")
	}
	return f, nil
}
