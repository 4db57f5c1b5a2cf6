/** The kinds of run that look at lines: `check app` at sources, `check api` at a running API, `check proxy` at pins in an intercepting proxy. */
export const PROVERS = ['app', 'api', 'proxy'] as const;
export type Prover = (typeof PROVERS)[number];

/** What to type for each. */
export const PROVER_COMMANDS: Readonly<Record<Prover, string>> = {
  app: 'sallyport check app',
  api: 'sallyport check api',
  proxy: 'sallyport check proxy',
};

/** One line of the release checklist. */
export interface ChecklistLine {
  /** Permanent, kebab-case: reports and confirmations of years ago refer to it. */
  readonly id: string;
  readonly text: string;
  /** Each of these must have shown it; one alone is half a proof. */
  readonly provedBy: readonly Prover[];
  /** A person who tried it may vouch for it without a run. */
  readonly orPerson?: true;
}

/**
 * What must hold before a release, in the order a person reads it. A line is split only where its clauses are proved by different means.
 *
 * @example releaseChecklist.find(({ id }) => id === 'ats')?.text
 */
export const releaseChecklist = [
  { id: 'ats', text: 'ATS on, no arbitrary loads, exceptions scoped', provedBy: ['app'] },
  { id: 'tokens-in-keychain', text: 'Tokens in keychain with the right accessibility', provedBy: ['app'] },
  { id: 'pins', text: 'Pins implemented, more than one, matching the live server', provedBy: ['app'] },
  { id: 'pins-against-proxy', text: 'Pins tested against a proxy', provedBy: ['proxy'], orPerson: true },
  { id: 'no-secrets', text: 'No secrets in source, plist, binary, git history', provedBy: ['app'] },
  { id: 'secrets-at-build', text: 'Secrets injected at build, no secret in xcconfig', provedBy: ['app'] },
  { id: 'oauth-pkce', text: 'OAuth 2 with PKCE, no client secret, no embedded web view', provedBy: ['app'] },
  { id: 'short-tokens', text: 'Access tokens ≤ 60 min, refresh rotates, old one refused', provedBy: ['api'] },
  { id: 'no-sensitive-logging', text: 'No sensitive logging, debug builds included', provedBy: ['app'] },
  { id: 'url-cache', text: 'URLCache off or protected', provedBy: ['app'] },
  { id: 'no-store', text: 'No-store on user data', provedBy: ['api'] },
  { id: 'logout-on-device', text: 'Logout complete on the device', provedBy: ['app'] },
  { id: 'logout-on-server', text: 'Logout complete on the server', provedBy: ['api'] },
  { id: 'app-attest', text: 'App Attest on high-value calls', provedBy: ['app'] },
  { id: 'refresh-coordinated', text: 'Refresh coordinated and bounded', provedBy: ['app'] },
  { id: 'biometric-bound', text: 'Biometric gate bound to the item', provedBy: ['app'] },
  { id: 'backend-decides', text: 'Sensitive decisions enforced by the backend', provedBy: ['api'] },
  { id: 'https-only', text: 'HTTPS only, TLS ≥ 1.2', provedBy: ['app', 'api'] },
  { id: 'errors-reveal-nothing', text: 'Errors reveal nothing', provedBy: ['api'] },
  { id: 'rate-limits', text: 'Rate limits per user, IP, route; lock-out', provedBy: ['api'] },
  { id: 'idempotency', text: 'Idempotency or status recovery', provedBy: ['app', 'api'] },
  { id: 'no-excess-data', text: 'No excessive data', provedBy: ['api'] },
  { id: 'narrow-cors', text: 'CORS narrow', provedBy: ['api'] },
  { id: 'no-weak-crypto', text: 'Weak crypto absent', provedBy: ['app', 'api'] },
  { id: 'monitoring-drill', text: 'Monitoring drill raises an alert', provedBy: ['api'], orPerson: true },
] as const satisfies readonly ChecklistLine[];

/** What audits look at besides: good to have, no line of the release checklist. */
export const beyondChecklist = [
  { id: 'no-injection', text: 'Injection has no way in' },
  { id: 'offline-encryption', text: 'Offline data encrypted at rest' },
  { id: 'bound-tokens', text: 'Tokens bound to a device key, requests not replayable' },
  { id: 'other-apps', text: 'No secret reaches other apps' },
  { id: 'release-build', text: 'The release build cannot be debugged' },
] as const;

export type ReleaseLineId = (typeof releaseChecklist)[number]['id'];
export type ChecklistId = ReleaseLineId | (typeof beyondChecklist)[number]['id'];
