import type { CallEvent } from '../../flow/events.ts';
import { words } from '../../flow/sensitive-name.ts';
import type { Value } from '../../flow/value.ts';

/** Whether the bytes are written in the program: every copy of the app has the same. `nil`, enum cases and random values are not bytes. */
export function isFixed(value: Value | undefined): boolean {
  if (value === undefined || value.literal !== true || value.random === true) return false;
  if (value.guarded === true) return true;
  if (value.symbol !== undefined && value.text === undefined && value.items === undefined && !/utf8|bytes|data/i.test(value.symbol))
    return false;
  if (value.type === 'Bool' || value.type === 'Range' || value.number !== undefined) return false;
  return value.text !== undefined || value.items !== undefined || value.type !== undefined || value.from !== undefined;
}

/** A zero-filled or repeated buffer: `Data(count: 16)`, `[UInt8](repeating: 0, count: 16)`. */
export const isBuffer = (value: Value | undefined): boolean =>
  value?.entries?.has('repeating') === true || value?.entries?.has('count') === true;

const CRYPTO_NAME =
  /3des|tripledes|blowfish|twofish|chacha|salsa|rabbit|cipher|crypt|poly1305|pbkdf|scrypt|hkdf|argon|bcrypt|keyderiv|derivekey|rncryptor|rnencryptor|rndecryptor|symmetrickey|sqlcipher|passphrase|keyforpassword|key\(forpassword|pwhash|secretbox|secretstream|sodium|p256|p384|p521|curve25519|privatekey/i;
/** Short enough to stand inside other words (`extractRevenue` holds “ctr”): asked as words, or in capitals. */
const CRYPTO_WORD = /\b(?:aes\d*|des|rc[24]|hmac\w*|cmac|seal(?:ed)?|gcm|ccm|cbc|ctr|jwt|jws|rsa|ecb)\b/;
const CRYPTO_CAPITALS = /AES|HMAC|CMAC|GCM|CCM|CBC|CTR|RSA|ECB/;

/** Whether a call is about cryptography, by its name, its receiver's name or its receiver's type. Ask for what is dear last: most calls are not. */
export const isCryptoCall = (event: CallEvent): boolean =>
  isCryptoName(event.path) || isCryptoName(event.receiver?.type) || isCryptoName(event.receiver?.symbol);

const isCryptoName = (name: string | undefined): boolean =>
  name !== undefined && (CRYPTO_NAME.test(name) || CRYPTO_CAPITALS.test(name) || CRYPTO_WORD.test(words(name)));

/** The C functions of CommonCrypto: which argument is which. */
export const COMMON_CRYPTO: Record<string, { algorithm: number; options?: number; mode?: number; key: number; iv: number }> = {
  CCCrypt: { algorithm: 1, options: 2, key: 3, iv: 5 },
  CCCryptorCreate: { algorithm: 1, options: 2, key: 3, iv: 5 },
  CCCryptorCreateFromData: { algorithm: 1, options: 2, key: 3, iv: 5 },
  CCCryptorCreateWithMode: { algorithm: 2, mode: 1, key: 5, iv: 4 },
};

/** All symbols a value is made of: `kCCOptionECBMode | kCCOptionPKCS7Padding`, `CCAlgorithm(kCCAlgorithmDES)`, `[.ecb, .pkcs7]`. */
function symbols(value: Value | undefined, depth = 0): string[] {
  if (value === undefined || depth > 4) return [];
  const own = [value.symbol, value.text].filter((item): item is string => item !== undefined);
  return [...own, ...(value.items ?? []).flatMap((item) => symbols(item, depth + 1))];
}

/** The same from the text of the argument, for conversions the flow keeps no symbol of. */
export function spelled(event: CallEvent, index: number | string): string {
  const arg = event.argNode(index);
  return arg === undefined ? '' : `${event.scene.unit.source.slice(arg.start, arg.end)} ${symbols(arg.known).join(' ')}`;
}

/** `char key[33] = {0}` of C: to be filled, by whichever call it is handed to. */
export const isZeroed = ({ from, items }: Value): boolean => from?.kind === 'array' && items?.length === 1 && items[0]?.number === 0;
