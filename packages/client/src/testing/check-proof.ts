import { createHash, createPublicKey, type JsonWebKey, randomBytes, verify } from 'node:crypto';
import type { IncomingMessage } from 'node:http';
import { htuOf, parseDpopProof, thumbprintInput } from '@sallyport/protocol';

/** What a server of ours makes of a DPoP proof: the thumbprint of its key, or why not. */
export type ProofVerdict = { readonly jkt: string } | { readonly fault: 'malformed' | 'nonce' | 'replayed' | 'mismatch' };

/** Checks proofs as RFC 9449 §4.3 says, with a required nonce that the test can change. */
export interface ProofChecker {
  nonce: string;
  check(request: IncomingMessage, url: string, token?: string): ProofVerdict;
  renewNonce(): void;
}

export function createProofChecker(): ProofChecker {
  const seen = new Set<string>();
  const checker: ProofChecker = {
    nonce: randomBytes(9).toString('base64url'),
    renewNonce() {
      checker.nonce = randomBytes(9).toString('base64url');
    },
    check(request, url, token) {
      const field = request.headers.dpop;
      const proof = typeof field === 'string' ? parseDpopProof(field) : undefined;
      if (proof === undefined) return { fault: 'malformed' };
      const key = createPublicKey({ key: proof.jwk as unknown as JsonWebKey, format: 'jwk' });
      const signed = verify('sha256', Buffer.from(proof.signingInput), { key, dsaEncoding: 'ieee-p1363' }, proof.signature);
      const ath = token && createHash('sha256').update(token).digest('base64url');
      if (!signed || proof.htm !== request.method || proof.htu !== htuOf(url) || proof.ath !== ath) return { fault: 'mismatch' };
      if (proof.nonce !== checker.nonce) return { fault: 'nonce' };
      if (seen.has(proof.jti)) return { fault: 'replayed' };
      seen.add(proof.jti);
      return { jkt: createHash('sha256').update(thumbprintInput(proof.jwk)).digest('base64url') };
    },
  };
  return checker;
}
