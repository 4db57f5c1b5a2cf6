import { encodeBase64url } from '@sallyport/protocol';

/** 96 random bits: 16 characters a user can read out, and no two alike in the life of a log. */
const CODE_BYTES = 12;

/** How many codes one call for randomness serves; a call per request is measurable, 3 KiB of memory is not. */
const BATCH = 256;

/**
 * Makes support codes, which are the correlation ids: unguessable, so that nobody can ask support about another's request.
 *
 * @example const newSupportCode = supportCodes(randomBytes); newSupportCode() // 'V1StGXR8Z5jdHi6B'
 */
export function supportCodes(randomBytes: (size: number) => Uint8Array): () => string {
  let pool: Uint8Array = new Uint8Array(0);
  let used = 0;
  return () => {
    if (used === pool.length) {
      pool = randomBytes(CODE_BYTES * BATCH);
      used = 0;
    }
    const code = pool.subarray(used, used + CODE_BYTES);
    used += CODE_BYTES;
    return encodeBase64url(code);
  };
}
