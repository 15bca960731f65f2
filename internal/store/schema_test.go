package store_test

import (
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/audipy/audipy/internal/store/storetest"
)

var update = flag.Bool("update", false, "write docs/schema.md anew")

// founding are the columns of the founding document's four tables, with their
// types and constraints as it writes them.
func founding() map[string][][2]string {
	const id, created = "BIGINT PRIMARY KEY AUTO_INCREMENT", "TIMESTAMP DEFAULT CURRENT_TIMESTAMP"
	const updated = "TIMESTAMP DEFAULT CURRENT_TIMESTAMP ON UPDATE CURRENT_TIMESTAMP"
	return map[string][][2]string{
		"users": {
			{"id", id},
			{"email", "VARCHAR(255) UNIQUE NOT NULL"},
			{"password_hash", "VARCHAR(255) NOT NULL"},
			{"created_at", created},
			{"updated_at", updated},
			{"is_active", "BOOLEAN DEFAULT TRUE"},
		},
		"user_audible_accounts": {
			{"id", id},
			{"user_id", "BIGINT NOT NULL"},
			{"encrypted_username", "TEXT NOT NULL"},
			{"encrypted_password", "TEXT NOT NULL"},
			{"marketplace", "VARCHAR(10) DEFAULT 'us'"},
			{"last_sync", "TIMESTAMP NULL"},
			{"created_at", created},
		},
		"user_oauth_tokens": {
			{"id", id},
			{"user_id", "BIGINT NOT NULL"},
			{"provider", "VARCHAR(50) NOT NULL"},
			{"access_token", "TEXT NOT NULL"},
			{"refresh_token", "TEXT"},
			{"expires_at", "TIMESTAMP"},
			{"scope", "TEXT"},
			{"created_at", created},
		},
		"user_preferences": {
			{"id", id},
			{"user_id", "BIGINT NOT NULL"},
			{"max_price", "DECIMAL(10,2) DEFAULT 12.66"},
			{"preferred_language", "VARCHAR(20) DEFAULT 'english'"},
			{"marketplace", "VARCHAR(10) DEFAULT 'us'"},
			{"currency", "VARCHAR(3) DEFAULT 'USD'"},
			{"notifications_enabled", "BOOLEAN DEFAULT TRUE"},
			{"created_at", created},
			{"updated_at", updated},
		},
	}
}

const schemaHead = `# The tables

Generated from the migrated databases by ` + "`go test ./internal/store -run TestSchemaDocument -update`" + `; the
same test fails when this page and the databases differ.

How the founding document's types are mapped, on both databases:

- Ids are UUIDv7 in text form, made by the program: they sort by time and mean nothing outside.
- Times are whole microseconds since 1970, UTC, as integers. Both databases compare and return them alike;
  SQLite has no type for times, and its drivers give computed ones back as text.
- Money is a whole number of the currency's minor unit beside its currency: 1266 and USD is $12.66.
- Sealed values are bytes. On PostgreSQL, text is compared byte by byte (COLLATE "C"), as on SQLite.
- ` + "`updated_at`" + ` is set by the program, from one clock.
- ` + "`password_hash`" + ` may be null for people without a password; ` + "`encrypted_username`" + ` and
  ` + "`encrypted_password`" + ` are null unless the person asks for them to be kept.
- The lease on refreshing a token is the row of kind "refresh" in ` + "`account_leases`" + `; limits of stores other than
  the default one are rows of ` + "`store_limits`" + `.
- Every table but ` + "`users`" + ` has a ` + "`user_id`" + `, and goes with its person; but for ` + "`device_requests`, `instance_budget`," + `
  ` + "`root_secrets`, `throttles`" + ` and the two of the system's own audit chain, which belong to nobody. Codes for set-up have no
  person yet, and of ` + "`jobs`" + ` those without one are the instance's own.
`

// column is one column of a database, with its type and constraints in words.
type column struct{ name, kind string }

// columns lists the columns of a table in their order.
func columns(t *testing.T, db *storetest.DB, table string) []column {
	t.Helper()
	query := `SELECT name, type, "notnull", dflt_value FROM pragma_table_info($1) ORDER BY cid`
	if db.IsPostgres() {
		query = `SELECT column_name::text, data_type::text, is_nullable = 'NO', column_default::text
			FROM information_schema.columns WHERE table_name = $1 ORDER BY ordinal_position`
	}
	var list []column
	for _, row := range rows(t, db, query, table) {
		kind := strings.ToUpper(fmt.Sprint(row[1]))
		if row[2] == true || row[2] == int64(1) {
			kind += " NOT NULL"
		}
		if row[3] != nil {
			value, _, _ := strings.Cut(fmt.Sprint(row[3]), "::")
			kind += " DEFAULT " + strings.NewReplacer("true", "TRUE", "false", "FALSE").Replace(value)
		}
		list = append(list, column{fmt.Sprint(row[0]), kind})
	}
	return list
}

// document is docs/schema.md as it should be.
func document(t *testing.T, sqlite, postgres *storetest.DB) string {
	t.Helper()
	var text strings.Builder
	text.WriteString(schemaHead)
	first := []string{"users", "user_audible_accounts", "user_oauth_tokens", "user_preferences"}
	for _, table := range tables(t, sqlite) {
		if !slices.Contains(first, table) {
			first = append(first, table)
		}
	}
	for _, table := range first {
		fmt.Fprintf(&text, "\n## %s\n\n", table)
		original := map[string]string{}
		for _, c := range founding()[table] {
			original[c[0]] = c[1]
		}
		writeTable(&text, original, columns(t, sqlite, table), columns(t, postgres, table))
		for name := range original {
			t.Errorf("%s lacks the founding document's column %s", table, name)
		}
	}
	return text.String()
}

// writeTable writes one table and takes the columns that it has out of
// original.
func writeTable(text *strings.Builder, original map[string]string, sqlite, postgres []column) {
	if len(original) > 0 {
		text.WriteString("| column | founding document | SQLite | PostgreSQL |\n|---|---|---|---|\n")
	} else {
		text.WriteString("| column | SQLite | PostgreSQL |\n|---|---|---|\n")
	}
	founded := len(original) > 0
	for i, c := range sqlite {
		other := column{kind: "missing"}
		if i < len(postgres) && postgres[i].name == c.name {
			other = postgres[i]
		}
		cells := []string{c.name, c.kind, other.kind}
		if founded {
			cells = slices.Insert(cells, 1, original[c.name])
		}
		delete(original, c.name)
		text.WriteString("| " + strings.Join(cells, " | ") + " |\n")
	}
}

func TestSchemaDocument(t *testing.T) {
	t.Parallel()
	sqlite, postgres := storetest.Open(t), storetest.OpenPostgres(t)
	if a, b := tables(t, sqlite), tables(t, postgres); !slices.Equal(a, b) {
		t.Fatalf("tables are %q on SQLite and %q on PostgreSQL", a, b)
	}
	want := document(t, sqlite, postgres)
	if strings.Contains(want, "| missing |") {
		t.Errorf("the databases have different columns:\n%s", want)
	}
	path := filepath.Join("..", "..", "docs", "schema.md")
	if *update {
		check(t, os.MkdirAll(filepath.Dir(path), 0o755))
		check(t, os.WriteFile(path, []byte(want), 0o644))
	}
	if got := must[[]byte](t)(os.ReadFile(path)); string(got) != want {
		t.Errorf("%s is not what the databases have; run this test with -update", path)
	}
}

func TestEveryTableBelongsToAPerson(t *testing.T) {
	t.Parallel()
	storetest.Each(t, func(t *testing.T, db *storetest.DB) {
		for _, table := range personalTables(t, db) {
			has := slices.ContainsFunc(columns(t, db, table), func(c column) bool { return c.name == "user_id" })
			if !has && table != "users" {
				t.Errorf("%s has no user_id", table)
			}
		}
	})
}
