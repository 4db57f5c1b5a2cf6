import { createHmac, createPublicKey, type JsonWebKey, type KeyObject, verify } from 'node:crypto';
import { readFileSync } from 'node:fs';
import type { IncomingMessage } from 'node:http';
import { join } from 'node:path';
import { type CompactJws, parseCompactJws } from '@sallyport/protocol';
import { checkProof } from './check-proof.ts';
import type { Flaws } from './planted-flaws.ts';
import { type Sessions, WORD } from './sessions.ts';

export interface IdentifyOptions {
  readonly flaws: Flaws;
  readonly sessions: Sessions;
  readonly issuer: () => string;
  readonly now: () => number;
  /** Proofs seen. */
  readonly seen: Set<string>;
}

/** Who sends a request, by its token, or `undefined`. Here most of the weaknesses live, one `if` each. */
export async function identifyCaller(request: IncomingMessage, url: URL, options: IdentifyOptions): Promise<string | undefined> {
  const { flaws, sessions, issuer, now, seen } = options;
  const [scheme = '', fromHeader = ''] = (request.headers.authorization ?? '').split(' ');
  const inQuery = flaws.has('token-in-query') ? url.searchParams.get('access_token') : null;
  const token = inQuery ?? fromHeader;
  if (token === '') return undefined;
  const jws = parseCompactJws(token);
  if (jws === undefined) return flaws.has('anything-is-a-token') ? 'ann' : undefined;
  if (!(await isSigned(jws, options))) return undefined;

  const { header, payload } = jws;
  if (!flaws.has('any-token-type') && (header.typ !== 'at+jwt' || payload.aud !== sessions.audience)) return undefined;
  if (payload.iss !== issuer() && !flaws.has('decode-only')) return undefined;
  if (!flaws.has('expiry-ignored') && !(typeof payload.exp === 'number' && payload.exp * 1000 > now())) return undefined;
  if (!flaws.has('no-revocation') && !sessions.isOpen(payload.sid)) return undefined;

  const jkt = (payload.cnf as { jkt?: unknown } | undefined)?.jkt;
  if (typeof jkt === 'string' && !flaws.has('proof-optional') && inQuery === null) {
    if (scheme !== 'DPoP') return undefined;
    const proof = { method: request.method ?? '', url: url.href, token, now: now(), seen: flaws.has('proof-reusable') ? undefined : seen };
    if (checkProof(request.headers.dpop as string | undefined, proof) !== jkt) return undefined;
  }
  return typeof payload.sub === 'string' ? payload.sub : undefined;
}

async function isSigned(jws: CompactJws, { flaws, sessions }: IdentifyOptions): Promise<boolean> {
  const { header } = jws;
  const alg = String(header.alg);
  if (flaws.has('decode-only')) return true;
  if (flaws.has('alg-none') && alg.toLowerCase() === 'none') return true;
  if (flaws.has('word-as-secret')) return alg === 'HS256' && isMac(jws, Buffer.from(WORD));
  if (flaws.has('kid-is-a-path') && alg === 'HS256' && isMac(jws, readKeyFile(String(header.kid)))) return true;
  if (flaws.has('key-confusion') && alg === 'HS256')
    return isMac(jws, Buffer.from(sessions.publicKey.export({ type: 'spki', format: 'pem' }) as string));
  if (flaws.has('embedded-key') && header.jwk !== undefined)
    return isSignature(jws, createPublicKey({ key: header.jwk as JsonWebKey, format: 'jwk' }));
  if (flaws.has('remote-key') && typeof header.jku === 'string') {
    const { keys } = (await (await fetch(header.jku)).json()) as { keys: JsonWebKey[] };
    return isSignature(jws, createPublicKey({ key: keys[0] as JsonWebKey, format: 'jwk' }));
  }
  return alg === 'RS256' && header.kid === sessions.keyId && isSignature(jws, sessions.publicKey);
}

function isSignature({ signingInput, signature }: CompactJws, key: KeyObject): boolean {
  return verify('sha256', Buffer.from(signingInput), key, signature);
}

function isMac({ signingInput, signature }: CompactJws, secret: Uint8Array): boolean {
  // Compared as it should not be; that it takes longer the more fits is the least of this file's troubles.
  return createHmac('sha256', secret).update(signingInput).digest('hex') === Buffer.from(signature).toString('hex');
}

function readKeyFile(name: string): Uint8Array {
  try {
    return readFileSync(join(import.meta.dirname, 'keys', name));
  } catch {
    return Buffer.from(`no key ${Math.random()}`);
  }
}
