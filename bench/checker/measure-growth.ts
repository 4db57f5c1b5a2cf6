/**
 * Whether a check costs what its lines cost: sources that grow in one thing, checked with `count` and with eight times as many of it.
 *
 *   node bench/checker/measure-growth.ts [--count 4000]
 *
 * Printed are the seconds of processor time of both, each in a process of its own, and how many times as long the longer took. What it
 * takes to start is in both, so that up to eight times is linear; the square of the length would be up to sixty-four.
 */
import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { GROWING } from './growing-sources.ts';

const { values } = parseArgs({ options: { count: { type: 'string', default: '4000' } } });
const count = Number(values.count);
const main = fileURLToPath(new URL('../../packages/sallyport/bin/sallyport.mjs', import.meta.url));

/** In the child: says at the end what the run took, in seconds of processor time. */
const WATCH = `process.on('exit', () => { const { user, system } = process.cpuUsage(); process.stderr.write('\\ncpu ' + (user + system) / 1e6); });`;

/** Processor seconds of a check of an app that is this one file. */
function seconds(path: string, text: string): number {
  const folder = mkdtempSync(join(tmpdir(), 'measure-growth-'));
  try {
    writeFileSync(join(folder, path), text);
    const args = ['check', 'app', folder, '--no-history', '--fail-on', 'none', '--format', 'json', '--output', join(folder, 'report.json')];
    const script = `exec "$0" --disable-warning=ExperimentalWarning --import "$1" "$2" "\${@:3}" 2>&1 >/dev/null`;
    const watch = `data:text/javascript,${encodeURIComponent(WATCH)}`;
    const said = execFileSync('bash', ['-c', script, process.execPath, watch, main, ...args], { encoding: 'utf8', maxBuffer: 1 << 26 });
    return Number(/\ncpu ([\d.]+)$/.exec(said)?.[1]);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

const least = (path: string, text: string): number => Math.min(seconds(path, text), seconds(path, text));
process.stdout.write(`${String(count).padStart(8)} ${String(8 * count).padStart(8)}   times\n`);
for (const { what, path, text } of GROWING) {
  const short = least(path, text(count));
  const long = least(path, text(8 * count));
  process.stdout.write(
    `${short.toFixed(2).padStart(8)} ${long.toFixed(2).padStart(8)} ${(long / short).toFixed(1).padStart(7)}   ${what}\n`,
  );
}
