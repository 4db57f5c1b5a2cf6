import { StoreLockedError } from '../errors.ts';
import type { CredentialStore } from '../ports.ts';

/** A store in memory: gone when the process ends. */
export interface MemoryStore extends CredentialStore {
  /** While true every call fails as that of a locked device does. */
  locked: boolean;
}

export function createMemoryStore(): MemoryStore {
  let kept: string | undefined;
  const store: MemoryStore = {
    locked: false,
    async read() {
      if (store.locked) throw new StoreLockedError();
      return kept;
    },
    async save(text) {
      if (store.locked) throw new StoreLockedError();
      kept = text;
    },
    async clear() {
      if (store.locked) throw new StoreLockedError();
      kept = undefined;
    },
  };
  return store;
}
