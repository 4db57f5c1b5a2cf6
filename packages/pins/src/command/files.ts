import { randomUUID } from 'node:crypto';
import { type FileHandle, link, open, readFile, rename, rm, stat } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { PinsError } from '../pins-error.ts';

/** Largest set, policy or list that is read, in bytes: 100 hosts with 64 pins and all their app versions have about 2 MB. */
const MAX_TEXT_BYTES = 8_388_608;

/** Reads a file whole. @throws PinsError `file-unreadable`, `file-too-large`. */
export async function readWhole(path: string, limit = MAX_TEXT_BYTES): Promise<Buffer> {
  try {
    const { size } = await stat(path);
    if (size > limit) throw new PinsError('file-too-large', `${path} has ${size} bytes, more than ${limit}. Check the file name.`);
    return await readFile(path);
  } catch (error) {
    if (error instanceof PinsError) throw error;
    throw new PinsError('file-unreadable', `${path} cannot be read (${codeOf(error)}). Check the name and its permissions.`, {
      cause: error,
    });
  }
}

/**
 * Writes a file so that at every moment either the old or the new content is there whole: beside it, flushed, renamed.
 *
 * @param mode 0o600 for keys.
 * @throws PinsError `file-unwritable`; nothing is left behind.
 */
export async function writeWhole(path: string, text: string, mode = 0o644): Promise<void> {
  const temporary = join(dirname(path), `.${basename(path)}.${randomUUID()}`);
  try {
    const file = await open(temporary, 'wx', mode);
    try {
      await file.writeFile(text);
      await file.sync();
    } finally {
      await file.close();
    }
    await rename(temporary, path);
  } catch (error) {
    await rm(temporary, { force: true });
    throw unwritable(path, error);
  }
}

/**
 * Writes a file that must not be there yet, whole. Whoever comes second fails: nothing is looked up first.
 *
 * @throws PinsError `file-unwritable`, also when there is one already; that one is not touched.
 */
export async function writeNew(path: string, text: string, mode = 0o644): Promise<void> {
  const temporary = join(dirname(path), `.${basename(path)}.${randomUUID()}`);
  await writeWhole(temporary, text, mode);
  try {
    await link(temporary, path);
  } catch (error) {
    const why =
      codeOf(error) === 'EEXIST' ? 'is there already and is never overwritten. Name another file' : `cannot be written (${codeOf(error)})`;
    throw new PinsError('file-unwritable', `${path} ${why}.`, { cause: error });
  } finally {
    await rm(temporary, { force: true });
  }
}

/**
 * Changes a file, so that of two who do at once none loses what the other wrote: the second is told to come again.
 *
 * The lock is the file `PATH.lock`. It takes the new content, is flushed, and becomes the file.
 *
 * @param change is given the content, `undefined` if there is no file yet; when it throws, nothing has changed.
 * @throws PinsError `file-locked`, `file-unreadable`, `file-unwritable`.
 */
export async function changeWhole(path: string, change: (before: string | undefined) => string): Promise<void> {
  const lock = `${path}.lock`;
  let file: FileHandle;
  try {
    file = await open(lock, 'wx', 0o644);
  } catch (error) {
    if (codeOf(error) !== 'EEXIST') throw unwritable(path, error);
    const advice = `Run this again. If no other command runs, one was killed: remove ${lock}.`;
    throw new PinsError('file-locked', `${path} is being changed by another command. ${advice}`, { cause: error });
  }
  try {
    try {
      const text = change(await readIfThere(path));
      await file.writeFile(text);
      await file.sync();
    } finally {
      await file.close();
    }
    await rename(lock, path);
  } catch (error) {
    await rm(lock, { force: true });
    throw error instanceof PinsError ? error : unwritable(path, error);
  }
}

async function readIfThere(path: string): Promise<string | undefined> {
  try {
    return (await readWhole(path)).toString('utf8');
  } catch (error) {
    if (error instanceof PinsError && codeOf(error.cause) === 'ENOENT') return undefined;
    throw error;
  }
}

function unwritable(path: string, error: unknown): PinsError {
  return new PinsError(
    'file-unwritable',
    `${path} cannot be written (${codeOf(error)}). Nothing was changed. Check folder and permissions.`,
    { cause: error },
  );
}

/** Writes several files or none: each is written beside its place first, and only then are all put in place. */
export async function writeAll(files: readonly { readonly path: string; readonly text: string }[]): Promise<void> {
  const staged: { temporary: string; path: string }[] = [];
  try {
    for (const { path, text } of files) {
      const temporary = join(dirname(path), `.${basename(path)}.${randomUUID()}`);
      staged.push({ temporary, path });
      await writeWhole(temporary, text);
    }
    for (const { temporary, path } of staged) await rename(temporary, path);
  } catch (error) {
    await Promise.all(staged.map(({ temporary }) => rm(temporary, { force: true })));
    if (error instanceof PinsError) throw error;
    throw new PinsError('file-unwritable', `Not all files can be written (${codeOf(error)}). Check folder and permissions.`, {
      cause: error,
    });
  }
}

function codeOf(error: unknown): string {
  const { code } = (error ?? {}) as { code?: unknown };
  return typeof code === 'string' ? code : 'unknown cause';
}
