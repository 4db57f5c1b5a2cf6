import { createHmac, timingSafeEqual } from 'node:crypto';
import { defineApiAudit } from '../../api-audit.ts';

/** What tutorials, frameworks and tired people write. Tried offline; no request is sent. */
const COMMON = [
  '',
  'secret',
  'Secret',
  'SECRET',
  'secret123',
  'secretkey',
  'secret-key',
  'secret_key',
  'supersecret',
  'super-secret',
  'topsecret',
  'mysecret',
  'my-secret',
  'mysecretkey',
  'my-secret-key',
  'shhhhh',
  'shhhhhhared-secret',
  'your-256-bit-secret',
  'your-384-bit-secret',
  'your-512-bit-secret',
  'your-secret-key',
  'your_secret_key',
  'your_jwt_secret',
  'jwt',
  'jwtsecret',
  'jwt-secret',
  'jwt_secret',
  'jwtSecretKey',
  'JWT_SECRET',
  'token',
  'key',
  'privatekey',
  'private-key',
  'password',
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
  'node',
  'express',
  'a-string-secret-at-least-256-bits-long',
  'GQDstcKsx0NHjPOuXOYg5MbeJ1XT0uFiwDVvVBrk',
  's3cr3t',
  '0123456789abcdef',
];

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
    const found = COMMON.some((word) => {
      const mac = createHmac(`sha${header.alg.slice(2)}`, word)
        .update(text.slice(0, dot))
        .digest();
      return mac.length === signature.length && timingSafeEqual(mac, signature);
    });
    if (found)
      probe.report({ where: 'Access token', message: `The ${header.alg} secret is among ${COMMON.length} words everybody tries first.` });
    else probe.note('Only common words were tried.');
  },
});
