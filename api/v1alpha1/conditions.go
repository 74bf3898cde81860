package v1alpha1

// Conditions of an IcpFiling.
const (
	// ConditionReady: the filing is approved and in force.
	ConditionReady = "Ready"
	// ConditionReconciling is kstatus's abnormal-true condition: the filing is under way.
	ConditionReconciling = "Reconciling"
	// ConditionStalled is kstatus's abnormal-true condition: nothing will happen before somebody changes something.
	ConditionStalled = "Stalled"
	// ConditionPrerequisitesMet: step 1 of the procedure (备案前准备) holds.
	ConditionPrerequisitesMet = "PrerequisitesMet"
	// ConditionSubmitted: the order is with the provider.
	ConditionSubmitted = "Submitted"
	// ConditionPreliminaryReviewPassed: the provider passed it (初审通过).
	ConditionPreliminaryReviewPassed = "PreliminaryReviewPassed"
	// ConditionSmsVerified: verified by SMS (短信核验), or not needed.
	ConditionSmsVerified = "SmsVerified"
	// ConditionBureauApproved: the bureau approved (管局审核通过).
	ConditionBureauApproved = "BureauApproved"
	// ConditionExposureAllowed: the gate is open for the domain.
	ConditionExposureAllowed = "ExposureAllowed"
	// ConditionPublicSecurityRegistered: the public-security number (公安备案号) was given.
	ConditionPublicSecurityRegistered = "PublicSecurityRegistered"
	// ConditionInformationCurrent: the filed facts are those of the spec and its Secrets.
	ConditionInformationCurrent = "InformationCurrent"
	// ConditionIcpLicensed: an ICP licence (ICP许可证) is held, or not needed.
	ConditionIcpLicensed = "IcpLicensed"
	// ConditionRegistryVerified: the registry agrees that the domain is filed.
	ConditionRegistryVerified = "RegistryVerified"
	// ConditionFooterShown: the home page shows the filing's numbers (备案号悬挂), each linked to where it can be looked up.
	ConditionFooterShown = "FooterShown"
)

// Reasons of Ready, Reconciling and Stalled.
const (
	// ReasonInForce: approved, and the number stands.
	ReasonInForce = "InForce"
	// ReasonImported: was filed before it came here.
	ReasonImported = "Imported"
	// ReasonImportUnconfirmed: said to be filed already, which nobody has confirmed yet.
	ReasonImportUnconfirmed = "ImportUnconfirmed"
	// ReasonPrerequisitesNotMet: see PrerequisitesMet.
	ReasonPrerequisitesNotMet = "PrerequisitesNotMet"
	// ReasonWaitingForSubject: another order of this subject is in flight.
	ReasonWaitingForSubject = "WaitingForSubject"
	// ReasonDomainConflict: another filing holds the domain, or it is filed under another subject.
	ReasonDomainConflict = "DomainConflict"
	// ReasonInReview: with the provider or the bureau.
	ReasonInReview = "InReview"
	// ReasonActionRequired: a person must act; see nextAction.
	ReasonActionRequired = "ActionRequired"
	// ReasonReturned: sent back (退回); change the spec and it is submitted again.
	ReasonReturned = "Returned"
	// ReasonRevoked: no longer in force.
	ReasonRevoked = "Revoked"
	// ReasonCancelled: cancelled (注销).
	ReasonCancelled = "Cancelled"
	// ReasonSuspended: spec.suspend is true.
	ReasonSuspended = "Suspended"
	// ReasonProviderUnavailable: the provider does not answer.
	ReasonProviderUnavailable = "ProviderUnavailable"
	// ReasonProviderNotFound: no such FilingProvider, or no default.
	ReasonProviderNotFound = "ProviderNotFound"
	// ReasonProviderNotAllowed: the FilingProvider does not take filings of this namespace.
	ReasonProviderNotAllowed = "ProviderNotAllowed"
	// ReasonProviderRefused: the provider refused the request as wrong; the message says which.
	ReasonProviderRefused = "ProviderRefused"
	// ReasonMisconfigured: something the admin or the applicant must put right.
	ReasonMisconfigured = "Misconfigured"
	// ReasonChannelNotAvailable: the App does not take this filing type.
	ReasonChannelNotAvailable = "ChannelNotAvailable"
	// ReasonProgressing: the operator is at work.
	ReasonProgressing = "Progressing"
	// ReasonDeleting: the object is being deleted.
	ReasonDeleting = "Deleting"
	// ReasonDeletionProtected: deletion waits, since hosts of the domain are served.
	ReasonDeletionProtected = "DeletionProtected"
)

// Reasons of the other conditions.
const (
	// ReasonMet: all prerequisites hold.
	ReasonMet = "Met"
	// ReasonSubmitted: with the provider; or, of PublicSecurityRegistered, handed in and waiting for the number.
	ReasonSubmitted = "Submitted"
	// ReasonNotConfirmed: the applicant has not confirmed the order.
	ReasonNotConfirmed = "NotConfirmed"
	// ReasonWithdrawn: the applicant withdrew the order.
	ReasonWithdrawn = "Withdrawn"
	// ReasonPending: not yet.
	ReasonPending = "Pending"
	// ReasonPassed: passed.
	ReasonPassed = "Passed"
	// ReasonNotRequired: not needed here.
	ReasonNotRequired = "NotRequired"
	// ReasonWaiting: waits for the persons named in the order to answer the SMS.
	ReasonWaiting = "Waiting"
	// ReasonVerified: verified.
	ReasonVerified = "Verified"
	// ReasonExpired: the window closed.
	ReasonExpired = "Expired"
	// ReasonApproved: approved.
	ReasonApproved = "Approved"
	// ReasonNotApproved: no filing in force.
	ReasonNotApproved = "NotApproved"
	// ReasonRegistryMismatch: the registry does not know the filing.
	ReasonRegistryMismatch = "RegistryMismatch"
	// ReasonRegistered: the number was given.
	ReasonRegistered = "Registered"
	// ReasonNotDue: the site is not open yet.
	ReasonNotDue = "NotDue"
	// ReasonOpeningUnknown: the site opened before it came here; say when in website.openedAt.
	ReasonOpeningUnknown = "OpeningUnknown"
	// ReasonDue: must be submitted by the date in the message.
	ReasonDue = "Due"
	// ReasonDueSoon: must be submitted within seven days.
	ReasonDueSoon = "DueSoon"
	// ReasonOverdue: the date has passed.
	ReasonOverdue = "Overdue"
	// ReasonPublicSecurityOverdue: of ExposureAllowed, the public-security registration is overdue, and the ExposurePolicy
	// closes the gate for that.
	ReasonPublicSecurityOverdue = "PublicSecurityOverdue"
	// ReasonSubmissionReturned: the public-security organ sent the submission back.
	ReasonSubmissionReturned = "SubmissionReturned"
	// ReasonCurrent: filed facts and spec agree.
	ReasonCurrent = "Current"
	// ReasonChangeFilingNeeded: the spec was changed after submission; a change filing (变更备案) is needed.
	ReasonChangeFilingNeeded = "ChangeFilingNeeded"
	// ReasonChangeNotPossible: what was changed in the spec cannot be changed by a change filing; the message says what to
	// do instead.
	ReasonChangeNotPossible = "ChangeNotPossible"
	// ReasonFiledFactsDiffer: name or certificate differ from the filed ones.
	ReasonFiledFactsDiffer = "FiledFactsDiffer"
	// ReasonSubjectFactsDiffer: this subject's filings disagree.
	ReasonSubjectFactsDiffer = "SubjectFactsDiffer"
	// ReasonFactsNotSeen: it was in force before the object was made, and which facts were filed is not recorded.
	ReasonFactsNotSeen = "FactsNotSeen"
	// ReasonChanging: a change filing is under way.
	ReasonChanging = "Changing"
	// ReasonLicensed: the licence number is given.
	ReasonLicensed = "Licensed"
	// ReasonMissing: not given.
	ReasonMissing = "Missing"
	// ReasonNotFound: unknown to the registry.
	ReasonNotFound = "NotFound"
	// ReasonOtherSubject: filed under another subject.
	ReasonOtherSubject = "OtherSubject"
	// ReasonOtherNumber: filed under another website number of the same subject; or, of FooterShown, the page shows the other
	// of the filing's two numbers than the bureau asks for.
	ReasonOtherNumber = "OtherNumber"
	// ReasonAccessMissing is 空壳/未接入: filed, but with no access provider.
	ReasonAccessMissing = "AccessMissing"
	// ReasonShown: of FooterShown, every number is shown and linked.
	ReasonShown = "Shown"
	// ReasonNumberMissing: the page does not show the filing number (备案号).
	ReasonNumberMissing = "NumberMissing"
	// ReasonNumberNotLinked: it shows it, without a link to the ministry's page.
	ReasonNumberNotLinked = "NumberNotLinked"
	// ReasonPublicSecurityNumberMissing: the page does not show the public-security number (公安备案号).
	ReasonPublicSecurityNumberMissing = "PublicSecurityNumberMissing"
	// ReasonPublicSecurityNumberNotLinked: it shows it, without a link to the platform's page.
	ReasonPublicSecurityNumberNotLinked = "PublicSecurityNumberNotLinked"
	// ReasonRenderedByScript: the page is written by scripts, which the operator does not run.
	ReasonRenderedByScript = "RenderedByScript"
	// ReasonProbeFailed: the page could not be seen.
	ReasonProbeFailed = "ProbeFailed"
	// ReasonLookupFailed: the registry did not answer.
	ReasonLookupFailed = "LookupFailed"
)

// Condition and reasons of an IcpReview.
const (
	// ConditionApplied: the decision counts in its filing's status.
	ConditionApplied = "Applied"
	// ReasonApplied: the decision counts.
	ReasonApplied = "Applied"
	// ReasonFilingNotFound: no such filing in the namespace.
	ReasonFilingNotFound = "FilingNotFound"
	// ReasonOtherProvider: the review names a provider that is not the filing's.
	ReasonOtherProvider = "OtherProvider"
	// ReasonOtherFiling: the review was made for another filing, which had the same name.
	ReasonOtherFiling = "OtherFiling"
	// ReasonOtherAttempt: for another attempt than the one that was under way.
	ReasonOtherAttempt = "OtherAttempt"
	// ReasonStageNotActive: the stage was not active.
	ReasonStageNotActive = "StageNotActive"
	// ReasonProviderDecides: the filing's provider answers over the protocol; reviews do not count.
	ReasonProviderDecides = "ProviderDecides"
	// ReasonNotPermittedDecision: this decision cannot be taken at this stage.
	ReasonNotPermittedDecision = "DecisionNotPossible"
)

// Conditions of an ExposurePolicy, beside Ready.
const (
	// ConditionHoldSupported: the API server has MutatingAdmissionPolicy, so mode hold parks; else it denies.
	ConditionHoldSupported = "HoldSupported"
	// ConditionClearancesComplete: every gated namespace has room for the domains that are filed for it.
	ConditionClearancesComplete = "ClearancesComplete"
	// ReasonComplete: every gated namespace has room.
	ReasonComplete = "Complete"
	// ReasonNamespaceFull: a Namespace's annotations hold no more; what is left out stays closed. Of an IcpFiling, too.
	ReasonNamespaceFull = "NamespaceFull"
	// ReasonSomeNamespacesFull: of an IcpFiling that lets several namespaces in: some hold no more, others do.
	ReasonSomeNamespacesFull = "SomeNamespacesFull"
	// ReasonSomeNamespacesElsewhere: of an IcpFiling that lets several namespaces in: another shard's operator works on some, where its
	// domain is not cleared.
	ReasonSomeNamespacesElsewhere = "SomeNamespacesElsewhere"
	// ReasonInvalidPolicy: a routeKinds entry cannot be made into a policy; the last good ones stay in force.
	ReasonInvalidPolicy = "InvalidPolicy"
	// ConditionRouteKindsWatched: the operator watches every kind that spec.routeKinds adds.
	ConditionRouteKindsWatched = "RouteKindsWatched"

	// ReasonRouteKindsInvalid: an entry of spec.routeKinds is wrong; the policies that stood for it still stand.
	ReasonRouteKindsInvalid = "RouteKindsInvalid"
	// ReasonRouteKindsOnTrial: the schema that an entry of spec.routeKinds must fit is not known yet.
	ReasonRouteKindsOnTrial = "RouteKindsOnTrial"
	// ReasonWatched: the operator watches every kind that spec.routeKinds adds.
	ReasonWatched = "Watched"
	// ReasonRouteKindNotServed: the API server does not serve one of the kinds.
	ReasonRouteKindNotServed = "NotServed"
	// ReasonRouteKindsReleasing: objects of a kind that spec.routeKinds has no more are being released.
	ReasonRouteKindsReleasing = "Releasing"
	// ReasonRouteKindNotPermitted: the operator may not list, watch or patch one of the kinds.
	ReasonRouteKindNotPermitted = "NotPermitted"
	// ReasonPoliciesInForce: the admission policies stand as the ExposurePolicy asks.
	ReasonPoliciesInForce = "PoliciesInForce"
	// ReasonSupported: the API server has MutatingAdmissionPolicy.
	ReasonSupported = "Supported"
	// ReasonSupportedAsBeta: it has MutatingAdmissionPolicy as v1beta1, as Kubernetes 1.34 and 1.35 do where the beta is on.
	ReasonSupportedAsBeta = "SupportedAsBeta"
	// ReasonHoldOnTrial: it has MutatingAdmissionPolicy, and whether it acts on it is being tried.
	ReasonHoldOnTrial = "OnTrial"
	// ReasonNotEnforced: it serves MutatingAdmissionPolicy, and does not act on it.
	ReasonNotEnforced = "NotEnforced"
	// ReasonNotSupported: the API server does not have MutatingAdmissionPolicy.
	ReasonNotSupported = "NotSupported"
)

// Conditions of a FilingProvider, beside Ready.
const (
	// ConditionRegistryReady: the registry answers.
	ConditionRegistryReady = "RegistryReady"
	// ReasonAvailable: the provider answers, or is manual.
	ReasonAvailable = "Available"
	// ReasonCredentialsNotFound: the credentials' Secret is missing or lacks a key.
	ReasonCredentialsNotFound = "CredentialsNotFound"
)
