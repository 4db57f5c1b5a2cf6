/** TLS alerts a client sends about a certificate (RFC 8446 §6.2); other numbers are said as they are. */
const NAMES: Readonly<Record<number, string>> = {
  40: 'handshake_failure',
  42: 'bad_certificate',
  43: 'unsupported_certificate',
  44: 'certificate_revoked',
  45: 'certificate_expired',
  46: 'certificate_unknown',
  47: 'illegal_parameter',
  48: 'unknown_ca',
  49: 'access_denied',
  51: 'decrypt_error',
  70: 'protocol_version',
  71: 'insufficient_security',
  80: 'internal_error',
  90: 'user_canceled',
};

/**
 * Alerts that say: not this certificate, not this signer. The rest tell of clocks (45), algorithms (43), versions (70) or faults
 * of a library (80): an app that sends them may not have looked at a pin at all.
 */
const REFUSALS: ReadonlySet<number> = new Set([42, 46, 48, 49, 90]);

export interface TlsAlert {
  /** @example 'alert unknown_ca (48)' */
  readonly text: string;
  /** Whether it refuses the certificate for who signed it or whose key it is. */
  readonly refusal: boolean;
}

/**
 * The alert a peer sent, from the error OpenSSL makes of it.
 *
 * @returns `undefined` when the error is no alert.
 * @example readAlert('… tlsv1 alert unknown ca:… SSL alert number 48')?.refusal // true
 */
export function readAlert(message: string): TlsAlert | undefined {
  const [, digits] = /SSL alert number (\d{1,3})\b/.exec(message) ?? [];
  if (digits === undefined) return undefined;
  const number = Number(digits);
  return { text: `alert ${NAMES[number] ?? 'without a name'} (${number})`, refusal: REFUSALS.has(number) };
}
