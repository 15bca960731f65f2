package main

// providerMutants are of signing in by OpenID Connect and Login with Amazon.
func providerMutants() []mutant {
	return []mutant{
		{
			"an ID token of another sign-in does", "internal/provider/oidc.go",
			`case a.Nonce == "" || subtle.ConstantTimeCompare([]byte(token.Nonce), []byte(a.Nonce)) != 1:`,
			"case subtle.ConstantTimeCompare(nil, nil) != 1:",
			providerDir, "^TestEveryCheckOfAnIDTokenRefuses$",
		},
		{
			"an answer of another provider does", "internal/provider/oidc.go",
			`if r.Issuer != "" && r.Issuer != p.o.Issuer || r.Issuer == "" && known.namesItself {`,
			"if false {",
			providerDir, "^TestAnAnswerIsGoodForItsOwnAttemptAndProvider$",
		},
		{
			"a token says where its key is", "internal/provider/keys.go",
			`[]string{"jku", "jwk", "x5u", "x5c", "crit"}`,
			`[]string{}`,
			providerDir, "^TestEveryCheckOfAnIDTokenRefuses$",
		},
		{
			"a token of another client of Amazon's does", "internal/provider/amazon.go",
			"case info.Issuer != amazonIssuer || info.Audience != p.config.ClientID:",
			"case false:",
			providerDir, "^TestAnswersOfAmazonAreChecked$",
		},
		{
			"a profile of somebody else at Amazon does", "internal/provider/amazon.go",
			"if profile.UserID != info.UserID {",
			"if false {",
			providerDir, "^TestAnswersOfAmazonAreChecked$",
		},
	}
}

// identityMutants are of what comes of it once a provider has answered.
func identityMutants() []mutant {
	return []mutant{
		{
			"answers of providers are good twice", "internal/store/system_provider.go",
			`DELETE FROM provider_sign_ins WHERE token_hash = $1 AND state_hash = $2 AND expires_at > $3`,
			`UPDATE provider_sign_ins SET label = label WHERE token_hash = $1 AND state_hash = $2 AND expires_at > $3`,
			httpDir, "^TestSomebodyLinksAProviderSignsInByItAndUnlinksIt$/^sqlite$",
		},
		{
			"one finishes what another began at a provider", "internal/auth/provider.go",
			"if err != nil || actor.UserID != r.User || actor.SessionID != r.Session {",
			"if false {",
			httpDir, "^TestAnAnswerIsGoodOnceInTheBrowserThatWasSent$/^sqlite$",
		},
		{
			"a provider stands for the second factor", "internal/auth/provider.go",
			"if factors.Any() && !second {",
			"if false {",
			httpDir, "^TestTheSecondFactorIsAskedForAfterAProvider$/^sqlite$",
		},
		{
			"the last way in can be unlinked", "internal/store/identity.go",
			"if err != nil || others {",
			"if true {",
			httpDir, "^TestSomebodyRegistersByAProviderWithAnInviteAlone$/^sqlite$",
		},
		{
			"who is disabled comes in by a provider", "internal/store/identity.go",
			"u.id = $1 AND u.is_active)",
			"u.id = $1)",
			httpDir, "^TestWhoIsKeptOutStaysOutByAProvider$/^sqlite$",
		},
	}
}
