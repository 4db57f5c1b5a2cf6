import { closeSync, lstatSync, openSync, readFileSync, readSync } from 'node:fs';
import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import type { Entry, Note } from './artifacts.ts';
import { fileRole, isForeignFolder } from './file-role.ts';
import { executableKind } from './read-mach-o.ts';

/** More files than any app repository; a runaway tree ends here with a note. */
const MAX_FILES = 300_000;
/** Deeper folders are a loop or an accident. */
const MAX_DEPTH = 48;
/** A file no person wrote. Executables may be larger: they are only searched for strings. */
const MAX_TEXT_BYTES = 6 * 1024 * 1024;
const MAX_EXECUTABLE_BYTES = 160 * 1024 * 1024;

/**
 * Lists what can be audited under a folder. Symbolic links are not followed (they leave the folder or loop), other people's code and
 * build output are skipped, oversized files are noted.
 */
export async function walkFolder(root: string, notes: Note[]): Promise<Entry[]> {
  const entries: Entry[] = [];
  let seen = 0;
  let links = 0;
  const visit = async (folder: string, depth: number): Promise<void> => {
    let children: import('node:fs').Dirent[];
    try {
      children = await readdir(join(root, folder), { withFileTypes: true });
    } catch (error) {
      notes.push({
        path: folder,
        message: `The folder could not be opened (${(error as NodeJS.ErrnoException).code ?? 'error'}); what it holds was not checked.`,
      });
      return;
    }
    children.sort((left, right) => (left.name < right.name ? -1 : 1));
    for (const child of children) {
      if (++seen > MAX_FILES) return;
      const path = folder === '' ? child.name : `${folder}/${child.name}`;
      if (child.isSymbolicLink()) links++;
      else if (child.isDirectory()) {
        if (isForeignFolder(child.name)) continue;
        if (depth >= MAX_DEPTH) notes.push({ path, message: `Folders are nested deeper than ${MAX_DEPTH}; not followed further.` });
        else await visit(path, depth + 1);
      } else if (child.isFile()) {
        try {
          const entry = candidate(root, path, notes);
          if (entry !== undefined) entries.push(entry);
        } catch (error) {
          // Gone since the folder was listed, or not ours to read.
          notes.push({ path, message: `The file could not be opened (${(error as NodeJS.ErrnoException).code ?? 'error'}); not checked.` });
        }
      }
    }
  };
  await visit('', 0);
  if (seen > MAX_FILES)
    notes.push({ path: '', message: `More than ${MAX_FILES} files; the rest was not checked. Check a smaller folder.` });
  if (links > 0) notes.push({ path: '', message: `${links} symbolic link${links === 1 ? '' : 's'} not followed.` });
  return entries;
}

// Synchronous reads: an app is thousands of small files, and a trip through the thread pool costs more than the read.
function candidate(root: string, path: string, notes: Note[]): Entry | undefined {
  const role = fileRole(path);
  if (role === undefined) return undefined;
  const full = join(root, path);
  const { size } = lstatSync(full);
  const binary = role === 'executable' || role === 'bundle';
  if (size > (binary ? MAX_EXECUTABLE_BYTES : MAX_TEXT_BYTES)) {
    if (role !== 'executable')
      notes.push({ path, message: `${Math.round(size / 1024 / 1024)} MB is too large to be source; not checked.` });
    return undefined;
  }
  if (role === 'executable' && !startsLikeExecutable(full)) return undefined;
  return { path, size, read: () => readFileSync(full) };
}

function startsLikeExecutable(full: string): boolean {
  const file = openSync(full, 'r');
  try {
    const head = Buffer.alloc(32);
    return readSync(file, head, 0, 32, 0) === 32 && executableKind(head) !== undefined;
  } finally {
    closeSync(file);
  }
}
