import { defineAudit } from '../../audit.ts';
import type { CallEvent, DictionaryEvent } from '../../flow/events.ts';
import type { Value } from '../../flow/value.ts';
import { here } from '../event-place.ts';
import { COMMON_CRYPTO, isBuffer, isCryptoCall, isFixed, spelled } from './fixed-bytes.ts';
import { lineOf, spelledAt } from './spelled-at.ts';

/** Functions of tweetnacl, libsodium and noble whose nonce has no label, with its place. */
const NONCE_POSITIONS: Record<string, number> = {
  secretbox: 1,
  box: 1,
  crypto_secretbox_easy: 1,
  crypto_box_easy: 1,
  crypto_aead_xchacha20poly1305_ietf_encrypt: 3,
  crypto_aead_chacha20poly1305_ietf_encrypt: 3,
  xchacha20poly1305: 1,
  chacha20poly1305: 1,
  xsalsa20poly1305: 1,
  gcm: 1,
};
const LABELS = ['iv', 'IV', 'nonce', 'initializationVector', 'initialVector', 'ivData', 'withIV'];
/** Calls that take an IV without a label. */
const IV_CALLS = [
  ...Object.keys(COMMON_CRYPTO),
  ...Object.keys(NONCE_POSITIONS),
  'createCipheriv',
  'createDecipheriv',
  'encrypt',
  'decrypt',
  'Nonce',
  'Rabbit',
  'ChaCha20',
  'StreamCryptor',
];

export const staticIv = defineAudit({
  id: 'static-iv',
  area: 'crypto',
  title: 'Every encryption uses a fresh random IV or nonce',
  failingTitle: 'An IV or nonce is constant',
  severity: 'high',
  references: {
    checklist: 'no-weak-crypto',
    masvs: ['MASVS-CRYPTO-1'],
    maswe: ['MASWE-0022'],
    cwe: [329, 1204, 323],
  },
  why: 'With the same IV equal messages look equal; with GCM and stream ciphers one repeated nonce gives the messages away.',
  remedy: {
    text: 'Let the library choose: AES.GCM.seal makes a nonce and stores it with the message. Otherwise take SecRandomCopyBytes each time.',
    language: 'swift',
    code: 'let box = try AES.GCM.seal(message, using: key)   // random nonce inside box.combined',
    script: 'const iv = randomBytes(12);   // new for every message, sent in front of it',
  },
  needs: ['code'],
  samples: {
    fail: [
      {
        path: 'f.ts',
        text: "import Aes from 'react-native-aes-crypto';\nconst IV = '000102030405060708090a0b0c0d0e0f';\nexport const f = (text, key) => Aes.encrypt(text, key, IV, 'aes-256-cbc');",
      },
      {
        path: 'f.m',
        text: '- (NSData *)f:(NSData *)d key:(NSData *)k { return [d encryptedWithKey:k initializationVector:nil options:0]; }',
      },
      {
        path: 'f.ts',
        text: 'const nonce = new Uint8Array(nacl.secretbox.nonceLength);\nexport const f = (t, key) => nacl.secretbox(t, nonce, key);',
      },
      {
        path: 'f.ts',
        text: 'const IV = Buffer.from("000102030405060708090a0b0c0d0e0f", "hex");\nexport const f = (key) => createCipheriv("aes-256-cbc", key, IV);',
      },
      {
        path: 'f.ts',
        text: 'const iv = new TextEncoder().encode("abcdefghijkl");\nexport const f = (t, key) => crypto.subtle.encrypt({ name: "AES-GCM", iv }, key, t);',
      },
      'func f(m: [UInt8], key: [UInt8]) throws { let iv: [UInt8] = [1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16]; _ = try AES(key: key, blockMode: CBC(iv: iv), padding: .pkcs7).encrypt(m) }',
      'func f(m: Data, key: SymmetricKey) throws { let n = try AES.GCM.Nonce(data: Data("000000000000".utf8)); _ = try AES.GCM.seal(m, using: key, nonce: n) }',
      {
        path: 'f.ts',
        text: 'import { createCipheriv } from "crypto";\nexport const f = (key) => createCipheriv("aes-256-cbc", key, "1234567890123456");',
      },
    ],
    pass: [
      { path: 'f.m', text: '- (NSData *)f:(NSData *)d key:(NSData *)k { return [d decryptedWithKey:k initializationVector:nil]; }' },
      {
        path: 'f.m',
        text: '- (NSData *)f:(NSData *)d key:(NSData *)k { return [d encryptedWithKey:k initializationVector:nil options:kCCOptionECBMode]; }',
      },
      {
        path: 'f.ts',
        text: "import Aes from 'react-native-aes-crypto';\nexport const f = async (text, key) => { const iv = await Aes.randomKey(16); return Aes.encrypt(text, key, iv, 'aes-256-cbc'); };",
      },
      { path: 'f.ts', text: 'export const f = (t, key) => { const nonce = nacl.randomBytes(24); return nacl.secretbox(t, nonce, key); };' },
      {
        path: 'f.ts',
        text: 'export const f = (t, key) => { const iv = new Uint8Array(12); crypto.getRandomValues(iv); return crypto.subtle.encrypt({ name: "AES-GCM", iv }, key, t); };',
      },
      'func f(m: [UInt8], key: [UInt8]) throws { let iv = AES.randomIV(16); _ = try AES(key: key, blockMode: CBC(iv: iv), padding: .pkcs7).encrypt(m) }',
      'func f(m: Data, key: SymmetricKey) throws { _ = try AES.GCM.seal(m, using: key) }',
    ],
  },
  calls: [
    {
      names: IV_CALLS,
      labels: LABELS,
      check(event, context) {
        const known = ivArgument(event);
        if (known === undefined) return;
        context.report({
          at: here(event.scene, event.node),
          message: known.missing
            ? 'Without an IV the block mode starts from zeros, the same for every message.'
            : 'The IV or nonce is the same for every message.',
          confidence: known.missing ? 'medium' : 'high',
        });
        const spelled = known.missing ? undefined : spelledAt(known.value, event, context);
        if (spelled !== undefined)
          context.report({
            at: spelled,
            message: `These bytes are the IV or nonce of every message in line ${lineOf(event, spelled.unit)}.`,
          });
      },
    },
  ],
  dictionaries(event, context) {
    // `crypto.subtle.encrypt({ name: 'AES-GCM', iv }, …)` and the options of crypto-js.
    if (event.scene.unit.language !== 'script') return;
    for (const { key, keyNode, value } of event.entries)
      if (/^(?:iv|nonce|counter)$/.test(key.text ?? '') && isCipherOptions(event) && isFixed(value))
        context.report({ at: here(event.scene, keyNode), message: 'The IV or nonce is the same for every message.' });
  },
  functions(event, context) {
    // `func encrypt(iv: Data = "…")`: the default is what callers use.
    for (const parameter of event.node.params) {
      const fallback = parameter.fallback;
      if (fallback === undefined || !/^(?:iv|ivdata|nonce|initializationvector)$/i.test(parameter.name)) continue;
      if (/"[^"]*"|\[\s*(?:0x)?\d/.test(event.scene.unit.source.slice(fallback.start, fallback.end)))
        context.report({ at: here(event.scene, parameter), message: 'The default IV is a constant.' });
    }
  },
});

type Iv = { readonly missing: true } | { readonly missing: false; readonly value: Value };

const BLOCK_MODE = /^(?:CBC|CFB|OFB|CTR|PCBC|GCM|CCM|OCB)$/;

function ivArgument(event: CallEvent): Iv | undefined {
  const common = COMMON_CRYPTO[event.name];
  if (common !== undefined) {
    const iv = event.args[common.iv]?.known;
    if (isFixed(iv) && !isReused(iv)) return fixed(iv);
    const encrypts = /kCCEncrypt|encrypt/i.test(spelled(event, 0)) || !/kCCDecrypt|decrypt/i.test(spelled(event, 0));
    const ecb = /ECB/i.test(spelled(event, common.options ?? common.mode ?? 2));
    const stream = /RC4/.test(spelled(event, common.algorithm));
    return iv?.symbol === 'nil' && encrypts && !ecb && !stream ? { missing: true } : undefined;
  }
  if (/^create(?:Cipher|Decipher)iv$/.test(event.name)) return fixed(event.args[2]?.known);
  // react-native-aes-crypto: `Aes.encrypt(text, key, iv, 'aes-256-cbc')`.
  if (event.scene.unit.language === 'script' && /(?:^|\.)Aes\.(?:en|de)crypt$/.test(event.path)) return fixed(event.args[2]?.known);
  if (event.scene.unit.language === 'script' && Object.hasOwn(NONCE_POSITIONS, event.name)) {
    const nonce = event.args[NONCE_POSITIONS[event.name] as number]?.known;
    return fixed(nonce) ?? (isZeros(nonce) ? { missing: false, value: nonce as Value } : undefined);
  }
  if (event.name === 'Nonce' && event.args[0]?.label === 'data') return fixed(event.args[0].known);
  if (isWithoutIv(event)) return { missing: true };
  if (!event.args.some((arg) => isFixed(arg.known)) || (!isCryptoCall(event) && !BLOCK_MODE.test(event.name))) return undefined;
  for (const arg of event.args)
    if (arg.label !== undefined && LABELS.includes(arg.label) && isFixed(arg.known) && !isReused(arg.known)) return fixed(arg.known);
  if (/^(?:Rabbit|ChaCha20|StreamCryptor)$/.test(event.name) && event.args.length >= 2 && event.args[1]?.label === undefined)
    return fixed(event.args[1]?.known);
  return undefined;
}

/** `[data encryptedWithKey:key initializationVector:nil]`: the wrappers hand the nil on, and none of them makes an IV instead. */
const isWithoutIv = ({ name, args, scene }: CallEvent): boolean =>
  scene.unit.language === 'objc' &&
  /encrypt/i.test(name) &&
  !/ECB|GCM/i.test(name) &&
  args.some(({ label, known }) => label !== undefined && LABELS.includes(label) && known.symbol === 'nil') &&
  !args.some(({ known }) => /ECB|RC4/.test(known.symbol ?? ''));

/** A cipher's options say which: `{ name: 'AES-GCM', iv }`, `{ mode: CryptoJS.mode.CBC, iv }`. */
const isCipherOptions = (event: DictionaryEvent): boolean =>
  event.entries.some(
    ({ key, value }) => (key.text === 'name' && /^AES-/.test(value.text ?? '')) || key.text === 'mode' || key.text === 'padding',
  );

/** `new Uint8Array(24)` is made of zeros, and a constant is filled nowhere. */
const isZeros = (known: CallEvent['args'][number]['known'] | undefined): boolean =>
  known?.type === 'Uint8Array' &&
  known.random !== true &&
  known.items?.length === 1 &&
  (known.items[0]?.number !== undefined || /(?:Length|LENGTH|Bytes|BYTES|Size)$/.test(known.items[0]?.symbol ?? ''));
const fixed = (value: Value | undefined): Iv | undefined => (value !== undefined && isFixed(value) ? { missing: false, value } : undefined);

/** Buffers are often filled afterwards; a zero buffer handed over at once is told by its constructor in place. */
const isReused = (known: CallEvent['args'][number]['known'] | undefined): boolean =>
  isBuffer(known) && known?.from === undefined && known?.symbol === undefined;
