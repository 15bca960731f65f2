package backup

import (
	"errors"
	"fmt"
	"io"
	"strings"

	"filippo.io/age"

	"github.com/audipy/audipy/internal/audipy"
)

// scryptWork is the strength of a passphrase's key: scrypt with N = 2^18,
// which takes about a second and 256 MiB once for each backup.
const scryptWork = 18

// Lock says who can open a backup. Make one with ForPassphrase or
// ForRecipients.
type Lock struct{ recipients []age.Recipient }

// ForPassphrase returns the Lock that a passphrase opens. An empty one is
// Invalid.
func ForPassphrase(passphrase string) (Lock, error) { return forPassphrase(passphrase, scryptWork) }

func forPassphrase(passphrase string, work int) (Lock, error) {
	r, err := age.NewScryptRecipient(passphrase)
	if err != nil {
		return Lock{}, audipy.Fail(audipy.Invalid, "the passphrase is empty", err)
	}
	r.SetWorkFactor(work)
	return Lock{[]age.Recipient{r}}, nil
}

// ForRecipients returns the Lock that the identity of any of the recipients
// opens, public keys as age-keygen prints them ("age1…"). It is Invalid when
// one is none.
func ForRecipients(texts []string) (Lock, error) {
	r, err := age.ParseRecipients(strings.NewReader(strings.Join(texts, "\n")))
	if err != nil {
		return Lock{}, audipy.Fail(audipy.Invalid, "this is not a recipient of age: "+strings.Join(texts, ", "), err).
			WithHint("a recipient begins with age1; age-keygen makes one together with its identity")
	}
	return Lock{r}, nil
}

// Opener opens backups. Make one with ByPassphrase or ByIdentities.
type Opener struct {
	identities []age.Identity
	refused    string // what is said when none of them opens it
}

// ByPassphrase opens what ForPassphrase locked.
func ByPassphrase(passphrase string) (Opener, error) {
	identity, err := age.NewScryptIdentity(passphrase)
	if err != nil {
		return Opener{}, audipy.Fail(audipy.Invalid, "the passphrase is empty", err)
	}
	identity.SetMaxWorkFactor(scryptWork)
	return Opener{[]age.Identity{identity}, "the passphrase does not open this backup"}, nil
}

// ByIdentities opens what ForRecipients locked; r has identities as age-keygen
// writes them ("AGE-SECRET-KEY-1…").
func ByIdentities(r io.Reader) (Opener, error) {
	identities, err := age.ParseIdentities(io.LimitReader(r, 1<<20))
	if err != nil {
		// The parser's error may quote a line, and lines here are secrets.
		return Opener{}, audipy.Fail(audipy.Invalid, "the identity file is not one of age", nil).
			WithHint("give the file that age-keygen wrote")
	}
	return Opener{identities, "no identity of that file opens this backup"}, nil
}

// open returns what is inside.
func (o Opener) open(file io.Reader) (io.Reader, error) {
	inside, err := age.Decrypt(file, o.identities...)
	if _, ok := errors.AsType[*age.NoIdentityMatchError](err); ok {
		return nil, audipy.Fail(audipy.Invalid, o.refused, err).
			WithHint("a backup is opened by what it was locked with: its passphrase, or the identity of its recipient (--identity)")
	}
	if err != nil {
		return nil, damaged(fmt.Errorf("open: %w", err))
	}
	return inside, nil
}

// damaged says that the file is not as it was written.
func damaged(err error) error {
	return audipy.Fail(audipy.Invalid, "this is not a backup of AudiPy, or it was changed or cut off", err).
		WithHint("use another copy of it; nothing was restored")
}
