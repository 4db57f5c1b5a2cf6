import { defineAudit } from '../../audit.ts';
import { chosenAt, here } from '../event-place.ts';
import { declaredChoice } from './declared-choice.ts';
import { lineOf } from './spelled-at.ts';

/** OWASP asks for 600,000 (SHA-256) and 210,000 (SHA-512) of PBKDF2; below this everybody agrees that it is too little. */
const MINIMUM_ITERATIONS = 100_000;
const POSITIONS: Record<string, number> = { CCKeyDerivationPBKDF: 6, pbkdf2: 2, pbkdf2Sync: 2, PBKDF1: 2, PBKDF2: 2, deriveKey: 3 };
const KDF = /pbkdf|keyderivation|derivekey|kdf/i;

export const lowKdfCost = defineAudit({
  id: 'low-kdf-cost',
  area: 'crypto',
  title: 'Keys from passwords cost an attacker enough',
  failingTitle: 'A key is derived from a password with too few rounds',
  severity: 'medium',
  references: { checklist: 'no-weak-crypto', masvs: ['MASVS-CRYPTO-1'], maswe: ['MASWE-0010'], cwe: [916] },
  why: 'A graphics card tries millions of passwords a second against a cheap derivation.',
  remedy: {
    text: 'Use at least 600,000 rounds of PBKDF2-HMAC-SHA256, or Argon2id.',
    language: 'swift',
    code: 'try PKCS5.PBKDF2(password: password, salt: salt, iterations: 600_000, keyLength: 32, variant: .sha2(.sha256)).calculate()',
    script: "const key = pbkdf2Sync(password, salt, 600_000, 32, 'sha256');",
  },
  needs: ['code'],
  samples: {
    fail: [
      { path: 'a.ts', text: 'export const k = (p, s) => CryptoJS.PBKDF2(p, s, { keySize: 8, iterations: 5000 });' },
      { path: 'a.ts', text: 'const COST = 1000;\nexport const k = (p, s, rounds = COST) => pbkdf2Sync(p, s, rounds, 32, "sha256");' },
      {
        path: 'a.ts',
        text: 'export const k = (base, salt) => crypto.subtle.deriveBits({ name: "PBKDF2", salt, iterations: 1000, hash: "SHA-256" }, base, 256);',
      },
      {
        path: 'K.m',
        text: 'const unsigned kRounds = 9000;\n- (void)f:(NSString *)p { CCKeyDerivationPBKDF(kCCPBKDF2, p.UTF8String, p.length, salt, 16, kCCPRFHmacAlgSHA256, kRounds, out, 32); }',
      },
      'func f(p: [UInt8], s: [UInt8]) throws { _ = try PKCS5.PBKDF2(password: p, salt: s, iterations: 4096).calculate() }',
      'func f(p: [UInt8], s: [UInt8]) throws { _ = try PKCS5.PBKDF2(password: p, salt: s).calculate() }',
      'func pbkdf2(p: String, s: Data, rounds: Int = 1000) -> Data? { nil }',
    ],
    pass: [
      { path: 'a.ts', text: 'export const k = (p, s) => CryptoJS.PBKDF2(p, s, { iterations: 650000 });' },
      'func f(p: [UInt8], s: [UInt8]) throws { _ = try PKCS5.PBKDF2(password: p, salt: s, iterations: 600_000).calculate() }',
    ],
  },
  calls: [
    {
      names: { test: (name) => KDF.test(name) || Object.hasOwn(POSITIONS, name) || /^derive/i.test(name) },
      labels: ['iterations', 'rounds', 'iterationCount'],
      check(event, context) {
        if (!KDF.test(event.path)) return;
        const labelled = event.arg('iterations') ?? event.arg('rounds') ?? event.arg('iterationCount');
        const position = Object.hasOwn(POSITIONS, event.name) ? event.args[POSITIONS[event.name] as number] : undefined;
        const given = labelled ?? (position?.label === undefined ? position?.known : undefined);
        // CryptoSwift takes 4096 when nobody says how many.
        const rounds = given === undefined && /\bPKCS5\.PBKDF2$/.test(event.path) ? 4096 : given?.number;
        if (rounds === undefined || rounds >= MINIMUM_ITERATIONS) return;
        const node = ['iterations', 'rounds', 'iterationCount'].map((label) => event.argNode(label)).find(Boolean) ?? position;
        const message = `${rounds} rounds are too few; take at least 600,000.`;
        context.report({ at: here(event.scene, event.node), message });
        // What a helper passes on, its caller chose.
        const chosen = chosenAt(event.scene, event.node, node?.value);
        if (chosen.unit !== event.scene.unit || chosen.start !== event.node.start) context.report({ at: chosen, message });
        // The number's own declaration is the line to change.
        const choice = declaredChoice(event.scene, node?.value);
        if (choice !== undefined)
          context.report({
            at: here(event.scene, choice),
            message: `${rounds} rounds, too few for the derivation in line ${lineOf(event)}; take at least 600,000.`,
          });
      },
    },
  ],
  dictionaries(event, context) {
    // `crypto.subtle.deriveBits({ name: 'PBKDF2', salt, iterations, hash }, …)`.
    const entry = (name: string) => event.entries.find(({ key }) => key.text === name);
    const rounds = entry('iterations');
    if (entry('name')?.value.text !== 'PBKDF2' || rounds?.value.number === undefined || rounds.value.number >= MINIMUM_ITERATIONS) return;
    context.report({ at: here(event.scene, rounds.keyNode), message: `${rounds.value.number} rounds are too few; take at least 600,000.` });
  },
  functions(event, context) {
    if (!KDF.test(event.node.name)) return;
    for (const parameter of event.node.params) {
      if (
        parameter.fallback?.kind === 'number' &&
        /rounds|iterations/i.test(parameter.name) &&
        parameter.fallback.value < MINIMUM_ITERATIONS
      ) {
        context.report({
          at: here(event.scene, parameter),
          message: `The default of ${parameter.fallback.value} rounds is too few; take at least 600,000.`,
        });
      }
    }
  },
});
