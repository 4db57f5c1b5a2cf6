/**
 * Why a request was refused. One entry is the single source of what the gateway answers, what the client throws, what
 * the log and the operator read, and what docs/reference/reasons.md prints.
 *
 * A code is permanent: it may be retired, never renamed or given another meaning.
 */
export interface Reason {
  /** HTTP status of the refusal. */
  readonly status: number;
  /** What the caller is told. Coarse on purpose: it must not help an attacker to find the next thing to try. */
  readonly title: string;
  /** What the operator is told: what happened, in the words of the standard. */
  readonly operator: string;
  /** What to do about it. */
  readonly remedy: string;
  /** The text that asks for this refusal. */
  readonly reference: string;
}

const entries = {
  // Admit: before anything is believed or any signature is checked.
  'transport-insecure': {
    status: 426,
    title: 'Use HTTPS.',
    operator: 'The request came over plain HTTP. It was answered without being read and the connection was closed.',
    remedy: 'Change the address in the app to https://. A redirect would have come too late: the secret had already been sent.',
    reference: 'REQUIREMENTS S1, RFC 9110 §15.5.22',
  },
  'request-malformed': {
    status: 400,
    title: 'The request is malformed.',
    operator: 'The request target, a header field or the framing is not what HTTP allows, or is ambiguous.',
    remedy: 'Send one Host, one Content-Length, a path without encoded slashes, dots or control characters.',
    reference: 'RFC 9112 §3, §6.3',
  },
  'host-unknown': {
    status: 421,
    title: 'This host is not served here.',
    operator: 'The Host field (or :authority) is not the host of gateway.publicUrl.',
    remedy: 'Call the address of gateway.publicUrl, or set gateway.publicUrl to the address the app calls.',
    reference: 'RFC 9110 §15.5.20, §7.4',
  },
  'header-too-large': {
    status: 431,
    title: 'The request header is too large.',
    operator: 'The header section is larger than limits.headerBytes.',
    remedy: 'Send fewer or shorter header fields, or raise limits.headerBytes.',
    reference: 'RFC 6585 §5',
  },
  'body-too-large': {
    status: 413,
    title: 'The request body is too large.',
    operator: 'The body is larger than limits.bodyBytes of the policy or of the route.',
    remedy: 'Send a smaller body, or raise bodyBytes for this one route.',
    reference: 'RFC 9110 §15.5.14',
  },
  'request-timeout': {
    status: 408,
    title: 'The request took too long to arrive.',
    operator: 'Head or body did not arrive within limits.requestTimeout.',
    remedy: 'Check the connection; an uploading route may be given a longer time.',
    reference: 'RFC 9110 §15.5.9',
  },
  'route-unlisted': {
    status: 404,
    title: 'There is nothing here.',
    operator: 'No route of the policy matches this method and path, so it was refused (default deny).',
    remedy: 'If the app should reach it, list the route in the policy with the access it needs.',
    reference: 'OWASP API9:2023',
  },
  'method-unlisted': {
    status: 405,
    title: 'This method is not allowed here.',
    operator: 'The path is listed in the policy, the method is not.',
    remedy: 'If the app should use it, list the method in the policy with the access it needs.',
    reference: 'RFC 9110 §15.5.6',
  },
  'address-rate-limited': {
    status: 429,
    title: 'Too many requests.',
    operator: 'This network address spent its share of rateLimits.address.',
    remedy: 'Wait for Retry-After. If honest users share the address (an office, a carrier), raise rateLimits.address.',
    reference: 'RFC 6585 §4, RateLimit fields draft-10',
  },

  // Identify: who is asking, and can they prove it?
  'token-missing': {
    status: 401,
    title: 'Sign in first.',
    operator: 'The route needs an access token and none was sent.',
    remedy: 'Send Authorization: DPoP <token>; the client does this once the user has signed in.',
    reference: 'RFC 9449 §7.1',
  },
  'token-malformed': {
    status: 401,
    title: 'The access token was not accepted.',
    operator: 'The token is not one canonical JWS of type at+jwt with the claims RFC 9068 requires.',
    remedy: 'Send the access token exactly as issued; an ID token or a refresh token is not one.',
    reference: 'RFC 9068 §4, RFC 8725 §3.11',
  },
  'token-algorithm': {
    status: 401,
    title: 'The access token was not accepted.',
    operator: 'The token names an algorithm other than ES256. Seen in alg:none and key confusion attacks.',
    remedy: 'Nothing to mend in an honest app; look where the token came from.',
    reference: 'RFC 8725 §3.1',
  },
  'token-key-unknown': {
    status: 401,
    title: 'The access token was not accepted.',
    operator: 'No key of the issuer has the kid of the token. Keys named by the token itself (jku, x5u, jwk) are never used.',
    remedy: 'If keys were just rotated, the gateway learns them at its next fetch; else look where the token came from.',
    reference: 'RFC 8725 §3.10',
  },
  'token-signature': {
    status: 401,
    title: 'The access token was not accepted.',
    operator: 'The signature does not fit: the token was changed, or another key made it.',
    remedy: 'Nothing to mend in an honest app; look where the token came from.',
    reference: 'RFC 7515 §5.2',
  },
  'token-expired': {
    status: 401,
    title: 'The access token has expired.',
    operator: 'The time in exp has passed, or nbf or iat lies in the future.',
    remedy: 'Refresh; the client does so before it comes to this. Many of these from one app version: it does not refresh.',
    reference: 'RFC 9068 §4',
  },
  'token-issuer': {
    status: 401,
    title: 'The access token was not accepted.',
    operator: 'The iss or aud of the token is not the issuer and audience of the policy.',
    remedy: 'Ask for the token with resource=<api.audience>, from the issuer the policy names.',
    reference: 'RFC 9068 §4, RFC 8707',
  },
  'proof-missing': {
    status: 401,
    title: 'The request was not signed by the device key.',
    operator: 'The token is bound to a key and no DPoP proof came with it (or it came as Bearer). A stolen token looks like this.',
    remedy: 'Send a DPoP proof with every request; the client does.',
    reference: 'RFC 9449 §7.1, §7.2',
  },
  'proof-malformed': {
    status: 401,
    title: 'The signature of the request was not accepted.',
    operator: 'The DPoP field is not exactly one canonical proof of type dpop+jwt with ES256 and a public P-256 key.',
    remedy: 'Make the proof as RFC 9449 §4.2 says; never reuse one.',
    reference: 'RFC 9449 §4.3',
  },
  'proof-key-mismatch': {
    status: 401,
    title: 'The signature of the request was not accepted.',
    operator: 'The proof was made with a key other than the one the token is bound to (cnf.jkt). A stolen token looks like this.',
    remedy: 'If the device lost its key, sign in again; else look where the token came from.',
    reference: 'RFC 9449 §6, §4.3',
  },
  'proof-signature': {
    status: 401,
    title: 'The signature of the request was not accepted.',
    operator: 'The signature of the DPoP proof does not fit its key.',
    remedy: 'Check the signer: ES256 is r and s, 32 bytes each, left-padded, not DER.',
    reference: 'RFC 9449 §4.3',
  },
  'proof-target-mismatch': {
    status: 401,
    title: 'The signature of the request was not accepted.',
    operator: 'The proof was made for another method, another address or another token (htm, htu, ath).',
    remedy: 'Make a fresh proof for each request, for the address the app really calls (gateway.publicUrl).',
    reference: 'RFC 9449 §4.3',
  },
  'proof-nonce-required': {
    status: 401,
    title: 'Sign the request again with the nonce given.',
    operator: 'The proof carries no nonce of ours, or one too old. The answer carries a fresh one; the client signs again by itself.',
    remedy: 'None: one per app start or after a pause is normal.',
    reference: 'RFC 9449 §8, §9',
  },
  'proof-replayed': {
    status: 401,
    title: 'The request was already received.',
    operator: 'The very same proof was used before. A captured request sent again looks like this.',
    remedy: 'Make a fresh proof for every attempt, retries included; the client does.',
    reference: 'RFC 9449 §11.1',
  },
  'principal-rate-limited': {
    status: 429,
    title: 'Too many requests.',
    operator: 'This user spent the share of the route or of rateLimits.principal.',
    remedy: 'Wait for Retry-After; the client does for safe requests.',
    reference: 'RFC 6585 §4, RateLimit fields draft-10',
  },

  // Authorise.
  'scope-insufficient': {
    status: 403,
    title: 'You may not do this.',
    operator: 'The token lacks a scope that the route asks for.',
    remedy: 'Let the app ask for the scope at sign-in, and allow the client that scope in the policy.',
    reference: 'RFC 6750 §3.1',
  },

  // Content.
  'idempotency-key-missing': {
    status: 400,
    title: 'An Idempotency-Key is required.',
    operator: 'The route is marked idempotency: required and the request carries no key.',
    remedy: 'Send one fresh Idempotency-Key per action of the user, the same on every retry of it.',
    reference: 'Idempotency-Key draft-07 §2.7',
  },
  'idempotency-key-malformed': {
    status: 400,
    title: 'The Idempotency-Key is malformed.',
    operator: 'The key is not one structured-field string of 1 to 255 visible characters.',
    remedy: 'Send for instance Idempotency-Key: "8e03978e-40d5-43dd-bc93-6894a57f9324".',
    reference: 'Idempotency-Key draft-07 §2.1',
  },
  'idempotency-key-reused': {
    status: 422,
    title: 'This Idempotency-Key belongs to another request.',
    operator: 'The key came before with another method, path or body from the same user.',
    remedy: 'Make a new key for every new action.',
    reference: 'Idempotency-Key draft-07 §2.7',
  },
  'idempotency-in-progress': {
    status: 409,
    title: 'The first request with this key is still running.',
    operator: 'Another request with the same key has been sent upstream and has not been answered yet.',
    remedy: 'Wait for Retry-After and send the same request again; the client does.',
    reference: 'Idempotency-Key draft-07 §2.7',
  },
  'idempotency-outcome-unknown': {
    status: 409,
    title: 'It is not known whether the first request was carried out.',
    operator:
      'The upstream was called for this key and its answer was lost (crash, timeout) or too large to keep. It is never called again for the key.',
    remedy: 'Query the state of the thing before asking the user to try again with a new key.',
    reference: 'REQUIREMENTS C8, S8',
  },

  // Forward.
  'upstream-unreachable': {
    status: 502,
    title: 'The service cannot be reached.',
    operator: 'No connection to the upstream could be made; nothing was sent to it.',
    remedy: 'Start the backend, or mend gateway.upstream in the policy.',
    reference: 'RFC 9110 §15.6.3',
  },
  'upstream-failed': {
    status: 502,
    title: 'The service gave no usable answer.',
    operator: 'The upstream closed the connection early or answered something that is not HTTP.',
    remedy: 'Look at the backend at the time of this support code.',
    reference: 'RFC 9110 §15.6.3',
  },
  'upstream-error': {
    status: 500,
    title: 'The service reported an error.',
    operator: 'The upstream answered with a status of 500 or above. The status was kept, its body was not: it may hold a stack trace.',
    remedy: 'Look at the log of the backend at the time of this support code.',
    reference: 'REQUIREMENTS S12',
  },
  'upstream-timeout': {
    status: 504,
    title: 'The service took too long.',
    operator: 'The upstream did not answer within limits.upstreamTimeout. It may still carry the request out.',
    remedy: 'Look at the backend, or give the route a longer upstreamTimeout.',
    reference: 'RFC 9110 §15.6.5',
  },

  // The house itself.
  'gateway-overloaded': {
    status: 503,
    title: 'Try again in a moment.',
    operator: 'As many requests as the gateway forwards at once are waiting for the upstream; this one was refused unsent.',
    remedy: 'Make the upstream faster, or run more of it.',
    reference: 'RFC 9110 §15.6.4',
  },
  'store-unavailable': {
    status: 503,
    title: 'Try again in a moment.',
    operator: 'A store (disk full, read-only, locked) could not record what must be recorded first, so the request was refused.',
    remedy: 'Make room or make the state folder writable; nothing was sent upstream.',
    reference: 'REQUIREMENTS S6, S8',
  },
  'keys-unavailable': {
    status: 503,
    title: 'Try again in a moment.',
    operator: 'The signing keys of the issuer could not be fetched yet, so no token can be checked.',
    remedy: 'Check that the auth server runs and that auth.issuer is right.',
    reference: 'RFC 8414',
  },
  'internal-error': {
    status: 500,
    title: 'Something went wrong on our side.',
    operator: 'A guard threw. The request was refused; the log line of this support code has the details.',
    remedy: 'Report it with the log line.',
    reference: 'REQUIREMENTS S12',
  },

  // The auth server's own pages. Its OAuth endpoints answer in the words of RFC 6749.
  'sign-in-failed': {
    status: 401,
    title: 'The name or the password is wrong.',
    operator: 'Wrong password or unknown user; both look and take the same.',
    remedy: 'Try again.',
    reference: 'OWASP ASVS 6.3.8',
  },
  'sign-in-limited': {
    status: 429,
    title: 'Too many attempts. Wait a little.',
    operator: 'Too many failed sign-ins for this user or from this address.',
    remedy: 'Wait for Retry-After. Many users at once: somebody is trying a list of passwords.',
    reference: 'REQUIREMENTS T7, NIST SP 800-63B §5.2.2',
  },
  'sign-in-busy': {
    status: 503,
    title: 'Try again in a moment.',
    operator: 'More passwords are being checked than this machine can; this one was not tried and not counted.',
    remedy: 'Look for a flood of sign-ins; else give the auth server more cores.',
    reference: 'OWASP Password Storage Cheat Sheet',
  },
  'sign-in-expired': {
    status: 400,
    title: 'This sign-in has expired. Go back to the app and start again.',
    operator: 'The sign-in page was opened too long ago, was used before, or its cookie is missing.',
    remedy: 'Start again from the app.',
    reference: 'OpenID Connect Core §3.1.2',
  },
} as const satisfies Record<string, Reason>;

/** A permanent refusal code, such as `token-expired`. */
export type ReasonCode = keyof typeof entries;

/** Every refusal reason, by its permanent code. */
export const reasons: { readonly [code in ReasonCode]: Reason } = entries;

/** Tells whether a text from the wire is one of our codes. */
export function isReasonCode(text: unknown): text is ReasonCode {
  return typeof text === 'string' && Object.hasOwn(entries, text);
}
