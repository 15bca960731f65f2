package main

import "slices"

// keepingMutants are of keys, files, chains and backups, and of what a log holds.
func keepingMutants() []mutant {
	return slices.Concat(keeping1Mutants(), keeping2Mutants(), keeping3Mutants())
}

func keeping1Mutants() []mutant {
	return []mutant{
		{
			"a key that others can read is used", "internal/vault/keyfile.go",
			`runtime.GOOS != "windows":`,
			`runtime.GOOS == "plan9":`,
			vaultDir, "^TestKeyFileThatMustNotBeUsedIsRefused$",
		},
		{
			"a key behind a link is used", "internal/vault/keyfile.go",
			"case mode&fs.ModeSymlink != 0:",
			"case false:",
			vaultDir, "^TestKeyBehindALinkIsRefused$",
		},
		{
			"the key may lie beside what it opens", "internal/vault/keyfile.go",
			"if !inside {",
			"if !inside || true {",
			vaultDir, "^TestKeyInsideTheDataFolderIsRefused$",
		},
		{
			"a key that is missing is made anew", "internal/vault/key.go",
			"if o.MustExist {\n\t\t\treturn nil, missing(path, nil)",
			"if false {\n\t\t\treturn nil, missing(path, nil)",
			vaultDir, "^TestMissingKeyIsAnErrorWhenSomethingIsSealed$",
		},
		{
			"an old token can be pasted back", "internal/vault/binding.go",
			"strconv.FormatInt(b.Version, 10)",
			"strconv.FormatInt(0, 10)",
			accountDir, "^TestOldTokenDoesNotOpenInItsOwnPlace$/^sqlite$",
		},
		{
			"a database that others can read is used", "internal/store/private.go",
			"case mode&fs.ModeSymlink != 0:",
			"case false:",
			storeDir, "^TestDatabaseThatOthersReachIsRefused$",
		},
		{
			"what is deleted stays in the file", "internal/store/sqlite.go",
			"secure_delete(1)",
			"secure_delete(0)",
			storeDir, "^TestDeletedCellsLeaveNothingInTheFile$",
		},
		{
			"a lease goes to two", "internal/store/lease.go",
			"WHERE account_leases.held_until <= $6",
			"WHERE (account_leases.held_until <= $6 OR TRUE)",
			storeDir, "^TestALeaseIsHeldUntilItsTime$/^sqlite$",
		},
		{
			"a changed record is not noticed", "internal/audit/verify.go",
			" || !bytes.Equal(r.Hash, r.sum()):",
			":",
			auditDir, "^TestChangedRecordIsNamed$",
		},
	}
}

func keeping2Mutants() []mutant {
	return []mutant{
		{
			"a chain may be cut off at its end", "internal/audit/verify.go",
			"if c.Seq > v.head.Seq {",
			"if c.Seq > v.head.Seq && false {",
			auditDir, "^TestCutChainIsFoundByCheckpoint$",
		},
		{
			"a chain may be written anew", "internal/audit/verify.go",
			"if c.Seq == r.Seq && !bytes.Equal(c.Hash, r.Hash) {",
			"if c.Seq == r.Seq && !bytes.Equal(c.Hash, r.Hash) && false {",
			auditDir, "^TestRewrittenChainIsFoundByCheckpoint$",
		},
		{
			"anybody's backup is restored", "internal/backup/restore.go",
			"digest, in.proof) {",
			"digest, in.proof) && false {",
			backupDir, "^TestAForgedBackupIsRefused$",
		},
		{
			"a backup unpacks to anything", "internal/backup/read.go",
			"if !fits(b.read, b.packed.read, b.allowance) {",
			"if false {",
			backupDir, "^TestABackupThatUnpacksToTooMuchIsRefused$",
		},
		{
			"a log holds what is named a secret", "internal/cli/log.go",
			"if strings.Contains(key, part) {",
			"if strings.Contains(key, part) && false {",
			cliDir, "^TestLogHoldsNoSecret$",
		},
		{
			"a log holds what looks like a secret", "internal/cli/log.go",
			"line = pattern.ReplaceAllString(line, redacted)",
			"_ = pattern",
			cliDir, "^TestLogHoldsNoSecret$",
		},
		{
			"the network may be any", "internal/cli/serve_network.go",
			"if n.public != nil && !isPlain(n.public) || n.insecure || n.secure() {",
			"if true {",
			cliDir, "^TestServeRefusesAnUnsafeNetwork$",
		},
		{
			"the relay may share the application's host", "internal/cli/serve_network.go",
			"case relay.Hostname() == n.public.Hostname():",
			"case false:",
			cliDir, "^TestServeRefusesAnUnsafeNetwork$",
		},
	}
}

// ownerMutants are of the person in a query.
func ownerMutants() []mutant {
	return slices.Concat(owner1Mutants(), owner2Mutants())
}

func owner1Mutants() []mutant {
	return []mutant{
		{
			"anybody's trail is read", "internal/store/audit.go",
			"FROM audit_records WHERE user_id = $1 AND seq < $2",
			"FROM audit_records WHERE (user_id = $1 OR TRUE) AND seq < $2",
			storeDir, "^TestNobodySeesOrTouchesWhatIsAnothersOwn$/^sqlite$",
		},
		{
			"a running sync is anybody's", "internal/store/sync_progress.go",
			"FROM sync_runs WHERE user_id = $1 AND id = $2`",
			"FROM sync_runs WHERE (user_id = $1 OR TRUE) AND id = $2`",
			storeDir, "^TestNobodySeesOrTouchesWhatIsAnothersOwn$/^sqlite$",
		},
		{
			"anybody's series are emptied", "internal/store/series.go",
			"DELETE FROM series_members WHERE user_id = $1 AND",
			"DELETE FROM series_members WHERE (user_id = $1 OR TRUE) AND",
			storeDir, "^TestNobodySeesOrTouchesWhatIsAnothersOwn$/^sqlite$",
		},
		{
			"anybody's account is seen", "internal/store/account.go",
			"FROM user_audible_accounts WHERE user_id = $1 AND id = $2`, string(user), string(id))",
			"FROM user_audible_accounts WHERE (user_id = $1 OR TRUE) AND id = $2`, string(user), string(id))",
			storeDir, "^TestNobodySeesOrTouchesWhatIsAnothersOwn$/^sqlite$",
		},
		{
			"everybody's accounts are listed", "internal/store/account.go",
			"FROM user_audible_accounts WHERE user_id = $1 ORDER BY",
			"FROM user_audible_accounts WHERE (user_id = $1 OR TRUE) ORDER BY",
			storeDir, "^TestNobodySeesOrTouchesWhatIsAnothersOwn$/^sqlite$",
		},
		{
			"anybody's suggestions are hidden", "internal/store/mark.go",
			"DELETE FROM suggestion_marks WHERE user_id = $1 AND",
			"DELETE FROM suggestion_marks WHERE (user_id = $1 OR TRUE) AND",
			storeDir, "^TestNobodySeesOrTouchesWhatIsAnothersOwn$/^sqlite$",
		},
		{
			"everybody's marks are listed", "internal/store/mark.go",
			"FROM suggestion_marks WHERE user_id = $1 ORDER",
			"FROM suggestion_marks WHERE (user_id = $1 OR TRUE) ORDER",
			storeDir, "^TestNobodySeesOrTouchesWhatIsAnothersOwn$/^sqlite$",
		},
		{
			"anybody's limits are forgotten", "internal/store/preference.go",
			"DELETE FROM store_limits WHERE user_id = $1`",
			"DELETE FROM store_limits WHERE (user_id = $1 OR TRUE)`",
			storeDir, "^TestNobodySeesOrTouchesWhatIsAnothersOwn$/^sqlite$",
		},
		{
			"everybody's jobs are listed", "internal/store/job.go",
			"FROM jobs WHERE user_id = $1 ORDER BY kind",
			"FROM jobs WHERE (user_id = $1 OR TRUE) ORDER BY kind",
			storeDir, "^TestNobodySeesOrTouchesWhatIsAnothersOwn$/^sqlite$",
		},
	}
}

func owner2Mutants() []mutant {
	return []mutant{
		{
			"anybody's sign-in is gone on with", "internal/store/pending_link.go",
			"WHERE user_id = $1 AND id = $2 AND expires_at > $3`",
			"WHERE (user_id = $1 OR TRUE) AND id = $2 AND expires_at > $3`",
			storeDir, "^TestNobodySeesOrTouchesWhatIsAnothersOwn$/^sqlite$",
		},
		{
			"everybody's wish list is listed", "internal/store/wishlist.go",
			"WHERE user_id = $1 AND (marketplace = $2 OR $2 = '') ORDER BY account_id",
			"WHERE (user_id = $1 OR TRUE) AND (marketplace = $2 OR $2 = '') ORDER BY account_id",
			storeDir, "^TestNobodySeesOrTouchesWhatIsAnothersOwn$/^sqlite$",
		},
	}
}

func keeping3Mutants() []mutant {
	return []mutant{
		{
			"a restore brings addresses and passwords back to use", "internal/store/restore.go",
			"return in.withdraw(ctx)",
			"return nil",
			backupDir, "^TestARestoredBackupNeedsNoSignIn$",
		},
		{
			"a backup is written that can't be restored", "internal/backup/write.go",
			"if !fits(inside.written, packed.written, cmp.Or(s.allowance, ratioAllowance)) {",
			"if cmp.Or(s.allowance, ratioAllowance) == 0 {",
			backupDir, "^TestABackupOfAShelfThatRepeatsItselfCanBeRestored$",
		},
		{
			"the last good backup is deleted for newer ones", "internal/cli/serve_backup.go",
			"if filepath.Base(file) == good.Target+backupTail {",
			"if false {",
			cliDir, "^TestServeWritesBackupsAndTriesThem$",
		},
		{
			"a trail that became shorter is no news", "internal/cli/checkpoint.go",
			"if head.Seq <= before.Seq {",
			"if false {",
			cliDir, "^TestServeSaysWhenATrailBecameShorter$",
		},
		{
			"an earlier root secret makes known browsers", "internal/auth/device.go",
			"deviceMAC(s.ring.current(), user, id, end)))",
			"deviceMAC(s.ring.version[1], user, id, end)))",
			authDir, "^TestKnownBrowsersEndWithTheRootSecret$",
		},
		{
			"a relay's address takes the browser before it was asked", "audible/relayforward.go",
			"r.serveQuestion(w, secret)",
			"r.serveStart(w, request, secret)",
			audibleDir, "^TestTheAddressOfAnotherRelayTakesNothing$",
		},
		{
			"another site answers a relay's question", "audible/relayforward.go",
			"request.Method == http.MethodPost && r.isOwnOrigin(request),",
			"request.Method == http.MethodPost,",
			audibleDir, "^TestTheAddressOfAnotherRelayTakesNothing$",
		},
	}
}
