package authfile_test

import (
	"bytes"
	"errors"
	"fmt"
	"os"

	"github.com/audipy/audipy/audible/authfile"
)

// Read a file of whatever program, asking for the password only when it is
// needed.
func ExampleRead() {
	data, err := os.ReadFile("testdata/python/py012.json-encrypted.json")
	if err != nil {
		fmt.Println(err)
		return
	}
	accounts, format, err := authfile.Read(data, authfile.ReadOptions{})
	if errors.Is(err, authfile.ErrPasswordNeeded) {
		fmt.Println("it needs a password")
		accounts, format, err = authfile.Read(data, authfile.ReadOptions{Password: []byte("correct horse battery staple")})
	}
	if err != nil {
		fmt.Println(err)
		return
	}
	c := accounts[0].Credentials
	fmt.Println(format, accounts[0], c.Marketplace, c)
	// Output:
	// it needs a password
	// audible-cli-json Fake Reader us [credentials]
}

// Turn a file of audible-cli into one of audible-rs.
func ExampleWrite() {
	data, err := os.ReadFile("testdata/python/py012.plain.json")
	if err != nil {
		fmt.Println(err)
		return
	}
	accounts, _, err := authfile.Read(data, authfile.ReadOptions{})
	if err != nil {
		fmt.Println(err)
		return
	}
	var file bytes.Buffer // for a real file: os.OpenFile with mode 0600
	if err := authfile.Write(&file, authfile.AudibleRS, accounts, authfile.WriteOptions{}); err != nil {
		fmt.Println(err)
		return
	}
	format, encrypted, err := authfile.Detect(file.Bytes())
	fmt.Println(format, encrypted, err)
	// Output: audible-rs false <nil>
}
