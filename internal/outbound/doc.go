// Package outbound makes requests to addresses that people chose: channels of
// notices, and shelves outside of Audible. Such an address is public https on
// the usual port, and beside it whatever the operator's ranges allow. It is
// looked at twice: as text, when it is given, and as what its name resolved to,
// when it is connected to. So no name leads into the network that the server
// is in, whatever it said a moment before.
package outbound
