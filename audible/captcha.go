package audible

import (
	"bytes"
	"context"
	"fmt"
	"image"
	_ "image/gif"  // captchas come as JPEG, and GIF and PNG were seen too
	_ "image/jpeg" // the usual form
	"image/png"
	"net/http"
	"net/url"
	"slices"
)

// Bounds of a captcha image. Real ones are 200 by 70.
const (
	maxCaptchaBytes  = 2 << 20
	maxCaptchaWidth  = 1000
	maxCaptchaHeight = 400
	maxCaptchaPNG    = 1 << 20
)

// isCaptchaHost reports whether captcha images may come from a host: the
// pages' own and Amazon's three image hosts (protocol 3.6).
func isCaptchaHost(m Marketplace, host string) bool {
	hosts := []string{"opfcaptcha-prod.s3.amazonaws.com", "images-na.ssl-images-amazon.com", "m.media-amazon.com"}
	return isSignInHost(m, host) || slices.Contains(hosts, host)
}

// isCaptchaAddress reports whether an image may be asked for.
func isCaptchaAddress(m Marketplace, address string) bool {
	u, err := url.Parse(address)
	return err == nil && u.Scheme == "https" && u.User == nil && u.Opaque == "" && isCaptchaHost(m, u.Host)
}

// image gets a captcha and re-encodes it, so that nothing of Amazon's bytes
// reaches a viewer. It follows no redirect, and the image hosts get no cookie.
func (w *walker) image(ctx context.Context, address string) ([]byte, error) {
	if !isCaptchaAddress(w.market, address) {
		return nil, fmt.Errorf("captcha image: %q is not an image host of Amazon's", bounded(address))
	}
	answer, err := w.exchange(ctx, http.MethodGet, address, "", maxCaptchaBytes)
	if err != nil {
		return nil, err
	}
	if answer.status != http.StatusOK {
		return nil, fmt.Errorf("captcha image: status %d", answer.status)
	}
	return reencodeImage(answer.body)
}

// reencodeImage decodes an image within bounds, the first frame of an
// animation, and returns it as PNG.
func reencodeImage(raw []byte) ([]byte, error) {
	config, _, err := image.DecodeConfig(bytes.NewReader(raw))
	if err != nil {
		return nil, fmt.Errorf("read a captcha image: %w", err)
	}
	if config.Width <= 0 || config.Height <= 0 || config.Width > maxCaptchaWidth || config.Height > maxCaptchaHeight {
		return nil, fmt.Errorf("captcha image: %d by %d pixels", config.Width, config.Height)
	}
	decoded, _, err := image.Decode(bytes.NewReader(raw))
	if err != nil {
		return nil, fmt.Errorf("read a captcha image: %w", err)
	}
	var out bytes.Buffer
	if err := png.Encode(&out, decoded); err != nil {
		return nil, fmt.Errorf("write a captcha image: %w", err)
	}
	if out.Len() > maxCaptchaPNG {
		return nil, fmt.Errorf("captcha image: %d bytes as PNG", out.Len())
	}
	return out.Bytes(), nil
}
