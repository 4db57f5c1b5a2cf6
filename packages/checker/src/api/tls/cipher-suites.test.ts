import { describe, expect, it } from 'vitest';
import { CIPHER_SUITES, isAuthenticated, isBroken, isForwardSecret, suiteName } from './cipher-suites.ts';

describe('cipher suites', () => {
  it('holds each number and name once', () => {
    expect(new Set(CIPHER_SUITES.map(({ id }) => id)).size).toBe(CIPHER_SUITES.length);
    expect(new Set(CIPHER_SUITES.map(({ name }) => name)).size).toBe(CIPHER_SUITES.length);
  });

  it.each([
    ['TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256', { broken: false, secret: true, aead: true }],
    ['TLS_ECDHE_ECDSA_WITH_CHACHA20_POLY1305_SHA256', { broken: false, secret: true, aead: true }],
    ['TLS_DHE_RSA_WITH_AES_256_CCM', { broken: false, secret: true, aead: true }],
    ['TLS_ECDHE_RSA_WITH_AES_128_CBC_SHA', { broken: false, secret: true, aead: false }],
    ['TLS_RSA_WITH_AES_128_GCM_SHA256', { broken: false, secret: false, aead: true }],
    ['TLS_RSA_WITH_3DES_EDE_CBC_SHA', { broken: true, secret: false, aead: false }],
    ['TLS_ECDHE_RSA_WITH_RC4_128_SHA', { broken: true, secret: true, aead: false }],
    ['TLS_DH_anon_WITH_AES_128_GCM_SHA256', { broken: true, secret: false, aead: true }],
    ['TLS_RSA_EXPORT_WITH_RC4_40_MD5', { broken: true, secret: false, aead: false }],
    ['TLS_RSA_WITH_NULL_SHA256', { broken: true, secret: false, aead: false }],
  ])('judges %s', (name, { broken, secret, aead }) => {
    expect(CIPHER_SUITES.some((suite) => suite.name === name)).toBe(true);
    expect({ broken: isBroken(name), secret: isForwardSecret(name), aead: isAuthenticated(name) }).toEqual({ broken, secret, aead });
  });

  it('shows a number for a suite it does not know', () => expect(suiteName(0x13af)).toBe('0x13af'));
});
