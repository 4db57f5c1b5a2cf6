/**
 * What a check of whole apps costs as its user sees it: the command from its start to its end, in a process of its own each time.
 *
 *   node bench/checker/measure-speed.ts --apps FOLDER,FOLDER [--runs 5] [--against MAIN]
 *
 * Each run takes all apps in turn, first without kept compiled code (cold), then with it. Printed is the best and the middle one of the
 * runs: megabytes of source a second from start to end, seconds to the first finding on a terminal, and the largest resident memory.
 * Before and after each run a calculation is timed that is always the same: `calm` is the middle of the runs beside which it took at
 * most 15 % more than it ever did at its fastest, and how many they were. Where other work shares the machine, that is the program's
 * own figure; the others are the machine's as well.
 * `--against` names the command's file in another checkout, run in turn with this one, so that both see the same machine.
 */
import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { fileRole } from '../../packages/checker/src/gather/file-role.ts';
import { walkFolder } from '../../packages/checker/src/gather/walk-folder.ts';
import { machinePace } from './machine-pace.ts';

const { values } = parseArgs({
  options: { apps: { type: 'string' }, runs: { type: 'string', default: '5' }, against: { type: 'string' } },
});
const say = (line: string) => process.stdout.write(`${line}\n`);
const apps = (values.apps ?? '').split(',').filter((app) => app !== '');
if (apps.length === 0) {
  say('Give --apps FOLDER,FOLDER.');
  process.exit(2);
}
const here = fileURLToPath(new URL('../../packages/sallyport/bin/sallyport.mjs', import.meta.url));
const commands = values.against === undefined ? [here] : [here, values.against];

/** In the child: pretends a terminal, which is told findings as they are made, and says at the end what the run took. */
const WATCH = `
  Object.defineProperty(process.stdout, 'isTTY', { value: true });
  let first;
  const { write } = process.stderr;
  process.stderr.write = (text, ...rest) => {
    if (first === undefined && String(text).endsWith('\\n')) first = performance.now();
    return write.call(process.stderr, text, ...rest);
  };
  process.on('exit', () => process.send({ first, memory: process.resourceUsage().maxRSS / 1000 }));
`;

interface Run {
  /** Seconds. */
  readonly whole: number;
  readonly first: number;
  /** Megabytes. */
  readonly memory: number;
  /** Milliseconds of the calculation that is always the same: the slower of before and after. */
  readonly pace: number;
}

/** How much slower the machine may be than at its fastest for a run to count as calm: twice what the calculation varies by on its own. */
const CALM = 1.15;

const output = join(mkdtempSync(join(tmpdir(), 'measure-speed-')), 'report.json');

/** @param cold compile everything anew, as the first run after an installation does. */
function check(main: string, app: string, cold: boolean): Promise<Run> {
  const args = ['check', 'app', app, '--no-history', '--fail-on', 'none', '--format', 'json', '--output', output];
  const before = machinePace();
  const started = performance.now();
  const child = spawn(
    process.execPath,
    ['--disable-warning=ExperimentalWarning', '--import', `data:text/javascript,${encodeURIComponent(WATCH)}`, main, ...args],
    { stdio: ['ignore', 'ignore', 'pipe', 'ipc'], env: { ...process.env, ...(cold && { NODE_DISABLE_COMPILE_CACHE: '1' }) } },
  );
  let told = { first: Number.NaN, memory: Number.NaN };
  let err = '';
  child.stderr?.on('data', (chunk: Buffer) => (err += chunk));
  child.on('message', (message) => (told = message as typeof told));
  return new Promise((resolve, reject) => {
    child.on('error', reject);
    child.on('close', (code) => {
      if (code !== 0) reject(new Error(`${main} on ${app}: exit code ${code}\n${err.slice(-500)}`));
      else {
        const whole = (performance.now() - started) / 1000;
        resolve({ whole, first: told.first / 1000, memory: told.memory, pace: Math.max(before, machinePace()) });
      }
    });
  });
}

/** Megabytes of Swift, Objective-C and JavaScript the checker reads under a folder. */
async function megabytes(folder: string): Promise<number> {
  const entries = await walkFolder(folder, []);
  return entries.filter(({ path }) => /^(?:swift|objc|script)$/.test(fileRole(path) ?? '')).reduce((sum, { size }) => sum + size, 0) / 1e6;
}

const runs = new Map<string, Run[]>();
for (let round = 0; round < Number(values.runs); round++)
  for (const app of apps)
    for (const cold of [true, false])
      for (const main of commands) {
        const key = `${app}\n${cold}\n${main}`;
        runs.set(key, [...(runs.get(key) ?? []), await check(main, app, cold)]);
      }
rmSync(join(output, '..'), { recursive: true });

const paces = [...runs.values()].flat().map(({ pace }) => pace);
const fastest = Math.min(...paces);
say(`The machine: the same calculation took ${fastest.toFixed(0)} ms at its fastest, ${Math.max(...paces).toFixed(0)} at its slowest.`);
say(`${'app'.padEnd(24)} ${'MB'.padStart(5)}  start  checkout   MB/s best  middle   calm (runs)   first finding best  middle   memory`);
for (const app of apps) {
  const size = await megabytes(app);
  for (const cold of [true, false])
    for (const main of commands) {
      const taken = runs.get(`${app}\n${cold}\n${main}`) as Run[];
      const of = (key: keyof Run) => taken.map((run) => run[key]).sort((left, right) => left - right);
      const middle = (list: readonly number[]) => list[list.length >> 1] ?? Number.NaN;
      const [whole, first] = [of('whole'), of('first')];
      const calm = taken
        .filter(({ pace }) => pace <= fastest * CALM)
        .map((run) => run.whole)
        .sort((left, right) => left - right);
      say(
        `${(app.split('/').at(-1) as string).padEnd(24)} ${size.toFixed(1).padStart(5)}  ${cold ? 'cold' : 'warm'}   ${main === here ? 'this   ' : 'against'}    ${(size / (whole[0] as number)).toFixed(2).padStart(8)}    ${(size / middle(whole)).toFixed(2)}   ${calm.length === 0 ? '–' : (size / middle(calm)).toFixed(2)} (${calm.length})   ${(first[0] as number).toFixed(2).padStart(15)} s  ${middle(first).toFixed(2)} s   ${Math.max(...of('memory')).toFixed(0)} MB`,
      );
    }
}
