import { createHmac, createPublicKey, verify } from 'node:crypto';
import { parseCompactJws } from '@sallyport/protocol';
import { describe, expect, it } from 'vitest';
import { createForeignKey } from './foreign-key.ts';
import { hmacToken, signedToken, unsignedToken } from './forge-token.ts';

describe('forged tokens', () => {
  it.each(['ES256', 'ES384', 'RS256', 'EdDSA', 'ES512', 'RS512'])(
    'are signed properly by %s, so that only trust can refuse them',
    (alg) => {
      const { privateKey, jwk, alg: used } = createForeignKey(alg, 'k');
      expect(used).toBe(alg);
      const jws = parseCompactJws(signedToken({ alg, kid: 'k' }, { sub: 'ann' }, privateKey));
      const key = createPublicKey({ key: jwk, format: 'jwk' });
      const digest = alg === 'EdDSA' ? null : `sha${alg.slice(2)}`;
      expect(jws?.payload).toEqual({ sub: 'ann' });
      expect(
        verify(digest, Buffer.from(jws?.signingInput ?? ''), { key, dsaEncoding: 'ieee-p1363' }, jws?.signature ?? new Uint8Array()),
      ).toBe(true);
    },
  );

  it('fall back to RS256 for an algorithm nobody can sign with', () => {
    expect(createForeignKey('HS256', 'k').alg).toBe('RS256');
  });

  it('hold the right HMAC', () => {
    const token = hmacToken({ alg: 'HS384' }, { sub: 'ann' }, Buffer.from('key'));
    const [input, mac] = [token.slice(0, token.lastIndexOf('.')), token.slice(token.lastIndexOf('.') + 1)];
    expect(mac).toBe(createHmac('sha384', 'key').update(input).digest('base64url'));
  });

  it('keep claims and the order of members, and lack a signature when they should', () => {
    const jws = parseCompactJws(unsignedToken({ typ: 'at+jwt', alg: 'none' }, { b: 1, a: 2 }));
    expect(JSON.stringify(jws?.header)).toBe('{"typ":"at+jwt","alg":"none"}');
    expect(JSON.stringify(jws?.payload)).toBe('{"b":1,"a":2}');
    expect(jws?.signature).toHaveLength(0);
  });
});
