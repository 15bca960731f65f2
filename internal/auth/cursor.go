package auth

// CursorTag returns the tag of a message, 32 bytes, by which the server knows
// the places in lists that it gave out again. The same message has the same tag
// in every process on one database.
func (s *Service) CursorTag(message string) []byte {
	return mac(s.ring.current().cursor, message)
}
