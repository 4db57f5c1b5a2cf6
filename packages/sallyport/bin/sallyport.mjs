#!/usr/bin/env node
import module from 'node:module';
import { fileURLToPath } from 'node:url';
import v8 from 'node:v8';

const [major, minor] = process.versions.node.split('.').map(Number);
if (major < 24 || (major === 24 && minor < 12)) {
  process.stderr.write(
    `Sallyport needs Node 24.12 or newer; this is ${process.versions.node}. Run it as npx sallyport, which brings its own.\n`,
  );
  process.exitCode = 2;
} else {
  // A check of an app is over in seconds: the engine's best code would be ready when it is no longer needed, and making it takes a fifth
  // of all processor time (docs/performance.md). Before the compiled code is looked for, which is kept apart by these settings. They are
  // version 13's; another says that it does not know one on stderr, and is left alone.
  if (process.argv[2] === 'check' && process.argv[3] === 'app' && process.versions.v8.startsWith('13.'))
    v8.setFlagsFromString('--invocation-count-for-maglev=1500 --invocation-count-for-turbofan=50000');
  // In JavaScript, so that a command whose compiled code is kept need not start the reader of TypeScript at all. The code is kept beside
  // the dependencies, where only those can write who could change it as well: a folder in /tmp would be anybody's. Where it cannot be
  // written, nothing is kept.
  module.enableCompileCache(fileURLToPath(new URL('../node_modules/.cache/sallyport', import.meta.url)));
  await import('../src/main.ts');
}
