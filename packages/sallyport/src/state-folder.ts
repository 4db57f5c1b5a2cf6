import { randomUUID } from 'node:crypto';
import { chmodSync, closeSync, fsyncSync, linkSync, lstatSync, mkdirSync, openSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

/** The folder for databases, keys and certificates cannot be made, read or written, or is not ours alone. */
export class StateFolderError extends Error {
  override readonly name = 'StateFolderError';
  readonly code = 'state-folder-unusable';

  /** @param cause an error of the file system, or what is wrong as text. */
  constructor(path: string, cause: unknown) {
    const code = (cause as NodeJS.ErrnoException).code ?? '';
    const why =
      typeof cause === 'string' ? cause : (REASONS[code] ?? `it cannot be used (${code || String(cause)}); check it and its parent`);
    super(`The state folder ${path}: ${why}.`, { cause });
  }
}

const READ_ONLY = 'it cannot be written to; make it writable for this user, or start in another folder';

const REASONS: Readonly<Record<string, string>> = {
  EACCES: READ_ONLY,
  EPERM: READ_ONLY,
  EROFS: READ_ONLY,
  ENOSPC: 'the disk is full; make room and start again',
  EDQUOT: 'the quota of this user is used up; make room and start again',
  EFBIG: 'no file may grow here (a limit of this user or process); raise it and start again',
  ENOTDIR: 'it is a file, not a folder; remove it, or start in another folder',
  ENOENT: 'the folder it should be in does not exist; make that first',
};

/**
 * Opens (or makes) `.sallyport/`, the one place anything is written to, and proves that it can be written.
 *
 * It holds private keys and databases, so it must be a folder of this user that nobody else can enter. A symbolic link is
 * refused: whoever made it decides where the keys go.
 *
 * @param parent the project, normally the current folder.
 * @param uid the user it must belong to.
 * @returns its path.
 * @throws StateFolderError with what to do.
 */
export function openStateFolder(parent: string, uid = process.geteuid?.()): string {
  const folder = join(parent, '.sallyport');
  makePrivateFolder(folder, uid);
  // So that `git add .` never takes a key along, whatever the project's own .gitignore says. Also the proof that writing works.
  replaceFile(join(folder, '.gitignore'), '*\n');
  return folder;
}

/** Makes a folder that only its owner can enter; one that exists is checked, and its mode mended. */
export function makePrivateFolder(folder: string, uid = process.geteuid?.()): void {
  try {
    mkdirSync(folder, { mode: 0o700 });
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw new StateFolderError(folder, error);
  }
  const stats = attempt(folder, () => lstatSync(folder));
  if (stats.isSymbolicLink()) throw new StateFolderError(folder, 'it is a symbolic link; remove it, the folder is made again');
  if (!stats.isDirectory()) throw new StateFolderError(folder, REASONS.ENOTDIR);
  if (uid !== undefined && stats.uid !== uid) {
    throw new StateFolderError(folder, `it belongs to another user (${stats.uid}, not ${uid}); remove it, or start as that user`);
  }
  // The umask may have taken bits away, and somebody may have added some.
  if ((stats.mode & 0o777) !== 0o700) attempt(folder, () => chmodSync(folder, 0o700));
}

/**
 * Writes a file, mode 0600, if there is none of the name. Whoever reads it sees it whole.
 *
 * @returns whether it was written; `false` when somebody was first.
 */
export function createFile(path: string, text: string): boolean {
  return attempt(path, () => {
    const temporary = writeTemporary(path, text);
    try {
      linkSync(temporary, path);
      return true;
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === 'EEXIST') return false;
      throw error;
    } finally {
      rmSync(temporary, { force: true });
    }
  });
}

/** Writes a file, mode 0600, in one step: a reader, or a crash, sees the old text or the new one. */
export function replaceFile(path: string, text: string): void {
  attempt(path, () => {
    const temporary = writeTemporary(path, text);
    try {
      renameSync(temporary, path);
    } catch (error) {
      rmSync(temporary, { force: true });
      throw error;
    }
  });
}

/** Beside its target, because only within one file system a rename is atomic; synced, or a power cut leaves it empty. */
function writeTemporary(path: string, text: string): string {
  const temporary = `${path}.${randomUUID()}.tmp`;
  const file = openSync(temporary, 'wx', 0o600);
  try {
    writeFileSync(file, text);
    fsyncSync(file);
    return temporary;
  } catch (error) {
    rmSync(temporary, { force: true });
    throw error;
  } finally {
    closeSync(file);
  }
}

function attempt<Result>(path: string, action: () => Result): Result {
  try {
    return action();
  } catch (error) {
    throw new StateFolderError(path, error);
  }
}
