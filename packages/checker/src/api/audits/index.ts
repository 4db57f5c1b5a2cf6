import type { ApiAudit } from '../api-audit.ts';
import { algNone } from './authentication/alg-none.ts';
import { authenticationRequired } from './authentication/authentication-required.ts';
import { embeddedKey } from './authentication/embedded-key.ts';
import { expiredToken } from './authentication/expired-token.ts';
import { foreignIssuer } from './authentication/foreign-issuer.ts';
import { keyConfusion } from './authentication/key-confusion.ts';
import { kidInjection } from './authentication/kid-injection.ts';
import { malformedToken } from './authentication/malformed-token.ts';
import { publishedKeys } from './authentication/published-keys.ts';
import { remoteKey } from './authentication/remote-key.ts';
import { signatureVerified } from './authentication/signature-verified.ts';
import { tokenContent } from './authentication/token-content.ts';
import { tokenInQuery } from './authentication/token-in-query.ts';
import { tokenLifetime } from './authentication/token-lifetime.ts';
import { tokenType } from './authentication/token-type.ts';
import { userEnumeration } from './authentication/user-enumeration.ts';
import { weakSecret } from './authentication/weak-secret.ts';
import { objectAccess } from './authorisation/object-access.ts';
import { sequentialIds } from './authorisation/sequential-ids.ts';
import { cacheControl } from './exposure/cache-control.ts';
import { cors } from './exposure/cors.ts';
import { databaseInjection } from './exposure/database-injection.ts';
import { debugEndpoints } from './exposure/debug-endpoints.ts';
import { errorLeak } from './exposure/error-leak.ts';
import { excessData } from './exposure/excess-data.ts';
import { sensitiveFields } from './exposure/sensitive-fields.ts';
import { serverBanner } from './exposure/server-banner.ts';
import { idempotency } from './resilience/idempotency.ts';
import { monitoringDrill } from './resilience/monitoring-drill.ts';
import { rateLimit } from './resilience/rate-limit.ts';
import { signInLockout } from './resilience/sign-in-lockout.ts';
import { dpopDowngrade } from './session/dpop-downgrade.ts';
import { dpopReplay } from './session/dpop-replay.ts';
import { logout } from './session/logout.ts';
import { refreshRotation } from './session/refresh-rotation.ts';
import { senderConstrained } from './session/sender-constrained.ts';
import { certificateExpiry } from './transport/certificate-expiry.ts';
import { certificateKey } from './transport/certificate-key.ts';
import { certificateTrust } from './transport/certificate-trust.ts';
import { forwardSecrecy } from './transport/forward-secrecy.ts';
import { hsts } from './transport/hsts.ts';
import { pinsBackup } from './transport/pins-backup.ts';
import { pinsMatch } from './transport/pins-match.ts';
import { plainHttp } from './transport/plain-http.ts';
import { tlsSuites } from './transport/tls-suites.ts';
import { tlsVersions } from './transport/tls-versions.ts';

/**
 * Every audit of a live API, in the order they run: what only looks first, then forged tokens, then what ends the test sessions, and
 * the floods last, because after them the API may answer nothing but 429. Add yours here.
 */
export const apiAudits: readonly ApiAudit[] = [
  tlsVersions,
  tlsSuites,
  forwardSecrecy,
  certificateTrust,
  certificateExpiry,
  certificateKey,
  pinsMatch,
  pinsBackup,
  plainHttp,
  hsts,
  authenticationRequired,
  malformedToken,
  expiredToken,
  algNone,
  signatureVerified,
  publishedKeys,
  keyConfusion,
  kidInjection,
  embeddedKey,
  remoteKey,
  foreignIssuer,
  weakSecret,
  tokenType,
  tokenInQuery,
  tokenLifetime,
  tokenContent,
  senderConstrained,
  dpopDowngrade,
  dpopReplay,
  objectAccess,
  sequentialIds,
  cacheControl,
  excessData,
  sensitiveFields,
  cors,
  errorLeak,
  databaseInjection,
  serverBanner,
  debugEndpoints,
  idempotency,
  userEnumeration,
  refreshRotation,
  logout,
  monitoringDrill,
  signInLockout,
  rateLimit,
];
