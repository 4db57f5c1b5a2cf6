#!/usr/bin/env node
import module from 'node:module';
import { fileURLToPath } from 'node:url';

const [major, minor] = process.versions.node.split('.').map(Number);
if (major < 24 || (major === 24 && minor < 12)) {
  process.stderr.write(
    `Sallyport needs Node 24.12 or newer; this is ${process.versions.node}. Run it as npx sallyport, which brings its own.\n`,
  );
  process.exitCode = 2;
} else {
  // In JavaScript, so that a command whose compiled code is kept need not start the reader of TypeScript at all. The code is kept beside
  // the dependencies, where only those can write who could change it as well: a folder in /tmp would be anybody's. Where it cannot be
  // written, nothing is kept.
  module.enableCompileCache(fileURLToPath(new URL('../node_modules/.cache/sallyport', import.meta.url)));
  await import('../src/main.ts');
}
