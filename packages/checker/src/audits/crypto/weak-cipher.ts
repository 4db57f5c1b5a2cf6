import { defineAudit } from '../../audit.ts';
import { chosenAt, here } from '../event-place.ts';
import { COMMON_CRYPTO, spelled } from './fixed-bytes.ts';

const WEAK = /kCCAlgorithm(?:DES|3DES|RC4|RC2|CAST|Blowfish)\b|\.(?:des|tripleDES|rc4|rc2|cast|blowfish)\b/;
const WEAK_TEXT = /^(?:des|des3|des-|3des|tripledes|rc2|rc4|bf-|blowfish|cast5?-|arcfour|seed)/i;

export const weakCipher = defineAudit({
  id: 'weak-cipher',
  area: 'crypto',
  title: 'Ciphers are of today',
  failingTitle: 'A broken or outdated cipher is used',
  severity: 'high',
  references: { checklist: 'no-weak-crypto', masvs: ['MASVS-CRYPTO-1'], mastg: ['MASTG-TEST-0210'], maswe: ['MASWE-0020'], cwe: [327] },
  why: 'DES, 3DES, RC2, RC4 and Blowfish are broken or give way after too little data (Sweet32).',
  remedy: {
    text: 'Use AES-256-GCM or ChaCha20-Poly1305.',
    language: 'swift',
    code: 'let sealed = try ChaChaPoly.seal(message, using: key)',
    script: "const cipher = createCipheriv('aes-256-gcm', key, randomBytes(12));",
  },
  needs: ['code'],
  samples: {
    fail: [
      { path: 'c.m', text: '- (void)f { SecKeyEncrypt(key, kSecPaddingPKCS1, in, inLength, out, &outLength); }' },
      'func f(k: SecKey) { SecKeyEncrypt(k, SecPadding.PKCS1, buffer, buffer.count, &out, &size) }',
      'func f(k: SecKey, d: Data) { SecKeyCreateEncryptedData(k, .rsaEncryptionPKCS1, d as CFData, nil) }',
      'func f() { _ = CCCrypt(CCOperation(kCCEncrypt), CCAlgorithm(kCCAlgorithm3DES), 0, key, n, iv, a, b, c, d, nil) }',
      'func f(k: [UInt8]) throws { _ = try Blowfish(key: k, padding: .pkcs7) }',
      { path: 'c.ts', text: 'export const c = (k, iv) => createCipheriv("des-ede3-cbc", k, iv);' },
      { path: 'c.ts', text: 'export const c = (m, k) => CryptoJS.TripleDES.encrypt(m, k).toString();' },
      'func f(d: Data, k: Data) throws { _ = try CC.crypt(.encrypt, blockMode: .cbc, algorithm: .des, padding: .pkcs7Padding, data: d, key: k, iv: k) }',
      {
        path: 'c.m',
        text: '- (void)f { CCCryptorCreate(kCCEncrypt,\n kCCAlgorithmRC4,\n 0, key, 16, NULL, &c); }',
      },
    ],
    pass: [
      { path: 'c.m', text: '- (void)f { SecKeyEncrypt(key, kSecPaddingOAEP, in, inLength, out, &outLength); }' },
      'func f(k: SecKey, d: Data) { SecKeyCreateEncryptedData(k, .rsaEncryptionOAEPSHA256, d as CFData, nil) }',
      'func f() { _ = CCCrypt(CCOperation(kCCEncrypt), CCAlgorithm(kCCAlgorithmAES), 0, key, n, iv, a, b, c, d, nil) }',
      { path: 'c.ts', text: 'export const c = (k, iv) => createCipheriv("aes-256-gcm", k, iv);' },
    ],
  },
  calls: [
    {
      // The second pair is the older one of the same functions.
      names: ['SecKeyCreateEncryptedData', 'SecKeyCreateDecryptedData', 'SecKeyEncrypt', 'SecKeyDecrypt'],
      check(event, context) {
        // RFC 8017 section 7.2: kept for old messages only; its padding can be guessed.
        if (
          /(?:rsa|RSA)Encryption(?:PKCS1|Raw)$|(?:SecPadding)?\.?(?:PKCS1|pkcs1)$|kSecPadding(?:PKCS1|None)$/.test(
            event.args[1]?.known.symbol ?? '',
          )
        )
          context.report({
            at: here(event.scene, event.node),
            message: 'RSA without OAEP; use rsaEncryptionOAEPSHA256.',
            confidence: 'medium',
            severity: 'medium',
          });
      },
    },
    {
      names: [
        'CCCryptorCreateWithMode',
        'CCCrypt',
        'CCCryptorCreate',
        'CCCryptorCreateFromData',
        'Blowfish',
        'Rabbit',
        'DES',
        'TripleDES',
        'RC4',
        'Cryptor',
        'StreamCryptor',
        'createCipheriv',
        'createDecipheriv',
        'createCipher',
        'createDecipher',
        'encrypt',
        'decrypt',
        'crypt',
        'cryptAuth',
      ],
      check(event, context) {
        const common = COMMON_CRYPTO[event.name];
        const { name } = event;
        const weak =
          common !== undefined
            ? WEAK.test(spelled(event, common.algorithm)) || WEAK.test(spelled(event, 0))
            : /^(?:Blowfish|Rabbit|DES|TripleDES|RC4)$/.test(name)
              ? event.args.length > 0
              : /^create/.test(name)
                ? WEAK_TEXT.test(event.args[0]?.known.text ?? '')
                : /^(?:encrypt|decrypt)$/.test(name)
                  ? /(?:^|\.)(?:DES|TripleDES|RC4|RC4Drop|Rabbit|Blowfish)\.(?:en|de)crypt$/.test(event.path)
                  : event.args.some((arg) => WEAK.test(arg.known.symbol ?? ''));
        if (weak)
          context.report({
            at:
              common === undefined
                ? here(event.scene, event.node)
                : chosenAt(event.scene, event.argNode(common.algorithm) ?? event.node, event.argNode(common.algorithm)?.value),
            message: 'The cipher is broken or outdated; use AES-GCM or ChaCha20-Poly1305.',
          });
      },
    },
  ],
});
