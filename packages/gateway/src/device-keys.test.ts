import { expect, test } from 'vitest';
import { createDeviceKeys } from './device-keys.ts';
import { createTestDevice } from './testing/issuer.ts';

test('hands out the same key object for a device, never that of another, and keeps so many', () => {
  const keys = createDeviceKeys(1);
  const [one, other] = [createTestDevice(), createTestDevice()];
  const key = keys.find(one.jwk, one.jkt);
  expect(keys.find(one.jwk, one.jkt)).toBe(key);
  expect(keys.find(other.jwk, one.jkt)).toBeUndefined();
  expect(keys.find(one.jwk, other.jkt)).toBeUndefined();
  expect(keys.find(other.jwk, other.jkt)).toMatchObject({ type: 'public' });
  expect(keys.find(one.jwk, one.jkt)).not.toBe(key);
});

test('a point off the curve is no key, even under its own thumbprint', async () => {
  const { hash } = await import('node:crypto');
  const { thumbprintInput } = await import('@sallyport/protocol');
  const jwk = { kty: 'EC', crv: 'P-256', x: 'A'.repeat(43), y: 'A'.repeat(43) } as const;
  expect(createDeviceKeys().find(jwk, hash('sha256', thumbprintInput(jwk), 'base64url'))).toBe('malformed');
});
