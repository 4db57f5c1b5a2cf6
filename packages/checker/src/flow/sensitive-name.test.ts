import { readFile } from 'node:fs/promises';
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { HINT, isAround, kindOfWords, sensitiveName, words } from './sensitive-name.ts';

it.each([
  'accessToken',
  'user_password',
  'refresh-token',
  'API_KEY',
  'pin',
  'sessionId',
  'otp',
  'privateKey2',
  'userSessionId',
  'requestToken',
  'CLIENT_SECRET',
])('takes %s for a secret', (name) => {
  expect(sensitiveName(name)).toBe('credential');
});
it.each(['passWord', 'userPassWord', 'derivedKey', 'symmetricKey', 'decryptionKey', 'decryptedText'])(
  'takes %s for a credential',
  (name) => {
    expect(sensitiveName(name)).toBe('credential');
  },
);
it.each(['creditCardNo', 'dateOfBirth', 'phone_number', 'lastName', 'userFullName', 'emailAddress'])(
  'takes %s for personal data',
  (name) => {
    expect(sensitiveName(name)).toBe('personal');
  },
);
it.each([
  'tokenCount',
  'passwordField',
  'cancellationToken',
  'isPasswordSet',
  'hashedPassword',
  'deviceToken',
  'tokenAddress',
  'showcaseTokens',
  'BIOMETRY_OR_DEVICE_PASSCODE',
  'nativeToken',
  'erc20Token',
  'tokenId',
  'playSessionId',
  'siteFromToken',
  'requestAuthorization',
  'EMAIL_RESEND_TAPPED',
  'SETTINGS_COPY_PASSWORD',
  'failedPasscodeAttempts',
  'passwordLink',
  'repositoryFullName',
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

it('splits words where a reader would, whatever the name', () => {
  // The same said slowly.
  const split = (name: string) =>
    name
      .replaceAll(/([a-z0-9])([A-Z])/g, '$1 $2')
      .replaceAll(/([A-Z]+)([A-Z][a-z])/g, '$1 $2')
      .replaceAll(/[^A-Za-z0-9]+/g, ' ')
      .toLowerCase()
      .trim();
  const piece = fc.constantFrom('a', 'b', 'z', 'A', 'B', 'Z', '0', '9', '_', '-', '.', ' ', 'é', '$', 'HTTP', 'Url');
  fc.assert(
    fc.property(fc.array(piece, { maxLength: 14 }), (pieces) => {
      expect(words(pieces.join(''))).toBe(split(pieces.join('')));
    }),
  );
});

it('overlooks no name for want of a hint: every word of the lists, and every two of them, in three spellings', async () => {
  const source = await readFile(new URL('sensitive-name.ts', import.meta.url), 'utf8');
  const lists = [...source.matchAll(/^const (?:CREDENTIAL|PERSONAL) =\n {2}(.*);$/gm)].map((match) => match[1] as string);
  expect(lists).toHaveLength(2);
  // `passwords?` is both; what looks around itself, and classes of characters, are no words.
  const vocabulary = new Set(
    lists.flatMap((list) =>
      list
        .replaceAll(/\(\?<?[=!](?:[^()]|\([^()]*\))*\)/g, ' ')
        .replaceAll(/\[[^\]]*\]/g, ' ')
        .replaceAll(/\\[bsw]/g, ' ')
        .split(/[^a-z0-9?]+/)
        .flatMap((word) => (word.includes('?') ? [word.replaceAll('?', ''), word.replaceAll(/.\?/g, '')] : [word]))
        .filter((word) => word.length >= 2),
    ),
  );
  expect(vocabulary.size).toBeGreaterThan(200);
  const capital = (word: string) => word.charAt(0).toUpperCase() + word.slice(1);
  const overlooked: string[] = [];
  let told = 0;
  for (const first of vocabulary)
    for (const second of ['', ...vocabulary])
      for (const name of second === '' ? [first] : [`${first}_${second}`, `${first}${capital(second)}`, `${first}${second}`])
        if (kindOfWords(words(name)) !== undefined) {
          told++;
          if (!HINT.test(name)) overlooked.push(name);
        }
  expect(told).toBeGreaterThan(10_000);
  expect(overlooked).toEqual([]);
});
