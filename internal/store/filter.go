package store

import (
	"strconv"
	"strings"
)

// filter builds a WHERE clause and its parameters. Every text that comes from
// outside is a parameter; the clauses themselves are constants of ours.
type filter struct {
	text string
	args []any
}

// add appends a condition, whose question marks become the parameters of args.
func (f *filter) add(condition string, args ...any) {
	f.text += " AND "
	for _, arg := range args {
		before, after, _ := strings.Cut(condition, "?")
		f.text += before + f.param(arg)
		condition = after
	}
	f.text += condition
}

// param appends one parameter and returns how the query names it.
func (f *filter) param(arg any) string {
	f.args = append(f.args, arg)
	return "$" + strconv.Itoa(len(f.args))
}
