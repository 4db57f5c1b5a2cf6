import { createHash, createPublicKey, verify } from 'node:crypto';
import { htuOf, parseDpopProof, thumbprintInput } from '@sallyport/protocol';

export interface ProofCheck {
  readonly method: string;
  readonly url: string;
  /** The access token that goes with the proof. */
  readonly token?: string | undefined;
  /** Milliseconds since 1970. */
  readonly now: number;
  /** Ids seen; `undefined` remembers none. */
  readonly seen: Set<string> | undefined;
}

/** How far a device's clock may be off, in seconds. */
const WINDOW = 60;

/** The thumbprint of the key behind a DPoP proof (RFC 9449 §4.3), or `undefined` when anything about it is wrong. */
export function checkProof(text: string | undefined, { method, url, token, now, seen }: ProofCheck): string | undefined {
  const proof = text === undefined ? undefined : parseDpopProof(text);
  if (proof === undefined || proof.htm !== method || proof.htu !== htuOf(url) || Math.abs(proof.iat - now / 1000) > WINDOW)
    return undefined;
  if (token !== undefined && proof.ath !== digest(token)) return undefined;
  const key = createPublicKey({ key: { ...proof.jwk }, format: 'jwk' });
  if (!verify('sha256', Buffer.from(proof.signingInput), { key, dsaEncoding: 'ieee-p1363' }, proof.signature)) return undefined;
  const jkt = digest(thumbprintInput(proof.jwk));
  const id = `${jkt} ${proof.jti}`;
  if (seen?.has(id)) return undefined;
  seen?.add(id);
  return jkt;
}

function digest(text: string): string {
  return createHash('sha256').update(text).digest('base64url');
}
