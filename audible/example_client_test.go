package audible_test

import (
	"context"
	"fmt"

	"github.com/audipy/audipy/audible"
	"github.com/audipy/audipy/audible/audiblesim"
)

// A library is listed page by page. The simulator stands for Audible here; a
// program leaves Transport nil.
func ExampleListLibrary() {
	sim := audiblesim.New(audiblesim.Options{Seed: 1})
	account := audiblesim.Account{Login: "kim@example.com", Password: "secret", Marketplaces: map[string]int{"us": 1204}}
	if err := sim.AddAccount(account); err != nil {
		fmt.Println(err)
		return
	}
	store := &memoryStore{creds: exampleCredentials(sim, account.Login)}
	client := audible.NewClient(audible.ClientOptions{Credentials: store, Transport: sim.Transport()})

	titles := 0
	listing, err := audible.ListLibrary(context.Background(), client, audible.ListOptions{}, func(page audible.LibraryPage) error {
		titles += len(page.Items)
		return nil
	})
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Printf("%d of %d titles in %d calls, complete: %t\n", titles, listing.TotalCount, listing.Calls, listing.Complete)
	// Output: 1204 of 1204 titles in 2 calls, complete: true
}
