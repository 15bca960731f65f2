package audiblesim_test

import (
	"fmt"
	"net/http"

	"github.com/audipy/audipy/audible/audiblesim"
)

// A simulator with one account answers a client in the same process; the
// credential file spares the sign-in.
func ExampleNew() {
	sim := audiblesim.New(audiblesim.Options{Seed: 1})
	err := sim.AddAccount(audiblesim.Account{
		Login: "kim@example.com", Password: "right horse", Marketplaces: map[string]int{"us": 20, "de": 3},
	})
	if err != nil {
		fmt.Println(err)
		return
	}
	file, err := sim.CredentialFile("kim@example.com", "us")
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Println(len(file) > 0, sim.LiveDevices("kim@example.com"))

	client := &http.Client{Transport: sim.Transport()}
	response, err := client.Get("https://api.audible.com/1.0/library")
	if err != nil {
		fmt.Println(err)
		return
	}
	defer response.Body.Close()
	fmt.Println(response.Status)
	// Output:
	// true 1
	// 403 Forbidden
}
