export { type ApiAudit, type ApiFinding, defineApiAudit, type Probe } from './api-audit.ts';
export { asAudit } from './as-audit.ts';
export { apiAudits } from './audits/index.ts';
export { type CheckApiOutcome, type CheckApiPlatform, checkApi } from './check-api.ts';
export { CredentialsFault } from './credentials-members.ts';
export type { CheckApiOptions, IdempotentRoute, OAuthOptions, SignInOptions, TestUser, TokenCarrier } from './options.ts';
export { type Credentials, parseCredentials } from './parse-credentials.ts';
export type { ApiAuditResult } from './run/run-api-audits.ts';
export { type RunCheckApiOptions, runCheckApi } from './run-check-api.ts';
