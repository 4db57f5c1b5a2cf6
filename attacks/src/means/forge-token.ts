import { createHmac, type KeyObject, sign as signBytes } from 'node:crypto';

type Claims = Readonly<Record<string, unknown>>;

/** The parts of a token, as anybody who holds it can read them. */
export function readToken(token: string): { readonly header: Claims; readonly payload: Claims; readonly signature: string } {
  const [header = '', payload = '', signature = ''] = token.split('.');
  const parse = (part: string) => JSON.parse(Buffer.from(part, 'base64url').toString('utf8')) as Claims;
  return { header: parse(header), payload: parse(payload), signature };
}

const encode = (part: Claims) => Buffer.from(JSON.stringify(part)).toString('base64url');

/** A token with any signature the forger likes, also none. */
export function withSignature(header: Claims, payload: Claims, signature: string): string {
  return `${encode(header)}.${encode(payload)}.${signature}`;
}

/** A token signed with HMAC, where the "secret" is public knowledge (RFC 8725 §2.1). */
export function signedWithHmac(header: Claims, payload: Claims, secret: string | Buffer): string {
  const input = `${encode(header)}.${encode(payload)}`;
  return `${input}.${createHmac('sha256', secret).update(input).digest('base64url')}`;
}

/** A token properly signed, by a key of the forger's own. */
export function signedWithOwnKey(header: Claims, payload: Claims, key: KeyObject): string {
  const input = `${encode(header)}.${encode(payload)}`;
  return `${input}.${signBytes('sha256', Buffer.from(input), { key, dsaEncoding: 'ieee-p1363' }).toString('base64url')}`;
}
