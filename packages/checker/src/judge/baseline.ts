import { readFile } from 'node:fs/promises';
import { CouldNotRun } from '../check-io.ts';
import type { Finding } from './finding.ts';

/** Fingerprints known before. @throws CouldNotRun */
export async function readBaseline(path: string | undefined): Promise<ReadonlySet<string>> {
  if (path === undefined) return new Set();
  try {
    const parsed = JSON.parse(await readFile(path, 'utf8')) as { fingerprints?: unknown } | null;
    if (!Array.isArray(parsed?.fingerprints)) throw new Error('it holds no fingerprints');
    return new Set(parsed.fingerprints.filter((item): item is string => typeof item === 'string'));
  } catch (error) {
    // The message of JSON.parse quotes the file.
    const why = error instanceof SyntaxError ? 'it is no JSON' : (error as Error).message;
    throw new CouldNotRun(`The baseline ${path} cannot be used (${why}). Write one with --write-baseline.`);
  }
}

/** The file that makes these findings known. @param today `YYYY-MM-DD` */
export const baselineText = (findings: readonly Finding[], today: string): string =>
  `${JSON.stringify({ version: 1, written: today, fingerprints: findings.map(({ fingerprint }) => fingerprint).sort() }, null, 2)}\n`;
