package account

// LookEvery is how often Amazon is asked about an approval.
const LookEvery = lookEvery

// MaskLogin hides a login.
func MaskLogin(login string) string { return maskLogin(login) }

// ReadLinkState reads the state of a link and writes it again.
func ReadLinkState(data []byte) ([]byte, error) {
	state, err := decodeLinkState(data)
	if err != nil {
		return nil, err
	}
	return state.encode()
}
