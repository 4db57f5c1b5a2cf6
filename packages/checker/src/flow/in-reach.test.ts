import { expect, it } from 'vitest';
import { audits } from '../audits/index.ts';
import { assemble } from '../gather/assemble.ts';
import { runAudits } from '../judge/run-audits.ts';

const found = async (files: Record<string, string>) => {
  const entries = Object.entries(files).map(([path, text]) => ({ path, size: text.length, read: () => Buffer.from(text) }));
  const artifacts = await assemble(entries, [], { blobs: [], missing: undefined });
  return runAudits(audits, artifacts).flatMap((result) =>
    result.findings.map((finding) => `${finding.audit} ${finding.path}:${finding.line}`),
  );
};

const HELPERS = {
  'lib/kv.ts': 'export const put = (key, value) => AsyncStorage.setItem(key, value);',
  'lib/sealed.ts': 'export const put = (key, value) => SecureStore.setItemAsync(key, value, OPTIONS);',
};

it('follows a helper into the module that is imported, not into another of its name', async () => {
  const plain = await found({
    ...HELPERS,
    'lib/signIn.ts': "import { put } from './kv';\nexport const keep = (refreshToken) => put('r', refreshToken);",
  });
  expect(plain.join()).toMatch(/secrets-in-preferences/);
  const sealed = await found({
    ...HELPERS,
    'lib/signIn.ts': "import { put } from './sealed';\nexport const keep = (refreshToken) => put('r', refreshToken);",
  });
  expect(sealed.join()).not.toMatch(/secrets-in-preferences/);
});

it('takes a constant of the own file before one of the same name elsewhere', async () => {
  const files = {
    'a.ts': "const KEY = 'k3yk3yk3yk3yk3y1';\nexport const a = KEY.length;",
    'b.ts': 'const KEY = loadKey();\nexport const lock = (text) => CryptoJS.AES.encrypt(text, KEY);',
  };
  expect((await found(files)).filter((finding) => finding.endsWith('b.ts:2'))).toEqual([]);
});

it.each([
  ['an object', "export default { KEY: 'k3yk3yk3yk3yk3y1' };", './config', true],
  ['an object with a name', "const all = { KEY: 'k3yk3yk3yk3yk3y1' };\nexport default all;", './config/index', true],
  ['an object, by an alias', "export default { KEY: 'k3yk3yk3yk3yk3y1' };", '@/config', true],
  ['an object, as modules did before', "module.exports = { KEY: 'k3yk3yk3yk3yk3y1' };", './config', true],
  ['an object of another file', "export default { KEY: 'k3yk3yk3yk3yk3y1' };", './other', false],
  ['what is no object', 'export default App;', './config', false],
])('knows what a file exports by default: %s', async (_what, exported, from, known) => {
  const files = {
    'src/config.ts': exported,
    'src/lock.ts': `import settings from '${from}';\nexport const lock = (text) => CryptoJS.AES.encrypt(text, settings.KEY);`,
  };
  expect((await found(files)).includes('hardcoded-crypto-key src/lock.ts:2')).toBe(known);
});

it('knows what a module brings that is required', async () => {
  const files = {
    'src/config.js': "module.exports = { KEY: 'k3yk3yk3yk3yk3y1' };",
    'src/lock.js': "const settings = require('./config');\nexports.lock = (text) => CryptoJS.AES.encrypt(text, settings.KEY);",
  };
  expect(await found(files)).toContain('hardcoded-crypto-key src/lock.js:2');
});

it('takes no default export for meant where two files of that name have one', async () => {
  const files = {
    'a/config.ts': "export default { KEY: 'k3yk3yk3yk3yk3y1' };",
    'b/config.ts': 'export default { KEY: loadKey() };',
    'src/lock.ts': "import settings from '@/config';\nexport const lock = (text) => CryptoJS.AES.encrypt(text, settings.KEY);",
  };
  expect((await found(files)).filter((finding) => finding.endsWith('lock.ts:2'))).toEqual([]);
});

it('takes a relative path for what it says, also at the root of the app', async () => {
  const elsewhere = { 'src/config.ts': "export default { KEY: 'k3yk3yk3yk3yk3y1' };" };
  const lock = "import settings from './config';\nexport const lock = (text) => CryptoJS.AES.encrypt(text, settings.KEY);";
  const uses = (list: readonly string[]) => list.includes('hardcoded-crypto-key lock.ts:2');
  expect(uses(await found({ ...elsewhere, 'lock.ts': lock }))).toBe(false);
  expect(uses(await found({ ...elsewhere, 'config.ts': "export default { KEY: 'an0therk3yhere12' };", 'lock.ts': lock }))).toBe(true);
});
