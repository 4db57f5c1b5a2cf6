import { type AuditContext, defineAudit } from '../../audit.ts';
import { Declarations } from '../../flow/declarations.ts';
import type { CallEvent } from '../../flow/events.ts';
import { lastName } from '../../flow/paths.ts';
import { secretOfType } from '../../flow/secret-type.ts';
import { sensitiveName } from '../../flow/sensitive-name.ts';
import type { Value } from '../../flow/value.ts';
import type { Expression } from '../../syntax/tree.ts';
import { here } from '../event-place.ts';
import { personalOfSystem } from '../personal-source.ts';
import { secretOfFile, secretOfText } from './named-file.ts';

const NONE =
  /(?:FileProtectionType\.|\.)none$|NSFileProtectionNone|DataWritingFileProtectionNone|\.noFileProtection$|NSDataWritingFileProtectionNone/i;
const WEAK =
  /completeUnlessOpen|completeUntilFirstUserAuthentication|CompleteUntilFirstUserAuthentication|CompleteUnlessOpen|completeFileProtectionUnlessOpen|completeFileProtectionUntilFirstUserAuthentication/;

/** A constant or an image that its name calls secret: neither is secret by its type, yet it lands in a file. */
function namedSecret(node: Expression | undefined, known: Value | undefined, ask: boolean): Value | undefined {
  if (!ask || node === undefined || known?.sensitive !== undefined || known?.guarded === true) return undefined;
  const name = lastName(node);
  const kind = name === undefined ? undefined : sensitiveName(name);
  return kind === undefined || name === undefined ? undefined : { ...known, sensitive: { kind, name } };
}

export const fileProtection = defineAudit({
  id: 'file-protection',
  area: 'storage',
  title: 'Files are protected while the device is locked',
  failingTitle: 'A file is readable while the device is locked',
  severity: 'medium',
  references: {
    checklist: 'offline-encryption',
    masvs: ['MASVS-STORAGE-1'],
    mastg: ['MASTG-TEST-0299'],
    maswe: ['MASWE-0006'],
    cwe: [311, 312, 921],
  },
  why: 'Without complete protection the file is decrypted from the first unlock on, or always; who holds the locked device can get it.',
  remedy: {
    text: 'Write with complete protection; fall back to “unless open” only for files written in the background.',
    language: 'swift',
    code: 'try data.write(to: url, options: [.atomic, .completeFileProtection])',
    script: "await SecureStore.setItemAsync('refresh', token);   // the keychain, not a file",
  },
  needs: ['code'],
  samples: {
    fail: [
      'func f(u: URL) throws { try FileManager.default.setAttributes([.protectionKey: FileProtectionType.none], ofItemAtPath: u.path) }',
      'func f(d: Data, u: URL) throws { try d.write(to: u, options: .noFileProtection) }',
      'func f(password: String, u: URL) throws { try password.write(to: u, atomically: true, encoding: .utf8) }',
      'func f(d: NSPersistentStoreDescription) { d.setOption(FileProtectionType.none as NSObject, forKey: NSPersistentStoreFileProtectionKey) }',
      'let apiSecret = "9f8a7c6b5d4e"\nfunc f(u: URL) throws { try apiSecret.write(to: u, atomically: true, encoding: .utf8) }',
      'func f(password: String, p: String) { NSKeyedArchiver.archiveRootObject(password, toFile: p) }',
      'func f(passport: UIImage) { UIImageWriteToSavedPhotosAlbum(passport, nil, nil, nil) }',
      { path: 'f.ts', text: 'export const keep = (token) => RNFS.writeFile(RNFS.DocumentDirectoryPath + "/s.txt", token, "utf8");' },
      { path: 'f.ts', text: 'export const keep = (refreshToken) => FileSystem.writeAsStringAsync(file, refreshToken);' },
      {
        path: 'f.ts',
        text: 'export const keep = (wallet: { address: string; privateKey: string }) => FileSystem.writeAsStringAsync(file, JSON.stringify(wallet));',
      },
      { path: 'f.m', text: '- (void)f { NSDictionary *a = @{NSFileProtectionKey: NSFileProtectionNone}; }' },
      'func f(d: URL, lines: String) throws { try lines.write(to: d.appendingPathComponent("recovery.txt"), atomically: true, encoding: .utf8) }',
      'func f(p: String, d: Data) { FileManager.default.createFile(atPath: p + "/passwords.txt", contents: d, attributes: nil) }',
      'func f(u: URL) throws { let text = "DEPLOY_SECRET=4F7K2Q"; try text.write(to: u, atomically: true, encoding: .utf8) }',
      {
        path: 'f.ts',
        text: 'export const keep = (all) => FileSystem.writeAsStringAsync(folder + "credentials.json", JSON.stringify(all));',
      },
      { path: 'f.ts', text: 'export const keep = (token) => fs.writeFileSync(file, token);' },
      'import Contacts\nclass Book { var contactsData = ""; let store = CNContactStore()\n  func keep(u: URL) throws { try contactsData.write(to: u, atomically: true, encoding: .utf8) } }',
      'class Trip { let manager = CLLocationManager(); var trackedLocations: [Place] = []\n  func keep(u: URL) throws { try JSONEncoder().encode(trackedLocations).write(to: u) } }',
      {
        path: 'f.ts',
        text: 'import * as Contacts from "expo-contacts";\nexport const keep = (contacts) => FileSystem.writeAsStringAsync(file, JSON.stringify(contacts));',
      },
    ],
    pass: [
      'func f(d: URL, lines: String) throws { try lines.write(to: d.appendingPathComponent("report.txt"), atomically: true, encoding: .utf8) }',
      'func f(d: URL, lines: String) throws { try encrypt(lines).write(to: d.appendingPathComponent("recovery.txt")) }',
      'func f(d: Data, u: URL) throws { try d.write(to: u.appendingPathComponent("token.txt"), options: .completeFileProtection) }',
      'func f(u: URL) throws { let text = "theme=dark"; try text.write(to: u, atomically: true, encoding: .utf8) }',
      {
        path: 'f.ts',
        text: 'export const keep = (all) => FileSystem.writeAsStringAsync(folder + "design-tokens.json", JSON.stringify(all));',
      },
      'func f(d: Data, u: URL) throws { try d.write(to: u, options: .completeFileProtection) }',
      'func f(p: String) { FileManager.default.createFile(atPath: p, contents: nil, attributes: [.protectionKey: FileProtectionType.none]) }',
      'func f(u: URL) throws { try FileManager.default.setAttributes([.protectionKey: FileProtectionType.complete], ofItemAtPath: u.path) }',
      'func f(sunset: UIImage) { UIImageWriteToSavedPhotosAlbum(sunset, nil, nil, nil) }',
      {
        path: 'f.ts',
        text: 'export const keep = (wallet: { address: string; privateKey: string }) => FileSystem.writeAsStringAsync(file, wallet.address);',
      },
      { path: 'f.ts', text: 'export const keep = (notes) => FileSystem.writeAsStringAsync(file, notes);' },
      'class Map { var locations: [Shop] = []\n  func keep(u: URL) throws { try JSONEncoder().encode(locations).write(to: u) } }',
      'func f(title: String, u: URL) throws { try title.write(to: u, atomically: true, encoding: .utf8) }',
    ],
  },
  dictionaries(event, context) {
    for (const entry of event.entries) {
      const key = entry.key.symbol ?? entry.key.text ?? '';
      if (!/protectionKey$|NSFileProtectionKey$|FileProtectionKey$/.test(key)) continue;
      // A file without contents, made to be seen and not read.
      const before = event.scene.unit.source.slice(Math.max(0, event.node.start - 200), event.node.start);
      if (/contents:\s*nil\s*,\s*attributes:\s*$/.test(before)) continue;
      const spelled = entry.value.symbol ?? entry.value.text ?? event.scene.unit.source.slice(entry.valueNode.start, entry.valueNode.end);
      if (NONE.test(spelled)) context.report({ at: here(event.scene, entry.keyNode), message: 'The file gets no protection at all.' });
      else if (WEAK.test(spelled))
        context.report({
          at: here(event.scene, entry.keyNode),
          message: `The file stays readable after the device is locked (${spelled.split('.').at(-1)}).`,
          // A folder's class is only what its files begin with.
          confidence: /createDirectory[^\n]*$/.test(before) ? 'low' : 'medium',
          severity: 'low',
        });
    }
  },
  calls: [
    {
      names: [
        'write',
        'writeToFile',
        'writeToURL',
        'setResourceValue',
        'setOption',
        'createFile',
        'writeAsStringAsync',
        'writeFile',
        'writeFileSync',
        'appendFile',
        'archiveRootObject',
        'UIImageWriteToSavedPhotosAlbum',
      ],
      check(event, context) {
        const source = event.args.map((arg) => event.scene.unit.source.slice(arg.start, arg.end)).join(' ');
        if (event.name === 'setResourceValue' || event.name === 'setOption') {
          if (/fileProtection/i.test(source) && /(?:FileProtectionType\.|\.)none\b|FileProtectionNone/.test(source))
            context.report({ at: here(event.scene, event.node), message: 'The file gets no protection at all.' });
          return;
        }
        const options = event.argNode('options');
        const spelled = options === undefined ? '' : event.scene.unit.source.slice(options.start, options.end);
        if (/noFileProtection|FileProtectionNone/i.test(spelled)) {
          context.report({ at: here(event.scene, event.node), message: 'The file is written without protection.' });
          return;
        }
        if (WEAK.test(spelled)) {
          context.report({
            at: here(event.scene, event.node),
            message: 'The file stays readable after the device is locked.',
            confidence: 'medium',
            severity: 'low',
          });
          return;
        }
        // A secret written to a file with the default protection (until first unlock).
        const written =
          event.name === 'write' && event.receiver?.type === 'FileHandle'
            ? event.args[0]?.known
            : /^(?:writeAsStringAsync|writeFile(?:Sync)?|appendFile)$/.test(event.name)
              ? event.args[1]?.known
              : event.name === 'archiveRootObject' || event.name === 'UIImageWriteToSavedPhotosAlbum'
                ? (namedSecret(event.args[0]?.value, event.args[0]?.known, true) ?? archived(event.args[0]?.known, context))
                : event.name === 'createFile'
                  ? event.arg('contents')
                  : (namedSecret(event.receiverNode, event.receiver, event.receiver?.literal === true) ?? event.receiver);
        const byHandle =
          event.name === 'write' &&
          event.args.length === 1 &&
          /^FileHandle$/.test(event.receiver?.type ?? '') &&
          !/FileHandle\.standard/.test(event.path);
        const toFile =
          byHandle ||
          event.arg('to') !== undefined ||
          event.arg('toFile') !== undefined ||
          event.arg('contents') !== undefined ||
          /^(?:write(?:To|As|File)|appendFile|UIImageWrite)/.test(event.name);
        if (!toFile || written?.guarded === true || /complete(?:FileProtection)?\b/i.test(source)) return;
        const secret =
          written?.sensitive ??
          secretOfText(written?.text) ??
          secretOfFile(fileArgument(event)) ??
          personalOfSystem(writtenName(event), event.scene.unit);
        if (secret === undefined) return;
        if (event.args.some((arg) => arg.value.kind === 'unary')) return;
        context.report({
          at: here(event.scene, event.node),
          message:
            event.name === 'UIImageWriteToSavedPhotosAlbum'
              ? `“${secret.name}” goes into the photo library, which other apps read.`
              : `“${secret.name}” is written to a file that is readable after the first unlock.`,
          confidence: 'medium',
        });
      },
    },
  ],
});

/** What the written value is called, under the calls that make text or bytes of it. */
function writtenName(event: CallEvent): string | undefined {
  let node = event.scene.unit.language === 'script' ? event.args[1]?.value : (event.receiverNode ?? event.argNode('contents')?.value);
  for (let hops = 0; node !== undefined && hops < MAX_CONVERSIONS; hops++) {
    if (node.kind === 'unary') node = node.operand;
    else if (node.kind === 'member' && /^(?:utf8|data)$/.test(node.name)) node = node.object;
    else if (node.kind !== 'call') break;
    else if (node.callee.kind === 'member' && /^(?:data|dataUsingEncoding|joined|join)$/.test(node.callee.name)) node = node.callee.object;
    else node = node.args[0]?.value;
  }
  return node === undefined ? undefined : lastName(node);
}
/** `Data(try encoder.encode(list).utf8)` is as deep as people write it. */
const MAX_CONVERSIONS = 6;

/** The argument that says which file, as it is spelled. */
function fileArgument(event: CallEvent): string {
  const file = event.argNode('to') ?? event.argNode('toFile') ?? event.argNode('atPath') ?? event.args[0];
  return file === undefined ? '' : event.scene.unit.source.slice(file.value.start, file.value.end);
}

/** An archive holds all that its object holds. */
function archived(known: Value | undefined, context: AuditContext): Value | undefined {
  if (known === undefined || known.sensitive !== undefined || known.guarded === true) return known;
  return { ...known, sensitive: secretOfType(known.type, new Declarations(context.artifacts.project)) };
}
