import { createPublicKey, hash, type KeyObject } from 'node:crypto';
import { type DeviceJwk, thumbprintInput } from '@sallyport/protocol';

/** Key objects of the devices that called lately: making one costs 64 µs, which is half a request. */
export interface DeviceKeys {
  /**
   * @param jkt thumbprint the token is bound to.
   * @returns the key; `undefined` when it is not the one of `jkt`; `malformed` when it is no key at all.
   */
  find(jwk: DeviceJwk, jkt: string): KeyObject | undefined | 'malformed';
}

/** Keys kept: one costs about 2 KiB outside the heap, so some 20 MB. A key gets in only with a token bound to it. */
const MAX_KEYS = 10_000;

/**
 * Makes the cache of device keys, oldest out first.
 *
 * @example const key = deviceKeys.find(proof.jwk, principal.jkt)
 */
export function createDeviceKeys(max: number = MAX_KEYS): DeviceKeys {
  const known = new Map<string, { readonly x: string; readonly y: string; readonly key: KeyObject }>();
  return {
    find(jwk, jkt) {
      const held = known.get(jkt);
      // The same coordinates have the same thumbprint, so there is no need to hash them again.
      if (held !== undefined && held.x === jwk.x && held.y === jwk.y) return held.key;
      // A thumbprint is public, and the comparison tells nothing about a secret.
      if (hash('sha256', thumbprintInput(jwk), 'base64url') !== jkt) return undefined;
      try {
        const key = createPublicKey({ key: { ...jwk }, format: 'jwk' });
        if (known.size >= max) known.delete(known.keys().next().value as string);
        known.set(jkt, { x: jwk.x, y: jwk.y, key });
        return key;
      } catch {
        return 'malformed';
      }
    },
  };
}
