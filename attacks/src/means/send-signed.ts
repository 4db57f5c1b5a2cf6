import { createHash, randomBytes } from 'node:crypto';
import { createDpopProof, type DpopSigner } from '@sallyport/protocol';
import { type Message, type Sent, send } from './send.ts';

/**
 * Sends a request with a DPoP proof by any key, and does what the server asks about nonces: an attacker knows the
 * standard too. Only what is left after that counts as a refusal.
 */
export async function sendSigned(message: Message, signer: DpopSigner, accessToken?: string): Promise<Sent> {
  const attempt = async (nonce?: string) =>
    send({ ...message, headers: { ...message.headers, ...(await proofHeaders(message, signer, accessToken, nonce)) } });
  const first = await attempt();
  const nonce = first.headers['dpop-nonce'];
  const asksForNonce = first.reason === 'proof-nonce-required' || first.reason === 'use_dpop_nonce';
  return asksForNonce && typeof nonce === 'string' ? attempt(nonce) : first;
}

/** The `DPoP` field, and `Authorization` where a token goes with it. */
export async function proofHeaders(
  { method = 'GET', url }: Pick<Message, 'method' | 'url'>,
  signer: DpopSigner,
  accessToken: string | undefined,
  nonce: string | undefined,
): Promise<Record<string, string>> {
  const ath = accessToken === undefined ? undefined : createHash('sha256').update(accessToken).digest('base64url');
  const jti = randomBytes(16).toString('base64url');
  const dpop = await createDpopProof(signer, { method, url, jti, iat: Math.floor(Date.now() / 1000), nonce, ath });
  return accessToken === undefined ? { dpop } : { dpop, authorization: `DPoP ${accessToken}` };
}
