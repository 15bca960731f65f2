package main

import "slices"

// edgeMutants are of what every request passes.
func edgeMutants() []mutant {
	return slices.Concat(edge1Mutants(), edge2Mutants(), edge3Mutants())
}

func edge1Mutants() []mutant {
	return []mutant{
		{
			"pages may be framed", "internal/httpapi/headers.go",
			"worker-src 'self'; frame-ancestors 'none';",
			"worker-src 'self';",
			httpDir, "^TestEveryAnswerBearsItsHeaders$",
		},
		{
			"browsers guess what an answer is", "internal/httpapi/headers.go",
			`h.Set("X-Content-Type-Options", "nosniff")`,
			"",
			httpDir, "^TestEveryAnswerBearsItsHeaders$",
		},
		{
			"scripts of others run in pages", "internal/httpapi/headers.go",
			"script-src 'self';",
			"script-src 'self' 'unsafe-inline';",
			httpDir, "^TestEveryAnswerBearsItsHeaders$",
		},
		{
			"browsers may come back without TLS", "internal/httpapi/headers.go",
			"if secure {",
			"if false {",
			httpDir, "^TestBrowsersAreToldToComeByTLSAlone$",
		},
		{
			"anybody is taken for a proxy", "internal/httpapi/visitor.go",
			"if !a.trusts(socket) {",
			"if false {",
			httpDir, "^TestOnlyTrustedProxiesSayWhereARequestIsFrom$",
		},
		{
			"the farthest hop is believed", "internal/httpapi/visitor.go",
			"slices.Reverse(hops)",
			"",
			httpDir, "^TestOnlyTrustedProxiesSayWhereARequestIsFrom$",
		},
		{
			"a session and a token may come together", "internal/httpapi/checks.go",
			`case bearer && facts.token+facts.owing != "":`,
			"case bearer && false:",
			httpDir, "^TestTwoCredentialsAtOnceAreRefused$",
		},
		{
			"tokens go over plain HTTP", "internal/httpapi/checks.go",
			"case isProgram && !facts.secure && !facts.visitor.Address.IsLoopback():",
			"case isProgram && false:",
			httpDir, "^TestABearerOverPlainHTTPIsRefusedAndNotRedirected$",
		},
		{
			"a parameter may stand twice", "internal/httpapi/checks.go",
			"if len(values) > 1 {",
			"if false {",
			httpDir, "^TestWhatNoFilterTakesIsRefused$",
		},
	}
}

func edge2Mutants() []mutant {
	return []mutant{
		{
			"calls have no limit", "internal/httpapi/limits.go",
			"if c.calls[key] >= limit {",
			"if false {",
			httpDir, "^TestTooManyCallsInAMinuteAreRefused",
		},
		{
			"one address has any number of connections", "internal/httpapi/limits.go",
			"if l.enter(networks) {",
			"if l.enter(networks) || true {",
			httpDir, "^TestSoManyConnectionsComeFromOneAddressAndOneSite$",
		},
		{
			"a person follows any number of streams", "internal/httpapi/stream.go",
			"UserID, a.Limits.Streams)",
			"UserID, a.Limits.Streams+1000)",
			httpDir, "^TestAPersonFollowsThreeStreamsAtMost",
		},
		{
			"the API's document is everybody's", "internal/httpapi/access.go",
			"rule := a.rules[ctx.Operation().OperationID]",
			"rule := a.rules[ctx.Operation().OperationID]\n\tif ctx.Operation().OperationID == \"getDocument\" {\n\t\trule.Access = Public\n\t}",
			httpDir, "^TestTheDocumentIsForThoseWhoAreSignedIn$",
		},
		{
			"set-up is open for ever", "internal/httpapi/access.go",
			"case rule.Access == SetUpOnly && needed:",
			"case rule.Access == SetUpOnly:",
			httpDir, "^TestEveryOperationIsForWhomThePolicySays$/^sqlite$",
		},
		{
			"an operation needs no row in the policy", "internal/httpapi/policy.go",
			"if len(problems) == 0 {",
			"if true {",
			httpDir, "^TestAnOperationWithoutAPolicyKeepsTheServerFromStarting$",
		},
		{
			"a defect ends the process", "internal/httpapi/handler.go",
			"a.ended(seen, r, recover(), time.Since(started))",
			"a.ended(seen, r, nil, time.Since(started))",
			httpDir, "^TestAPanicIsAnsweredAndTellsNothing$",
		},
		{
			"refusals are not in the log", "internal/httpapi/problem.go",
			"requestOf(ctx).problem = p.Code",
			"",
			httpDir, "^TestEveryRefusalIsInTheLog$",
		},
		{
			"mails go in the clear", "internal/mail/sender.go",
			"gomail.WithTLSPortPolicy(gomail.TLSMandatory)",
			"gomail.WithTLSPortPolicy(gomail.TLSOpportunistic)",
			"./internal/mail", "^TestNoMailGoesInTheClearUnlessItMay$",
		},
	}
}

func edge3Mutants() []mutant {
	return []mutant{
		{
			"cells of a table are formulas", "internal/export/csv.go",
			`return "'" + text`,
			"return text",
			"./internal/export", "^TestCSVCellsAreNoFormulas$",
		},
		{
			"pictures of any size are shown", "internal/cover/fetch.go",
			" || config.Width > maxSide || config.Height > maxSide {",
			" {",
			"./internal/cover", "^TestWhatIsNoPictureIsNotServed$",
		},
	}
}

// amazonMutants are of what goes to Amazon and comes from there.
func amazonMutants() []mutant {
	return slices.Concat(amazon1Mutants(), amazon2Mutants())
}

func amazon1Mutants() []mutant {
	return []mutant{
		{
			"addresses of the own network are reached", "audible/transport.go",
			"if network.Contains(ip) {",
			"if network.Contains(ip) && false {",
			audibleDir, "^TestNoPrivateAddressIsConnectedTo$",
		},
		{
			"any host is taken for Amazon's", "audible/transport.go",
			"case !isKnownHost(u.Hostname()):",
			"case false:",
			audibleDir, "^TestOnlyAmazonsOwnHostsAreReached$",
		},
		{
			"Amazon is asked over plain HTTP", "audible/transport.go",
			`case u.Scheme != "https":`,
			"case false:",
			audibleDir, "^TestOnlyAmazonsOwnHostsAreReached$",
		},
		{
			"a form that leads away gets the password", "audible/form.go",
			`u.Opaque == "" && isSignInHost(m, u.Host)`,
			`u.Opaque == ""`,
			audibleDir, "^TestFormsThatLeadAwayGetNoPassword$",
		},
		{
			"captchas of any size are opened", "audible/captcha.go",
			" || config.Width > maxCaptchaWidth || config.Height > maxCaptchaHeight {",
			" {",
			audibleDir, "^TestHostileCaptchaImagesEndAtTheBrowser$",
		},
		{
			"another program's device is signed out", "internal/account/unlink.go",
			"case account.SharedDevice && !o.SignOutShared:",
			"case false:",
			accountDir, "^TestFileSharesItsDevice$/^sqlite$",
		},
		{
			"cookies of a file are kept", "internal/account/linkimport.go",
			`c.Cookies, c.StoreAuthCookie = nil, ""`,
			"",
			httpDir, "^TestOfAFileNoCookieIsKept$/^sqlite$",
		},
		{
			"any number of passwords goes to Amazon", "internal/account/linklimits.go",
			"[]store.LinkLimit{{N: 3, Per: time.Hour}, {N: 5, Per: day}}",
			"[]store.LinkLimit{{N: 3000, Per: time.Hour}, {N: 5000, Per: day}}",
			accountDir, "^TestTheFourthPasswordInAnHourDoesNotReachAmazon$/^sqlite$",
		},
		{
			"a person begins any number of links", "internal/account/linklimits.go",
			"if len(open) >= s.links.Open {",
			"if false {",
			accountDir, "^TestOnlySoManyLinksAreBegun$/^sqlite$",
		},
	}
}

func amazon2Mutants() []mutant {
	return []mutant{
		{
			"a name may lead into the own network", "internal/outbound/client.go",
			"if err != nil || !may(to) {",
			"if err != nil {",
			outDir, "^TestNoAddressOfAPersonLeadsHome$",
		},
		{
			"a title outside of Audible counts unasked", "internal/advice/service.go",
			"|| err == nil && server.AppliedAt.IsZero() {",
			"|| false {",
			shelfDir, "^TestWhatAServerHasCountsOnceThePersonSaysSo$/^sqlite$",
		},
		{
			"addresses inside of version 6 count as public", "internal/outbound/client.go",
			"if a.Is6() && !global.Contains(a) {",
			"if a.Is6() && !global.Contains(a) && false {",
			outDir, "^TestSpecialAddressesAreNotPublic$",
		},
		{
			"every look matches a whole shelf", "internal/elsewhere/preview.go",
			"if one.isCurrent(state, now) {",
			"if one.isCurrent(state, now) && false {",
			shelfDir, "^TestAPreviewIsWorkedOutOnceForEachState$/^sqlite$",
		},
		{
			"a server outside of Audible fills the memory", "internal/elsewhere/reader.go",
			"if len(*l) == maxTitles {",
			"if false {",
			shelfDir, "^TestAServerFillsNeitherMemoryNorDatabase$/^sqlite$",
		},
		{
			"a sign-in waits for a week", "internal/account/pending.go",
			"pendingTime = 10 * time.Minute",
			"pendingTime = 10000 * time.Minute",
			accountDir, "^TestPendingSignInEndsAfterTenMinutes$/^sqlite$",
		},
	}
}
