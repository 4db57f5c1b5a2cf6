import { readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { PolicyError } from './policy-error.ts';

/** The names a policy may have, by how it is read. */
const FORMATS = {
  'sallyport.config.ts': 'module',
  'sallyport.config.mts': 'module',
  'sallyport.config.js': 'module',
  'sallyport.config.mjs': 'module',
  'sallyport.config.yaml': 'yaml',
  'sallyport.config.yml': 'yaml',
  'sallyport.config.json': 'json',
} as const;

export type PolicyFormat = (typeof FORMATS)[keyof typeof FORMATS];

/** A policy file: its path, how messages name it, and how it is read. */
export interface PolicyFile {
  readonly path: string;
  readonly name: string;
  readonly format: PolicyFormat;
}

/**
 * Finds the one policy: the file itself, or in a folder the one file called `sallyport.config.*`.
 *
 * Two are an error, not a precedence: the one that is not read would look as if it were.
 *
 * @throws PolicyError `policy-not-found`.
 * @example findPolicyFile('.').name // 'sallyport.config.ts'
 */
export function findPolicyFile(path: string): PolicyFile {
  const stats = statSync(path, { throwIfNoEntry: false });
  if (stats === undefined) throw notFound(path, 'there is no such file', 'check the name, or make one with sallyport init');
  if (!stats.isDirectory()) return { path, name: path, format: formatOf(path) };
  const entries = new Set(readdirSync(path));
  const found = Object.entries(FORMATS).filter(([name]) => entries.has(name));
  const [only, other] = found;
  if (only === undefined) {
    throw notFound(
      undefined,
      'there is no sallyport.config.ts, .mts, .js, .mjs, .yaml, .yml or .json here',
      'make one with sallyport init',
    );
  }
  if (other !== undefined) {
    const names = found.map(([name]) => name).join(' and ');
    throw notFound(undefined, `there are two policies, ${names}`, 'keep one, or name one with --config');
  }
  const [name, format] = only;
  return { path: join(path, name), name, format };
}

function formatOf(path: string): PolicyFormat {
  if (/\.m?[jt]s$/.test(path)) return 'module';
  if (/\.ya?ml$/.test(path)) return 'yaml';
  if (path.endsWith('.json')) return 'json';
  throw notFound(path, 'its name does not say how to read it', 'name it .ts, .mts, .js, .mjs, .yaml, .yml or .json');
}

function notFound(file: string | undefined, what: string, instead: string): PolicyError {
  return new PolicyError('policy-not-found', [{ file, path: '', what, instead }]);
}
