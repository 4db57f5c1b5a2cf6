import fc from 'fast-check';
import { expect, it } from 'vitest';
import { isAround, sensitiveName, words } from './sensitive-name.ts';

it.each(['accessToken', 'user_password', 'refresh-token', 'API_KEY', 'pin', 'sessionId', 'otp', 'privateKey2'])(
  'takes %s for a secret',
  (name) => {
    expect(sensitiveName(name)).toBe('credential');
  },
);
it.each(['emailAddress', 'creditCardNo', 'dateOfBirth', 'phone_number', 'lastName'])('takes %s for personal data', (name) => {
  expect(sensitiveName(name)).toBe('personal');
});
it.each([
  'tokenCount',
  'passwordField',
  'cancellationToken',
  'isPasswordSet',
  'hashedPassword',
  'deviceToken',
  'kSecClassGenericPassword',
  'com.example.token',
  'x',
])('takes %s for neither', (name) => {
  expect(sensitiveName(name)).toBeUndefined();
});
it('tells what stands around a secret from the secret', () => {
  expect(isAround('tokenType')).toBe(true);
  expect(isAround('token')).toBe(false);
});
it('splits every spelling alike', () => {
  for (const name of ['userPasswordHash', 'user_password_hash', 'user-password-hash', 'UserPasswordHash'])
    expect(words(name)).toBe('user password hash');
  expect(words('parseJSONBody')).toBe('parse json body');
});
it('answers any text, twice the same', () => {
  fc.assert(
    fc.property(fc.string(), (name) => {
      expect(sensitiveName(name)).toBe(sensitiveName(name));
    }),
  );
});
