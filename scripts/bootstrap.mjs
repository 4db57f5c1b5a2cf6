// The first thing that runs in a fresh clone, on whatever Node is there (20 or newer). Plain JavaScript without
// dependencies: it installs what is missing, then hands over to the pinned Node 24. Everything it says goes to stderr,
// so that `--json` keeps stdout to itself.
import { spawn, spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { delimiter, isAbsolute, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('..', import.meta.url));
// `npm start` runs in the root, whatever folder it is called from; state belongs to the folder the user stands in.
const workingDirectory = process.env.INIT_CWD ?? process.cwd();

const [task, ...args] = process.argv.slice(2);
const tasks = {
  start: () => runNode(workingDirectory, ['packages/sallyport/bin/sallyport.mjs', 'demo', ...args]),
  test: () => {
    installTestPrograms();
    runNode(root, ['node_modules/vitest/vitest.mjs', 'run', ...args]);
  },
  check: () => runNode(root, ['scripts/check.ts', ...args]),
  bench: () => runNode(root, ['bench/src/main.ts', ...args]),
  docs: () => runNode(root, ['scripts/generate-docs.ts', ...args]),
};

if (!Object.hasOwn(tasks, task)) fail(`There is no task "${task}". Try one of: ${Object.keys(tasks).join(', ')}.`);
installDependencies();
tasks[task]();

function installDependencies() {
  const lock = createHash('sha256')
    .update(readFileSync(join(root, 'package-lock.json')))
    .digest('hex');
  const stamp = join(root, 'node_modules', '.sallyport-installed');
  if (existsSync(stamp) && readFileSync(stamp, 'utf8') === lock) return;
  say('Installing what package-lock.json names (once, about half a minute) …');
  // Not `npm ci`: it insists on entries for the optional packages of every other platform, and a lock file written where the
  // registry carries only some platforms cannot have them. `install --no-save` takes the locked versions and checks their
  // integrity all the same, and leaves the lock file alone. npm itself may run on Node 20; what it installs runs on Node 24.
  const words = ['install', '--no-save', '--no-audit', '--no-fund', '--loglevel=error'];
  const done = spawnSync('npm', words, { cwd: root, stdio: ['ignore', 2, 2] });
  if (done.status !== 0) {
    fail('npm install failed; what it says stands above. Check the connection to the npm registry and run the command again.');
  }
  writeFileSync(stamp, lock);
}

/** Programs that the tests run for real, and the Debian package of each. */
function testPrograms() {
  return [
    // Elsewhere than on Debian, name one in CHROMIUM.
    { command: process.env.CHROMIUM ?? '/usr/bin/chromium', package: 'chromium' },
    { command: 'openssl', package: 'openssl' },
    { command: 'curl', package: 'curl' },
    { command: 'mitmdump', package: 'mitmproxy' },
  ];
}

function installTestPrograms() {
  const folders = (process.env.PATH ?? '').split(delimiter);
  const isHere = ({ command }) => (isAbsolute(command) ? existsSync(command) : folders.some((folder) => existsSync(join(folder, command))));
  const missing = testPrograms().filter((program) => !isHere(program));
  if (missing.length === 0) return;
  const packages = missing.map((program) => program.package);
  const hint = `Install them (Debian: apt-get install ${packages.join(' ')}; Chromium may also be named in the variable CHROMIUM), and run the command again.`;
  const asRoot = process.getuid?.() === 0;
  if (!asRoot || process.platform !== 'linux') fail(`The tests run programs that are not here: ${packages.join(', ')}. ${hint}`);
  say(`Installing ${packages.join(', ')} for the tests (once, about half a minute) …`);
  const apt = (...words) =>
    spawnSync('apt-get', ['-qq', '-y', ...words], { stdio: ['ignore', 2, 2], env: { ...process.env, DEBIAN_FRONTEND: 'noninteractive' } });
  if (apt('update').status !== 0 || apt('install', '--no-install-recommends', ...packages).status !== 0)
    fail(`apt-get could not install ${packages.join(', ')}. ${hint}`);
}

function runNode(cwd, [script, ...rest]) {
  const path = [join(root, 'node_modules', '.bin'), process.env.PATH].join(delimiter);
  // node:sqlite still announces itself as experimental; the decision for it is recorded in docs/adr.
  const child = spawn(pinnedNode(), ['--disable-warning=ExperimentalWarning', join(root, script), ...rest], {
    cwd,
    stdio: 'inherit',
    env: { ...process.env, PATH: path },
  });
  // A terminal sends Ctrl-C to the whole group; a supervisor sends SIGTERM to us alone.
  for (const signal of ['SIGTERM', 'SIGHUP']) process.on(signal, () => child.kill(signal));
  process.on('SIGINT', () => {});
  child.on('error', (error) => fail(`Node could not be started: ${error.message}`));
  child.on('exit', (code, signal) => process.exit(code ?? (signal === 'SIGINT' || signal === 'SIGTERM' ? 130 : 1)));
}

/** Node as package-lock.json pins it, or the one running if it is recent enough (macOS, Windows). */
function pinnedNode() {
  const require = createRequire(join(root, 'package.json'));
  for (const name of [`node-${process.platform}-${process.arch}`]) {
    try {
      return join(require.resolve(`${name}/package.json`), '..', 'bin', 'node');
    } catch {}
  }
  const [major, minor] = process.versions.node.split('.').map(Number);
  if (major > 24 || (major === 24 && minor >= 12)) return process.execPath;
  return fail(
    `Sallyport needs Node 24.12 or newer; this is ${process.versions.node}, and none is pinned for ${process.platform}-${process.arch}.`,
  );
}

function say(text) {
  process.stderr.write(`${text}\n`);
}

function fail(text) {
  say(text);
  process.exit(2);
}
