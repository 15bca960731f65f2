package httpapi

import (
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/audipy/audipy/internal/audipy"
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
	// Scope is what a program needs to call it in a person's name. Without one
	// no program may.
	Scope audipy.Scope
	// Form says that the body is a form, as OAuth has it.
	Form bool
}

// anyScope stands for whatever a program may do.
const anyScope audipy.Scope = "any"

// policy is the one table of who may do what, in pieces by what they are
// about. An operation that is not in it keeps the server from starting.
func policy() map[string]rule {
	all := map[string]rule{}
	for _, piece := range []map[string]rule{signInPolicy(), peoplePolicy(), libraryPolicy(), accountPolicy(), noticePolicy(), elsewherePolicy(), programPolicy()} {
		maps.Copy(all, piece)
	}
	return all
}

func signInPolicy() map[string]rule {
	return map[string]rule{
		"getServer":   {Access: Public},
		"getDocument": {Access: Session, Scope: anyScope, Hidden: true},
		"getCover":    {Access: Session, Scope: audipy.ScopeLibraryRead, Limit: coversLimit},

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
		"listActivity":          {Access: Session, Scope: audipy.ScopeAuditRead},
	}
}

func peoplePolicy() map[string]rule {
	return map[string]rule{
		"getAdminStatus":      {Access: Admin},
		"register":            {Access: Public},
		"lookAtInvite":        {Access: Public},
		"requestRegistration": {Access: Public},
		"confirmAddress":      {Access: Public},
		"requestAddress":      {Access: Session, StepUp: true},
		"askFactorRemoval":    {Access: Admin, StepUp: true},
		"cancelFactorRemoval": {Access: Admin},
		"keepFactors":         {Access: Session},
		"postponeFactor":      {Access: Session},
		"listInvites":         {Access: Admin},
		"makeInvite":          {Access: Admin, StepUp: true},
		"endInvite":           {Access: Admin},
		"listPeople":          {Access: Admin},
		"changePerson":        {Access: Admin, StepUp: true},
		"deletePerson":        {Access: Admin, StepUp: true},
		"exportMe":            {Access: Session, StepUp: true, Limit: exportsLimit},
		"deleteMe":            {Access: Session, StepUp: true},
		"offerReset":          {Access: Admin, StepUp: true},
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

func programPolicy() map[string]rule {
	return map[string]rule{
		"listPrograms":      {Access: Session},
		"makeToken":         {Access: Session, StepUp: true},
		"endToken":          {Access: Session},
		"endProgram":        {Access: Session},
		"getProgram":        {Access: Session, Scope: anyScope},
		"findDevice":        {Access: Session, StepUp: true},
		"decideDevice":      {Access: Session, StepUp: true},
		"authorizeDevice":   {Access: Public, Form: true},
		"takeProgramTokens": {Access: Public, Form: true},
		"revokeProgram":     {Access: Public, Form: true},

		"proposeLink":     {Access: Session, Scope: audipy.ScopeLinksPropose, MaxBody: maxImport},
		"getProposal":     {Access: Session, Scope: audipy.ScopeLinksPropose},
		"listProposals":   {Access: Session},
		"confirmProposal": {Access: Session, StepUp: true},
		"refuseProposal":  {Access: Session},
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
		"beginProvider":        {Access: Public},
		"answerProvider":       {Access: Public},
		"stepUpByProvider":     {Access: Session},
		"registerByProvider":   {Access: Public},
		"getWaysIn":            {Access: Session},
		"beginIdentity":        {Access: Session, StepUp: true},
		"confirmIdentity":      {Access: Session, StepUp: true},
		"unlinkIdentity":       {Access: Session, StepUp: true},
		"beginPasskeySignIn":   {Access: Public},
		"signInWithPasskey":    {Access: Public},
		"beginSecondPasskey":   {Access: Pending},
		"answerWithPasskey":    {Access: Pending},
		"beginStepUpPasskey":   {Access: Session},
		"stepUpWithPasskey":    {Access: Session},

		"listLibrary":        {Access: Session, Scope: audipy.ScopeLibraryRead},
		"getLibraryFacets":   {Access: Session, Scope: audipy.ScopeLibraryRead},
		"getLibraryTimeline": {Access: Session, Scope: audipy.ScopeLibraryRead},
		"exportLibrary":      {Access: Session, Scope: audipy.ScopeExportRead, Limit: exportsLimit},
		"listSeries":         {Access: Session, Scope: audipy.ScopeLibraryRead},
		"getSeries":          {Access: Session, Scope: audipy.ScopeLibraryRead},
		"listSuggestions":    {Access: Session, Scope: audipy.ScopeLibraryRead},
		"setMark":            {Access: Session, Scope: audipy.ScopeWishlistWrite},
		"clearMark":          {Access: Session, Scope: audipy.ScopeWishlistWrite},
		"getBook":            {Access: Session, Scope: audipy.ScopeLibraryRead},
		"listWishes":         {Access: Session, Scope: audipy.ScopeLibraryRead},
		"addWish":            {Access: Session, Scope: audipy.ScopeWishlistWrite},
		"removeWish":         {Access: Session, Scope: audipy.ScopeWishlistWrite},
		"getPreferences":     {Access: Session, Scope: audipy.ScopeLibraryRead},
		"putPreferences":     {Access: Session, Scope: audipy.ScopePrefsWrite},
	}
}

func accountPolicy() map[string]rule {
	return map[string]rule{
		"startSync":            {Access: Session, Scope: audipy.ScopeSyncRun},
		"cancelSync":           {Access: Session, Scope: audipy.ScopeSyncRun},
		"changeAccount":        {Access: Session},
		"listSyncRuns":         {Access: Session, Scope: audipy.ScopeAccountsRead},
		"getSyncRun":           {Access: Session, Scope: audipy.ScopeAccountsRead},
		"getListeningTimeline": {Access: Session, Scope: audipy.ScopeLibraryRead},
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
		"listAccounts":   {Access: Session, Scope: audipy.ScopeAccountsRead},
		"getAccount":     {Access: Session, Scope: audipy.ScopeAccountsRead},
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
