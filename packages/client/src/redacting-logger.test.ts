import { expect, test } from 'vitest';
import { createMemoryLogger } from './memory/logger.ts';
import { redactingLogger } from './redacting-logger.ts';

test('whatever is said, secrets are out of it before the platform hears', () => {
  const memory = createMemoryLogger();
  redactingLogger(memory).log({ event: 'a', access_token: 'canary', headers: { Authorization: 'canary' }, text: 'sent Bearer canary123' });
  expect(JSON.stringify(memory.records)).not.toContain('canary');
  expect(memory.records[0]).toMatchObject({ event: 'a' });
});

test('a logger that throws, or none at all, breaks nothing', () => {
  const broken = {
    log: () => {
      throw new Error('disk full');
    },
  };
  expect(() => redactingLogger(broken).log({ event: 'a' })).not.toThrow();
  expect(() => redactingLogger(undefined).log({ event: 'a' })).not.toThrow();
});
