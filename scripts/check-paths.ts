import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { findMachinePaths } from './find-machine-paths.ts';

// Fails when a tracked file names a path of one machine or a registry: it works here and nowhere else.
const files = execFileSync('git', ['ls-files', '-z', '--cached', '--others', '--exclude-standard'], { encoding: 'utf8' })
  .split('\0')
  .filter(Boolean);
let found = 0;
for (const file of files) {
  let text: string;
  try {
    text = readFileSync(file, 'utf8');
  } catch {
    // Deleted but still in the index, or a link to a folder.
    continue;
  }
  if (text.includes('\0')) continue;
  for (const { line, column, text: match, why } of findMachinePaths(file, text)) {
    process.stdout.write(`${file}:${line}:${column} ${match}: ${why}; write a relative path, os.tmpdir(), or leave it out\n`);
    found++;
  }
}
process.exitCode = found === 0 ? 0 : 1;
