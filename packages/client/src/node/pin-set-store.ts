import { randomUUID } from 'node:crypto';
import { open, readFile, rename, rm } from 'node:fs/promises';
import type { CredentialStore } from '../ports.ts';

/**
 * Keeps the last good pin set in a file, which needs no secrecy: it is signed and verified again when it is read.
 *
 * It is written beside its place, flushed and renamed, so a process that is killed leaves the old set or the new one.
 *
 * @param path the file; its folder must exist.
 */
export function createPinSetStore(path: string): CredentialStore {
  return {
    async read() {
      try {
        return await readFile(path, 'latin1');
      } catch (error) {
        if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
        throw error;
      }
    },
    async save(text) {
      const temporary = `${path}.${randomUUID()}`;
      try {
        const file = await open(temporary, 'wx', 0o600);
        try {
          await file.writeFile(text, 'latin1');
          await file.sync();
        } finally {
          await file.close();
        }
        await rename(temporary, path);
      } catch (error) {
        await rm(temporary, { force: true });
        throw error;
      }
    },
    clear: () => rm(path, { force: true }),
  };
}
