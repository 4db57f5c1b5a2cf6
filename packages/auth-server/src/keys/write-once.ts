import { randomBytes } from 'node:crypto';
import { closeSync, fsyncSync, linkSync, openSync, readFileSync, statSync, unlinkSync, writeSync } from 'node:fs';
import { dirname } from 'node:path';

/** A file that holds a secret cannot be read, written or trusted. The message says what to do. */
export class SecretFileError extends Error {
  readonly code = 'secret-file-unusable';
}

/**
 * Reads a file that is written once and then kept, and writes it (mode 0600) if it is not there yet.
 *
 * The file appears whole or not at all: written beside, synced, then linked into place. Of two processes that start at
 * once, the second finds and uses the first one's.
 *
 * @param make called only when there is no file.
 * @throws SecretFileError when it cannot be read or written, or when others may read it.
 */
export function readOrWriteOnce(path: string, make: () => string): string {
  return read(path) ?? write(path, make()) ?? missing(path);
}

function read(path: string): string | undefined {
  try {
    // Windows has no such bits.
    if (process.platform !== 'win32' && (statSync(path).mode & 0o077) !== 0) {
      throw new SecretFileError(`Others may read ${path}, which holds a secret. Run chmod 600 on it, and replace it if it was exposed.`);
    }
    return readFileSync(path, 'utf8');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw error instanceof SecretFileError ? error : unusable(path, 'read', error);
  }
}

function write(path: string, content: string): string | undefined {
  const beside = `${path}.${randomBytes(6).toString('hex')}`;
  try {
    const file = openSync(beside, 'wx', 0o600);
    try {
      writeSync(file, content);
      fsyncSync(file);
    } finally {
      closeSync(file);
    }
    try {
      // Unlike rename, link never replaces what another process has put there meanwhile.
      linkSync(beside, path);
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
    } finally {
      unlinkSync(beside);
    }
    syncFolder(dirname(path));
  } catch (error) {
    throw unusable(path, 'write', error);
  }
  return read(path);
}

/** Makes the new name survive a power loss. */
function syncFolder(path: string): void {
  const folder = openSync(path, 'r');
  try {
    fsyncSync(folder);
  } finally {
    closeSync(folder);
  }
}

function unusable(path: string, what: 'read' | 'write', error: unknown): SecretFileError {
  const why = error instanceof Error ? error.message : String(error);
  return new SecretFileError(`Cannot ${what} ${path}: ${why}. Make the state folder readable and writable, and the disk not full.`, {
    cause: error,
  });
}

function missing(path: string): never {
  throw new SecretFileError(`${path} vanished while it was being made. Start again.`);
}
