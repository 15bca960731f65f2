// Package notify tells people what they would want to know unasked: that a link
// needs them, that a title they lack became cheap, that a volume came out.
//
// What there is to tell is found in one place, Service.WatchJob, by looking at
// what is stored; nothing is asked of Audible. A condition is told when it
// begins, once, and again only after it has ended. Then it is settled by which
// channels a notice goes and when, and Service.DeliverJob sends each delivery
// until the other side has taken it or three days are over. Both are jobs, so
// any number of processes may do them; a delivery that was taken and not noted,
// because the process died in between, is repeated under the same id.
//
// E-mail goes to the person's own address by the operator's server. Every other
// target is chosen by a person, kept sealed, and reached only where the public
// network or the operator's list of ranges allows.
package notify
