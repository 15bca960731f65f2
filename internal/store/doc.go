// Package store keeps everything AudiPy knows, in SQLite or in PostgreSQL. It
// is the only package with SQL, and its one type, Store, speaks one query text
// to both databases.
//
// The store holds no rule and opens no seal: credentials and keysets come in
// and go out as sealed bytes, and what a title's absence means or when a token
// is old is the caller's business. It imports neither vault, audible nor any
// service.
//
// # What holds for every method
//
// The user id is the first argument and stands in every WHERE; what belongs
// to somebody else is NotFound, exactly as what does not exist. The few
// methods without one are the closed list that system.go names.
//
// One method is one transaction. A method that changes something a person
// would want to know of takes an audit.Event and appends it to that person's
// chain in the same transaction: no change without its record, no record
// without its change. Bookkeeping has no event: leases, jobs, budgets and
// throttles, when something was used, looked at or tried, what Audible said, and
// how notices are delivered. DeleteUser has none either: the chain goes with its
// person.
//
// Times are UTC with microseconds and come from the clock given to Open. They
// are kept as whole microseconds since 1970, which both databases compare,
// add and return alike. Text with a NUL or with broken UTF-8 is Invalid, on
// both databases. Errors are *audipy.Error where a person can do something
// about them; everything else is a wrapped, Internal one.
//
// A Store may be used by many goroutines, and many processes may open the
// same database.
package store
