import { randomBytes } from 'node:crypto';
import { expect, test } from 'vitest';
import { supportCodes } from './support-code.ts';

test('codes are 16 characters that need no escaping, and no two are alike', () => {
  const next = supportCodes(randomBytes);
  const codes = Array.from({ length: 1000 }, next);
  for (const code of codes) expect(code).toMatch(/^[\w-]{16}$/);
  expect(new Set(codes).size).toBe(1000);
});
