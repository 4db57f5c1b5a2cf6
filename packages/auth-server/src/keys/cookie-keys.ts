import { randomBytes } from 'node:crypto';
import { readOrWriteOnce, SecretFileError } from './write-once.ts';

/** 256 bits in base64url. */
const SECRET = /^[\w-]{43}\n?$/;

/**
 * Loads the key that signs the cookies of a sign-in under way (256 random bits), and makes it at first start (file mode
 * 0600). It is kept, so that a restart does not end the sign-in of somebody who is just typing.
 *
 * @throws SecretFileError when the file cannot be used or is damaged.
 * @example const cookieKeys = loadCookieKeys(join(folder, 'cookie-key'))
 */
export function loadCookieKeys(path: string): readonly string[] {
  const text = readOrWriteOnce(path, () => `${randomBytes(32).toString('base64url')}\n`);
  if (SECRET.test(text)) return [text.trim()];
  throw new SecretFileError(`${path} is damaged. Delete it; a new one is made at the next start.`);
}
