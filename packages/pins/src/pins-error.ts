/**
 * What was handed in cannot be worked with: exit code 2. A code is permanent: it may be retired, never renamed.
 */
const BAD_INPUT = [
  'usage',
  'file-unreadable',
  'file-unwritable',
  'file-locked',
  'file-too-large',
  'file-empty',
  'material-unrecognised',
  'material-malformed',
  'passphrase-needed',
  'passphrase-wrong',
  'csr-signature-invalid',
  'host-malformed',
  'host-unresolved',
  'host-unreachable',
  'host-timeout',
  'host-no-tls',
  'chain-missing',
  'chain-incomplete',
  'chain-untrusted',
  'chain-expired',
  'chain-not-yet-valid',
  'host-name-mismatch',
  'clock-implausible',
  'set-malformed',
  'pin-malformed',
  'pin-duplicate',
  'pin-raw-key-hash',
  'too-few-pins',
  'host-unlisted',
  'pin-unlisted',
  'platform-unknown',
  'signing-key-unsuitable',
] as const;

/** What was asked is understood and refused, because it would cut apps off or open them up: exit code 1. */
const REFUSALS = [
  'move-same-state',
  'retired-is-final',
  'staged-never-served',
  'active-cannot-be-staged',
  'active-must-retire-first',
  'retiring-cannot-be-staged',
  'must-be-staged-first',
  'pin-not-carried',
  'last-live-pin',
  'app-version-stranded',
  'pin-was-retired',
  'single-path',
  'plan-breaks',
  'debug-pin',
  'set-expired',
  'set-too-large',
  'too-few-expressible',
  'nothing-expressible',
  'version-not-monotonic',
  'signed-set-malformed',
  'signature-invalid',
  'signed-set-expired',
  'signed-set-from-future',
  'rollback',
  'pins-miss-connection',
] as const;

export type PinsErrorCode = (typeof BAD_INPUT)[number] | (typeof REFUSALS)[number];

/**
 * Anything this package refuses. Match on `code`; the message is one line that says what, why and what to do.
 *
 * @example throw new PinsError('file-empty', 'pins.json is empty. Restore it from version control.')
 */
export class PinsError extends Error {
  readonly code: PinsErrorCode;

  constructor(code: PinsErrorCode, message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = 'PinsError';
    this.code = code;
  }

  /** 2 for input that cannot be used, 1 for a refusal. */
  get exitCode(): 1 | 2 {
    return (REFUSALS as readonly string[]).includes(this.code) ? 1 : 2;
  }
}
