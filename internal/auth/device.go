package auth

import (
	"crypto/hmac"
	"crypto/rand"
	"encoding/base64"
	"strconv"
	"strings"

	"github.com/audipy/audipy/internal/audipy"
)

// A device cookie says that a person has signed in with this browser before:
//
//	id "." end "." mac
//
// the id 16 random bytes, the end in seconds since 1970, and the mac over both
// and the person.

// device returns the id of a device cookie that is good for the person, else
// an empty string.
func (s *Service) device(user audipy.UserID, cookie string) string {
	id, rest, _ := strings.Cut(cookie, ".")
	end, sum, _ := strings.Cut(rest, ".")
	seconds, err := strconv.ParseInt(end, 10, 64)
	if len(cookie) > 128 || user == "" || err != nil || s.now().Unix() >= seconds {
		return ""
	}
	// Of the newest root secret alone: whoever stole an earlier one can make
	// cookies of it for good.
	if !hmac.Equal([]byte(sum), []byte(deviceMAC(s.ring.current(), user, id, end))) {
		return ""
	}
	return id
}

// newDevice returns a device cookie for the person, with the id of the one
// that they came with.
func (s *Service) newDevice(user audipy.UserID, cookie string) string {
	id := s.device(user, cookie)
	if id == "" {
		var raw [16]byte
		_, _ = rand.Read(raw[:]) // never fails: the program ends if there is no randomness
		id = base64.RawURLEncoding.EncodeToString(raw[:])
	}
	end := strconv.FormatInt(s.now().Add(DeviceLife).Unix(), 10)
	return id + "." + end + "." + deviceMAC(s.ring.current(), user, id, end)
}

func deviceMAC(k keys, user audipy.UserID, id, end string) string {
	return base64.RawURLEncoding.EncodeToString(mac(k.device, string(user)+"."+id+"."+end))
}
