package cover

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"image"
	_ "image/jpeg" // registers the format
	_ "image/png"  // registers the format
	"io"
	"net/http"

	_ "golang.org/x/image/webp" // registers the format
)

const (
	// maxBytes and maxSide bound a picture: bytes, and pixels of a side.
	maxBytes = 2 << 20
	maxSide  = 4096
)

// fetch gets a picture. It follows no redirect: a transport doesn't.
func (s *Service) fetch(ctx context.Context, source string) (Picture, error) {
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, source, nil)
	if err != nil {
		return Picture{}, absent()
	}
	req.Header.Set("Accept", "image/jpeg, image/png, image/webp")
	resp, err := s.transport.RoundTrip(req)
	if err != nil {
		return Picture{}, away(err)
	}
	defer resp.Body.Close()
	switch {
	case resp.StatusCode >= http.StatusInternalServerError, resp.StatusCode == http.StatusTooManyRequests:
		return Picture{}, away(fmt.Errorf("the host of covers answered %d", resp.StatusCode))
	case resp.StatusCode != http.StatusOK:
		return Picture{}, absent()
	}
	data, err := io.ReadAll(io.LimitReader(resp.Body, maxBytes+1))
	if err != nil {
		return Picture{}, away(err)
	}
	return check(data)
}

// check accepts a picture of a known form and a sane size. What it is is read
// from its bytes; nobody's word is taken for it.
func check(data []byte) (Picture, error) {
	if len(data) > maxBytes {
		return Picture{}, absent()
	}
	config, format, err := image.DecodeConfig(bytes.NewReader(data))
	if err != nil || config.Width < 1 || config.Height < 1 || config.Width > maxSide || config.Height > maxSide {
		return Picture{}, absent()
	}
	sum := sha256.Sum256(data)
	return Picture{Type: "image/" + format, Data: data, Tag: hex.EncodeToString(sum[:12])}, nil
}
