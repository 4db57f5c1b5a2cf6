import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { referenceDocuments } from './reference-documents.ts';

// Writes docs/reference, or with --check says which page is not what the code says and exits 1.
const { values } = parseArgs({
  options: { check: { type: 'boolean' }, root: { type: 'string', default: join(import.meta.dirname, '..') } },
});

for (const [path, text] of referenceDocuments()) {
  const file = resolve(values.root, path);
  if (!values.check) {
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(file, text);
  } else if (read(file) !== text) {
    process.stdout.write(`${path} is not what the code says. Run npm run docs and commit the result.\n`);
    process.exitCode = 1;
  }
}

function read(file: string): string | undefined {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    return undefined;
  }
}
