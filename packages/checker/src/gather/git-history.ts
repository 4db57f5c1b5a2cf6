import { spawn } from 'node:child_process';
import { access } from 'node:fs/promises';
import { join } from 'node:path';
import { findSecret } from '../secrets/secret-patterns.ts';
import type { HistoryBlob } from './artifacts.ts';
import { fileRole, isForeignFolder } from './file-role.ts';

/**
 * Reads every version of every source file the repository remembers, each once, through the git command line.
 * A shallow clone or a folder without repository is said, not guessed around.
 */
export async function readHistory(
  root: string,
  progress?: (text: string) => void,
): Promise<{ blobs: HistoryBlob[]; missing: string | undefined; read: boolean }> {
  const inside = await access(join(root, '.git')).then(
    () => true,
    () => false,
  );
  if (!inside) return { blobs: [], missing: undefined, read: false };
  try {
    const shallow = (await git(root, ['rev-parse', '--is-shallow-repository'])).toString().trim();
    if (shallow === 'true')
      return {
        blobs: [],
        read: false,
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
      if (role === undefined || role === 'executable' || role === 'bundle' || role === 'key-file' || path.split('/').some(isForeignFolder))
        continue;
      wanted.set(line.slice(0, space), path);
    }
    const now = new Set(
      (await git(root, ['ls-tree', '-r', '--format=%(objectname)', 'HEAD']).catch(() => Buffer.alloc(0))).toString().split('\n'),
    );
    const ids = [...wanted.keys()].filter((id) => !now.has(id));
    progress?.(`reading ${ids.length} old versions`);
    const blobs = await readBlobs(root, ids, wanted);
    return { blobs, missing: undefined, read: true };
  } catch (error) {
    return { blobs: [], read: false, missing: `The git history could not be read (${(error as Error).message.slice(0, 160)}).` };
  }
}

/** Starts git so that no configuration of the checked repository can start programs of its own. */
function start(root: string, args: string[]) {
  return spawn('git', ['-c', 'core.fsmonitor=false', '-c', 'core.hooksPath=/dev/null', '-c', 'protocol.allow=never', '-C', root, ...args], {
    stdio: ['pipe', 'pipe', 'pipe'],
    env: { ...process.env, GIT_OPTIONAL_LOCKS: '0', GIT_TERMINAL_PROMPT: '0', GIT_NO_LAZY_FETCH: '1', GIT_CONFIG_NOSYSTEM: '1' },
  });
}

function git(root: string, args: string[], input?: string): Promise<Buffer> {
  return new Promise((resolve, reject) => {
    const child = start(root, args);
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

/** Reads the objects one after another as git writes them; only those that hold something secret by its shape are kept. */
function readBlobs(root: string, ids: readonly string[], paths: ReadonlyMap<string, string>): Promise<HistoryBlob[]> {
  if (ids.length === 0) return Promise.resolve([]);
  return new Promise((resolve, reject) => {
    const child = start(root, ['cat-file', '--batch', '--buffer']);
    const blobs: HistoryBlob[] = [];
    let pending: Buffer = Buffer.alloc(0);
    let wanted: { id: string; length: number } | undefined;
    child.stdout.on('data', (chunk: Buffer) => {
      pending = pending.length === 0 ? chunk : Buffer.concat([pending, chunk]);
      for (;;) {
        if (wanted === undefined) {
          const newline = pending.indexOf(10);
          if (newline === -1) return;
          const [id = '', , size] = pending.toString('latin1', 0, newline).split(' ');
          pending = pending.subarray(newline + 1);
          // `<id> missing`: a partial clone; nothing follows.
          if (size !== undefined) wanted = { id, length: Number(size) };
          continue;
        }
        if (pending.length < wanted.length + 1) return;
        const source = pending.toString('utf8', 0, wanted.length);
        if (findSecret(source) !== undefined) blobs.push({ id: wanted.id, path: paths.get(wanted.id) ?? '', source });
        pending = pending.subarray(wanted.length + 1);
        wanted = undefined;
      }
    });
    child.on('error', reject);
    child.on('close', () => {
      resolve(blobs);
    });
    child.stdin.on('error', () => undefined);
    child.stdin.end(`${ids.join('\n')}\n`);
  });
}
