#!/usr/bin/env node
import { enableCompileCache } from 'node:module';
import { fileURLToPath } from 'node:url';

// In JavaScript, so that a command whose compiled code is kept need not start the reader of TypeScript at all. The code is kept beside
// the dependencies, where only those can write who could change it as well: a folder in /tmp would be anybody's. Where it cannot be
// written, nothing is kept.
enableCompileCache(fileURLToPath(new URL('../node_modules/.cache/sallyport', import.meta.url)));
await import('../src/main.ts');
