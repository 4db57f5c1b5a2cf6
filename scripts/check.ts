import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';

/** Test vectors of others, which are no part of the repository. */
const VECTORS = '../shared/vectors';

/** What `npm run check` holds the tree to, in order of speed. Each line: what it is called, and the command. */
const checks: readonly (readonly [title: string, command: string, ...args: string[]])[] = [
  ['format and lint, arrows between packages', 'biome', 'ci', '--error-on-warnings', '.'],
  ['types', 'tsc', '-p', 'tsconfig.json'],
  ['types of the core, without any platform', 'tsc', '-p', 'packages/client/tsconfig.core.json'],
  ['no paths of one machine, no registry hosts', 'node', 'scripts/check-paths.ts'],
  ['generated documents are up to date', 'node', '--disable-warning=ExperimentalWarning', 'scripts/generate-docs.ts', '--check'],
  ['no unused files, exports and dependencies', 'knip'],
  ...(existsSync(VECTORS) ? [['test vectors', 'node', 'scripts/test-vectors.ts', VECTORS] as const] : []),
];

let failed = 0;
for (const [title, command, ...args] of checks) {
  const started = performance.now();
  const { status } = spawnSync(command, args, { stdio: 'inherit' });
  const seconds = ((performance.now() - started) / 1000).toFixed(1);
  process.stdout.write(`${status === 0 ? 'ok  ' : 'FAIL'} ${title} (${seconds} s)\n`);
  if (status !== 0) failed++;
}
process.exit(failed === 0 ? 0 : 1);
