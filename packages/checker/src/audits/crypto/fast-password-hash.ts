import { defineAudit } from '../../audit.ts';
import { lastName } from '../../flow/paths.ts';
import { sensitiveName, words } from '../../flow/sensitive-name.ts';
import { chosenAt, here } from '../event-place.ts';
import { HASH_CALL, hashedBy, hashedMember } from './hash-calls.ts';

export const fastPasswordHash = defineAudit({
  id: 'fast-password-hash',
  area: 'crypto',
  title: 'Passwords are hashed by a slow function',
  failingTitle: 'A password is hashed by a fast function',
  severity: 'medium',
  references: { checklist: 'no-weak-crypto', masvs: ['MASVS-CRYPTO-1'], maswe: ['MASWE-0021'], cwe: [916, 327] },
  why: 'A plain SHA-2 of a password is tried billions of times a second on one graphics card.',
  remedy: {
    text: 'Derive with Argon2id, scrypt or PBKDF2 and a random salt; better, do not keep passwords on the device.',
    language: 'swift',
    code: 'try PKCS5.PBKDF2(password: password, salt: salt, iterations: 600_000, variant: .sha2(.sha256)).calculate()',
    script: 'const hash = scryptSync(password, salt, 32, { N: 2 ** 17, r: 8, p: 1, maxmem: 2 ** 28 });',
  },
  needs: ['code'],
  samples: {
    fail: [
      'import CryptoKit\nfunc f(passwordText: String) { let d = Data(passwordText.utf8); _ = SHA512.hash(data: d) }',
      { path: 'h.ts', text: 'export const h = (password) => createHash("sha256").update(password).digest();' },
      {
        path: 'a.ts',
        text: 'export const seal = (password) => Crypto.digestStringAsync(Crypto.CryptoDigestAlgorithm.SHA256, password);',
      },
      'struct Vault { func keep(userPassword: String) { user.password = SHA256(text: userPassword) }\n  func SHA256(text: String) -> String { text } }',
      'struct Vault { func keep(password: String) { user.password = password.sha256 } }',
      'struct Vault { func isRight(typedPassword: String) -> Bool { matches(typedPassword.sha256()) } }',
      { path: 'a.ts', text: 'export const keep = (password) => store.save(SHA256(password).toString());' },
    ],
    pass: [
      'struct Page { func sum(page: String) { kept = page.sha256 } }',
      'struct Vault { func keep(password: Password) { kind = password.type } }',
      { path: 'a.ts', text: 'export const sum = (page) => Crypto.digestStringAsync(Crypto.CryptoDigestAlgorithm.SHA256, page);' },
      'import CryptoKit\nfunc f(certificate: Data) { _ = SHA256.hash(data: certificate) }',
      'import CryptoKit\nfunc f(codeVerifier: Data) { _ = SHA256.hash(data: codeVerifier) }',
    ],
  },
  calls: [
    {
      names: HASH_CALL,
      check(event, context) {
        const found = hashedBy(event);
        if (found === undefined || WEAK.test(found.algorithm)) return;
        const secret = found.inputs.find((value) => value.sensitive?.kind === 'credential' && PASSWORD.test(words(value.sensitive.name)));
        const input = secret === undefined ? undefined : { ...secret, node: event.args.find((arg) => arg.known === secret)?.value };
        if (input !== undefined)
          context.report({
            at: chosenAt(event.scene, event.node, input.node),
            message: `“${input.sensitive?.name}” is hashed with ${found.algorithm}, which is fast to try.`,
          });
      },
    },
  ],
  assigns: [
    {
      names: ['*'],
      check(event, context) {
        const found = hashedMember(event.valueNode);
        if (found === undefined || WEAK.test(found.algorithm)) return;
        const name = lastName(found.object) ?? '';
        if (sensitiveName(name) === 'credential' && PASSWORD.test(words(name)))
          context.report({
            at: here(event.scene, event.node),
            message: `“${name}” is hashed with ${found.algorithm}, which is fast to try.`,
          });
      },
    },
  ],
});

/** Told by another audit. */
const WEAK = /^(?:MD[245]|SHA1|SHA)$/;
const PASSWORD = /\b(?:pass\w*|pwd|pw|psw|pin)\b/;
