import { defineAudit } from '../../audit.ts';
import { lastName } from '../../flow/paths.ts';
import { sensitiveName, words } from '../../flow/sensitive-name.ts';
import type { Value } from '../../flow/value.ts';
import { here } from '../event-place.ts';
import { mentions } from '../mentions.ts';
import { HASH_CALL, hashedBy, hashedMember } from './hash-calls.ts';

/** Names of what relies on nobody finding a second input with the same hash. */
const PROVES =
  /\b(?:sign|signs|signed|signatures?|verify|verifies|verifier|verification|genuine|authentic|authenticity|authenticate|tamper\w*|integrity|trusted|licen[cs]e|passwords?|tokens?|credentials?)\b/;

export const weakHash = defineAudit({
  id: 'weak-hash',
  area: 'crypto',
  title: 'Nothing sensitive is hashed with MD5 or SHA-1',
  failingTitle: 'Sensitive data is hashed with MD5 or SHA-1',
  severity: 'high',
  references: {
    checklist: 'no-weak-crypto',
    masvs: ['MASVS-CRYPTO-1'],
    mastg: ['MASTG-TEST-0211'],
    maswe: ['MASWE-0021'],
    cwe: [328, 327],
  },
  why: 'Collisions of MD5 and SHA-1 are cheap, and short inputs such as card numbers are found by trying.',
  remedy: {
    text: 'Use SHA-256 for integrity, HMAC-SHA-256 for keyed values, Argon2id or PBKDF2 for passwords.',
    language: 'swift',
    code: 'let digest = SHA256.hash(data: payload)',
    script: "const digest = createHash('sha256').update(payload).digest('hex');",
  },
  needs: ['code'],
  samples: {
    fail: [
      'func f(k: SecKey, d: Data) { SecKeyCreateSignature(k, .rsaSignatureMessagePKCS1v15SHA1, d as CFData, nil) }',
      'import CryptoKit\nfunc f(password: Data) { _ = Insecure.MD5.hash(data: password) }',
      'import CryptoKit\nfunc f(creditCard: Data) { var h = Insecure.SHA1(); h.update(data: creditCard) }',
      'import CryptoKit\nstruct UpdateVerifier { func isGenuine(_ d: Data, expected: String) -> Bool { Insecure.SHA1.hash(data: d).hex == expected } }',
      'func f(cardNumber: String) { let d = Data(cardNumber.utf8); _ = d.md5() }',
      { path: 'h.ts', text: 'export const h = (password) => createHash("md5").update(password).digest("hex");' },
      { path: 'h.ts', text: 'export const fileIntegrity = (c) => Crypto.digestStringAsync(Crypto.CryptoDigestAlgorithm.SHA1, c);' },
      { path: 'H.m', text: '- (void)f:(NSString *)password { CC_MD5([password UTF8String], 5, out); }' },
      'struct Vault { func keep(password: String) { user.password = MD5(string: password) }\n  func MD5(string: String) -> String { string } }',
      'struct Vault { func keep(password: String) { user.password = password.md5 } }',
    ],
    pass: [
      'func avatar(email: String) -> URL { URL(string: "https://www.gravatar.com/avatar/\\(MD5(string: email))")! }',
      'struct Avatars { func name(_ address: String) -> String { let name = address.md5; return MD5(string: name) } }',
      { path: 'h.ts', text: 'export const cacheName = (url) => md5(url);' },
      'import CryptoKit\nstruct ImageCache { func name(_ u: URL) -> String { Insecure.MD5.hash(data: Data(u.absoluteString.utf8)).hex } }',
      'import CryptoKit\nfunc f(cardNumber: Data) { _ = SHA256.hash(data: cardNumber) }',
      'import CryptoKit\nfunc f(encryptedPassword: Data) { _ = SHA256.hash(data: encryptedPassword) }',
    ],
  },
  calls: [
    {
      names: ['SecKeyCreateSignature', 'SecKeyVerifySignature'],
      check(event, context) {
        if (/SHA1$/.test(event.args[1]?.known.symbol ?? ''))
          context.report({ at: here(event.scene, event.node), message: 'A signature over SHA-1 can be moved to another document.' });
      },
    },
    {
      names: HASH_CALL,
      check(event, context) {
        const found = hashedBy(event);
        if (found === undefined || !WEAK.test(found.algorithm)) return;
        const input = found.inputs.find((value) => value.sensitive !== undefined);
        // The address of a Gravatar is made this way by its service.
        if (/mail/i.test(input?.sensitive?.name ?? '') && mentions(event.scene.unit, GRAVATAR)) return;
        if (input !== undefined) {
          context.report({ at: here(event.scene, event.node), message: `“${input.sensitive?.name}” is hashed with ${found.algorithm}.` });
        } else if (!isGuardedInput(found.inputs) && !event.scene.unit.test) {
          const proves = PROVES.test(words(`${event.scene.function?.name ?? ''} ${event.scene.type ?? ''}`));
          context.report({
            at: here(event.scene, event.node),
            message: proves
              ? `${found.algorithm} stands where something is to be proved; two inputs with the same hash can be made.`
              : `${found.algorithm} is used; see that nothing depends on it being strong.`,
            ...(proves ? { confidence: 'medium' as const } : { confidence: 'low' as const, severity: 'low' as const }),
          });
        }
      },
    },
  ],
  assigns: [
    {
      names: ['*'],
      check(event, context) {
        const found = hashedMember(event.valueNode);
        if (found === undefined || !WEAK.test(found.algorithm)) return;
        const name = lastName(found.object) ?? '';
        if (sensitiveName(name) !== undefined)
          context.report({ at: here(event.scene, event.node), message: `“${name}” is hashed with ${found.algorithm}.` });
      },
    },
  ],
});

const GRAVATAR = /gravatar/i;
const WEAK = /^(?:MD[245]|SHA1|SHA)$/;

const isGuardedInput = (inputs: readonly Value[]): boolean => inputs.some((value) => value.guarded === true);
