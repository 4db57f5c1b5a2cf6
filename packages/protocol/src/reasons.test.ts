import { expect, test } from 'vitest';
import { isReasonCode, reasons } from './reasons.ts';

test.each(Object.entries(reasons))('%s says what, why and what to do, and keeps its public text coarse', (code, reason) => {
  expect(code).toMatch(/^[a-z]+(-[a-z]+)+$/);
  expect(reason.status).toBeGreaterThanOrEqual(400);
  for (const text of [reason.title, reason.operator, reason.remedy]) expect(text).toMatch(/^[A-Z].*[.]$/);
  expect(reason.reference).not.toBe('');
  // The public text must not name mechanisms an attacker could probe.
  expect(reason.title).not.toMatch(/kid|jwk|cnf|jkt|htu|htm|upstream|SQL/i);
});

test('a text from the wire is a reason only if it is in the list', () => {
  expect(isReasonCode('token-expired')).toBe(true);
  expect(isReasonCode('__proto__')).toBe(false);
  expect(isReasonCode('constructor')).toBe(false);
  expect(isReasonCode(undefined)).toBe(false);
});
