import type { KeyObject } from 'node:crypto';

/** The issuer's keys could not be fetched yet, so no token can be judged. */
export class KeysUnavailableError extends Error {
  readonly code = 'keys-unavailable';
}

/** Where the keys that verify access tokens come from. */
export interface KeySource {
  /**
   * The issuer's ES256 key of this id, at once when it is known.
   *
   * @returns `undefined` when the issuer has no such key.
   * @throws KeysUnavailableError when there are no keys at all.
   */
  find(kid: string): KeyObject | undefined | Promise<KeyObject | undefined>;
  /** Changes whenever the set of keys does. Verdicts reached under another generation must not be used. */
  generation(): number;
}
