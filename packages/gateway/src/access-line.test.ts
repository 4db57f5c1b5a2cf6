import type { IncomingMessage, ServerResponse } from 'node:http';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { accessLine } from './access-line.ts';
import { Exchange } from './exchange.ts';
import { readFields } from './read-fields.ts';

const TIME = '2027-01-15T08:00:00.000Z';
const exchange = (method = 'GET') => {
  const made = new Exchange(
    { method, httpVersion: '1.1' } as IncomingMessage,
    { headersSent: true, statusCode: 404 } as ServerResponse,
    '192.0.2.1',
    0,
  );
  made.supportCode = 'V1StGXR8Z5jdHi6B';
  return made;
};

test('property: hostile text stays inside one line of JSON, is bounded, and shows no token', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary', maxLength: 5000 }), (text) => {
      const hostile = exchange(text);
      hostile.target = { path: `/${text}`, query: '?token=canary', foldable: false };
      hostile.fields = readFields(['X-Correlation-Id', text]);
      hostile.detail = `${text} Bearer abcdefgh123`;
      const line = accessLine(hostile, TIME, 1.23456);
      expect([...line].every((character) => character >= ' ')).toBe(true);
      expect(line.length).toBeLessThan(4000);
      expect(line).not.toContain('canary');
      expect(line).not.toContain('abcdefgh123');
      expect(JSON.parse(line)).toMatchObject({ time: TIME, event: 'access', supportCode: 'V1StGXR8Z5jdHi6B', status: 404, duration: 1.23 });
    }),
  );
});

test('a made-up correlation id is shown only when it looks like one', () => {
  const shown = (id: string) => {
    const named = exchange();
    named.fields = readFields(['X-Correlation-Id', id]);
    return JSON.parse(accessLine(named, TIME, 0)).clientCorrelationId;
  };
  expect(shown('3f2c-abcd')).toBe('3f2c-abcd');
  for (const id of ['short', 'ada@example.com', 'a b c d e f', 'x'.repeat(65)]) expect(shown(id)).toBeUndefined();
});
