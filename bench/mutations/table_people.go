package main

import "slices"

// signInMutants are of what stands between a guess and a session.
func signInMutants() []mutant {
	return slices.Concat(addressMutants(), signIn1Mutants(), signIn2Mutants())
}

func addressMutants() []mutant {
	return []mutant{
		{
			"links to register are mailed without end from everywhere", "internal/auth/register.go",
			`s.limits.AskAll, "")`,
			`Limit{Count: 1 << 20, Window: s.limits.AskAll.Window}, "")`,
			authDir, "^TestWhoIsInvitedRegistersHoweverManyTry$/^sqlite$",
		},
		{
			"links to register outlive the mode", "internal/auth/register.go",
			"if err == nil && found.Asked && s.registration != RegistrationOpen {",
			"if false {",
			authDir, "^TestALinkToRegisterEndsWithTheNextTheDayAndTheMode$/^sqlite$",
		},
		{
			"one address is enough to confirm another", "internal/store/system_address.go",
			"if before.IsZero() || after.IsZero() {",
			"if before.IsZero() && after.IsZero() {",
			authDir, "^TestAnotherAddressCountsOnceBothAreConfirmed$/^sqlite$",
		},
		{
			"an administrator takes factors away at once", "internal/store/factor.go",
			"AND due_at <= $2",
			"AND due_at <> $2",
			storeDir, "^TestFactorsThatAPersonKeepsAreNotTakenAway$/^sqlite$",
		},
		{
			"links to register outlive the mode by a provider", "internal/store/system_people.go",
			"(NOT asked OR $4)",
			"($4 OR TRUE)",
			httpDir, "^TestALinkThatWasAskedForIsGoodByAProviderWhileAnybodyMayRegister$/^sqlite$",
		},
		{
			"a link for a password outlives the address", "internal/store/system_address.go",
			"return true, false, c.endResetCodes(ctx)",
			"return true, false, nil",
			authDir, "^TestAnotherAddressCountsOnceBothAreConfirmed$/^sqlite$",
		},
		{
			"disabled people get mails", "internal/notify/deliver.go",
			"if !person.IsActive {",
			"if false {",
			"./internal/notify", "^TestWhoIsDisabledOrGoneGetsNoMail$/^sqlite$",
		},
	}
}

func signIn1Mutants() []mutant {
	return []mutant{
		{
			"earlier links for a new password stay good", "internal/store/password.go",
			"if err := c.endResetCodes(ctx); err != nil {",
			"if err := error(nil); err != nil {",
			authDir, "^TestATokenThatIsNotGoodSetsNothing$/^sqlite$",
		},
		{
			"no number of wrong passwords disables one", "internal/store/password.go",
			"password_failures + 1 >= $2 AND",
			"password_failures + 1 >= $2 + 1000000 AND",
			authDir, "^TestAHundredWrongPasswordsInARowDisableIt$/^sqlite$",
		},
		{
			"a disabled password is still good", "internal/auth/signin.go",
			"kept.User.IsActive && kept.DisabledAt.IsZero()",
			"kept.User.IsActive",
			authDir, "^TestAHundredWrongPasswordsInARowDisableIt$/^sqlite$",
		},
		{
			"a set-up code never ends", "internal/store/system_auth.go",
			"WHERE hash = $1 AND purpose = $2 AND used_at IS NULL AND expires_at > $3`",
			"WHERE hash = $1 AND purpose = $2 AND used_at IS NULL`",
			authDir, "^TestOneSetUpCodeIsGoodForADayAndTheNewestOnly$/^sqlite$",
		},
		{
			"earlier set-up codes stay good", "internal/store/system_auth.go",
			"DELETE FROM one_time_codes WHERE purpose = $1`",
			"DELETE FROM one_time_codes WHERE purpose = $1 AND FALSE`",
			authDir, "^TestOneSetUpCodeIsGoodForADayAndTheNewestOnly$/^sqlite$",
		},
		{
			"a person has any number of sessions", "internal/store/user_session.go",
			"DESC LIMIT $3)`",
			"DESC LIMIT $3 + 1000)`",
			authDir, "^TestTheTwentyFirstSessionEndsTheOneUnusedForLongest$/^sqlite$",
		},
		{
			"one network guesses without end", "internal/auth/limits.go",
			"Limit{Count: 20, Window: 10 * minute},\n\t\tPeople",
			"Limit{Count: 20000, Window: 10 * minute},\n\t\tPeople",
			authDir, "^TestOneNetworkHasTwentyWrongPasswords$/^sqlite$",
		},
		{
			"one network tries everybody", "internal/auth/limits.go",
			"Limit{Count: 10, Window: 10 * minute, Block: hour}",
			"Limit{Count: 10000, Window: 10 * minute, Block: hour}",
			authDir, "^TestOneNetworkTriesFewPeople$/^sqlite$",
		},
		{
			"a known browser is known for everybody", "internal/auth/device.go",
			`string(user)+"."+id`,
			`"."+id`,
			authDir, "^TestTheCookieOfAKnownBrowserIsBelievedByItsOwnKeyAlone$/^sqlite$",
		},
	}
}

func signIn2Mutants() []mutant {
	return []mutant{
		{
			"a known browser is known for ever", "internal/auth/device.go",
			"|| s.now().Unix() >= seconds {",
			"|| seconds < 0 {",
			authDir, "^TestTheCookieOfAKnownBrowserIsBelievedByItsOwnKeyAlone$/^sqlite$",
		},
		{
			"cursors and cookies share a key", "internal/auth/cursor.go",
			"s.ring.current().cursor",
			"s.ring.current().device",
			authDir, "^TestTheCookieOfAKnownBrowserIsBelievedByItsOwnKeyAlone$/^sqlite$",
		},
		{
			"passwords are kept without the pepper", "internal/auth/hash.go",
			"input := mac(pepper, password)",
			"input := mac(nil, password)",
			authDir, "^TestAPasswordIsKeptAsASaltedHashUnderAPepper$",
		},
		{
			"a released program may take cheap hashes", "internal/auth/hash.go",
			"c == LowMemoryCost() || testing {",
			"c == LowMemoryCost() || true {",
			authDir, "^TestCheapHashesExistInTestsOnly$",
		},
		{
			"any number of hashes run at once", "internal/auth/gate.go",
			"make(chan struct{}, places)",
			"make(chan struct{}, places+1000)",
			authDir, "^TestFewHashesRunAtOnceAndWhoWaitsTooLongIsToldSo$",
		},
		{
			"an invite outlives the right to invite", "internal/store/system_people.go",
			"u.id = user_id AND u.is_active AND u.role = 'admin'",
			"u.id = user_id",
			authDir, "^TestAnInviteEndsWithTheRightToInvite$/^sqlite$",
		},
	}
}

// factorMutants are of second factors.
func factorMutants() []mutant {
	return []mutant{
		{
			"a one-time password is good twice", "internal/store/authenticator.go",
			"last_step < $3`",
			"last_step <= $3`",
			authDir, "^TestSigningInTakesThePasswordAndACodeOfTheApp$/^sqlite$",
		},
		{
			"a suspended authenticator still works", "internal/store/authenticator.go",
			"AND suspended_at IS NULL AND last_step",
			"AND last_step",
			authDir, "^TestGuessingCodesIsSlowedAndEndsTheAuthenticator$/^sqlite$",
		},
		{
			"a recovery code is good twice", "internal/store/factor.go",
			"`DELETE FROM recovery_codes WHERE user_id = $1 AND hash = $2`",
			"`UPDATE recovery_codes SET hash = hash WHERE user_id = $1 AND hash = $2`",
			authDir, "^TestRecoveryCodesAreGoodOnceAndTheLastBringsNewOnes$/^sqlite$",
		},
		{
			"second factors may be tried without end", "internal/auth/limits.go",
			"Tries: 5,",
			"Tries: 5000,",
			authDir, "^TestTheSixthTryAndTheSixthMinuteBeginAnew$/^sqlite$",
		},
		{
			"the password alone begins a session", "internal/auth/signin.go",
			"if factors.Any() {",
			"if factors.Any() && false {",
			authDir, "^TestSigningInTakesThePasswordAndACodeOfTheApp$/^sqlite$",
		},
		{
			"one-time passwords of later are good", "internal/auth/totp.go",
			"{totpStep(now) - 1, totpStep(now)}",
			"{totpStep(now) - 1, totpStep(now), totpStep(now) + 1}",
			authDir, "^TestSigningInTakesThePasswordAndACodeOfTheApp$/^sqlite$",
		},
		{
			"stepping up takes the password alone", "internal/auth/second.go",
			"if err != nil || !factors.Any() {\n\t\treturn store.Proof{}, nil, err",
			"if err != nil || !factors.Any() || true {\n\t\treturn store.Proof{}, nil, err",
			authDir, "^TestSteppingUpTakesTheSecondFactorToo$/^sqlite$",
		},
		{
			"a changed factor leaves other sessions", "internal/store/factor.go",
			"`UPDATE users SET security_epoch = security_epoch + 1 WHERE id = $1 AND $2 = $2`,\n\t\t`DELETE FROM sessions WHERE user_id = $1 AND id <> $2`,",
			"",
			storeDir, "^TestAFactorThatChangesEndsEverySessionButTheOneInUse$/^sqlite$",
		},
	}
}

// toldMutants are of what people are told of their second factors.
func toldMutants() []mutant {
	return []mutant{
		{
			"wrong codes with a right one between them are told nobody", "internal/auth/second.go",
			"if err == nil && wait == 0 {\n\t\ts.tell(",
			"if false {\n\t\ts.tell(",
			authDir, "^TestWrongCodesAreCountedByTheDay$/^sqlite$",
		},
		{
			"pages don't know that factors are to go", "internal/httpapi/session_routes.go",
			"me.FactorsEndAt, err = a.Store",
			"_, err = a.Store",
			httpDir, "^TestFactorsAreTakenAwayByAdministratorsAndKeptByTheirOwner$/^sqlite$",
		},
	}
}
