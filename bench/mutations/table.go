package main

// mutant is the program without one control.
type mutant struct {
	// name says what is missing.
	name string
	// In file the text old, which stands there once, becomes new.
	file, old, new string
	// dir is the package whose tests must notice, tests the pattern of their
	// names. One database is enough: the controls are not the database's.
	dir, tests string
}

const (
	authDir     = "./internal/auth"
	storeDir    = "./internal/store"
	httpDir     = "./internal/httpapi"
	audibleDir  = "./audible"
	accountDir  = "./internal/account"
	vaultDir    = "./internal/vault"
	auditDir    = "./internal/audit"
	backupDir   = "./internal/backup"
	cliDir      = "./internal/cli"
	outDir      = "./internal/outbound"
	shelfDir    = "./internal/elsewhere"
	remoteDir   = "./internal/remote"
	providerDir = "./internal/provider"
)

func mutants() []mutant {
	var all []mutant
	for _, some := range [][]mutant{
		sessionMutants(), passwordMutants(), signInMutants(), factorMutants(), toldMutants(), requestMutants(), edgeMutants(),
		ownershipMutants(), ownerMutants(), credentialMutants(), amazonMutants(), keepingMutants(),
		severalMutants(), storedMutants(), programMutants(), deviceMutants(), terminalMutants(), providerMutants(), identityMutants(),
	} {
		all = append(all, some...)
	}
	return all
}

func sessionMutants() []mutant {
	const file = "internal/store/user_session.go"
	return []mutant{
		{
			"sessions outlive what ended them all", file, "s.epoch = u.security_epoch AND u.is_active", "u.is_active",
			authDir, "^TestEachEndOfASessionHoldsByItself$/^sqlite$",
		},
		{
			"sessions of a disabled person go on", file, "u.security_epoch AND u.is_active AND", "u.security_epoch AND",
			authDir, "^TestADisabledPersonIsOutAtOnce$/^sqlite$",
		},
		{
			"sessions never idle", file, "u.is_active AND s.idle_until > $2", "u.is_active",
			authDir, "^TestSessionsEndWhenTheyIdleOrAreTooOld$/.*/^sqlite$",
		},
		{
			"sessions have no end", file, " AND s.ends_at > $2`", "`",
			authDir, "^TestEachEndOfASessionHoldsByItself$/^sqlite$",
		},
		{
			"the old token stays good after the step-up", file, "SET token_hash = $4,", "SET token_hash = coalesce(token_hash, $4),",
			authDir, "^TestStepUpLastsTenMinutesAndBelongsToTheSession$/^sqlite$",
		},
		{
			"nobody has to give the password again", "internal/httpapi/access.go",
			"case rule.StepUp && !a.Now().Before(actor.SteppedUpUntil):", "case false:",
			httpDir, "^TestUnlinkNeedsThePasswordAndSaysWhatBecameOfTheDevice$/^sqlite$",
		},
		{
			"everybody is an administrator", "internal/httpapi/access.go",
			"case rule.Access == Admin && !actor.IsAdmin:", "case false:",
			httpDir, "^TestEveryOperationIsForWhomThePolicySays$/^sqlite$",
		},
	}
}

func passwordMutants() []mutant {
	return []mutant{
		{
			"attempts are not committed", "internal/store/throttle.go",
			"\t\treturn nil\n\t})\n\treturn wait, err\n", "\t\treturn errStop\n\t})\n\tif err == errStop {\n\t\terr = nil\n\t}\n\treturn wait, err\n",
			authDir, "^TestGuessingIsSlowedAndThePersonIsNotLockedOut$/^sqlite$",
		},
		{
			"an unknown address costs no hash", "internal/auth/hash.go",
			"p, k = s.dummy, s.ring.current()", "return false, nil",
			authDir, "^TestAnUnknownAddressCostsAHash$",
		},
		{
			"common passwords are taken", "internal/auth/policy.go", "if common {", "if common && len(folded) == 0 {",
			authDir, "^TestEveryCommonPasswordIsRefused$",
		},
		{
			"short passwords are taken", "internal/auth/policy.go",
			"case utf8.RuneCountInString(password) < PasswordMin:", "case len(password) == 0:",
			authDir, "^TestPasswordsHaveFifteenCharactersAndAtMost1024Bytes$/^sqlite$",
		},
		{
			"passwords are cut before they are compared", "internal/auth/hash.go",
			"password[:min(len(password), PasswordMax+1)]", "password[:min(len(password), 20)]",
			authDir, "^TestAPasswordIsComparedByteByByte$/^sqlite$",
		},
	}
}

func requestMutants() []mutant {
	return []mutant{
		{
			"requests of foreign origins pass", "internal/httpapi/checks.go",
			"case len(origins) == 1 && origins[0] != a.ownOrigin(r):", "case false:",
			httpDir, "^TestAnUnsafeRequestMustComeFromOurOwnPages$/^sqlite$",
		},
		{
			"requests of foreign sites pass", "internal/httpapi/checks.go", "if cross.Check(r) != nil {", "if false {",
			httpDir, "^TestAnUnsafeRequestMustComeFromOurOwnPages$/^sqlite$",
		},
		{
			"any host name is ours", "internal/httpapi/checks.go", "if a.PublicURL == nil ||", "if true ||",
			httpDir, "^TestOnlyThePublicHostIsAnswered$",
		},
		{
			"a name may stand twice in a body", "internal/httpapi/json.go", "if names[folded] {", "if false {",
			httpDir, "^TestABodyThatCouldBeReadInTwoWaysIsRefused$",
		},
		{
			"fields that nobody knows pass", "internal/httpapi/json.go",
			"json.RejectUnknownMembers(true)", "json.RejectUnknownMembers(false)",
			httpDir, "^TestABodyThatCouldBeReadInTwoWaysIsRefused$",
		},
		{
			"bodies have no limit", "internal/httpapi/body.go", "http.MaxBytesReader(w, r.Body, limit)",
			"http.MaxBytesReader(w, r.Body, limit<<20)",
			httpDir, "^TestABodyThatCouldBeReadInTwoWaysIsRefused$",
		},
		{
			"forms are taken for JSON", "internal/httpapi/body.go", "case !isJSON(r.Header):", "case false:",
			httpDir, "^TestBodiesAreJSONAndSaySo$",
		},
		{
			"scripts can read the cookies", "internal/httpapi/cookie.go", "HttpOnly: true", "HttpOnly: false",
			httpDir, "^TestCookiesAreForThisHostAndForNoScript$",
		},
		{
			"cookies go over plain HTTP", "internal/httpapi/cookie.go", "Secure: !a.Insecure", "Secure: false",
			httpDir, "^TestCookiesAreForThisHostAndForNoScript$",
		},
		{
			"anybody may make a cursor", "internal/httpapi/cursor.go",
			"a.cursorMAC(ctx, list, query, place)) != 1 {", "a.cursorMAC(ctx, list, query, place)) > 1 {",
			httpDir, "^TestACursorIsGoodForItsPersonAndItsQuestion$/^sqlite$",
		},
		{
			"answers may be kept by caches", "internal/httpapi/headers.go", `h.Set("Cache-Control", "no-store")`, "",
			httpDir, "^TestEveryAnswerBearsItsHeaders$",
		},
		{
			"covers are fetched from anywhere", "internal/cover/source.go", " || u.Host != host && u.Host != oldHost {", " {",
			"./internal/cover", "^TestOnlyPicturesOfTheOneHostAreFetched$",
		},
	}
}

func ownershipMutants() []mutant {
	return []mutant{
		{
			"a title of anybody's is found", "internal/store/item.go",
			"WHERE user_id = $1 AND asin = $2\n", "WHERE (user_id = $1 OR TRUE) AND asin = $2\n",
			storeDir, "^TestNobodySeesOrTouchesWhatIsAnothersOwn$/^sqlite$",
		},
		{
			"everybody's library is listed", "internal/store/item_filter.go", `text: "user_id = $1"`, `text: "(user_id = $1 OR TRUE)"`,
			httpDir, "^TestNobodyElsesLibraryIsSeen$/^sqlite$",
		},
		{
			"anybody's session can be ended", "internal/store/user_session.go",
			"`DELETE FROM sessions WHERE user_id = $1 AND id = $2`", "`DELETE FROM sessions WHERE (user_id = $1 OR TRUE) AND id = $2`",
			authDir, "^TestNobodyEndsAnothersSession$/^sqlite$",
		},
		{
			"a change leaves no record", "internal/store/session.go",
			"return c.appendRecord(ctx, prev, user, c.event, !c.unseen)", "_ = prev\n\t\treturn nil",
			storeDir, "^TestEveryChangeLeavesOneRecord$/.*/^sqlite$",
		},
		{
			"a link goes on in any browser", "internal/account/links.go", "if row.Browser != browser {", "if false {",
			httpDir, "^TestALinkIsItsPersonsAndItsBrowsersAlone$/^sqlite$",
		},
		{
			"the relay answers any browser", "audible/relay.go",
			"return err == nil && r.state.Token != \"\" &&\n", "return err == nil || r.state.Token != \"\" ||\n",
			audibleDir, "^TestRelayAnswersOneBrowserOnly$",
		},
	}
}

func credentialMutants() []mutant {
	return []mutant{
		{
			"many may finish a link at once", "internal/store/pending_link.go",
			"(claimed_at IS NULL OR claimed_at <= $4)", "(claimed_at IS NULL OR claimed_at <= $4 OR TRUE)",
			storeDir, "^TestAmongFiftyOneWins$/^sqlite$",
		},
		{
			"a token is used that could not be saved", "audible/token.go",
			"return Credentials{}, fmt.Errorf(\"save the refreshed credentials: %w\", err)", "return creds, nil",
			audibleDir, "^TestATokenThatCannotBeSavedIsNotUsed$",
		},
		{
			"a lost lease still saves", "internal/store/token.go", "if v.Fence != 0 {", "if v.Fence < 0 {",
			storeDir, "^TestARefreshUnderALostLeaseIsRefused$/^sqlite$",
		},
		{
			"a sealed value opens in another row", "internal/vault/binding.go", "string(user), b.Row, strconv", "string(user), strconv",
			vaultDir, "^TestCellMovedAlongOneEdgeDoesNotOpen$",
		},
	}
}
