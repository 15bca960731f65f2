package asvs_test

import (
	"encoding/json"
	"regexp"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/audipy/audipy/internal/asvs"
)

// inUse are the packages of the program and of its pages, each with its
// versions: npm may hold one several times.
func inUse(t *testing.T) map[string][]string {
	t.Helper()
	all := map[string][]string{}
	for _, m := range regexp.MustCompile(`(?m)^\t(?:require )?(\S+) v(\S+)`).FindAllStringSubmatch(read(t, "go.mod"), -1) {
		all[m[1]] = append(all[m[1]], m[2])
	}
	var lock struct {
		Packages map[string]struct{ Version string }
	}
	if err := json.Unmarshal([]byte(read(t, "web/package-lock.json")), &lock); err != nil {
		t.Fatal(err)
	}
	for path, p := range lock.Packages {
		if at := strings.LastIndex(path, "node_modules/"); at >= 0 {
			name := path[at+len("node_modules/"):]
			all[name] = append(all[name], p.Version)
		}
	}
	if m := regexp.MustCompile(`(?m)^FROM golang:([\d.]+)-`).FindStringSubmatch(read(t, "packaging/Dockerfile")); m != nil {
		all["go"] = []string{m[1]}
	}
	return all
}

// isOlder reports whether a version is older than another, by their numbers.
func isOlder(version, than string) bool {
	a, b := strings.Split(version, "."), strings.Split(than, ".")
	for i := range min(len(a), len(b)) {
		x, errX := strconv.Atoi(strings.FieldsFunc(a[i], func(r rune) bool { return r < '0' || r > '9' })[0])
		y, errY := strconv.Atoi(b[i])
		if errX != nil || errY != nil || x != y {
			return errX != nil || errY != nil || x < y
		}
	}
	return len(a) < len(b)
}

// mayStay is how long a hole may stay, by how bad it is, as SECURITY.md says.
func mayStay(t *testing.T) map[string]time.Duration {
	t.Helper()
	all := map[string]time.Duration{}
	for _, m := range regexp.MustCompile(`(?m)^\| (critical|high|other) \| within (\d+) (hours|days) \|`).FindAllStringSubmatch(read(t, "SECURITY.md"), -1) {
		n, _ := strconv.Atoi(m[2]) // digits, by the pattern
		all[m[1]] = time.Duration(n) * map[string]time.Duration{"hours": time.Hour, "days": 24 * time.Hour}[m[3]]
	}
	return all
}

// TestNoPackageHasAHoleForLongerThanItMay: of the packages with known holes
// those versions are in use that mend them, or their time is not over.
func TestNoPackageHasAHoleForLongerThanItMay(t *testing.T) {
	t.Parallel()
	asvs.Covers(t, "15.2.1")
	row := regexp.MustCompile("(?m)^\\| `([^`]+)` \\| [^|]+ \\| (critical|high|other) \\| ([\\d.]+) \\| (—|\\d{4}-\\d\\d-\\d\\d) \\|$")
	rows := row.FindAllStringSubmatch(read(t, "docs/components.md"), -1)
	if n := strings.Count(read(t, "docs/components.md"), "\n| `"); len(rows) != n || n == 0 {
		t.Fatalf("%d of %d rows can be read", len(rows), n)
	}
	used, times := inUse(t), mayStay(t)
	if len(used) < 150 {
		t.Fatalf("only %d packages are in use", len(used))
	}
	for _, m := range rows {
		name, since := m[1], time.Time{}
		if m[4] != "—" {
			day, err := time.Parse(time.DateOnly, m[4])
			if err != nil {
				t.Error(err)
			}
			since = day
		}
		for _, version := range used[name] {
			if isOlder(version, m[3]) && time.Now().After(since.Add(times[m[2]])) {
				t.Errorf("%s %s has a hole that is %s and mended in %s", name, version, m[2], m[3])
			}
		}
		if used[name] == nil {
			t.Errorf("%s is not in use; its row can go", name)
		}
	}
}

func TestVersionsAreComparedByTheirNumbers(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		version, than string
		want          bool
	}{
		{"0.9.0", "0.55.0", true},
		{"0.55.0", "0.55.0", false},
		{"0.62.0", "0.55.0", false},
		{"1.26", "1.26.6", true},
		{"8.3.8", "5.2.6", false},
		{"0.0.0-20260213210345-44df1a37e875", "0.0.1", true},
		{"2.0.0-rc.1", "2.0.0", false},
	} {
		if got := isOlder(c.version, c.than); got != c.want {
			t.Errorf("%s older than %s: %t", c.version, c.than, got)
		}
	}
}
