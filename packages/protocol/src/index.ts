export { decodeBase64url, encodeBase64url } from './base64url.ts';
export { type CompactJws, MAX_JWS_LENGTH, parseCompactJws } from './compact-jws.ts';
export {
  createDpopProof,
  type DeviceJwk,
  type DpopProof,
  type DpopRequest,
  type DpopSigner,
  htuOf,
  parseDeviceJwk,
  parseDpopProof,
  thumbprintInput,
} from './dpop.ts';
export { findLeaks, type Leak } from './find-leaks.ts';
export { formatIdempotencyKey, parseIdempotencyKey } from './idempotency-key.ts';
export { formatPinReport, PIN_REPORT_PATH, type PinFailureReport, parsePinReport } from './pin-report.ts';
export { pinSetKeyOf } from './pin-set-key.ts';
export {
  findPinnedHost,
  formatPinnedHost,
  matchesPins,
  parsePinnedHost,
  type SeenChain,
  type WirePinnedHost,
} from './pinned-host.ts';
export { createPkce, PKCE_VERIFIER_BYTES } from './pkce.ts';
export { formatProblem, PROBLEM_MEDIA_TYPE, type Problem, parseProblem } from './problem.ts';
export { formatRateLimit, formatRateLimitPolicy, parseRetryAfter, type QuotaState } from './rate-limit-fields.ts';
export { isReasonCode, type Reason, type ReasonCode, reasons } from './reasons.ts';
export { isSecretField, REDACTED, redactHeaders, redactText, redactUrl, redactValue } from './redaction.ts';
export {
  PIN_SET_MEDIA_TYPE,
  PIN_SET_PATH,
  PIN_SET_TYPE,
  type PinSetAlgorithm,
  type PinSetKey,
  type PinSetRefusal,
  type PinSetVerdict,
  type PinSetVerification,
  parsePinSetToken,
  pinSetSigningInput,
  type SignedPinSet,
  verifyPinSet,
} from './signed-pin-set.ts';
export { parseSpkiPin, type SpkiPin } from './spki-pin.ts';
export { type JsonObject, type JsonValue, parseJsonObject } from './strict-json.ts';
export { decodeUtf8, encodeUtf8 } from './utf8.ts';
