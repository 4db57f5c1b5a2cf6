import { createPinUpdates, type PinPolicy } from '@sallyport/client';
import { createMemoryStore } from '@sallyport/client/memory';
import { createPinSetSource, readPinSetKey, verifyPinSetSignature } from '@sallyport/client/node';
import { HOST, type PinnedWorld } from './pinned-world.ts';

/** An app version that fetches signed sets with the real client, and keeps them as on a device. */
export class RemoteApp {
  readonly updates;

  constructor(world: PinnedWorld, builtIn: { readonly version: number; readonly policy: PinPolicy }, publicKey: string) {
    this.updates = createPinUpdates({
      host: HOST,
      builtIn,
      source: createPinSetSource({ api: `https://${HOST}`, ...world.way }),
      store: createMemoryStore(),
      releaseKey: readPinSetKey(publicKey),
      verify: verifyPinSetSignature,
      now: () => world.now,
    });
  }

  /** A start of the app: the pins to use, and a look for newer ones. @returns whether one was kept for the next start. */
  async start(): Promise<{ readonly policy: PinPolicy; readonly updated: boolean }> {
    const { policy } = await this.updates.atStart();
    const update = await this.updates.refresh();
    if (update.outcome === 'refused') throw new Error(`A set by the plan was refused: ${update.refusal}`);
    return { policy, updated: update.outcome === 'kept' };
  }
}
