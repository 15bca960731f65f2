package main

import "slices"

const notifyDir = "./internal/notify"

// severalMutants are of what is between people: who may come, what goes with
// whoever leaves, whose rows and passkeys are whose, and what is told to whom.
func severalMutants() []mutant {
	return slices.Concat(peopleMutants(), passkeyMutants(), noticeMutants())
}

func peopleMutants() []mutant {
	return []mutant{
		{
			"an invite is good twice", "internal/store/system_people.go",
			"DELETE FROM invites WHERE hash = $2 AND (email",
			"UPDATE invites SET hash = hash WHERE hash = $2 AND (email",
			authDir, "^TestAnInviteMakesOnePersonWhoSignsIn$/^sqlite$",
		},
		{
			"an invite never ends", "internal/store/system_people.go",
			"`expires_at > $1 AND (user_id",
			"`expires_at > $1 - 1000000000000000 AND (user_id",
			authDir, "^TestABadInviteRegistersNobody$/^sqlite$",
		},
		{
			"the last administrator may leave", "internal/store/system_leave.go",
			"if err := c.keepsAdministrator(ctx); err != nil {",
			"if err := error(nil); err != nil {",
			storeDir, "^TestWhoMayLetSomebodyLeave$/^sqlite$",
		},
		{
			"whoever leaves leaves their rows", "internal/store/system_leave.go",
			"`DELETE FROM `+table+` WHERE user_id = $1`",
			"`DELETE FROM `+table+` WHERE user_id = $1 AND FALSE`",
			storeDir, "^TestDeletingAPersonLeavesNothingOfThem$/^sqlite$",
		},
		{
			"the owner of a table sees everybody's rows", "internal/store/migrations/postgres/00020_row_security.sql",
			"        EXECUTE format('ALTER TABLE %I FORCE ROW LEVEL SECURITY', one.name);\n",
			"",
			storeDir, "^TestEveryTableOfPeopleHasForcedRowSecurity$",
		},
		{
			"a transaction sees everybody's rows", "internal/store/migrations/postgres/00020_row_security.sql",
			"OR (SELECT current_setting('app.user_id', TRUE)) = 'system')",
			"OR TRUE)",
			storeDir, "^TestPostgreSQLItselfHidesTheRowsOfOthers$",
		},
		{
			"a person makes any number of exports at once", "internal/httpapi/export_routes.go",
			"a.exports.take(user, 1)",
			"a.exports.take(user, 100)",
			httpDir, "^TestAPersonMakesOneExportAtATime$",
		},
	}
}

func passkeyMutants() []mutant {
	return []mutant{
		{
			"a passkey's answer is good twice", "internal/store/system_auth.go",
			"`DELETE FROM one_time_codes WHERE user_id IS NULL AND hash = $1 AND purpose = $2 AND expires_at > $3`",
			"`UPDATE one_time_codes SET hash = hash WHERE user_id IS NULL AND hash = $1 AND purpose = $2 AND expires_at > $3`",
			authDir, "^TestAnAnswerIsGoodOnceInTimeAndWhereItWasAskedFor$/^sqlite$",
		},
		{
			"a passkey's answer is good in any session", "internal/auth/passkey.go",
			`hashToken(challenge + "." + within)`,
			`hashToken(challenge + "." + within[:0])`,
			authDir, "^TestAnAnswerIsGoodOnceInTimeAndWhereItWasAskedFor$/^sqlite$",
		},
		{
			"anybody's passkey is the second factor", "internal/auth/passkey_answer.go",
			"owner.ID != user.ID ||",
			`owner.ID == "" ||`,
			authDir, "^TestNobodyGivesAnothersPasskey$/^sqlite$",
		},
		{
			"a passkey may be somebody else's already", "internal/store/passkey.go",
			"ON CONFLICT (credential_id) DO NOTHING`,",
			"ON CONFLICT (credential_id) DO UPDATE SET user_id = excluded.user_id`,",
			authDir, "^TestNobodyGivesAnothersPasskey$/^sqlite$",
		},
		{
			"the copy of a passkey signs in", "internal/store/passkey.go",
			"OR sign_count < $3 OR sign_count = 0 AND $3 = 0)",
			"OR sign_count < $3 OR TRUE)",
			authDir, "^TestAnswersThatFitNothingAreRefused$/^sqlite$",
		},
		{
			"a device may become one that shares its key", "internal/auth/passkey_answer.go",
			"if shared != data.Flags.HasBackupEligible() {",
			"if false {",
			authDir, "^TestAnswersThatFitNothingAreRefused$/^sqlite$",
		},
	}
}

func noticeMutants() []mutant {
	return []mutant{
		{
			"people are told at night", "internal/notify/quiet.go",
			"return minute >= n.Quiet.From || minute < n.Quiet.Until",
			"return false",
			notifyDir, "^TestNothingIsToldInQuietHoursAndEverythingAfterThemAtOnce$/^sqlite$",
		},
		{
			"what still holds is told again", "internal/store/notice_raise.go",
			"known[id] = true\n\t\t\t\tcontinue\n\t\t\t}\n\t\t\tknown[id] = true\n\t\t\t_, err := q.exec(ctx, `INSERT INTO notice_conditions (user_id, kind, key, since) VALUES ($1, $2, $3, $4)`,",
			"known[id] = true\n\t\t\t}\n\t\t\tknown[id] = true\n\t\t\t_, err := q.exec(ctx, `INSERT INTO notice_conditions (user_id, kind, key, since) VALUES ($1, $2, $3, $4) ON CONFLICT DO NOTHING`,",
			storeDir, "^TestAConditionIsToldWhenItBeginsAndAgainOnlyAfterItHasEnded$/^sqlite$",
		},
		{
			"a delivery that has ended is sent again", "internal/store/notice_delivery.go",
			"if d.State != DeliveryWaiting {",
			"if false {",
			storeDir, "^TestADeliveryThatWaitsTakesOnWhatComesUntilItBegins$/^sqlite$",
		},
		{
			"any token reads somebody's calendar", "internal/store/system_notice.go",
			"WHERE f.token_hash = $1 AND u.is_active`",
			"WHERE (f.token_hash = $1 OR TRUE) AND u.is_active`",
			storeDir, "^TestACalendarIsReadByItsNewestTokenAlone$/^sqlite$",
		},
		{
			"notices of others are listed", "internal/store/notice_delivery.go",
			"`+noticeColumns+` FROM notices WHERE user_id = $1 ORDER BY created_at DESC",
			"`+noticeColumns+` FROM notices WHERE ($1 = $1) ORDER BY created_at DESC",
			storeDir, "^TestNobodySeesOrTouchesWhatIsAnothersOwn$/^sqlite$",
		},
	}
}
