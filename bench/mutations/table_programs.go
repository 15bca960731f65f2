package main

// programMutants are of what stands between a program and what its person did
// not allow.
func programMutants() []mutant {
	return []mutant{
		{
			"a program may do what its scopes don't say", "internal/httpapi/access.go",
			"case rule.Scope != anyScope && !p.May(rule.Scope):",
			"case false:",
			httpDir, "^TestEveryOperationIsForThoseProgramsThatThePolicySays$/^sqlite$",
		},
		{
			"a program may do what has no scope", "internal/httpapi/access.go",
			"case rule.Access != Session || rule.StepUp || rule.Scope == \"\":",
			"case false:",
			httpDir, "^TestEveryOperationIsForThoseProgramsThatThePolicySays$/^sqlite$",
		},
		{
			"tokens of disabled people are good", "internal/store/api_token.go",
			"t.epoch = u.security_epoch AND u.is_active AND",
			"t.epoch = u.security_epoch AND",
			httpDir, "^TestEveryOperationIsForThoseProgramsThatThePolicySays$/^sqlite$",
		},
		{
			"programs outlive a new password", "internal/store/program.go",
			"p.epoch = u.security_epoch AND",
			"",
			authDir, "^TestProgramsEndWithWhatEndsEverySession$/^sqlite$",
		},
		{
			"a token may be written in other ways", "internal/auth/accesstoken.go",
			"if err != nil || again != text {",
			"if err != nil || again == \"\" {",
			authDir, "^TestOnlyTokensThatWeWriteAreTokens$",
		},
		{
			"a token for another audience is good", "internal/auth/accesstoken.go",
			"jwt.WithAudience(accessAudience),",
			"",
			authDir, "^TestOnlyTokensThatWeWriteAreTokens$",
		},
	}
}

// deviceMutants are of devices that are let in, and of what programs propose.
func deviceMutants() []mutant {
	return []mutant{
		{
			"a used refresh token is as good as a new one", "internal/store/program.go",
			"case isSame && c.now.Sub(used) < r.Grace:",
			"case isSame:",
			authDir, "^TestASecondUseOfARefreshTokenShutsTheProgramOut$/^sqlite$",
		},
		{
			"another device may use a refresh token", "internal/store/program.go",
			"p.Client == r.Client && bytes.Equal(device, r.DeviceHash)",
			"p.Client == r.Client && bytes.Equal(device, device)",
			authDir, "^TestASecondUseOfARefreshTokenShutsTheProgramOut$/^sqlite$",
		},
		{
			"codes of devices can be guessed for ever", "internal/auth/devicegrant.go",
			"if err := s.take(ctx, limits); err != nil {",
			"if err := error(nil); err != nil {",
			authDir, "^TestCodesOfDevicesCanNotBeTriedOut$/^sqlite$",
		},
		{
			"a device code works twice", "internal/store/program.go",
			"`DELETE FROM device_requests WHERE device_code_hash = $1 AND expires_at > $2 AND program_id = $3`",
			"`UPDATE device_requests SET is_refused = FALSE WHERE device_code_hash = $1 AND expires_at > $2 AND program_id = $3`",
			authDir, "^TestADeviceIsLetInOnceByWhoSeesItsCode$/^sqlite$",
		},
		{
			"proposals need no name", "internal/account/proposal.go",
			"if !strings.EqualFold(strings.TrimSpace(name), strings.TrimSpace(kept.AccountName)) {",
			"if kept.ID == \"\" {",
			httpDir, "^TestWhatAProgramProposesIsLinkedByWhoNamesIt$/^sqlite$",
		},
		{
			"programs see each other's proposals", "internal/account/proposal.go",
			"if err == nil && kept.Proposer != proposer {",
			"if false {",
			httpDir, "^TestWhatAProgramProposesIsLinkedByWhoNamesIt$/^sqlite$",
		},
	}
}
