import { defineAudit } from '../../audit.ts';
import { chosenAt, here } from '../event-place.ts';
import { declaredChoice } from './declared-choice.ts';
import { COMMON_CRYPTO, spelled } from './fixed-bytes.ts';
import { lineOf } from './spelled-at.ts';

const ECB = /\becb\b|ECB/;

export const cipherEcb = defineAudit({
  id: 'cipher-ecb',
  area: 'crypto',
  title: 'No cipher runs in ECB mode',
  failingTitle: 'A cipher runs in ECB mode',
  severity: 'high',
  references: { checklist: 'no-weak-crypto', masvs: ['MASVS-CRYPTO-1'], mastg: ['MASTG-TEST-0317'], maswe: ['MASWE-0020'], cwe: [327] },
  why: 'ECB encrypts equal blocks to equal blocks: patterns of the message stay visible, blocks can be swapped.',
  remedy: {
    text: 'Use AES-GCM, which also notices changes.',
    language: 'swift',
    code: 'let sealed = try AES.GCM.seal(message, using: key)',
    script: "const cipher = createCipheriv('aes-256-gcm', key, randomBytes(12));",
  },
  needs: ['code'],
  samples: {
    fail: [
      'func f(k: [UInt8], m: [UInt8]) throws { _ = try AES(key: k, blockMode: ECB()).encrypt(m) }',
      'func mode() -> BlockMode { return ECB() }\nfunc f(k: [UInt8], m: [UInt8]) throws { _ = try AES(key: k, blockMode: mode()).encrypt(m) }',
      'let how = CCOptions(kCCOptionECBMode)\nfunc f() { CCCrypt(op, CCAlgorithm(kCCAlgorithmAES), how, key, 16, nil, text, count, out, room, &moved) }',
      { path: 'e.ts', text: 'export const e = (k) => createCipheriv("aes-128-ecb", k, null);' },
      {
        path: 'E.m',
        text: '- (void)f { CCCrypt(kCCEncrypt, kCCAlgorithmAES, kCCOptionPKCS7Padding | kCCOptionECBMode, key, 16, NULL, in, n, out, m, &moved); }',
      },
    ],
    pass: [
      'let how = CCOptions(kCCOptionPKCS7Padding)\nfunc f() { CCCrypt(op, CCAlgorithm(kCCAlgorithmAES), how, key, 16, iv, text, count, out, room, &moved) }',
      'func f(k: [UInt8], m: [UInt8], iv: [UInt8]) throws { _ = try AES(key: k, blockMode: CBC(iv: iv)).encrypt(m) }',
      'func f(k: SymmetricKey, m: Data) throws { _ = try AES.GCM.seal(m, using: k) }',
    ],
  },
  calls: [
    {
      names: [
        'AES',
        'Blowfish',
        'DES',
        'TripleDES',
        'Cryptor',
        'StreamCryptor',
        'Cipher',
        'encrypt',
        'decrypt',
        'createCipheriv',
        'createDecipheriv',
        'createCipher',
        'createDecipher',
        ...Object.keys(COMMON_CRYPTO),
      ],
      check(event, context) {
        const common = COMMON_CRYPTO[event.name];
        const found =
          common !== undefined
            ? ECB.test(spelled(event, common.options ?? common.mode ?? 2))
            : event.args.some((arg, index) => {
                if (/^create(?:De)?[cC]ipher/.test(event.name)) return index === 0 && ECB.test(arg.known.text ?? '');
                if (arg.known.type === 'ECB' || arg.known.symbol === 'ECB()') return true;
                if (arg.label !== undefined && /^(?:blockMode|mode|options|blockmode)$/.test(arg.label))
                  return ECB.test(spelled(event, index));
                const mode = arg.known.entries?.get('mode');
                return ECB.test(arg.known.symbol ?? '') || (mode !== undefined && ECB.test(mode.symbol ?? ''));
              });
        const options = common === undefined ? undefined : event.argNode(common.options ?? common.mode ?? 2);
        if (!found) return;
        context.report({
          at: options === undefined ? here(event.scene, event.node) : chosenAt(event.scene, options, options.value),
          message: `${event.name} runs in ECB mode.`,
        });
        const { unit } = event.scene;
        const choice = declaredChoice(event.scene, options?.value);
        if (choice !== undefined && ECB.test(unit.source.slice(choice.start, choice.end)))
          context.report({ at: here(event.scene, choice), message: `The mode of ${event.name} in line ${lineOf(event)} is ECB.` });
      },
    },
  ],
});
