// Package jobs does what is due in the background: it leases rows of the
// store's jobs table, has them done, renews the leases meanwhile, and puts off
// what failed.
//
// Any number of processes may run it on one database. A job is done by one of
// them at a time; when that one dies, another takes the job over as soon as the
// lease is over, 45 seconds later at most. What a job does to the world must
// bear being done again: the lease is about who works, not about how often.
package jobs
