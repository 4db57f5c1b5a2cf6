import { encodeBase64url, formatIdempotencyKey, parseIdempotencyKey } from '@sallyport/protocol';
import type { Interceptor } from '../call.ts';
import { ClientError } from '../errors.ts';
import type { Random } from '../ports.ts';

/** 128 random bits: no two actions of all users ever share a key. */
const KEY_BYTES = 16;

/**
 * Gives the call its `Idempotency-Key`, once, outside the retry loop: all attempts of one action carry the same key, and
 * the next action another (Idempotency-Key draft-07 §2.1).
 */
export function idempotencyKey(random: Random): Interceptor {
  return (call, next) => {
    if (call.idempotencyKey === undefined) return next(call);
    const key = call.idempotencyKey === true ? encodeBase64url(random.bytes(KEY_BYTES)) : call.idempotencyKey;
    const field = formatIdempotencyKey(key);
    if (parseIdempotencyKey(field) !== key) {
      return Promise.reject(new ClientError('invalid-request', 'The idempotency key must be 1 to 255 visible ASCII characters.'));
    }
    call.trail.idempotencyKey = key;
    return next({ ...call, headers: { ...call.headers, 'idempotency-key': field } });
  };
}
