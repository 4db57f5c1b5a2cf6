import { spawn } from 'node:child_process';
import { access } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';
import { findSecret } from '../secrets/secret-patterns.ts';
import type { HistoryBlob } from './artifacts.ts';
import { fileRole, isForeignFolder } from './file-role.ts';

/** What the history gave. */
export interface GitHistory {
  readonly blobs: HistoryBlob[];
  /** Why some or all of it could not be read. */
  readonly missing: string | undefined;
  /** Whether there is a history and at least part of it was read. */
  readonly read: boolean;
}

const NONE: GitHistory = { blobs: [], missing: undefined, read: false };

/**
 * Reads every version of every source file the repository remembers, each once, through the git command line. The folder may be the
 * repository or one app's folder in it. A shallow or partial clone is said, not guessed around, and nothing is fetched.
 */
export async function readHistory(root: string, progress?: (text: string) => void): Promise<GitHistory> {
  const repository = await repositoryAround(resolve(root));
  if (repository === undefined) return NONE;
  const git = (args: string[]) => runGit(root, repository, args);
  try {
    const shallow = (await git(['rev-parse', '--is-shallow-repository'])).toString().trim();
    if (shallow === 'true')
      return {
        ...NONE,
        missing: 'The clone is shallow, so its history is not here. Fetch all of it (git fetch --unshallow) and check again.',
      };
    progress?.('listing git history');
    const prefix = (await git(['rev-parse', '--show-prefix'])).toString().replace(/\n$/, '');
    const { wanted, absent, empty } = readListing((await git(LISTING)).toString(), prefix);
    if (empty) return NONE;
    const now = new Set(
      (await git(['ls-tree', '-r', '--format=%(objectname)', 'HEAD']).catch(() => Buffer.alloc(0))).toString().split('\n'),
    );
    const ids = [...wanted.keys()].filter((id) => !now.has(id));
    progress?.(`reading ${ids.length} old versions`);
    const blobs = await readBlobs(root, repository, ids, wanted);
    return {
      blobs,
      read: true,
      missing:
        absent === 0
          ? undefined
          : `${absent} object${absent === 1 ? ' is' : 's are'} not in this clone (a partial clone, or damage), so that much of the history was not read. Clone all of it and check again.`,
    };
  } catch (error) {
    return { ...NONE, missing: `The git history could not be read (${(error as Error).message.slice(0, 160)}).` };
  }
}

/** Objects below the folder, with their paths; `?id` for those that are not here. */
const LISTING = ['rev-list', '--all', '--objects', '--missing=print', '--filter=blob:limit=512k', '--filter-provided-objects', '--', '.'];

function readListing(listing: string, prefix: string): { wanted: Map<string, string>; absent: number; empty: boolean } {
  const wanted = new Map<string, string>();
  let absent = 0;
  for (const line of listing.split('\n')) {
    if (line.startsWith('?')) absent++;
    const space = line.indexOf(' ');
    if (space === -1 || !line.startsWith(prefix, space + 1)) continue;
    const path = line.slice(space + 1 + prefix.length);
    const role = fileRole(path);
    if (role === undefined || role === 'executable' || role === 'bundle' || role === 'key-file' || path.split('/').some(isForeignFolder))
      continue;
    wanted.set(line.slice(0, space), path);
  }
  return { wanted, absent, empty: listing.trim() === '' };
}

/** The nearest folder, the given one or one above it, that says it is a repository. */
async function repositoryAround(folder: string): Promise<string | undefined> {
  const here = await access(join(folder, '.git')).then(
    () => true,
    () => false,
  );
  if (here) return folder;
  const above = dirname(folder);
  return above === folder ? undefined : repositoryAround(above);
}

/**
 * Starts git so that no configuration of the checked repository can start programs of its own, nothing is fetched, and a broken
 * repository is not passed over for one further up.
 */
function start(root: string, repository: string, args: string[]) {
  return spawn('git', ['-c', 'core.fsmonitor=false', '-c', 'core.hooksPath=/dev/null', '-c', 'protocol.allow=never', '-C', root, ...args], {
    stdio: ['pipe', 'pipe', 'pipe'],
    env: {
      ...ownEnvironment(),
      GIT_CEILING_DIRECTORIES: dirname(repository),
      GIT_OPTIONAL_LOCKS: '0',
      GIT_TERMINAL_PROMPT: '0',
      GIT_NO_LAZY_FETCH: '1',
      GIT_CONFIG_NOSYSTEM: '1',
    },
  });
}

/** In a hook, git's own variables name the repository of the commit, which need not be the one that is checked. */
function ownEnvironment(): NodeJS.ProcessEnv {
  return Object.fromEntries(
    Object.entries(process.env).filter(([name]) => !/^GIT_(?:DIR|WORK_TREE|INDEX_FILE|PREFIX|OBJECT_DIRECTORY)$/.test(name)),
  );
}

function runGit(root: string, repository: string, args: string[]): Promise<Buffer> {
  return new Promise((resolve, reject) => {
    const child = start(root, repository, args);
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
    child.stdin.end();
  });
}

/** Reads the objects one after another as git writes them; only those that hold something secret by its shape are kept. */
function readBlobs(root: string, repository: string, ids: readonly string[], paths: ReadonlyMap<string, string>): Promise<HistoryBlob[]> {
  if (ids.length === 0) return Promise.resolve([]);
  return new Promise((resolve, reject) => {
    const child = start(root, repository, ['cat-file', '--batch', '--buffer']);
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
          // `<id> missing`: nothing follows.
          if (size !== undefined) wanted = { id, length: Number(size) };
          continue;
        }
        if (pending.length < wanted.length + 1) return;
        // Secrets are ASCII: byte by byte is enough to look, and four times as fast as decoding.
        if (findSecret(pending.toString('latin1', 0, wanted.length)) !== undefined)
          blobs.push({ id: wanted.id, path: paths.get(wanted.id) ?? '', source: pending.toString('utf8', 0, wanted.length) });
        pending = pending.subarray(wanted.length + 1);
        wanted = undefined;
      }
    });
    let errors = '';
    child.stderr.on('data', (chunk: Buffer) => {
      if (errors.length < 400) errors += chunk.toString();
    });
    child.on('error', reject);
    child.on('close', (code) => {
      if (code === 0) resolve(blobs);
      else reject(new Error(errors.trim() || `git ended with code ${code}`));
    });
    child.stdin.on('error', () => undefined);
    child.stdin.end(`${ids.join('\n')}\n`);
  });
}
