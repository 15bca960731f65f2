package audiblesim_test

import (
	"fmt"

	"github.com/audipy/audipy/audible/audiblesim"
)

// Controls change what an account sees while a test runs.
func ExampleSim_AddTitles() {
	sim := audiblesim.New(audiblesim.Options{Seed: 1, Now: epoch})
	kim := audiblesim.Account{Login: "kim@example.com", Password: "secret", Marketplaces: map[string]int{"de": 40}}
	if err := sim.AddAccount(kim); err != nil {
		fmt.Println(err)
		return
	}
	bought, err := sim.AddTitles("kim@example.com", "de", 2)
	if err != nil {
		fmt.Println(err)
		return
	}
	owned, err := sim.Titles("kim@example.com", "de")
	fmt.Println(len(bought), "bought,", len(owned), "owned,", err)
	// Output: 2 bought, 42 owned, <nil>
}

// Faults make the service as unreliable as the real one can be.
func ExampleSim_SetFaults() {
	sim := audiblesim.New(audiblesim.Options{Seed: 1})
	err := sim.SetFaults(
		audiblesim.Fault{Kind: audiblesim.FaultRateLimit, Path: "/1.0/library", Probability: 0.1, RetryAfter: "5"},
		audiblesim.Fault{Kind: audiblesim.FaultCut, Path: "/1.0/", Probability: 0.02},
	)
	fmt.Println(err, sim.FaultCounts())
	// Output: <nil> [0 0]
}
