import { spawnSync } from 'node:child_process';
import { chmodSync, existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { allFlaws, startWeakApi } from '@sallyport/example-weak-api';
import { runSallyport } from '../packages/sallyport/src/testing/run-sallyport.ts';

/**
 * `node scripts/validate-sarif.ts [PATH …]`: holds the SARIF of `check app PATH …` and of `check api` on the weak sample to
 * Microsoft's validator, with GitHub's rules. Not a dependency and not part of the tests: the tool is 104 MB. It is installed
 * once, beside the other modules, where git does not look.
 */
const TOOL = '@microsoft/sarif-multitool@5.7.0';
const root = fileURLToPath(new URL('..', import.meta.url));
const home = join(root, 'node_modules', '.cache', 'sarif-multitool');

const folder = mkdtempSync(join(tmpdir(), 'sarif-'));
let failed = false;
try {
  const tool = install();
  const paths = process.argv.length > 2 ? process.argv.slice(2) : [sampleApp()];
  for (const path of paths) validate(tool, path, await report('app', path, '--no-history', '--all'));
  validate(tool, 'check api', await reportOfWeakApi());
} finally {
  rmSync(folder, { recursive: true });
}
process.exit(failed ? 1 : 0);

function install(): string {
  const tool = join(home, 'node_modules/@microsoft', `sarif-multitool-${process.platform}`, 'Sarif.Multitool');
  if (!existsSync(tool)) {
    mkdirSync(home, { recursive: true });
    writeFileSync(join(home, 'package.json'), '{"private":true}');
    spawnSync('npm', ['install', '--no-audit', '--no-fund', '--prefix', home, TOOL], { stdio: 'inherit' });
    // All that its own install script does.
    chmodSync(tool, 0o755);
  }
  return tool;
}

function sampleApp(): string {
  const swift = 'func keep(token: String) {\n  UserDefaults.standard.set(token, forKey: "accessToken")\n  print("token \\(token)")\n}\n';
  writeFileSync(join(folder, 'Session.swift'), swift);
  return folder;
}

async function report(...args: string[]): Promise<string> {
  const file = join(folder, 'report.sarif');
  const { code, err } = await runSallyport(['check', ...args, '--format', 'sarif', '--output', file], { cwd: root });
  if (code === 2) throw new Error(err);
  return file;
}

async function reportOfWeakApi(): Promise<string> {
  const api = await startWeakApi({ flaws: allFlaws });
  const { access_token: accessToken, refresh_token: refreshToken } = api.signIn('ann');
  const files = {
    'ca.pem': api.authority,
    'openapi.json': api.openapi,
    'users.json': JSON.stringify({ user: { accessToken, refreshToken } }),
  };
  for (const [name, text] of Object.entries(files)) writeFileSync(join(folder, name), text);
  const named = ['--ca', join(folder, 'ca.pem'), '--openapi', join(folder, 'openapi.json'), '--credentials', join(folder, 'users.json')];
  try {
    return await report('api', `${api.url}/orders`, '--client-id', 'orders-app', ...named);
  } finally {
    await api.close();
  }
}

function validate(tool: string, what: string, file: string): void {
  const { stdout } = spawnSync(tool, ['validate', file, '--rule-kind', 'Sarif;Ghas'], {
    encoding: 'utf8',
  });
  const complaints = stdout.split('\n').filter((line) => /: (?:error|warning) \w+:/.test(line));
  const finished = stdout.includes('Analysis completed successfully');
  if (!finished || complaints.length > 0) failed = true;
  process.stdout.write(`${what}: ${finished ? `${complaints.length} complaints` : 'not validated'}\n`);
  for (const line of complaints.slice(0, 20)) process.stdout.write(`  ${line.slice(0, 300)}\n`);
}
