package main

// terminalMutants are of what stands between a terminal, its tokens and the
// server that let it in.
func terminalMutants() []mutant {
	return []mutant{
		{
			"two terminals exchange one token", "internal/store/server.go",
			"WHERE user_id = $1 AND id = $2 AND leased_until <= $5`",
			"WHERE user_id = $1 AND id = $2 AND $5 = $5`",
			storeDir, "^TestOneOfManyExchangesTheTokenOfAServer$/^sqlite$",
		},
		{
			"a device on its way to a server is signed out here", "internal/store/push.go",
			"SET shared_device = TRUE, updated_at = $3",
			"SET shared_device = shared_device, updated_at = $3",
			storeDir, "^TestADeviceOnItsWayCountsAsSharedUntilItIsKnownWhereItIs$/^sqlite$",
		},
		{
			"a token follows redirects", "internal/remote/client.go",
			"return http.ErrUseLastResponse",
			"return nil",
			remoteDir, "^TestATokenGoesWhereItWasMeantToGoOrNowhere$",
		},
		{
			"a token goes over plain HTTP", "internal/remote/client.go",
			"case u.Scheme == \"http\" && isLoopback(u.Hostname()):",
			"case u.Scheme == \"http\":",
			remoteDir, "^TestAddressesOfServersAreHTTPSOrThisComputer$",
		},
	}
}
