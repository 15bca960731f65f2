package audiblesim

import (
	"net/http"
	"strings"
)

// captchaImage is what an image's address stands for.
type captchaImage struct {
	text string
	seed uint64
}

// newCaptcha remembers an image and returns the 52 letters of its address.
func (s *Sim) newCaptcha(text string) string {
	token := letters(s.bytes(52))
	if len(s.captchas) >= maxFlows {
		clear(s.captchas)
	}
	s.captchas[token] = captchaImage{text: text, seed: uint64(s.bytes(1)[0])}
	return token
}

// serveCaptcha draws the image of an address, on either host.
func (s *Sim) serveCaptcha(w http.ResponseWriter, r *http.Request) {
	token := captchaToken(r.URL.Path)
	s.mu.Lock()
	picture, ok := s.captchas[token]
	if ok {
		s.counts.CaptchaImages++
	}
	s.mu.Unlock()
	if !ok {
		http.NotFound(w, r)
		return
	}
	w.Header().Set("Content-Type", "image/jpeg")
	w.Header().Set("Cache-Control", "no-store")
	_ = picture.draw(w) // fails only when the client has gone
}

// captchaToken reads "…/<32 letters>/Captcha_<20 letters>.jpg"; what is no
// such address gives text that no image has.
func captchaToken(path string) string {
	parts := strings.Split(path, "/")
	if len(parts) < 3 {
		return ""
	}
	name, _ := strings.CutPrefix(parts[len(parts)-1], "Captcha_")
	name, _ = strings.CutSuffix(name, ".jpg")
	return parts[len(parts)-2] + name
}
