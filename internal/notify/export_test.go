package notify

import "net/netip"

// IsPublic reports whether a person's target may be at an address.
func IsPublic(a netip.Addr) bool { return isPublic(a) }
