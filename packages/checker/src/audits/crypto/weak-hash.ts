import { defineAudit } from '../../audit.ts';
import { words } from '../../flow/sensitive-name.ts';
import type { Value } from '../../flow/value.ts';
import { here } from '../event-place.ts';
import { hashedBy } from './hash-calls.ts';

/** Functions whose result is to be relied upon. */
const INTEGRITY = /\b(?:integrity|signature|sign|verify|tamper(?:ed)?|authenticity|trusted)\b/;

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
      'import CryptoKit\nfunc f(password: Data) { _ = Insecure.MD5.hash(data: password) }',
      'import CryptoKit\nfunc f(creditCard: Data) { var h = Insecure.SHA1(); h.update(data: creditCard) }',
      'func f(cardNumber: String) { let d = Data(cardNumber.utf8); _ = d.md5() }',
      { path: 'h.ts', text: 'export const h = (password) => createHash("md5").update(password).digest("hex");' },
      { path: 'h.ts', text: 'export const fileIntegrity = (c) => Crypto.digestStringAsync(Crypto.CryptoDigestAlgorithm.SHA1, c);' },
      { path: 'H.m', text: '- (void)f:(NSString *)password { CC_MD5([password UTF8String], 5, out); }' },
    ],
    pass: [
      { path: 'h.ts', text: 'export const cacheName = (url) => md5(url);' },
      'import CryptoKit\nfunc f(cardNumber: Data) { _ = SHA256.hash(data: cardNumber) }',
      'import CryptoKit\nfunc f(encryptedPassword: Data) { _ = SHA256.hash(data: encryptedPassword) }',
    ],
  },
  calls: [
    {
      names: ['*'],
      check(event, context) {
        const found = hashedBy(event);
        if (found === undefined || !/^(?:MD[245]|SHA1|SHA)$/.test(found.algorithm)) return;
        const input = found.inputs.find((value) => value.sensitive !== undefined);
        if (input !== undefined) {
          context.report({ at: here(event.scene, event.node), message: `“${input.sensitive?.name}” is hashed with ${found.algorithm}.` });
        } else if (INTEGRITY.test(words(`${event.scene.function?.name ?? ''}`))) {
          context.report({
            at: here(event.scene, event.node),
            message: `${found.algorithm} is to prove that something was not changed; collisions are cheap.`,
            confidence: 'medium',
            severity: 'medium',
          });
        } else if (!isGuardedInput(found.inputs) && !event.scene.unit.test) {
          context.report({
            at: here(event.scene, event.node),
            message: `${found.algorithm} is used; see that nothing depends on it being strong.`,
            confidence: 'low',
            severity: 'low',
          });
        }
      },
    },
  ],
});

const isGuardedInput = (inputs: readonly Value[]): boolean => inputs.some((value) => value.guarded === true);
