/** Longest key, in characters: what Stripe accepts, and all a UUID or a ULID needs many times over. */
const MAX_KEY_LENGTH = 255;

/**
 * Reads the `Idempotency-Key` field (draft-ietf-httpapi-idempotency-key-header-07 §2.1): one structured-field string
 * (RFC 9651 §3.3.3). A bare token is accepted too, because most clients in the field send it so; both spellings of the
 * same characters are the same key.
 *
 * @returns the key, or `undefined` when the field is malformed.
 * @example parseIdempotencyKey('"8e03978e"') // '8e03978e'
 */
export function parseIdempotencyKey(field: string): string | undefined {
  const text = field.trim();
  if (text.length > MAX_KEY_LENGTH * 2 + 2) return undefined;
  const key = text.startsWith('"') ? unquote(text) : BARE.test(text) ? text : undefined;
  return key !== undefined && key.length >= 1 && key.length <= MAX_KEY_LENGTH ? key : undefined;
}

const BARE = /^[\w.:~+/=-]+$/;
// Visible ASCII without quote and backslash, which must be escaped (RFC 9651 §4.2.5).
const QUOTED = /^"((?:[\x20-\x21\x23-\x5b\x5d-\x7e]|\\["\\])*)"$/;

function unquote(text: string): string | undefined {
  return QUOTED.exec(text)?.[1]?.replace(/\\(["\\])/g, '$1');
}

/**
 * Writes a key as the structured-field string the draft asks for.
 *
 * @example formatIdempotencyKey('8e03978e') // '"8e03978e"'
 */
export function formatIdempotencyKey(key: string): string {
  return `"${key.replace(/["\\]/g, '\\$&')}"`;
}
