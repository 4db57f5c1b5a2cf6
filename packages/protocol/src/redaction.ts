/** What stands in a log where a secret stood. */
export const REDACTED = '[redacted]';

/** Header fields that carry a credential or identify a person; compared in lower case. */
const SECRET_HEADERS = new Set([
  'authorization',
  'proxy-authorization',
  'cookie',
  'set-cookie',
  'dpop',
  'x-api-key',
  'idempotency-key',
  'forwarded',
  'x-forwarded-for',
  'x-real-ip',
]);

/**
 * Names of fields, in JSON, forms and queries, that hold a credential or personal data. Matched on the whole name with
 * case and separators removed, so `accessToken`, `access_token` and `Access-Token` are one.
 */
const SECRET_FIELDS = new Set(
  [
    'password passwd passphrase pin otp totp code secret client_secret api_key apikey private_key',
    'token access_token refresh_token id_token subject_token actor_token assertion client_assertion device_code session session_id sid',
    'authorization dpop cookie code_verifier state nonce request_uri login_hint',
    'email e_mail phone phone_number mobile address street birthdate date_of_birth ssn iban card_number pan cvv cvc',
    'name first_name last_name full_name username user_name',
  ]
    .join(' ')
    .split(' ')
    .map(canonicalName),
);

function canonicalName(name: string): string {
  return name.toLowerCase().replace(/[^a-z0-9]/g, '');
}

/** Whether a field of this name is redacted. @example isSecretField('access_token') // true */
export function isSecretField(name: string): boolean {
  return SECRET_FIELDS.has(canonicalName(name));
}

/** Three base64url parts: a JWS wherever it turns up. Two dots and a leading `ey` keep version numbers out. */
const JWS = /\bey[\w-]{8,}\.[\w-]+\.[\w-]*/g;
const AUTHORIZATION = /\b(bearer|dpop|basic)\s+[\w.~+/=-]{6,}/gi;

/**
 * Removes tokens from free text, such as an error message of a library.
 *
 * @example redactText('got Bearer abcdef123') // 'got Bearer [redacted]'
 */
export function redactText(text: string): string {
  return text.replace(AUTHORIZATION, `$1 ${REDACTED}`).replace(JWS, REDACTED);
}

/**
 * The header fields of a message, fit for a log: values of secret fields replaced, tokens removed from all others.
 *
 * @example redactHeaders({ Authorization: 'DPoP abc', Accept: '*\/*' }) // { Authorization: '[redacted]', Accept: '*\/*' }
 */
export function redactHeaders(headers: Readonly<Record<string, string | readonly string[] | undefined>>): Record<string, string> {
  const shown: Record<string, string> = {};
  for (const [name, value] of Object.entries(headers)) {
    if (value === undefined) continue;
    shown[name] = SECRET_HEADERS.has(name.toLowerCase()) ? REDACTED : redactText(String(value));
  }
  return shown;
}

/**
 * An address fit for a log: no user, no fragment, and of the query only the names.
 *
 * @example redactUrl('https://a.example/p?code=1&page=2#x') // 'https://a.example/p?code=[redacted]&page=[redacted]'
 */
export function redactUrl(url: string): string {
  const [beforeFragment = ''] = url.split('#', 1);
  const [address = '', ...query] = beforeFragment.split('?');
  const shown = redactText(address.replace(/^([a-z][\w+.-]*:\/\/)[^/@]*@/i, `$1${REDACTED}@`));
  if (query.length === 0) return shown;
  const names = query.join('?').split('&');
  return `${shown}?${names.map((pair) => `${redactText(pair.split('=', 1)[0] ?? '')}=${REDACTED}`).join('&')}`;
}

/** Deepest nesting that is shown; deeper is cut, so a hostile value cannot make logging expensive. */
const MAX_DEPTH = 6;

/**
 * Any value, fit for a log: secret fields replaced by name, tokens removed from every text, errors reduced to name,
 * code and message.
 *
 * @example redactValue({ user: { email: 'a@b' }, page: 2 }) // { user: { email: '[redacted]' }, page: 2 }
 */
export function redactValue(value: unknown, depth = 0): unknown {
  if (typeof value === 'string') return redactText(value);
  if (typeof value !== 'object' || value === null) return typeof value === 'function' ? undefined : value;
  if (depth >= MAX_DEPTH) return REDACTED;
  if (value instanceof Error) {
    const { code } = value as { code?: unknown };
    return { name: value.name, message: redactText(value.message), ...(typeof code === 'string' && { code }) };
  }
  if (Array.isArray(value)) return value.map((item) => redactValue(item, depth + 1));
  if (ArrayBuffer.isView(value)) return REDACTED;
  const shown: Record<string, unknown> = {};
  for (const [name, item] of Object.entries(value)) {
    shown[name] = SECRET_HEADERS.has(name.toLowerCase()) || isSecretField(name) ? REDACTED : redactValue(item, depth + 1);
  }
  return shown;
}
