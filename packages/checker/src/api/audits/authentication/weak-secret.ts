import { createHmac, timingSafeEqual } from 'node:crypto';
import { defineApiAudit } from '../../api-audit.ts';

/** What tutorials, frameworks and tired people write. Tried offline; no request is sent. */
const COMMON = [
  '',
  'Secret',
  'SECRET',
  'secret123',
  'shhhhh',
  'shhhhhhared-secret',
  'your-256-bit-secret',
  'your-384-bit-secret',
  'your-512-bit-secret',
  'privatekey',
  'private-key',
  'Password1',
  'passw0rd',
  'changeme',
  'change-me',
  'changeit',
  'default',
  'test',
  'test123',
  'testing',
  'dev',
  'development',
  'production',
  'admin',
  'administrator',
  'root',
  'qwerty',
  'letmein',
  '123456',
  '12345678',
  '1234567890',
  'abc123',
  'keyboard cat',
  'hello',
  'example',
  'demo',
  'app',
  'api',
  'jwt',
  'node',
  'express',
  'a-string-secret-at-least-256-bits-long',
  'GQDstcKsx0NHjPOuXOYg5MbeJ1XT0uFiwDVvVBrk',
  's3cr3t',
  '0123456789abcdef',
];

/** The words they are put together from. */
const FIRST = ['', 'super', 'top', 'my', 'your', 'jwt', 'app', 'api', 'auth', 'access', 'session', 'token', 'server'];
const LAST = ['secret', 'key', 'token', 'password', 'secret key', 'jwt secret', 'jwt key'];

/** @example 'supersecret', 'super-secret', 'SUPER_SECRET', 'superSecret', 'SuperSecret' */
const SPELLINGS: readonly ((words: readonly string[]) => string)[] = [
  ...['', '-', '_', ' '].map((between) => (words: readonly string[]) => words.join(between)),
  (words) => words.join('_').toUpperCase(),
  (words) => words.map((word, index) => (index === 0 ? word : capital(word))).join(''),
  (words) => words.map(capital).join(''),
];

const capital = (word: string) => `${word.slice(0, 1).toUpperCase()}${word.slice(1)}`;

const GUESSES: ReadonlySet<string> = new Set([
  ...COMMON,
  ...FIRST.flatMap((first) =>
    LAST.flatMap((last) => SPELLINGS.map((spell) => spell([...(first === '' ? [] : [first]), ...last.split(' ')]))),
  ),
]);

export const weakSecret = defineApiAudit({
  id: 'weak-secret',
  area: 'authentication',
  title: 'The secret that signs tokens cannot be guessed',
  failingTitle: 'The secret that signs tokens is a common word',
  severity: 'critical',
  references: { checklist: 'no-weak-crypto', masvs: ['MASVS-CRYPTO-1'], cwe: [521, 798, 1391], api10: ['API2:2023'] },
  why: 'One token is enough to try words at home, millions a second; who finds the secret signs for every user (RFC 8725 §3.5).',
  remedy: { text: 'Sign with a private key; if it must be HMAC, with 32 random bytes.', language: 'sh', code: 'openssl rand -base64 32' },
  needs: ['accessToken'],
  check({ accessToken: { header, text } }, probe) {
    if (!/^HS(256|384|512)$/.test(header.alg)) return probe.notApplicable(`Tokens are signed by ${header.alg}.`);
    const dot = text.lastIndexOf('.');
    const signature = Buffer.from(text.slice(dot + 1), 'base64url');
    const found = [...GUESSES].some((word) => {
      const mac = createHmac(`sha${header.alg.slice(2)}`, word)
        .update(text.slice(0, dot))
        .digest();
      return mac.length === signature.length && timingSafeEqual(mac, signature);
    });
    if (found)
      probe.report({ where: 'Access token', message: `The ${header.alg} secret is among ${GUESSES.size} words everybody tries first.` });
    else probe.note('Only common words were tried.');
  },
});
