package httpapi

import (
	"fmt"
	"maps"
	"slices"
	"strings"
)

// Access says who may call an operation. The zero value is nobody.
type Access int

// Who may call.
const (
	// Public is anybody.
	Public Access = iota + 1
	// SetUpOnly is anybody while there is no administrator, and nobody after.
	SetUpOnly
	// Pending is somebody whose password was right and who owes the second
	// factor: neither is in the other.
	Pending
	// Session is a signed-in person.
	Session
	// Admin is a signed-in administrator.
	Admin
)

// rule is the policy of one operation.
type rule struct {
	Access Access
	// StepUp asks for the password, and the second factor of whoever has one,
	// again when they were not given lately.
	StepUp bool
	// Limit names a row of limits that is kept beside the general one.
	Limit string
	// MaxBody is the largest body in bytes; 0 means maxBody.
	MaxBody int64
	// Hidden answers 404 to whoever may not call it.
	Hidden bool
}

// policy is the one table of who may do what, in pieces by what they are
// about. An operation that is not in it keeps the server from starting.
func policy() map[string]rule {
	all := map[string]rule{}
	for _, piece := range []map[string]rule{signInPolicy(), peoplePolicy(), libraryPolicy(), accountPolicy(), noticePolicy(), elsewherePolicy()} {
		maps.Copy(all, piece)
	}
	return all
}

func signInPolicy() map[string]rule {
	return map[string]rule{
		"getServer":   {Access: Public},
		"getDocument": {Access: Session, Hidden: true},
		"getCover":    {Access: Session, Limit: coversLimit},

		"setUp":                 {Access: SetUpOnly},
		"signIn":                {Access: Public},
		"signOut":               {Access: Session},
		"stepUp":                {Access: Session},
		"getMe":                 {Access: Session},
		"renameMe":              {Access: Session},
		"changePassword":        {Access: Session},
		"requestPasswordReset":  {Access: Public},
		"completePasswordReset": {Access: Public},
		"listSessions":          {Access: Session},
		"endSession":            {Access: Session},
		"endOtherSessions":      {Access: Session},
		"endAllSessions":        {Access: Session},
		"listActivity":          {Access: Session},
	}
}

func peoplePolicy() map[string]rule {
	return map[string]rule{
		"getAdminStatus": {Access: Admin},
		"register":       {Access: Public},
		"lookAtInvite":   {Access: Public},
		"listInvites":    {Access: Admin},
		"makeInvite":     {Access: Admin, StepUp: true},
		"endInvite":      {Access: Admin},
		"listPeople":     {Access: Admin},
		"changePerson":   {Access: Admin, StepUp: true},
		"deletePerson":   {Access: Admin, StepUp: true},
		"exportMe":       {Access: Session, StepUp: true, Limit: exportsLimit},
		"deleteMe":       {Access: Session, StepUp: true},
		"offerReset":     {Access: Admin, StepUp: true},
	}
}

func noticePolicy() map[string]rule {
	return map[string]rule{
		"listNotices":         {Access: Session},
		"getNoticeSettings":   {Access: Session},
		"putNoticeTimes":      {Access: Session},
		"addNoticeChannel":    {Access: Session},
		"changeNoticeChannel": {Access: Session},
		"removeNoticeChannel": {Access: Session},
		"testNoticeChannel":   {Access: Session, Limit: testsLimit},
		"makeCalendar":        {Access: Session},
		"endCalendar":         {Access: Session},
		"getCalendar":         {Access: Public},
	}
}

func elsewherePolicy() map[string]rule {
	return map[string]rule{
		"getElsewhere":        {Access: Session},
		"connectElsewhere":    {Access: Session, Limit: elsewhereLimit},
		"readElsewhere":       {Access: Session, Limit: elsewhereLimit},
		"applyElsewhere":      {Access: Session},
		"disconnectElsewhere": {Access: Session},
	}
}

func libraryPolicy() map[string]rule {
	return map[string]rule{
		"answerSecondFactor":   {Access: Pending},
		"getFactors":           {Access: Session},
		"beginAuthenticator":   {Access: Session, StepUp: true},
		"confirmAuthenticator": {Access: Session, StepUp: true},
		"removeAuthenticator":  {Access: Session, StepUp: true},
		"renewRecoveryCodes":   {Access: Session, StepUp: true},
		"beginPasskey":         {Access: Session, StepUp: true},
		"addPasskey":           {Access: Session, StepUp: true},
		"renamePasskey":        {Access: Session},
		"removePasskey":        {Access: Session, StepUp: true},
		"beginPasskeySignIn":   {Access: Public},
		"signInWithPasskey":    {Access: Public},
		"beginSecondPasskey":   {Access: Pending},
		"answerWithPasskey":    {Access: Pending},
		"beginStepUpPasskey":   {Access: Session},
		"stepUpWithPasskey":    {Access: Session},

		"listLibrary":        {Access: Session},
		"getLibraryFacets":   {Access: Session},
		"getLibraryTimeline": {Access: Session},
		"exportLibrary":      {Access: Session, Limit: exportsLimit},
		"listSeries":         {Access: Session},
		"getSeries":          {Access: Session},
		"listSuggestions":    {Access: Session},
		"setMark":            {Access: Session},
		"clearMark":          {Access: Session},
		"getBook":            {Access: Session},
		"listWishes":         {Access: Session},
		"addWish":            {Access: Session},
		"removeWish":         {Access: Session},
		"getPreferences":     {Access: Session},
		"putPreferences":     {Access: Session},
	}
}

func accountPolicy() map[string]rule {
	return map[string]rule{
		"startSync":            {Access: Session},
		"cancelSync":           {Access: Session},
		"changeAccount":        {Access: Session},
		"listSyncRuns":         {Access: Session},
		"getSyncRun":           {Access: Session},
		"getListeningTimeline": {Access: Session},
		"followEvents":         {Access: Session},

		"startLink":      {Access: Session, StepUp: true},
		"importLink":     {Access: Session, StepUp: true, MaxBody: maxImport},
		"listLinks":      {Access: Session},
		"getLink":        {Access: Session},
		"getLinkCaptcha": {Access: Session},
		"answerLink":     {Access: Session},
		"completeLink":   {Access: Session},
		"confirmLink":    {Access: Session},
		"abandonLink":    {Access: Session},
		"listAccounts":   {Access: Session},
		"getAccount":     {Access: Session},
		"renewAccount":   {Access: Session, Limit: renewalsLimit},
		"unlinkAccount":  {Access: Session, StepUp: true},
		"storePassword":  {Access: Session, StepUp: true},
		"forgetPassword": {Access: Session},
		"storeSeed":      {Access: Session, StepUp: true},
		"forgetSeed":     {Access: Session},
	}
}

// checkPolicy compares the table with the operations.
func (a *api) checkPolicy() error {
	var registered []string
	for _, item := range a.huma.OpenAPI().Paths {
		for _, op := range operationsOf(item) {
			registered = append(registered, op.OperationID)
		}
	}
	var problems []string
	for _, id := range a.missing {
		problems = append(problems, fmt.Sprintf("operation %q has no row", id))
	}
	for id, r := range a.rules {
		if !slices.Contains(registered, id) {
			problems = append(problems, fmt.Sprintf("row %q has no operation", id))
		}
		if r.Access == 0 {
			problems = append(problems, fmt.Sprintf("row %q does not say who may call", id))
		}
	}
	if len(problems) == 0 {
		return nil
	}
	slices.Sort(problems)
	return fmt.Errorf("policy table: %s", strings.Join(problems, "; "))
}
