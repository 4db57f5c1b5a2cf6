import { createDpopProof, decodeUtf8, encodeBase64url, encodeUtf8, parseJsonObject } from '@sallyport/protocol';
import type { Interceptor } from '../call.ts';
import { parseAddress } from '../client-address.ts';
import type { NonceCache } from '../nonce-cache.ts';
import type { Clock, Digest, Random, TransportResponse } from '../ports.ts';
import { readProblem } from '../read-problem.ts';

/** 128 random bits make a `jti` that never comes twice (RFC 9449 §4.2 asks for 96). */
const JTI_BYTES = 16;

interface ProofOptions {
  readonly clock: Clock;
  readonly random: Random;
  readonly digest: Digest;
  readonly nonces: NonceCache;
}

/**
 * Signs every single attempt with the device key (DPoP, RFC 9449), with the latest nonce of the origin. When the server
 * asks for another nonce the request is signed and sent again, once: it was refused before anything was done.
 */
export function proof({ clock, random, digest, nonces }: ProofOptions): Interceptor {
  return async (call, next) => {
    const { signer, token } = call;
    const { origin } = parseAddress(call.url) ?? { origin: '' };
    const attempt = async (): Promise<TransportResponse> => {
      const headers: Record<string, string> = { ...call.headers };
      if (signer !== undefined) {
        headers.dpop = await createDpopProof(signer, {
          method: call.method,
          url: call.url,
          jti: encodeBase64url(random.bytes(JTI_BYTES)),
          iat: Math.floor(clock.now() / 1000),
          nonce: nonces.get(origin),
          ath: token === undefined ? undefined : encodeBase64url(await digest.sha256(encodeUtf8(token))),
        });
        if (token !== undefined) headers.authorization = `DPoP ${token}`;
      }
      const response = await next({ ...call, headers });
      nonces.remember(origin, response.headers['dpop-nonce']);
      return response;
    };
    const response = await attempt();
    return signer !== undefined && asksForNonce(response) ? attempt() : response;
  };
}

/** An API says it in WWW-Authenticate (RFC 9449 §9), an auth server in the error of its JSON body (§8). */
function asksForNonce(response: TransportResponse): boolean {
  if (response.headers['dpop-nonce'] === undefined) return false;
  if (response.status === 401) {
    const challenge = response.headers['www-authenticate'] ?? '';
    if (/\berror="use_dpop_nonce"/.test(challenge) || readProblem(response)?.reason === 'proof-nonce-required') return true;
  }
  if (response.status !== 400 && response.status !== 401) return false;
  const text = decodeUtf8(response.body);
  return text !== undefined && parseJsonObject(text)?.error === 'use_dpop_nonce';
}
