package main

import "slices"

// storedMutants are of what stands between a stored Amazon password and its use.
func storedMutants() []mutant {
	return slices.Concat(consentMutants(), repairMutants())
}

func consentMutants() []mutant {
	return []mutant{
		{
			"a password is stored without the operator's leave", "internal/account/stored.go",
			"	if s.storesSignIns {\n		return nil\n	}\n	return audipy.Fail(audipy.NotFound",
			"	if s.storesSignIns || s.store != nil {\n		return nil\n	}\n	return audipy.Fail(audipy.NotFound",
			accountDir, "^TestWithoutTheOperatorsLeaveNothingIsStoredOrUsed$/^sqlite$",
		},
		{
			"a stored password is used without the operator's leave", "internal/account/repair.go",
			"	if !s.storesSignIns {",
			"	if false {",
			accountDir, "^TestWithoutTheOperatorsLeaveNothingIsStoredOrUsed$/^sqlite$",
		},
		{
			"a password is stored without a step-up", "internal/httpapi/policy.go",
			"\"storePassword\":  {Access: Session, StepUp: true},",
			"\"storePassword\":  {Access: Session},",
			httpDir, "^TestASignInIsStoredForWhoeverSaysSoAndNeverShown$/^sqlite$",
		},
		{
			"a seed is stored without a step-up", "internal/httpapi/policy.go",
			"\"storeSeed\":      {Access: Session, StepUp: true},",
			"\"storeSeed\":      {Access: Session},",
			httpDir, "^TestASignInIsStoredForWhoeverSaysSoAndNeverShown$/^sqlite$",
		},
	}
}

func repairMutants() []mutant {
	return []mutant{
		{
			"a refused password stays stored", "internal/store/stored_sign_in.go",
			"	case audipy.StopWrongPassword:\n",
			"	case audipy.RepairStop(\"never\"):\n",
			accountDir, "^TestAWrongPasswordIsDeletedAndNeverSentAgain$/^refused$/^sqlite$",
		},
		{
			"a refused password is sent again", "internal/account/repairwalk.go",
			"	case audible.StepPasswordRejected:\n		return audible.Answer{}, audipy.StopWrongPassword, nil",
			"	case audible.StepPasswordRejected:\n		return audible.Answer{Login: w.answer.login, Password: w.answer.password}, \"\", nil",
			accountDir, "^TestAWrongPasswordIsDeletedAndNeverSentAgain$/^refused$/^sqlite$",
		},
		{
			"tries to repair a link are not counted", "internal/store/stored_sign_in.go",
			"c.now.Before(kept.NextTry) || kept.Tries >= len(l.Pauses)",
			"false",
			accountDir, "^TestOfManyWhoRepairALinkOneSignsIn$/^sqlite$",
		},
		{
			"a spell of tries ends at once", "internal/store/stored_sign_in.go",
			"if !c.now.Before(kept.TriedAt.Add(l.Spell)) {",
			"if true {",
			accountDir, "^TestOverAYearThereAreNeverMoreTriesThanMayBe$/^sqlite$",
		},
		{
			"a repair links whatever account the sign-in is of", "internal/account/repair.go",
			"	if CustomerID(c) != account.CustomerID {",
			"	if false {",
			accountDir, "^TestASignInOfAnotherCustomerIsNotTaken$/^sqlite$",
		},
		{
			"stored cells are not bound to their column", "internal/account/stored.go",
			"Column: column, Row: string(id), Version: version}",
			"Column: \"sign_in\", Row: string(id), Version: version}",
			accountDir, "^TestNoStoredCellOpensInAnotherPlace$/^sqlite$",
		},
		{
			"unlinking leaves the stored password", "internal/store/account.go",
			"sealed_device = NULL, encrypted_username = NULL, encrypted_password = NULL, encrypted_seed = NULL",
			"sealed_device = NULL",
			accountDir, "^TestWhatIsStoredGoesWithTheLinkAndWhenItsPersonSaysSo$/^sqlite$",
		},
	}
}
