import { createHmac } from 'node:crypto';

/**
 * Length of an epoch, in milliseconds. A nonce is given out during one and accepted during that and the next, so a proof
 * made in advance is of use for ten minutes at most, and an app in use is asked to sign again only after a pause.
 */
const EPOCH = 300_000;

/** What a nonce is worth: current, still accepted, or nothing. */
export interface NonceVerdict {
  /** Whether the answer should carry a fresh one. */
  readonly stale: boolean;
  /** When the nonce stops being accepted, on the monotonic clock: as long must its proof be remembered. */
  readonly acceptedUntil: number;
}

export interface Nonces {
  /** The nonce to give out now. */
  current(): string;
  /** `undefined` when the nonce is not, or no longer, one of ours. */
  check(nonce: string): NonceVerdict | undefined;
}

/**
 * DPoP server nonces without state (RFC 9449 §8, §9): an HMAC over the number of the epoch with a secret of this process.
 *
 * After a restart no old nonce is accepted, so no proof from before the restart is either, although the replay store
 * is empty then. A device with a wrong clock works, because nobody reads its clock.
 *
 * @param monotonic milliseconds on a clock that never steps back.
 * @example const nonces = createNonces(randomBytes(32), () => performance.now())
 */
export function createNonces(secret: Uint8Array, monotonic: () => number): Nonces {
  const make = (epoch: number) => createHmac('sha256', secret).update(`dpop-nonce ${epoch}`).digest('base64url').slice(0, 22);
  let epoch = Number.NaN;
  let current = '';
  let previous = '';
  const turn = () => {
    const now = Math.floor(monotonic() / EPOCH);
    if (now === epoch) return;
    epoch = now;
    current = make(now);
    previous = make(now - 1);
  };
  return {
    current() {
      turn();
      return current;
    },
    // A nonce is public, so nothing is learnt from how long the comparison takes.
    check(nonce) {
      turn();
      if (nonce === current) return { stale: false, acceptedUntil: (epoch + 2) * EPOCH };
      return nonce === previous ? { stale: true, acceptedUntil: (epoch + 1) * EPOCH } : undefined;
    },
  };
}
