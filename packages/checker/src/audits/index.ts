import type { Audit } from '../audit.ts';
import { androidDeepLinkUnverified } from './authentication/android-deep-link-unverified.ts';
import { appAttestAbsent } from './authentication/app-attest-absent.ts';
import { appAttestEnvironment } from './authentication/app-attest-environment.ts';
import { biometricNotBound } from './authentication/biometric-not-bound.ts';
import { deepLinkToken } from './authentication/deep-link-token.ts';
import { embeddedSignIn } from './authentication/embedded-sign-in.ts';
import { oauthClientSecret } from './authentication/oauth-client-secret.ts';
import { oauthPredictableState } from './authentication/oauth-predictable-state.ts';
import { oauthWithoutPkce } from './authentication/oauth-without-pkce.ts';
import { signInOnDevice } from './authentication/sign-in-on-device.ts';
import { cipherEcb } from './crypto/cipher-ecb.ts';
import { constantSalt } from './crypto/constant-salt.ts';
import { fastPasswordHash } from './crypto/fast-password-hash.ts';
import { hardcodedCryptoKey } from './crypto/hardcoded-crypto-key.ts';
import { insecureRandom } from './crypto/insecure-random.ts';
import { lowKdfCost } from './crypto/low-kdf-cost.ts';
import { staticIv } from './crypto/static-iv.ts';
import { weakCipher } from './crypto/weak-cipher.ts';
import { weakHash } from './crypto/weak-hash.ts';
import { weakKeySize } from './crypto/weak-key-size.ts';
import { commandInjection } from './injection/command-injection.ts';
import { formatString } from './injection/format-string.ts';
import { logInjection } from './injection/log-injection.ts';
import { pathTraversal } from './injection/path-traversal.ts';
import { sqlInjection } from './injection/sql-injection.ts';
import { webviewJsEval } from './injection/webview-js-eval.ts';
import { xmlExternalEntities } from './injection/xml-external-entities.ts';
import { sensitiveLogging } from './logging/sensitive-logging.ts';
import { androidUserCa } from './pinning/android-user-ca.ts';
import { deprecatedTrustCall } from './pinning/deprecated-trust-call.ts';
import { pinSingle } from './pinning/pin-single.ts';
import { pinWholeCertificate } from './pinning/pin-whole-certificate.ts';
import { pinnedSessionBypassed } from './pinning/pinned-session-bypassed.ts';
import { pinsAbsent } from './pinning/pins-absent.ts';
import { pinsBypassedByFetch } from './pinning/pins-bypassed-by-fetch.ts';
import { pinsExpired } from './pinning/pins-expired.ts';
import { pinsNotLive } from './pinning/pins-not-live.ts';
import { trustEvaluationDisabled } from './pinning/trust-evaluation-disabled.ts';
import { trustNotEvaluated } from './pinning/trust-not-evaluated.ts';
import { androidExportedComponent } from './platform/android-exported-component.ts';
import { debuggableEntitlement } from './platform/debuggable-entitlement.ts';
import { fileSharingEnabled } from './platform/file-sharing-enabled.ts';
import { secretsOnPasteboard } from './platform/secrets-on-pasteboard.ts';
import { unvalidatedOpenUrl } from './platform/unvalidated-open-url.ts';
import { updatesUnsigned } from './platform/updates-unsigned.ts';
import { webviewBridge } from './platform/webview-bridge.ts';
import { webviewDeprecated } from './platform/webview-deprecated.ts';
import { webviewFileAccess } from './platform/webview-file-access.ts';
import { webviewUnsafeLoad } from './platform/webview-unsafe-load.ts';
import { binaryReadable } from './resilience/binary-encrypted.ts';
import { buildArtifactLeak } from './secrets/build-artifact-leak.ts';
import { configSecret } from './secrets/config-secret.ts';
import { hardcodedSecret } from './secrets/hardcoded-secret.ts';
import { historySecret } from './secrets/history-secret.ts';
import { keyFileCommitted } from './secrets/key-file-committed.ts';
import { providerSecret } from './secrets/provider-secret.ts';
import { xcconfigCommentTrap } from './secrets/xcconfig-comment-trap.ts';
import { formNotEncoded } from './session/form-not-encoded.ts';
import { logoutIncomplete } from './session/logout-incomplete.ts';
import { refreshUncoordinated } from './session/refresh-uncoordinated.ts';
import { retryUnsafe } from './session/retry-unsafe.ts';
import { retryWithoutBackoff } from './session/retry-without-backoff.ts';
import { androidBackup } from './storage/android-backup.ts';
import { fileProtection } from './storage/file-protection.ts';
import { keychainAccessibility } from './storage/keychain-accessibility.ts';
import { keychainDeleteWithValue } from './storage/keychain-delete-with-value.ts';
import { keychainKeyFlag } from './storage/keychain-key-flag.ts';
import { secretsInDatabase } from './storage/secrets-in-database.ts';
import { secretsInPersistedState } from './storage/secrets-in-persisted-state.ts';
import { secretsInPreferences } from './storage/secrets-in-preferences.ts';
import { urlCache } from './storage/url-cache.ts';
import { androidCleartext } from './transport/android-cleartext.ts';
import { atsArbitraryLoads } from './transport/ats-arbitrary-loads.ts';
import { atsExceptionDomains } from './transport/ats-exception-domains.ts';
import { atsForwardSecrecy } from './transport/ats-forward-secrecy.ts';
import { atsLocalNetworking } from './transport/ats-local-networking.ts';
import { atsTlsFloor } from './transport/ats-tls-floor.ts';
import { cleartextSocket } from './transport/cleartext-socket.ts';
import { cleartextTransmission } from './transport/cleartext-transmission.ts';
import { cleartextUrl } from './transport/cleartext-url.ts';
import { secretsInUrl } from './transport/secrets-in-url.ts';
import { tlsMinimumLowered } from './transport/tls-minimum-lowered.ts';

/** Every audit of an app, in the order reports list them within a severity. Add yours here. */
export const audits: readonly Audit[] = [
  androidCleartext,
  atsArbitraryLoads,
  atsExceptionDomains,
  atsForwardSecrecy,
  atsLocalNetworking,
  atsTlsFloor,
  cleartextSocket,
  cleartextTransmission,
  cleartextUrl,
  secretsInUrl,
  tlsMinimumLowered,
  androidUserCa,
  pinSingle,
  deprecatedTrustCall,
  pinWholeCertificate,
  pinnedSessionBypassed,
  pinsAbsent,
  pinsBypassedByFetch,
  pinsExpired,
  pinsNotLive,
  trustEvaluationDisabled,
  trustNotEvaluated,
  fileProtection,
  keychainAccessibility,
  keychainDeleteWithValue,
  keychainKeyFlag,
  secretsInDatabase,
  secretsInPersistedState,
  secretsInPreferences,
  androidBackup,
  urlCache,
  buildArtifactLeak,
  configSecret,
  hardcodedSecret,
  historySecret,
  keyFileCommitted,
  providerSecret,
  xcconfigCommentTrap,
  sensitiveLogging,
  cipherEcb,
  constantSalt,
  fastPasswordHash,
  hardcodedCryptoKey,
  insecureRandom,
  lowKdfCost,
  staticIv,
  weakCipher,
  weakHash,
  weakKeySize,
  androidDeepLinkUnverified,
  appAttestAbsent,
  appAttestEnvironment,
  biometricNotBound,
  deepLinkToken,
  embeddedSignIn,
  oauthClientSecret,
  oauthPredictableState,
  oauthWithoutPkce,
  signInOnDevice,
  formNotEncoded,
  logoutIncomplete,
  refreshUncoordinated,
  retryUnsafe,
  retryWithoutBackoff,
  binaryReadable,
  androidExportedComponent,
  debuggableEntitlement,
  fileSharingEnabled,
  secretsOnPasteboard,
  unvalidatedOpenUrl,
  updatesUnsigned,
  webviewBridge,
  webviewDeprecated,
  webviewFileAccess,
  webviewUnsafeLoad,
  commandInjection,
  formatString,
  logInjection,
  pathTraversal,
  sqlInjection,
  webviewJsEval,
  xmlExternalEntities,
];
