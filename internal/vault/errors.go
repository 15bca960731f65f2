package vault

import (
	"errors"
	"fmt"

	"github.com/audipy/audipy/internal/audipy"
)

var (
	// ErrCannotOpen is the one answer for everything that does not open:
	// changed, cut, moved to another cell, of another version or another
	// person. Which of them it was is nobody's business.
	ErrCannotOpen = errors.New("sealed data does not open: it was changed, moved or sealed for something else")
	// ErrWrongKey means that a keyset was sealed by another key than the one
	// in use. The sentence around it names both by their ids.
	ErrWrongKey = errors.New("sealed by another key")
	// ErrKeyMissing means that there is no key where it should be.
	ErrKeyMissing = errors.New("key missing")
	// ErrKeyRefused means that there is a key that must not be used as it
	// lies: readable by others, a link, inside the data folder, misshapen.
	ErrKeyRefused = errors.New("key refused")
)

func refuse(hint, format string, args ...any) error {
	return audipy.Fail(audipy.Invalid, fmt.Sprintf(format, args...), ErrKeyRefused).WithHint(hint)
}

func unusable(msg string, err error) error {
	return audipy.Fail(audipy.Unavailable, msg, err)
}
