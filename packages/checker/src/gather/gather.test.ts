import { execFile } from 'node:child_process';
import { mkdir, mkdtemp, rm, symlink, truncate, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { audits } from '../audits/index.ts';
import { runAudits } from '../judge/run-audits.ts';
import type { Note } from './artifacts.ts';
import { assemble } from './assemble.ts';
import { gather } from './gather.ts';
import { walkFolder } from './walk-folder.ts';

const run = promisify(execFile);
let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'sallyport-gather-'));
});
afterEach(async () => {
  await rm(folder, { recursive: true, force: true });
});

const messages = async (path = folder) => (await gather(path, { history: true })).notes.map((note) => note.message).join('\n');

it('says that there is nothing at a path', async () => {
  await expect(gather(join(folder, 'missing'), { history: false })).rejects.toThrow(/nothing at/);
});

it('says that an empty folder holds no app', async () => {
  await expect(gather(folder, { history: false })).rejects.toThrow(/holds no app sources/);
});

it('says the same of a folder with nothing but a package.json', async () => {
  await writeFile(join(folder, 'package.json'), '{ "name": "a" }');
  await expect(gather(folder, { history: false })).rejects.toThrow(/holds no app sources/);
});

it('says that a device is no app', async () => {
  await expect(gather('/dev/null', { history: false })).rejects.toThrow(/neither a folder nor a file/);
});

it('notes what vanished between listing and reading, and reads the rest', async () => {
  await writeFile(join(folder, 'a.swift'), 'let a = 1');
  await writeFile(join(folder, 'b.swift'), 'let b = 1');
  const notes: Note[] = [];
  const entries = await walkFolder(folder, notes);
  await rm(join(folder, 'a.swift'));
  const artifacts = await assemble(entries, notes, { blobs: [], missing: undefined });
  expect(artifacts.code.map((unit) => unit.path)).toEqual(['b.swift']);
  expect(artifacts.notes).toMatchObject([{ path: 'a.swift', message: expect.stringContaining('could not be read') }]);
});

it('notes a file it cannot open, and reads the rest', async () => {
  await writeFile(join(folder, 'a.swift'), 'let a = 1');
  // Made from inside, folder by folder, until the whole path is longer than the system opens.
  const script = `const fs = require('node:fs'); process.chdir(process.argv[1]);
    for (let depth = 0; depth < 16; depth++) { fs.mkdirSync('d'.repeat(240)); process.chdir('d'.repeat(240)); }
    fs.writeFileSync('x'.repeat(240) + '.swift', 'let b = 1');`;
  await run(process.execPath, ['-e', script, folder]);
  const artifacts = await gather(folder, { history: false });
  await run('rm', ['-rf', join(folder, 'd'.repeat(240))]);
  expect(artifacts.code.map((unit) => unit.path)).toEqual(['a.swift']);
  expect(artifacts.notes.map((note) => note.message).join()).toMatch(/could not be opened \(ENAMETOOLONG\)/);
});

it('reads files whatever their names hold', async () => {
  for (const name of ['two\nlines.swift', 'größe 写真.swift', '\u001b[2Kred.swift', '%2e%2e.swift'])
    await writeFile(join(folder, name), 'func f(accessToken: String) { print(accessToken) }');
  const artifacts = await gather(folder, { history: false });
  expect(artifacts.notes).toEqual([]);
  const logged = runAudits(audits, artifacts).find(({ audit }) => audit.id === 'sensitive-logging');
  expect(logged?.findings).toHaveLength(4);
});

it('says which Swift it could not read, and still finds what stands beside it', async () => {
  await writeFile(join(folder, 'a.swift'), `func f(accessToken: String) { print(accessToken) }\n${'}}} ]) <<< ¿ ((('.repeat(200)}`);
  const artifacts = await gather(folder, { history: false });
  expect(artifacts.notes).toMatchObject([{ path: 'a.swift', message: expect.stringContaining('do not read as code') }]);
  expect(runAudits(audits, artifacts).find(({ audit }) => audit.id === 'sensitive-logging')?.state).toBe('fail');
});

it('says which configuration it could not read, and reads the rest', async () => {
  await writeFile(join(folder, 'app.json'), `{"expo": ${'['.repeat(50_000)}`);
  await writeFile(join(folder, 'app.config.js'), `module.exports = ${'['.repeat(50_000)}`);
  await writeFile(join(folder, 'a.swift'), 'let a = 1\n');
  const { code, notes } = await gather(folder, { history: false });
  expect(code.map(({ path }) => path)).toEqual(['a.swift']);
  expect(notes.map(({ path }) => path).sort()).toEqual(['app.config.js', 'app.json']);
});

it('does not follow symbolic links, loops included', async () => {
  await writeFile(join(folder, 'a.swift'), 'let a = 1');
  await symlink(folder, join(folder, 'loop'));
  const artifacts = await gather(folder, { history: false });
  expect(artifacts.code).toHaveLength(1);
  expect(artifacts.notes.map((note) => note.message).join()).toMatch(/1 symbolic link not followed/);
});

it('leaves a 200 MB file alone and says so', async () => {
  await writeFile(join(folder, 'a.swift'), 'let a = 1');
  await writeFile(join(folder, 'big.swift'), '');
  await truncate(join(folder, 'big.swift'), 200 * 1024 * 1024);
  expect(await messages()).toMatch(/200 MB is too large/);
});

it('reads a file that is not UTF-8 and says so', async () => {
  await writeFile(join(folder, 'a.swift'), Buffer.from([0x6c, 0x65, 0x74, 0x20, 0xff, 0xfe, 0x80]));
  expect(await messages()).toMatch(/not UTF-8/);
});

it('names the line of a broken plist and goes on', async () => {
  await writeFile(join(folder, 'Info.plist'), '<plist>\n<dict>\n<key>A</key>\n<string>x');
  await writeFile(join(folder, 'Other.plist'), '<plist><dict><key>A</key><true/></dict></plist>');
  const artifacts = await gather(folder, { history: false });
  expect(artifacts.notes[0]?.message).toMatch(/broken.*line 4/);
  expect(artifacts.plists).toHaveLength(1);
});

it('recognises an old ASCII plist', async () => {
  await writeFile(join(folder, 'Info.plist'), '{ CFBundleName = "x"; }');
  expect(await messages()).toMatch(/ASCII property list/);
});

it('reads a binary plist', async () => {
  // {"A": true}, written by hand from the format.
  const objects = [Buffer.from([0xd1, 1, 2]), Buffer.from([0x51, 0x41]), Buffer.from([0x09])];
  const offsets: number[] = [];
  let at = 8;
  for (const item of objects) {
    offsets.push(at);
    at += item.length;
  }
  const trailer = Buffer.alloc(32);
  trailer.writeUInt8(1, 6);
  trailer.writeUInt8(1, 7);
  trailer.writeBigUInt64BE(3n, 8);
  trailer.writeBigUInt64BE(0n, 16);
  trailer.writeBigUInt64BE(BigInt(at), 24);
  await writeFile(join(folder, 'Info.plist'), Buffer.concat([Buffer.from('bplist00'), ...objects, Buffer.from(offsets), trailer]));
  const [plist] = (await gather(folder, { history: false })).plists;
  expect(plist?.root.kind === 'dict' && plist.root.entries.get('A')).toMatchObject({ kind: 'boolean', boolean: true });
});

it('reads other people\u2019s code nowhere', async () => {
  await mkdir(join(folder, 'Pods', 'Lib'), { recursive: true });
  await writeFile(join(folder, 'Pods', 'Lib', 'a.swift'), 'let a = 1');
  await writeFile(join(folder, 'b.swift'), 'let b = 1');
  expect((await gather(folder, { history: false })).code.map((unit) => unit.path)).toEqual(['b.swift']);
});

it('finds a secret that only older versions hold', async () => {
  const git = (...args: string[]) => run('git', ['-C', folder, '-c', 'user.name=a', '-c', 'user.email=a@example.com', ...args]);
  await git('init', '-q');
  const leaked = `let key = "${['AKIA', 'Q7ZP4XW2LMTRVB5N'].join('')}"`;
  await writeFile(join(folder, 'a.swift'), leaked);
  await writeFile(join(folder, 'b.swift'), 'let harmless = 1');
  await git('add', '.');
  await git('commit', '-qm', 'one');
  await writeFile(join(folder, 'a.swift'), 'let new = 2');
  await writeFile(join(folder, 'b.swift'), 'let harmless = 2');
  await git('commit', '-qam', 'two');
  const artifacts = await gather(folder, { history: true });
  expect(artifacts.history.map((blob) => [blob.path, blob.source])).toEqual([['a.swift', leaked]]);
  const found = runAudits(audits, artifacts).find((result) => result.audit.id === 'history-secret');
  expect(found?.findings).toMatchObject([{ path: 'a.swift', line: 1 }]);
  expect(JSON.stringify(found?.findings)).not.toContain('Q7ZP4XW2LMTRVB5N');
});

it('says that a shallow clone hides its history', async () => {
  const origin = join(folder, 'origin');
  await mkdir(origin);
  const git = (at: string, ...args: string[]) => run('git', ['-C', at, '-c', 'user.name=a', '-c', 'user.email=a@example.com', ...args]);
  await git(origin, 'init', '-q');
  for (const text of ['let a = 1', 'let a = 2']) {
    await writeFile(join(origin, 'a.swift'), text);
    await git(origin, 'add', '.');
    await git(origin, 'commit', '-qm', text);
  }
  const clone = join(folder, 'clone');
  await run('git', ['clone', '-q', '--depth', '1', `file://${origin}`, clone]);
  expect((await gather(clone, { history: true })).historyMissing).toMatch(/shallow/);
});

it('goes on where a repository has no commit yet', async () => {
  await run('git', ['-C', folder, 'init', '-q']);
  await writeFile(join(folder, 'a.swift'), 'let a = 1');
  const artifacts = await gather(folder, { history: true });
  expect(artifacts.code).toHaveLength(1);
  expect(artifacts.history).toEqual([]);
});

it('reads the history of one app\u2019s folder in a larger repository', async () => {
  const git = (...args: string[]) => run('git', ['-C', folder, '-c', 'user.name=a', '-c', 'user.email=a@example.com', ...args]);
  await git('init', '-q');
  const leaked = `let key = "${['AKIA', 'Q7ZP4XW2LMTRVB5N'].join('')}"`;
  for (const name of ['ios', 'server']) {
    await mkdir(join(folder, name));
    await writeFile(join(folder, name, 'a.swift'), leaked + name);
  }
  await git('add', '.');
  await git('commit', '-qm', 'one');
  for (const name of ['ios', 'server']) await writeFile(join(folder, name, 'a.swift'), 'let harmless = 1');
  await git('commit', '-qam', 'two');
  const artifacts = await gather(join(folder, 'ios'), { history: true });
  expect(artifacts.history.map((blob) => [blob.path, blob.source])).toEqual([['a.swift', `${leaked}ios`]]);
});

it('reads what a partial clone has, fetches nothing and says that the rest is missing', async () => {
  const origin = join(folder, 'origin');
  await mkdir(origin);
  const git = (at: string, ...args: string[]) => run('git', ['-C', at, '-c', 'user.name=a', '-c', 'user.email=a@example.com', ...args]);
  await git(origin, 'init', '-q');
  await git(origin, 'config', 'uploadpack.allowFilter', 'true');
  for (const text of ['let a = 1', 'let a = 2', 'let a = 3']) {
    await writeFile(join(origin, 'a.swift'), text);
    await git(origin, 'add', '.');
    await git(origin, 'commit', '-qm', text);
  }
  const clone = join(folder, 'clone');
  await run('git', ['clone', '-q', '--filter=blob:none', `file://${origin}`, clone]);
  const artifacts = await gather(clone, { history: true });
  expect(artifacts.historyMissing).toMatch(/2 objects are not in this clone/);
  const result = runAudits(audits, artifacts).find(({ audit }) => audit.id === 'history-secret');
  expect(result).toMatchObject({ state: 'inconclusive', why: expect.stringContaining('partial clone') });
});

it('says that a git directory is broken, and looks for no other further up', async () => {
  await run('git', ['-C', folder, 'init', '-q']);
  const app = join(folder, 'app');
  await mkdir(join(app, '.git'), { recursive: true });
  await writeFile(join(app, '.git', 'HEAD'), 'nonsense');
  await writeFile(join(app, 'a.swift'), 'let a = 1');
  const artifacts = await gather(app, { history: true });
  expect(artifacts.code).toHaveLength(1);
  expect(artifacts.historyMissing).toMatch(/could not be read.*not a git repository/);
});

it('says that objects of the history are gone', async () => {
  const git = (...args: string[]) => run('git', ['-C', folder, '-c', 'user.name=a', '-c', 'user.email=a@example.com', ...args]);
  await git('init', '-q');
  for (const text of ['let a = 1', 'let a = 2']) {
    await writeFile(join(folder, 'a.swift'), text);
    await git('add', '.');
    await git('commit', '-qm', text);
  }
  const { stdout } = await git('rev-parse', 'HEAD~1:a.swift');
  const id = stdout.trim();
  await rm(join(folder, '.git', 'objects', id.slice(0, 2), id.slice(2)), { force: true });
  expect((await gather(folder, { history: true })).historyMissing).toMatch(/1 object is not in this clone/);
});
