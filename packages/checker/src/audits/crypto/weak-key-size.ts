import { defineAudit } from '../../audit.ts';
import { here } from '../event-place.ts';

/** NIST SP 800-57: RSA below 2048 bits gives less than 112 bits of strength. Elliptic curves start at 224. */
const MIN_RSA_BITS = 2048;
const MIN_EC_BITS = 224;

export const weakKeySize = defineAudit({
  id: 'weak-key-size',
  area: 'crypto',
  title: 'Keys are long enough',
  failingTitle: 'A key is too short',
  severity: 'high',
  references: { checklist: 'no-weak-crypto', masvs: ['MASVS-CRYPTO-1'], mastg: ['MASTG-TEST-0209'], maswe: ['MASWE-0009'], cwe: [326] },
  why: 'A 1024-bit RSA key is within reach of a well-funded attacker.',
  remedy: {
    text: 'Use P-256 in the Secure Enclave, or RSA of at least 3072 bits.',
    language: 'swift',
    code: 'let key = try SecureEnclave.P256.Signing.PrivateKey()',
    script: "const { privateKey } = generateKeyPairSync('rsa', { modulusLength: 3072 });",
  },
  needs: ['code'],
  samples: {
    fail: [
      'let attributes: [String: Any] = [kSecAttrKeyType as String: kSecAttrKeyTypeRSA, kSecAttrKeySizeInBits as String: 1024]',
      { path: 'k.ts', text: 'export const k = () => generateKeyPairSync("rsa", { modulusLength: 1024 });' },
    ],
    pass: [
      'let attributes: [String: Any] = [kSecAttrKeyType as String: kSecAttrKeyTypeECSECPrimeRandom, kSecAttrKeySizeInBits as String: 256]',
      'let attributes: [String: Any] = [kSecAttrKeyType as String: kSecAttrKeyTypeRSA, kSecAttrKeySizeInBits as String: 3072]',
    ],
  },
  dictionaries(event, context) {
    const size = event.entries.find((entry) => entry.key.symbol === 'kSecAttrKeySizeInBits' || entry.key.text === 'modulusLength');
    const bits = size?.value.number;
    if (size === undefined || bits === undefined) return;
    const type = event.entries.find((entry) => entry.key.symbol === 'kSecAttrKeyType')?.value.symbol ?? '';
    const minimum = /EC/.test(type) ? MIN_EC_BITS : MIN_RSA_BITS;
    if (bits < minimum && !(type === '' && bits <= 521))
      context.report({ at: here(event.scene, size.keyNode), message: `A key of ${bits} bits is too short.` });
  },
});
