import { defineAudit } from '../../audit.ts';
import type { CallEvent } from '../../flow/events.ts';
import { onceAName } from '../../flow/once-a-name.ts';
import type { Value } from '../../flow/value.ts';
import { isPlaceholder } from '../../secrets/secret-patterns.ts';
import type { Expression } from '../../syntax/tree.ts';
import { here } from '../event-place.ts';
import { writtenBehind } from './declared-choice.ts';
import { fallbackKey } from './fallback-key.ts';
import { COMMON_CRYPTO, isBuffer, isCryptoCall, isFixed, isZeroed } from './fixed-bytes.ts';
import { lineOf, spelledAt } from './spelled-at.ts';

const KEY_LABELS = new Set([
  'key',
  'encryptionKey',
  'hmacKey',
  'HMACKey',
  'secretKey',
  'password',
  'withPassword',
  'forPassword',
  'symmetricKey',
  'aesKey',
  'encryptKey',
  'passphrase',
  'withKey',
  'secret',
  'rawRepresentation',
  'keyData',
  'derRepresentation',
  'pemRepresentation',
  'x963Representation',
  'using',
  'authenticationKey',
]);
/** Names that say it whoever is called. */
const KEY_NAME = /^(?:with)?(?:encryption|encrypt|hmac|aes|cipher|crypto|symmetric)_?key(?:data|bytes)?$/i;
/** SQLCipher's key, given as a statement. */
const PRAGMA_KEY = /^\s*PRAGMA\s+(?:hex)?(?:re)?key\s*=\s*["']([^"'\0]+)["']/i;
/** Functions whose key has no label, with its place. */
const KEY_POSITIONS: Record<string, number> = {
  CCHmac: 1,
  CCHmacInit: 2,
  CCKeyDerivationPBKDF: 1,
  CCKeyDerivationHMac: 5,
  keyForPassword: 0,
  sqlite3_key: 1,
  sqlite3_key_v2: 2,
  sqlite3_rekey: 1,
  sqlite3_rekey_v2: 2,
  SecKeyCreateWithData: 0,
  usePassphrase: 0,
  rekey: 0,
  keyAndMigrate: 0,
  changePassphrase: 0,
  createCipheriv: 1,
  createDecipheriv: 1,
  createCipher: 1,
  createDecipher: 1,
  createHmac: 1,
  pbkdf2: 0,
  pbkdf2Sync: 0,
  deriveKey: 0,
};
const CRYPTO_JS = /(?:CryptoJS|crypto-?js|AES|Aes|DES|TripleDES|Rabbit|RC4|Blowfish)\.(?:encrypt|decrypt)$|\bHmac\w+$/;

/** Calls that take a key without a label, by their last word alone. */
const KEY_CALL =
  /^(?:key|setKey|setEncryptionKey|unlock|SymmetricKey|encrypt|decrypt|sign|verify|Decryptor|Encryptor|RNCryptor|RNEncryptor|RNDecryptor|AES|Rabbit|Blowfish|ChaCha20|TripleDES|DES|PBKDF1|PBKDF2|HMAC|CMAC|Scrypt)$|\bHmac\w+$|(?:With|Using|For)(?:Key|Password|Passphrase)$/;
/** Functions called after what they do: `aesEncryptString`, `decryptUseDES`. */
const ENCRYPTS = /^(?:\w*(?:aes|AES|des|DES))?_?(?:en|de|En|De)crypt(?:[A-Z_]\w*)?$/;

const takesKey = onceAName(
  (name) => Object.hasOwn(COMMON_CRYPTO, name) || Object.hasOwn(KEY_POSITIONS, name) || KEY_CALL.test(name) || ENCRYPTS.test(name),
);

export const hardcodedCryptoKey = defineAudit({
  id: 'hardcoded-crypto-key',
  area: 'crypto',
  title: 'Keys and passwords for encryption are not written in the code',
  failingTitle: 'An encryption key or password is written in the code',
  severity: 'high',
  references: {
    checklist: 'no-secrets',
    masvs: ['MASVS-CRYPTO-2'],
    mastg: ['MASTG-TEST-0213'],
    maswe: ['MASWE-0014'],
    cwe: [321, 259, 798],
  },
  why: 'Every copy of the app holds the same key, and anybody can read it out of the download; what it encrypts is open.',
  remedy: {
    text: 'Make the key on the device and keep it in the keychain or the Secure Enclave, or derive it from something only the user knows.',
    language: 'swift',
    code: 'let key = SymmetricKey(size: .bits256)   // made once, then kept in the keychain\nlet box = try AES.GCM.seal(message, using: key)',
    script: 'const key = randomBytes(32);   // made once, then kept with SecureStore',
  },
  needs: ['code'],
  samples: {
    fail: [
      {
        path: 'Box.m',
        text: 'void f(void) { u_char bytes[4] = {0x7a, 0x4b, 0x7a, 0x78};\n NSData *key = [NSData dataWithBytes:bytes length:sizeof(bytes)];\n [box encrypt:text key:key]; }',
      },
      {
        path: 'f.ts',
        text: "import Aes from 'react-native-aes-crypto';\nconst keys = { box: '0102030405060708' };\nexport const f = (text, iv) => Aes.encrypt(text, keys.box, iv, 'aes-128-cbc');",
      },
      {
        path: 'a.ts',
        text: "const check = (token) => { const word = process.env.WORD || 'rubber-duck'; return jwt.verify(token, word); };",
      },
      { path: 'Box.m', text: 'void f(NSString *text) { NSString *out = aesEncryptString(text, @"bridge4cedar7plum"); }' },
      { path: 'a.ts', text: 'const KEY = "r1d3s-c4che";\nexport const kv = new MMKV({ id: "a", encryptionKey: KEY });' },
      'func lock(d: Data) throws -> Data { let k = "0123456789abcdef"; let key = SymmetricKey(data: k.data(using: .utf8)!); return try AES.GCM.seal(d, using: key).combined! }',
      'enum Keys { static let box = "passphrase-one" }\nfunc lock(db: Connection) throws { try db.key(Keys.box) }',
      'func open(d: Data) throws -> Data { try RNDecryptor.decryptData(d, withPassword: "letmein") }',
      'let word = "open, please"\nlet bytes = word.utf8.map { Int8($0) }\nlet pointer = UnsafePointer<Int8>(bytes)\nfunc f() { CCKeyDerivationPBKDF(alg, pointer, bytes.count, salt, saltLength, prf, rounds, out, outLength) }',
      'func open() { var c = Realm.Configuration(); c.encryptionKey = Data("0123456789abcdef".utf8) }',
      'func open(db: OpaquePointer) { sqlite3_exec(db, "PRAGMA key = \'open-sesame\'", nil, nil, nil) }',
      {
        path: 'box.ts',
        text: 'import CryptoJS from "crypto-js";\nconst secret = "abc123abc123";\nexport const lock = (m) => CryptoJS.AES.encrypt(m, secret).toString();',
      },
      {
        path: 'Box.m',
        text: '- (void)f:(NSData *)d { NSString *key = @"0123456789abcdef"; CCCrypt(kCCEncrypt, kCCAlgorithmAES, 0, [key UTF8String], 16, iv, d.bytes, d.length, out, outLen, &moved); }',
      },
      { path: 'Box.m', text: '- (NSData *)f:(NSData *)d { return [d AES256EncryptWithKey:@"0123456789abcdef"]; }' },
    ],
    pass: [
      {
        path: 'Box.m',
        text: 'void f(NSString *password) { char key[32] = {0}; CCKeyDerivationPBKDF(kCCPBKDF2, password.UTF8String, 8, salt, 16, 1, rounds, (uint8_t *)key, 32); CCCrypt(kCCEncrypt, kCCAlgorithmAES, 0, key, 32, iv, text, 16, out, 16, &moved); }',
      },
      { path: 'a.ts', text: "const check = (token) => { const word = process.env.WORD || ''; return jwt.verify(token, word); };" },
      { path: 'a.ts', text: 'const check = (token) => { const word = process.env.WORD || other; return jwt.verify(token, word); };' },
      { path: 'Box.m', text: 'void f(NSString *text, NSString *key) { NSString *out = aesEncryptString(text, key); }' },
      { path: 'a.ts', text: 'const key = await fromKeychain();\nexport const kv = new MMKV({ id: "a", encryptionKey: key });' },
      'func lock(d: Data) throws -> Data { let key = SymmetricKey(size: .bits256); return try AES.GCM.seal(d, using: key).combined! }',
      'func open(d: Data, p: String) throws -> Data { try RNDecryptor.decryptData(d, withPassword: p) }',
      'func read(store: Store) -> String? { store.value(key: "theme") }',
      'func open(k: Data) { var c = Realm.Configuration(); c.encryptionKey = k }',
      'func open(db: OpaquePointer, k: String) { sqlite3_exec(db, "PRAGMA key = \'\\(k)\'", nil, nil, nil) }',
      'func f(p: [String: Any]) -> Double { Report.extractRevenue(p, withKey: "revenue") }',
    ],
  },
  dictionaries(event, context) {
    // `new MMKV({ id, encryptionKey })`, `Realm.open({ encryptionKey })`: what the option is for, its name says.
    if (event.scene.unit.language !== 'script') return;
    for (const { key, keyNode, value, valueNode } of event.entries) {
      if (!/^(?:encryptionKey|encryption_key|aesKey|hmacKey|cipherKey|secretBoxKey)$/.test(key.text ?? '') || !isFixed(value)) continue;
      if (value.text !== undefined && isPlaceholder(value.text)) continue;
      context.report({
        at: here(event.scene, { start: keyNode.start, end: valueNode.end }),
        message: `${key.text} is a constant of the program.`,
        ...(value.text === undefined ? {} : { secrets: [value.text] }),
      });
    }
  },
  texts(event, context) {
    if (!event.text.includes('=')) return;
    const key = PRAGMA_KEY.exec(event.text)?.[1];
    if (key !== undefined && !/^%[@s]$/.test(key))
      context.report({
        at: here(event.scene, event.node),
        message: 'The key of the database is a constant of the program.',
        secrets: [key],
      });
  },
  assigns: [
    {
      names: KEY_NAME,
      check(event, context) {
        // `configuration.encryptionKey = …`; a constant's own declaration is told where it is used.
        if (event.declared || event.target?.kind !== 'member') return;
        if (!isFixed(event.value) || isBuffer(event.value) || event.value.text === '') return;
        context.report({
          at: here(event.scene, event.node),
          message: `${event.name} is a constant of the program.`,
          ...(event.value.text === undefined ? {} : { secrets: [event.value.text] }),
        });
      },
    },
  ],
  calls: [
    {
      names: { test: takesKey },
      labels: { test: (label) => KEY_LABELS.has(label) || KEY_NAME.test(label) },
      check(event, context) {
        const instead = fallbackKey(event);
        if (instead !== undefined)
          context.report({
            at: here(event.scene, instead),
            message: `Where no key is given, ${event.name} uses a constant of the program.`,
            secrets: [instead.text],
          });
        const found = keyArgument(event);
        if (found === undefined) return;
        if (
          found.known.symbol === 'nil' &&
          /^(?:CCKeyDerivationPBKDF|decryptData|encryptData|Decryptor|Encryptor|PBKDF2|PBKDF1)$/.test(event.name)
        ) {
          context.report({ at: here(event.scene, found.arg), message: `${event.name} gets no ${found.what} at all.` });
          return;
        }
        if (!isFixed(found.known) || isBuffer(found.known) || isZeroed(found.known)) return;
        const text = found.known.text;
        context.report({
          at: here(event.scene, found.arg),
          message: `The ${found.what} given to ${event.name || 'this call'} is ${text === '' ? 'empty' : 'a constant of the program'}.`,
          ...(text === undefined || text === '' ? {} : { secrets: [text] }),
          confidence: 'high',
        });
        // Where the bytes are spelled is the line to empty.
        const bytes = text === undefined && found.known.from?.kind === 'array';
        const spelled = text === undefined && !bytes ? undefined : spelledAt(found.known, event, context);
        const behind = text !== undefined || found.arg.value === undefined ? undefined : writtenBehind(event.scene, found.arg.value);
        const secret = text ?? behind?.text ?? spelled?.unit.source.slice(spelled.start, spelled.end);
        const at = spelled ?? (behind === undefined ? undefined : here(event.scene, behind.declare));
        if (secret === undefined || at === undefined) return;
        context.report({
          at,
          message: `${bytes ? 'These bytes are' : 'This text is'} used as a ${found.what} in line ${lineOf(event, at.unit)}.`,
          secrets: [secret],
          confidence: 'high',
        });
      },
    },
  ],
});

interface KeyArgument {
  readonly known: Value;
  readonly arg: { readonly start: number; readonly end: number; readonly value?: Expression };
  readonly what: string;
}

function keyArgument(event: CallEvent): KeyArgument | undefined {
  const { name } = event;
  // Most calls are given nothing that is written in the program.
  if (!event.args.some((arg) => isFixed(arg.known) || arg.known.symbol === 'nil')) return undefined;
  const common = COMMON_CRYPTO[name];
  const position = common?.key ?? (Object.hasOwn(KEY_POSITIONS, name) ? KEY_POSITIONS[name] : undefined);
  if (position !== undefined && (common !== undefined || event.args[position]?.label === undefined)) {
    const arg = event.args[position];
    if (arg !== undefined && (name !== 'deriveKey' || isCryptoCall(event)))
      return { known: arg.known, arg, what: /pbkdf|password|passphrase/i.test(name) ? 'password' : 'key' };
  }
  if (
    /^(?:key|setKey|rekey|setEncryptionKey|unlock)$/.test(name) &&
    event.args.length === 1 &&
    event.args[0]?.label === undefined &&
    /db|database|connection|sqlite|queue/i.test(`${event.path} ${event.receiver?.type ?? ''}`)
  )
    return { known: event.args[0]?.known ?? {}, arg: event.args[0] ?? event.node, what: 'database key' };
  if (name === 'SymmetricKey' && event.args[0]?.label === 'data') return { known: event.args[0].known, arg: event.args[0], what: 'key' };
  if (event.scene.unit.language === 'script' && CRYPTO_JS.test(event.path) && event.args.length >= 2)
    return { known: event.args[1]?.known ?? {}, arg: event.args[1] ?? event.node, what: 'key' };
  if (event.scene.unit.language === 'script' && /^(?:jwt|jsonwebtoken|jws)\.(?:sign|verify)$/.test(event.path))
    return { known: event.args[1]?.known ?? {}, arg: event.args[1] ?? event.node, what: 'signing key' };
  if (
    /^(?:Decryptor|Encryptor|RNCryptor|RNEncryptor|RNDecryptor)$/.test(name) &&
    event.args.length === 1 &&
    event.args[0]?.label === undefined
  )
    return { known: event.args[0]?.known ?? {}, arg: event.args[0] ?? event.node, what: 'password' };
  for (const arg of event.args)
    if (arg.label !== undefined && isFixed(arg.known) && KEY_NAME.test(arg.label)) return { known: arg.known, arg, what: 'key' };
  // `aesEncryptString(text, @"…")`: a function of C or of the app, the text first and the key behind it.
  if (event.receiverNode === undefined && ENCRYPTS.test(name) && event.args[1]?.label === undefined && event.args.length <= 3) {
    const second = event.args[1];
    if (second?.value.kind === 'string' && /^[\x21-\x7e]{8,}$/.test(second.known.text ?? ''))
      return { known: second.known, arg: second, what: 'key' };
  }
  if (!event.args.some((arg) => isFixed(arg.known)) || !isCryptoCall(event)) return undefined;
  // Objective-C writes the first label at the end of the name: `AES256EncryptWithKey:`.
  const [first] = event.args;
  if (
    first !== undefined &&
    first.label === undefined &&
    /(?:With|Using|For)(?:Key|Password|Passphrase)$/.test(name) &&
    isFixed(first.known)
  )
    return { known: first.known, arg: first, what: /Key$/.test(name) ? 'key' : 'password' };
  for (const arg of event.args) {
    if (arg.label === undefined || !KEY_LABELS.has(arg.label)) continue;
    if (arg.label === 'using' && !/seal|open|authenticationCode|sign/.test(name)) continue;
    if (isFixed(arg.known)) return { known: arg.known, arg, what: /assword|assphrase/.test(arg.label) ? 'password' : 'key' };
  }
  // `AES(key, …)`, `Rabbit(key, iv)`, `PBKDF1(password, salt, …)`.
  if (
    /^(?:AES|Rabbit|Blowfish|ChaCha20|TripleDES|DES|PBKDF1|PBKDF2|HMAC|CMAC|Scrypt)$/.test(name) &&
    event.args[0]?.label === undefined &&
    event.args[0] !== undefined
  )
    return { known: event.args[0].known, arg: event.args[0], what: 'key' };
  return undefined;
}
