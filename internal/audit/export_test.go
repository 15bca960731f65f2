package audit

// Encode shows the hashed form to the tests.
func (r Record) Encode() []byte { return r.encode() }
