import type { ReasonCode } from '@sallyport/protocol';

/**
 * The `WWW-Authenticate` fields of refusals (RFC 9449 §7.1, RFC 6750 §3). `error` tells a client what to do next:
 * `invalid_token` refresh, `use_dpop_nonce` sign again, `invalid_dpop_proof` mend the signer. More is for the log.
 */
export type Challenges = (reason: ReasonCode) => string | undefined;

/** The same words for every resource; RFC 7235 wants a realm of no scheme that we use. */
const ALGORITHMS = 'algs="ES256"';

/**
 * Prepares the challenges once; refusing costs a lookup.
 *
 * @param bearer also name the scheme Bearer, on a route that takes unbound tokens.
 * @param scopes what the route asks for, told with `insufficient_scope`.
 */
export function prepareChallenges(bearer: boolean, scopes: readonly string[]): Challenges {
  const challenge = (error?: string, more = '') => {
    const attributes = error === undefined ? '' : `error="${error}"${more}, `;
    const dpop = `DPoP ${attributes}${ALGORITHMS}`;
    return bearer ? `${dpop}, Bearer${error === undefined ? '' : ` error="${error}"${more}`}` : dpop;
  };
  const byError = {
    token: challenge('invalid_token'),
    proof: `DPoP error="invalid_dpop_proof", ${ALGORITHMS}`,
    nonce: `DPoP error="use_dpop_nonce", error_description="Sign again with the nonce given", ${ALGORITHMS}`,
    scope: challenge('insufficient_scope', `, scope="${scopes.join(' ')}"`),
    none: challenge(),
  };
  return (reason) => {
    if (reason === 'token-missing') return byError.none;
    if (reason === 'proof-nonce-required') return byError.nonce;
    if (reason === 'scope-insufficient') return byError.scope;
    if (reason.startsWith('proof-')) return byError.proof;
    return reason.startsWith('token-') ? byError.token : undefined;
  };
}
