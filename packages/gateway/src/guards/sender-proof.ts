import { hash } from 'node:crypto';
import { type Guard, PASS, refuse } from '@sallyport/pipeline';
import { type DpopProof, htuOf, parseDpopProof, type ReasonCode } from '@sallyport/protocol';
import type { ReplayStore } from '@sallyport/storage';
import type { Challenges } from '../challenge.ts';
import type { DeviceKeys } from '../device-keys.ts';
import type { Arrival, Identified, Readable } from '../exchange.ts';
import type { Nonces } from '../nonces.ts';
import type { AnswerFields } from '../rate-limit.ts';
import { verifyEs256 } from '../verify-es256.ts';

export interface SenderProofOptions {
  /** `if-bound`: a bearer token that is bound to no key is let through. */
  readonly proof: 'required' | 'if-bound';
  /** Scheme, host and port the app calls, without a slash at the end. */
  readonly origin: string;
  readonly nonces: Nonces;
  readonly replays: ReplayStore;
  readonly deviceKeys: DeviceKeys;
  readonly challenges: Challenges;
}

type Needs = Arrival & Readable & Identified & AnswerFields;

/**
 * Lets through a request that the key the token is bound to has signed, for this method and address and token, with a
 * nonce of ours, for the first time (RFC 9449 §4.3, §7, §9, §11.1). A stolen token is of no use without the key, and a
 * captured request none a second time.
 *
 * The replay store comes last: a stranger who cannot sign must not be able to burn ids.
 */
export function senderProof({ proof, origin, nonces, replays, deviceKeys, challenges }: SenderProofOptions): Guard<Needs> {
  const no = (reason: ReasonCode, detail?: string) => {
    const challenge = { 'WWW-Authenticate': challenges(reason) ?? '' };
    return refuse(reason, detail, reason === 'proof-nonce-required' ? { ...challenge, 'DPoP-Nonce': nonces.current() } : challenge);
  };
  const first = (unused: boolean) => (unused ? PASS : no('proof-replayed'));
  return {
    name: 'sender-proof',
    refuses: [
      'proof-missing',
      'proof-malformed',
      'proof-key-mismatch',
      'proof-signature',
      'proof-target-mismatch',
      'proof-nonce-required',
      'proof-replayed',
      'store-unavailable',
    ],
    check({ request, target, fields, principal, tokenDigest, scheme, answerFields }) {
      const { jkt } = principal;
      if (jkt === undefined && proof === 'if-bound' && scheme === 'bearer') return PASS;
      if (fields.dpop === undefined || scheme !== 'dpop') return no('proof-missing', scheme === 'dpop' ? undefined : 'sent as Bearer');
      if (jkt === undefined) return no('proof-key-mismatch', 'the token is bound to no key');
      const read = parseDpopProof(fields.dpop);
      if (read === undefined) return no('proof-malformed');
      if (read.htm !== request.method || !isFor(read, origin, target.path) || read.ath !== tokenDigest) return no('proof-target-mismatch');
      const nonce = read.nonce === undefined ? undefined : nonces.check(read.nonce);
      if (nonce === undefined) return no('proof-nonce-required', read.nonce === undefined ? 'none' : 'not, or no longer, one of ours');
      const key = deviceKeys.find(read.jwk, jkt);
      if (key === undefined) return no('proof-key-mismatch');
      if (key === 'malformed') return no('proof-malformed', 'the key is no point of the curve');
      if (!verifyEs256(key, read.signingInput, read.signature)) return no('proof-signature');
      if (nonce.stale) answerFields.push('DPoP-Nonce', nonces.current());
      const unused = replays.claim(hash('sha256', `${jkt} ${read.jti}`, 'base64url'), nonce.acceptedUntil);
      return unused instanceof Promise ? unused.then(first) : first(unused);
    },
  };
}

/** RFC 9449 §4.3 point 9: the address without query and fragment; spelled as we would first, then normalised. */
function isFor({ htu }: DpopProof, origin: string, path: string): boolean {
  const address = origin + path;
  return htu === address || htuOf(htu) === address;
}
