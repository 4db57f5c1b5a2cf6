import { generateKeyPairSync } from 'node:crypto';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { CredentialsFault } from './credentials-members.ts';
import { parseCredentials } from './parse-credentials.ts';

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

  it('reads how tokens are carried, and the routes of sign-in, sign-out and repetition', () => {
    const { publicKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
    const read = parseCredentials(
      JSON.stringify({
        carrier: { cookie: 'connect.sid' },
        signIn: { path: '/users/login', user: 'ann@shop.example', userField: 'user.email', encoding: 'json' },
        logout: { method: 'post', path: '/logout' },
        idempotentRoute: { method: 'POST', path: '/orders', body: { item: 'lamp' } },
        publicKeys: [publicKey.export({ type: 'spki', format: 'pem' }), publicKey.export({ format: 'jwk' })],
      }),
    );
    expect(read).toMatchObject({
      carrier: { kind: 'cookie', name: 'connect.sid' },
      signIn: { url: '/users/login', user: 'ann@shop.example', userField: 'user.email', encoding: 'json' },
      logout: { method: 'POST', path: '/logout' },
      idempotentRoute: { method: 'POST', path: '/orders', body: '{"item":"lamp"}' },
    });
    const { n } = publicKey.export({ format: 'jwk' });
    expect(read.publicKeys).toMatchObject([
      { jwk: { n }, pem: publicKey.export({ type: 'spki', format: 'pem' }) },
      { jwk: { n }, pem: undefined },
    ]);
    expect(parseCredentials('{"carrier":{"scheme":"Token"}}').carrier).toEqual({ kind: 'authorization', scheme: 'Token' });
    expect(parseCredentials('{"carrier":{"header":"X-Token"}}').carrier).toEqual({ kind: 'header', name: 'X-Token' });
  });

  it.each([
    ['{"carrier":{}}', /carrier must hold one of/],
    ['{"carrier":{"cookie":"a","header":"b"}}', /carrier must hold one of/],
    ['{"carrier":{"header":"secret-text: x"}}', /carrier must hold one of/],
    ['{"signIn":{"path":"/login"}}', /signIn\.user/],
    ['{"signIn":{"path":"/login","user":"a","encoding":"xml"}}', /json or form/],
    ['{"logout":{"method":"secret text","path":"/x"}}', /logout\.method/],
    ['{"idempotentRoute":{"method":"POST","path":"/x","body":"secret-text"}}', /JSON object/],
    ['{"publicKeys":["secret-text"]}', /list of public keys/],
    ['{"publicKeys":"secret-text"}', /list of public keys/],
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
