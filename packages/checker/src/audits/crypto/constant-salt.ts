import { defineAudit } from '../../audit.ts';
import { here } from '../event-place.ts';
import { isCryptoCall, isFixed } from './fixed-bytes.ts';
import { lineOf, spelledAt } from './spelled-at.ts';

const POSITIONS: Record<string, number> = {
  CCKeyDerivationPBKDF: 3,
  pbkdf2: 1,
  pbkdf2Sync: 1,
  scrypt: 1,
  scryptSync: 1,
  deriveKey: 1,
  PBKDF1: 1,
  PBKDF2: 1,
};

const LABEL = /^(?:salt|encryptionSalt|hmacSalt|HMACSalt|saltData)$/;

export const constantSalt = defineAudit({
  id: 'constant-salt',
  area: 'crypto',
  title: 'Salts are random',
  failingTitle: 'A salt is constant',
  severity: 'medium',
  references: { checklist: 'no-weak-crypto', masvs: ['MASVS-CRYPTO-1'], maswe: ['MASWE-0010'], cwe: [760] },
  why: 'With one salt for everybody a single precomputed table opens all passwords at once.',
  remedy: {
    text: 'Take 16 random bytes per password and store them beside the result.',
    language: 'swift',
    code: 'var salt = [UInt8](repeating: 0, count: 16)\nguard SecRandomCopyBytes(kSecRandomDefault, salt.count, &salt) == errSecSuccess else { throw Failure.random }',
    script: 'const salt = randomBytes(16);   // kept beside the result',
  },
  needs: ['code'],
  samples: {
    fail: [
      'func f(p: [UInt8]) throws { let salt: [UInt8] = [1, 2, 3, 4, 5, 6, 7, 8]; _ = try PKCS5.PBKDF2(password: p, salt: salt, iterations: 600_000).calculate() }',
      {
        path: 'K.m',
        text: 'static Byte grains[] = {9, 8, 7, 6, 5, 4, 3, 2};\n- (void)f:(NSString *)p { NSData *salt = [NSData dataWithBytes:grains length:8]; CCKeyDerivationPBKDF(kCCPBKDF2, p.UTF8String, p.length, salt.bytes, salt.length, kCCPRFHmacAlgSHA256, 700000, out, 32); }',
      },
      { path: 'k.ts', text: 'export const k = (p) => pbkdf2Sync(p, "salty", 600000, 32, "sha256");' },
    ],
    pass: [
      'func f(p: [UInt8]) throws { var salt = [UInt8](repeating: 0, count: 16); _ = SecRandomCopyBytes(kSecRandomDefault, 16, &salt); _ = try PKCS5.PBKDF2(password: p, salt: salt, iterations: 600_000).calculate() }',
    ],
  },
  calls: [
    {
      names: Object.keys(POSITIONS),
      labels: LABEL,
      check(event, context) {
        const position = Object.hasOwn(POSITIONS, event.name) ? event.args[POSITIONS[event.name] as number] : undefined;
        const placed = position !== undefined && position.label === undefined && isFixed(position.known) ? position : undefined;
        const salt = placed ?? event.args.find((arg) => arg.label !== undefined && LABEL.test(arg.label) && isFixed(arg.known));
        if (salt === undefined || (placed === undefined && !isCryptoCall(event))) return;
        context.report({ at: here(event.scene, event.node), message: `The salt given to ${event.name} is a constant of the program.` });
        const spelled = spelledAt(salt.known, event, context);
        if (spelled !== undefined)
          context.report({
            at: spelled,
            message: `These bytes are the salt of every key made in line ${lineOf(event, spelled.unit)}.`,
          });
      },
    },
  ],
});
