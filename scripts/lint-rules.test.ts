import { spawnSync } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, expect, test } from 'vitest';

const ROOT = fileURLToPath(new URL('..', import.meta.url));

/** What must be found, file by file, and what must not: a rule that never fires looks exactly like clean code. */
const VIOLATIONS: readonly [file: string, source: string, rule: string][] = [
  ['packages/protocol/src/a.ts', "export { x } from '@sallyport/policy';", 'noRestrictedImports'],
  ['packages/protocol/src/b.ts', "export { readFileSync } from 'node:fs';", 'noRestrictedImports'],
  ['packages/protocol/src/c.ts', "export { z } from 'zod';", 'noRestrictedImports'],
  ['packages/protocol/src/d.ts', "export { x } from '../../policy/src/index.ts';", 'noRestrictedImports'],
  ['packages/protocol/src/e.test.ts', "export { x } from '@sallyport/policy';", 'noRestrictedImports'],
  ['packages/policy/src/a.ts', "export { x } from '@sallyport/pipeline';", 'noRestrictedImports'],
  ['packages/pipeline/src/a.ts', "export { x } from '@sallyport/storage';", 'noRestrictedImports'],
  ['packages/storage/src/a.ts', "export { x } from '@sallyport/protocol';", 'noRestrictedImports'],
  ['packages/gateway/src/a.ts', "export { x } from '@sallyport/auth-server';", 'noRestrictedImports'],
  ['packages/gateway/src/b.ts', "export { x } from '@sallyport/client';", 'noRestrictedImports'],
  ['packages/gateway/src/c.ts', "export { x } from '@sallyport/client/node';", 'noRestrictedImports'],
  ['packages/gateway/src/d.ts', "export { x } from '../../auth-server/src/a.ts';", 'noRestrictedImports'],
  ['packages/gateway/src/guards/e.ts', "export { x } from '../../../client/src/a.ts';", 'noRestrictedImports'],
  ['packages/gateway/src/f.ts', "export { x } from 'sallyport';", 'noRestrictedImports'],
  ['packages/gateway/src/g.ts', "export { x } from '@sallyport/attacks';", 'noRestrictedImports'],
  ['packages/gateway/src/h.ts', "export const x = await import('@sallyport/client');", 'noRestrictedImports'],
  ['packages/gateway/src/i.ts', "import type { x } from '@sallyport/client';\nexport type y = x;", 'noRestrictedImports'],
  ['packages/auth-server/src/a.ts', "export { x } from '@sallyport/gateway';", 'noRestrictedImports'],
  ['packages/client/src/a.ts', "export { x } from '@sallyport/policy';", 'noRestrictedImports'],
  ['packages/client/src/b.ts', "export { randomBytes } from 'node:crypto';", 'noRestrictedImports'],
  ['packages/client/src/c.ts', "export { request } from 'undici';", 'noRestrictedImports'],
  ['packages/client/src/oauth/d.ts', "export { randomBytes } from 'node:crypto';", 'noRestrictedImports'],
  ['packages/client/src/node/e.ts', "export { x } from '@sallyport/gateway';", 'noRestrictedImports'],
  ['packages/pins/src/a.ts', "export { x } from '@sallyport/client';", 'noRestrictedImports'],
  ['packages/pins/src/b.ts', "export { x } from '@sallyport/policy';", 'noRestrictedImports'],
  ['packages/checker/src/a.ts', "export { x } from '@sallyport/client';", 'noRestrictedImports'],
  ['packages/checker/src/b.ts', "export { x } from '@sallyport/pins';", 'noRestrictedImports'],
  ['packages/sallyport/src/a.ts', "export { x } from '../../gateway/src/index.ts';", 'noRestrictedImports'],
  ['packages/sallyport/src/commands/b.ts', "export { x } from '../../../../node_modules/zod/index.js';", 'noRestrictedImports'],
  ['examples/orders-api/src/a.ts', "export { x } from '../../../packages/gateway/src/index.ts';", 'noRestrictedImports'],
  ['attacks/src/a.ts', "export { x } from '../../packages/client/src/index.ts';", 'noRestrictedImports'],
  ['packages/gateway/src/cycle-a.ts', "import { b } from './cycle-b.ts';\nexport const a = () => b;", 'noImportCycles'],
  [
    'packages/gateway/src/floating.ts',
    'async function work(): Promise<void> {}\nexport function start() {\n  work();\n}',
    'noFloatingPromises',
  ],
  ['packages/gateway/src/console.ts', "console.log('x');\nexport {};", 'noConsole'],
];

const ALLOWED: readonly [file: string, source: string][] = [
  ['packages/protocol/src/ok.ts', "export { x } from './x.ts';"],
  ['packages/protocol/src/ok.test.ts', "export { createHash } from 'node:crypto';\nexport { test } from 'vitest';"],
  [
    'packages/policy/src/ok.ts',
    "export { readFileSync } from 'node:fs';\nexport { z } from 'zod';\nexport { x } from '@sallyport/protocol';",
  ],
  [
    'packages/gateway/src/guards/ok.ts',
    "export { x } from '@sallyport/storage';\nexport { y } from '@sallyport/pipeline/testing';\nexport { z } from '../x.ts';",
  ],
  ['packages/gateway/src/cycle-b.ts', "import { a } from './cycle-a.ts';\nexport const b = () => a;"],
  ['packages/pins/src/ok.ts', "export { x } from '@sallyport/protocol';\nexport { y } from '@sallyport/pipeline/certificates';"],
  ['packages/checker/src/ok.ts', "export { x } from '@sallyport/protocol';\nexport { y } from '@sallyport/pipeline/certificates';"],
  ['packages/client/src/ok.ts', "export { x } from '@sallyport/protocol';\nexport { y } from './oauth/y.ts';"],
  ['packages/client/src/oauth/ok.ts', "export { x } from '../ok.ts';"],
  [
    'packages/client/src/node/ok.ts',
    "export { randomBytes } from 'node:crypto';\nexport { request } from 'undici';\nexport { x } from '../ok.ts';",
  ],
  ['packages/client/src/ok.test.ts', "export { test } from 'vitest';"],
  [
    'packages/sallyport/src/commands/ok.ts',
    "export { x } from '@sallyport/gateway';\nexport { y } from '@sallyport/auth-server';\nexport { z } from '../stack/z.ts';",
  ],
  ['attacks/src/ok.ts', "export { x } from '@sallyport/gateway';\nexport { y } from '@sallyport/client';"],
];

let folder: string;
let found: Map<string, Set<string>>;

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'lint-'));
  for (const name of ['biome.json', '.gitignore']) cpSync(join(ROOT, name), join(folder, name));
  for (const [file, source] of [...VIOLATIONS, ...ALLOWED]) {
    mkdirSync(dirname(join(folder, file)), { recursive: true });
    writeFileSync(join(folder, file), `${source}\n`);
  }
  const biome = join(ROOT, 'node_modules', '.bin', 'biome');
  const { stdout, stderr } = spawnSync(biome, ['lint', '--reporter=json', '--max-diagnostics=none', '.'], {
    cwd: folder,
    encoding: 'utf8',
  });
  found = new Map();
  try {
    for (const { category, location } of JSON.parse(stdout).diagnostics) {
      const file = typeof location.path === 'string' ? location.path : location.path.file;
      found.set(file, (found.get(file) ?? new Set()).add(String(category).split('/').at(-1) ?? ''));
    }
  } catch (error) {
    throw new Error(`biome gave no report: ${stdout.slice(0, 500)} ${stderr}`, { cause: error });
  }
});

afterAll(() => rmSync(folder, { recursive: true, force: true }));

test.each(VIOLATIONS)('%s with %j breaks %3$s', (file, _, rule) => {
  expect([...(found.get(file) ?? [])]).toContain(rule);
});

test.each(ALLOWED)('%s with %j breaks no arrow', (file) => {
  expect([...(found.get(file) ?? [])]).not.toContain('noRestrictedImports');
});
