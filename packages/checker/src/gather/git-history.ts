import { spawn } from 'node:child_process';
import { access } from 'node:fs/promises';
import { join } from 'node:path';
import type { HistoryBlob } from './artifacts.ts';
import { fileRole, isForeignFolder } from './file-role.ts';

/** Larger versions of a file are data, not source. */
const MAX_BLOB_BYTES = 512 * 1024;
/** All that is kept of the history, newest first. */
const MAX_TOTAL_BYTES = 192 * 1024 * 1024;

/** What a line must hold for its blob to be worth keeping; the audit looks closer. Keeps memory small on long histories. */
export type BlobFilter = (source: string) => boolean;

/**
 * Reads every version of every source file the repository remembers, each once, through the git command line.
 * A shallow clone or a folder without repository is said, not guessed around.
 */
export async function readHistory(
  root: string,
  progress?: (text: string) => void,
): Promise<{ blobs: HistoryBlob[]; missing: string | undefined }> {
  const inside = await access(join(root, '.git')).then(
    () => true,
    () => false,
  );
  if (!inside) return { blobs: [], missing: undefined };
  try {
    const shallow = (await git(root, ['rev-parse', '--is-shallow-repository'])).toString().trim();
    if (shallow === 'true')
      return {
        blobs: [],
        missing: 'The clone is shallow, so its history is not here. Fetch all of it (git fetch --unshallow) and check again.',
      };
    progress?.('listing git history');
    const wanted = new Map<string, string>();
    const listing = (
      await git(root, ['rev-list', '--all', '--objects', '--filter=blob:limit=512k', '--filter-provided-objects'])
    ).toString();
    for (const line of listing.split('\n')) {
      const space = line.indexOf(' ');
      if (space === -1) continue;
      const path = line.slice(space + 1);
      const role = fileRole(path);
      if (role === undefined || role === 'executable' || role === 'bundle' || path.split('/').some(isForeignFolder)) continue;
      wanted.set(line.slice(0, space), path);
    }
    const now = new Set(
      (await git(root, ['ls-tree', '-r', '--format=%(objectname)', 'HEAD']).catch(() => Buffer.alloc(0))).toString().split('\n'),
    );
    const ids = [...wanted.keys()].filter((id) => !now.has(id));
    progress?.(`reading ${ids.length} old versions`);
    const blobs = await readBlobs(root, ids, wanted);
    return { blobs, missing: undefined };
  } catch (error) {
    return { blobs: [], missing: `The git history could not be read (${(error as Error).message.slice(0, 160)}).` };
  }
}

function git(root: string, args: string[], input?: string): Promise<Buffer> {
  return new Promise((resolve, reject) => {
    // No configuration of the checked repository may start programs.
    const child = spawn('git', ['-c', 'core.fsmonitor=false', '-c', 'core.hooksPath=/dev/null', '-C', root, ...args], {
      stdio: ['pipe', 'pipe', 'pipe'],
      env: { ...process.env, GIT_OPTIONAL_LOCKS: '0', GIT_TERMINAL_PROMPT: '0' },
    });
    const chunks: Buffer[] = [];
    let errors = '';
    child.stdout.on('data', (chunk: Buffer) => chunks.push(chunk));
    child.stderr.on('data', (chunk: Buffer) => {
      if (errors.length < 400) errors += chunk.toString();
    });
    child.on('error', (error) => {
      reject((error as NodeJS.ErrnoException).code === 'ENOENT' ? new Error('git is not installed') : error);
    });
    child.on('close', (code) => {
      if (code === 0) resolve(Buffer.concat(chunks));
      else reject(new Error(errors.trim() || `git ended with code ${code}`));
    });
    child.stdin.on('error', () => undefined);
    child.stdin.end(input ?? '');
  });
}

async function readBlobs(root: string, ids: readonly string[], paths: ReadonlyMap<string, string>): Promise<HistoryBlob[]> {
  if (ids.length === 0) return [];
  const blobs: HistoryBlob[] = [];
  let total = 0;
  const output = await git(root, ['cat-file', '--batch', '--buffer'], `${ids.join('\n')}\n`);
  let at = 0;
  while (at < output.length) {
    const newline = output.indexOf(10, at);
    if (newline === -1) break;
    const [id = '', , size = '0'] = output.toString('latin1', at, newline).split(' ');
    const length = Number(size);
    at = newline + 1;
    if (!Number.isFinite(length)) continue;
    if (length <= MAX_BLOB_BYTES && total + length <= MAX_TOTAL_BYTES) {
      total += length;
      blobs.push({ id, path: paths.get(id) ?? '', source: output.toString('utf8', at, at + length) });
    }
    at += length + 1;
  }
  return blobs;
}
