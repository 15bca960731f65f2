package cover

import (
	"fmt"
	"net/url"
	"regexp"
)

// host is the one host that pictures come from. Audible names it, or an older
// one that has the same pictures under the same paths.
const (
	host    = "m.media-amazon.com"
	oldHost = "images-na.ssl-images-amazon.com"
)

// Size is how wide a picture should be.
type Size string

// The sizes; the zero value is Medium.
const (
	Small  Size = "small"
	Medium Size = "medium"
	Large  Size = "large"
)

// pixels is the width that is asked for. Screens show two for one.
func (s Size) pixels() int {
	switch s {
	case Small:
		return 160
	case Large:
		return 1000
	case Medium:
	}
	return 400
}

var picturePath = regexp.MustCompile(`^/images/[IGS]/([A-Za-z0-9+-]{5,40})(?:\.[_A-Za-z0-9,-]{0,80})?\.(jpg|jpeg|png)$`)

// sourceOf returns where a picture is fetched in a size: Amazon's picture hosts
// scale by a suffix to the id. An address of any other form is refused.
func sourceOf(address string, size Size) (string, bool) {
	u, err := url.Parse(address)
	if err != nil || u.Scheme != "https" || u.User != nil || u.Host != host && u.Host != oldHost {
		return "", false
	}
	parts := picturePath.FindStringSubmatch(u.Path)
	if parts == nil {
		return "", false
	}
	return fmt.Sprintf("https://%s%s%s._SL%d_.%s", host, u.Path[:len("/images/I/")], parts[1], size.pixels(), parts[2]), true
}
