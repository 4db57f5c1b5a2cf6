/** One limit as the response fields tell it. All times in whole seconds. */
export interface QuotaState {
  /** Name of the policy, such as `address` or `principal`. */
  readonly name: string;
  readonly limit: number;
  /** Length of the window, in seconds. */
  readonly window: number;
  readonly remaining: number;
  /** Seconds until the full quota is there again. */
  readonly reset: number;
}

/**
 * The `RateLimit` field (draft-ietf-httpapi-ratelimit-headers-10 §4).
 *
 * @example formatRateLimit({ name: 'principal', limit: 100, window: 60, remaining: 7, reset: 12 }) // '"principal";r=7;t=12'
 */
export function formatRateLimit({ name, remaining, reset }: QuotaState): string {
  return `"${name}";r=${remaining};t=${reset}`;
}

/**
 * The `RateLimit-Policy` field (draft-ietf-httpapi-ratelimit-headers-10 §3).
 *
 * @example formatRateLimitPolicy({ name: 'principal', limit: 100, window: 60, … }) // '"principal";q=100;w=60'
 */
export function formatRateLimitPolicy({ name, limit, window }: Pick<QuotaState, 'name' | 'limit' | 'window'>): string {
  return `"${name}";q=${limit};w=${window}`;
}

/** Longest wait a server may ask of us, in seconds: a day. More is a mistake or an attempt to park the app for good. */
const MAX_RETRY_AFTER = 86_400;

/**
 * Reads `Retry-After` (RFC 9110 §10.2.3) in either form.
 *
 * @param now milliseconds since 1970, for the date form.
 * @returns milliseconds to wait, at least 0 and at most a day; `undefined` when the field is missing or malformed.
 * @example parseRetryAfter('2', Date.now()) // 2000
 */
export function parseRetryAfter(field: string | undefined, now: number): number | undefined {
  if (field === undefined) return undefined;
  const text = field.trim();
  if (/^\d{1,10}$/.test(text)) return Math.min(Number(text), MAX_RETRY_AFTER) * 1000;
  // IMF-fixdate only: Date.parse alone would take '1', 'March' and much else.
  if (!/^[A-Z][a-z]{2}, \d{2} [A-Z][a-z]{2} \d{4} \d{2}:\d{2}:\d{2} GMT$/.test(text)) return undefined;
  const at = Date.parse(text);
  return Number.isNaN(at) ? undefined : Math.min(Math.max(at - now, 0), MAX_RETRY_AFTER * 1000);
}
