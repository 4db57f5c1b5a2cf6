import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { deflateRawSync } from 'node:zlib';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { audits } from '../audits/index.ts';
import { runAudits } from '../judge/run-audits.ts';
import { gather } from './gather.ts';

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'sallyport-archive-'));
});
afterEach(async () => {
  await rm(folder, { recursive: true, force: true });
});

const messages = async (path: string) => (await gather(path, { history: true })).notes.map((note) => note.message).join('\n');

/** A zip with one deflated or stored entry per given file; sizes may lie. */
function zip(files: readonly { name: string; data: Buffer; claimed?: number }[]): Buffer {
  const parts: Buffer[] = [];
  const directory: Buffer[] = [];
  let offset = 0;
  for (const file of files) {
    const packed = deflateRawSync(file.data, { level: 9 });
    const name = Buffer.from(file.name);
    const size = file.claimed ?? file.data.length;
    const local = Buffer.alloc(30);
    local.writeUInt32LE(0x04034b50, 0);
    local.writeUInt16LE(20, 4);
    local.writeUInt16LE(8, 8);
    local.writeUInt32LE(packed.length, 18);
    local.writeUInt32LE(size, 22);
    local.writeUInt16LE(name.length, 26);
    const central = Buffer.alloc(46);
    central.writeUInt32LE(0x02014b50, 0);
    central.writeUInt16LE(20, 4);
    central.writeUInt16LE(20, 6);
    central.writeUInt16LE(8, 10);
    central.writeUInt32LE(packed.length, 20);
    central.writeUInt32LE(size, 24);
    central.writeUInt16LE(name.length, 28);
    central.writeUInt32LE(offset, 42);
    parts.push(local, name, packed);
    directory.push(central, name);
    offset += 30 + name.length + packed.length;
  }
  const central = Buffer.concat(directory);
  const end = Buffer.alloc(22);
  end.writeUInt32LE(0x06054b50, 0);
  end.writeUInt16LE(files.length, 8);
  end.writeUInt16LE(files.length, 10);
  end.writeUInt32LE(central.length, 12);
  end.writeUInt32LE(offset, 16);
  return Buffer.concat([...parts, central, end]);
}

const PLIST = Buffer.from('<plist><dict><key>CFBundleIdentifier</key><string>a.b</string></dict></plist>');

it('reads an ipa without unpacking it to disk', async () => {
  const ipa = join(folder, 'App.ipa');
  await writeFile(ipa, zip([{ name: 'Payload/App.app/Info.plist', data: PLIST }]));
  expect((await gather(ipa, { history: true })).plists.map((plist) => plist.role)).toEqual(['info']);
});

it('skips a zip bomb and says so', async () => {
  const ipa = join(folder, 'App.ipa');
  await writeFile(
    ipa,
    zip([
      { name: 'Payload/App.app/Info.plist', data: PLIST },
      { name: 'Payload/App.app/main.jsbundle', data: Buffer.alloc(64 * 1024 * 1024) },
    ]),
  );
  expect(await messages(ipa)).toMatch(/decompression bomb/);
});

it('skips an entry that holds more than it says', async () => {
  const ipa = join(folder, 'App.ipa');
  await writeFile(
    ipa,
    zip([
      { name: 'Payload/App.app/Info.plist', data: PLIST },
      { name: 'Payload/App.app/other.plist', data: Buffer.alloc(100_000, 32), claimed: 1_000 },
    ]),
  );
  const artifacts = await gather(ipa, { history: true });
  expect(artifacts.plists).toHaveLength(1);
  expect(artifacts.notes.map((note) => note.path)).toContain('Payload/App.app/other.plist');
});

it('stops at an entry that would leave the archive', async () => {
  const ipa = join(folder, 'App.ipa');
  await writeFile(
    ipa,
    zip([
      { name: 'Payload/App.app/Info.plist', data: PLIST },
      { name: '../../etc/passwd.plist', data: PLIST },
    ]),
  );
  const artifacts = await gather(ipa, { history: true });
  expect(artifacts.plists).toHaveLength(1);
  expect(artifacts.notes.map((note) => note.message).join()).toMatch(/unsafe/);
});

it('says that a truncated zip cannot be read', async () => {
  const ipa = join(folder, 'App.ipa');
  await writeFile(ipa, zip([{ name: 'Payload/App.app/Info.plist', data: PLIST }]).subarray(0, 60));
  await expect(gather(ipa, { history: true })).rejects.toThrow(/cannot be read/);
});

/** A thin 64-bit Mach-O file with an encryption command, a string table and signed entitlements. */
function machO(encrypted: boolean, text: string): Buffer {
  const header = Buffer.alloc(32);
  header.writeUInt32LE(0xfeedfacf, 0);
  header.writeUInt32LE(2, 16);
  const encryption = Buffer.alloc(24);
  encryption.writeUInt32LE(0x2c, 0);
  encryption.writeUInt32LE(24, 4);
  encryption.writeUInt32LE(encrypted ? 1 : 0, 16);
  const signature = Buffer.alloc(16);
  signature.writeUInt32LE(0x1d, 0);
  signature.writeUInt32LE(16, 4);
  const strings = Buffer.from(`\0${text}\0`);
  const at = 32 + 24 + 16 + strings.length;
  signature.writeUInt32LE(at, 8);
  const xml = Buffer.from('<plist><dict><key>get-task-allow</key><true/></dict></plist>');
  const blob = Buffer.alloc(20 + 8);
  blob.writeUInt32BE(0xfade0cc0, 0);
  blob.writeUInt32BE(1, 8);
  blob.writeUInt32BE(20, 16);
  blob.writeUInt32BE(0xfade7171, 20);
  blob.writeUInt32BE(8 + xml.length, 24);
  return Buffer.concat([header, encryption, signature, strings, blob, xml]);
}

it('reads strings and entitlements of an executable in an ipa', async () => {
  const ipa = join(folder, 'App.ipa');
  const key = ['AKIA', 'Q7ZP4XW2LMTRVB5N'].join('');
  await writeFile(
    ipa,
    zip([
      { name: 'Payload/App.app/Info.plist', data: PLIST },
      { name: 'Payload/App.app/App', data: machO(false, key) },
    ]),
  );
  const results = runAudits(audits, await gather(ipa, { history: false }));
  expect(results.find((result) => result.audit.id === 'provider-secret')?.findings).toMatchObject([{ path: 'Payload/App.app/App' }]);
  expect(results.find((result) => result.audit.id === 'debuggable-entitlement')?.state).toBe('fail');
});

it('reads the extensions, the watch app and the clip inside an ipa', async () => {
  const ipa = join(folder, 'App.ipa');
  const key = ['AKIA', 'Q7ZP4XW2LMTRVB5N'].join('');
  const inside = [
    'PlugIns/Share.appex/Share',
    'Extensions/Intents.appex/Intents',
    'Watch/Wrist.app/Wrist',
    'Watch/Wrist.app/PlugIns/Face.appex/Face',
    'AppClips/Clip.app/Clip',
    'Frameworks/Core.framework/Core',
    'Watch/Wrist.app/Frameworks/libswiftCore.dylib',
  ].map((path) => `Payload/App.app/${path}`);
  await writeFile(
    ipa,
    zip([
      { name: 'Payload/App.app/Info.plist', data: PLIST },
      ...inside.map((name) => ({ name, data: machO(false, key) })),
      { name: 'Payload/App.app/Watch/Wrist.app/Info.plist', data: PLIST },
      { name: 'Payload/App.app/PkgInfo', data: Buffer.from('APPL????') },
    ]),
  );
  const artifacts = await gather(ipa, { history: false });
  expect(artifacts.binaries.map((binary) => binary.path).sort()).toEqual([...inside].sort());
  expect(artifacts.plists.filter((plist) => plist.role === 'info')).toHaveLength(2);
  const secret = runAudits(audits, artifacts).find(({ audit }) => audit.id === 'provider-secret');
  expect(secret?.findings.map((finding) => finding.path).sort()).toEqual([...inside].sort());
});

it('says that it cannot see into an executable with store encryption', async () => {
  const ipa = join(folder, 'App.ipa');
  await writeFile(
    ipa,
    zip([
      { name: 'Payload/App.app/Info.plist', data: PLIST },
      { name: 'Payload/App.app/App', data: machO(true, 'whatever') },
    ]),
  );
  const results = runAudits(audits, await gather(ipa, { history: false }));
  expect(results.find((result) => result.audit.id === 'binary-readable')).toMatchObject({
    state: 'inconclusive',
    why: expect.stringContaining('cryptid'),
  });
});
