import {
  addHost,
  makePlan,
  movePin,
  newSigningKey,
  openSigningKey,
  type Pin,
  type PinSet,
  PinsError,
  pinOfKey,
  signPinSet,
} from '@sallyport/pins';
import type { freshKey } from '@sallyport/pins/testing';
import { parsePinSetToken } from '@sallyport/protocol';
import { expect } from 'vitest';
import { HOST, type PinnedWorld } from './pinned-world.ts';

/** An operator who follows the plan: nothing ships that was not planned and signed. */
export class PinOperator {
  set: PinSet;
  signed = 0;
  token = '';
  readonly key;
  readonly publicKey: string;
  readonly refusals: string[] = [];

  readonly #world: PinnedWorld;

  constructor(world: PinnedWorld, pins: readonly Pin[]) {
    this.#world = world;
    const { privatePem, publicPem } = newSigningKey('p256', 'ten years in a minute');
    this.key = openSigningKey(privatePem, 'ten years in a minute', 'release');
    this.publicKey = publicPem;
    const host = { host: HOST, includeSubdomains: false, reportOnly: false, afterExpiry: 'refuse' as const, keepsKey: true };
    this.set = addHost(undefined, { ...host, pins: [...pins] });
  }

  /** Signs the set if it changed; throws what the planner throws. */
  publish(set = this.set): void {
    const plan = makePlan({ set, now: this.#world.now, chains: new Map([[HOST, this.#world.chain]]) });
    this.token = signPinSet(set, {
      key: this.key,
      now: this.#world.now,
      plan,
      previous: this.token === '' ? undefined : parsePinSetToken(this.token)?.set,
    });
    this.set = set;
    this.signed = set.version;
  }

  /** An unsafe step: it must be refused before it ships, and nothing may have changed. */
  mustRefuse(code: string, step: () => void): void {
    const before = { set: this.set, token: this.token, signed: this.signed };
    let refused: unknown;
    try {
      step();
    } catch (error) {
      refused = error;
    }
    expect(refused, code).toBeInstanceOf(PinsError);
    expect((refused as PinsError).code).toBe(code);
    expect({ set: this.set, token: this.token, signed: this.signed }).toEqual(before);
    this.refusals.push(code);
  }

  move(key: ReturnType<typeof freshKey>, to: Pin['state'], compromised?: string): PinSet {
    return movePin(this.set, { host: HOST, pin: pinOfKey(key), to, now: this.#world.now, compromised });
  }
}
