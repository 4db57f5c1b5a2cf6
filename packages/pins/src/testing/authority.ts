import { generateKeyPairSync, type KeyObject } from 'node:crypto';
import { certify, type Identity } from './certify.ts';

const DAY = 86_400_000;

/** A private authority with one intermediate, as public ones are built. */
export interface Authority {
  readonly root: Identity;
  readonly intermediate: Identity;
  /** A leaf for the hosts under the intermediate, 90 days long around now unless told otherwise. */
  issue(
    hosts: readonly string[],
    options?: { key?: KeyObject; notBefore?: number; notAfter?: number; issuer?: Identity },
  ): Promise<Identity>;
}

/** Makes an authority of its own keys. */
export async function makeAuthority(name = 'Test', now = Date.now()): Promise<Authority> {
  const times = { notBefore: now - DAY, notAfter: now + 3650 * DAY };
  const root = await certify({ subject: `CN=${name} Root`, ca: true, ...times });
  const intermediate = await certify({ subject: `CN=${name} Intermediate`, issuer: root, ca: true, ...times });
  return {
    root,
    intermediate,
    issue: (hosts, options = {}) =>
      certify({ subject: `CN=${hosts[0]}`, issuer: intermediate, hosts, notBefore: now - DAY, notAfter: now + 89 * DAY, ...options }),
  };
}

/** A fresh P-256 private key. */
export function freshKey(): KeyObject {
  return generateKeyPairSync('ec', { namedCurve: 'P-256' }).privateKey;
}
