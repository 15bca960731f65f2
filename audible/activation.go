package audible

import (
	"bytes"
	"context"
	"encoding/binary"
	"fmt"
	"io"
	"net/http"
)

// The activation blob (protocol 11): it ends in eight lines of seventy bytes
// and a newline each, and starts with the key.
const (
	activationTarget = "/license/token?player_manuf=Audible%2CiPhone&action=register&player_model=iPhone"
	activationLine   = 71
	activationLines  = 8
	activationTail   = activationLine * activationLines
)

// ActivationBytes returns the account's activation bytes, eight hex digits.
// They are the same for ever and in every store, and open the older kind of
// audio files. The call has to be signed.
func (c *Client) ActivationBytes(ctx context.Context) (string, error) {
	var key string
	err := c.do(ctx, call{
		exchange: exchange{
			name: "license/token", method: http.MethodGet, host: activationHost, target: activationTarget, size: tokenSize,
		},
		proof: proofSignature,
		read: func(r *reply) error {
			blob, err := io.ReadAll(r.body)
			if err != nil {
				return fmt.Errorf("read the answer: %w", err)
			}
			key, err = parseActivation(blob)
			return err
		},
	})
	return key, err
}

// parseActivation takes the key out of an activation blob.
func parseActivation(blob []byte) (string, error) {
	if bytes.Contains(blob, []byte("BAD_LOGIN")) || bytes.Contains(blob, []byte("Whoops")) {
		return "", fmt.Errorf("%w: the server refused to give activation bytes", ErrUnexpected)
	}
	if !bytes.Contains(blob, []byte("group_id")) || len(blob) < activationTail {
		return "", fmt.Errorf("%w: no activation blob", ErrUnexpected)
	}
	tail := blob[len(blob)-activationTail:]
	return fmt.Sprintf("%08x", binary.LittleEndian.Uint32(tail)), nil
}
