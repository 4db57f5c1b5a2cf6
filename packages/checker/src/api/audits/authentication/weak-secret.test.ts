import { expect, it } from 'vitest';
import type { Probe } from '../../api-audit.ts';
import type { Artifacts } from '../../run/artifacts.ts';
import { hmacToken } from '../../tokens/forge-token.ts';
import { weakSecret } from './weak-secret.ts';

async function isGuessed(secret: string): Promise<boolean> {
  let found = false;
  const report = () => {
    found = true;
  };
  const probe = { report, note: () => undefined } as Partial<Probe> as Probe;
  const header = { alg: 'HS256' };
  const accessToken = { text: hmacToken(header, { sub: 'ann' }, Buffer.from(secret)), header, payload: {} };
  await weakSecret.check({ accessToken } as unknown as Artifacts, probe);
  return found;
}

it.each([
  '',
  'secret',
  'supersecret',
  'SuperSecret',
  'my-secret-key',
  'JWT_SECRET',
  'yourJwtSecret',
  'jwtSecretKey',
  'your_secret_key',
  'password',
])('guesses %j', async (secret) => expect(await isGuessed(secret)).toBe(true));

it('does not guess what was drawn', async () => expect(await isGuessed('v2Jx1w0Qm8oZr3Yt6Kd9')).toBe(false));
