import { generateKeyPairSync } from 'node:crypto';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { CredentialsFault, parseCredentials } from './parse-credentials.ts';

const { privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
const jwk = privateKey.export({ format: 'jwk' });

describe('parseCredentials', () => {
  it('reads users, with their key as JWK or PEM, and tokens', () => {
    const pem = privateKey.export({ type: 'pkcs8', format: 'pem' });
    const read = parseCredentials(
      JSON.stringify({
        user: { accessToken: 'a', refreshToken: 'r', dpopKey: jwk },
        secondUser: { accessToken: 'b', dpopKey: pem },
        expiredToken: 'e',
      }),
    );
    expect(read).toMatchObject({ user: { accessToken: 'a', refreshToken: 'r' }, secondUser: { accessToken: 'b' }, expiredToken: 'e' });
    for (const user of [read.user, read.secondUser]) expect(user?.dpopKey?.equals(privateKey)).toBe(true);
    expect(parseCredentials('{}')).toEqual({});
  });

  it.each([
    ['secret-text', /no JSON object/],
    ['["secret-text"]', /no JSON object/],
    ['{"user":"secret-text"}', /user must be an object/],
    ['{"user":{"accessToken":""}}', /user\.accessToken/],
    ['{"user":{"accessToken":"secret-text\\r\\nX: y"}}', /without blanks/],
    ['{"user":{"refreshToken":"secret-text"}}', /user\.accessToken/],
    ['{"user":{"accessToken":"a","acess":"secret-text"}}', /holds "acess"/],
    ['{"user":{"accessToken":"a","dpopKey":"secret-text"}}', /private P-256 key/],
    [JSON.stringify({ user: { accessToken: 'a', dpopKey: { ...jwk, d: undefined } } }), /private P-256 key/],
    [
      JSON.stringify({ user: { accessToken: 'a', dpopKey: generateKeyPairSync('ed25519').privateKey.export({ format: 'jwk' }) } }),
      /private P-256 key/,
    ],
  ])('says what is wrong with %s, and not what stands in it', (text, message) => {
    expect(() => parseCredentials(text)).toThrow(message);
    expect(() => parseCredentials(text)).not.toThrow(/secret-text/);
  });

  it('knows no other fault', () => {
    fc.assert(
      fc.property(fc.oneof(fc.string(), fc.json()), (text) => {
        try {
          parseCredentials(text);
          return true;
        } catch (error) {
          return error instanceof CredentialsFault;
        }
      }),
    );
  });
});
