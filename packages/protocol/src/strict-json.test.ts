import fc from 'fast-check';
import { expect, test } from 'vitest';
import { parseJsonObject } from './strict-json.ts';

test('reads every object that JSON.stringify writes', () => {
  fc.assert(
    fc.property(fc.dictionary(fc.string(), fc.jsonValue({ maxDepth: 4 })), (object) => {
      const text = JSON.stringify(object);
      expect(parseJsonObject(text)).toEqual(JSON.parse(text));
    }),
  );
});

test('never throws, whatever the text', () => {
  fc.assert(
    fc.property(fc.string(), (text) => {
      const value = parseJsonObject(text);
      if (value !== undefined) expect(JSON.parse(text)).toEqual(value);
    }),
  );
});

test('a key given twice is refused, in any spelling and at any depth', () => {
  fc.assert(
    fc.property(fc.string(), fc.jsonValue({ maxDepth: 2 }), (key, value) => {
      const pair = `${JSON.stringify(key)}:${JSON.stringify(value)}`;
      expect(parseJsonObject(`{${pair}, ${pair}}`)).toBeUndefined();
      expect(parseJsonObject(`{"x":[{${pair},${pair}}]}`)).toBeUndefined();
    }),
  );
  expect(parseJsonObject('{"alg":"ES256","\\u0061lg":"none"}')).toBeUndefined();
});

test.each(['[]', '"text"', 'null', '1', '', '{', '{"a":1}x', `${'{"a":'.repeat(9)}1${'}'.repeat(9)}`])('refuses %s', (text) => {
  expect(parseJsonObject(text)).toBeUndefined();
});

test('equal keys of sibling objects are no duplicates', () => {
  expect(parseJsonObject('{"a":{"k":1},"b":{"k":2},"c":["k","k"]}')).toEqual({ a: { k: 1 }, b: { k: 2 }, c: ['k', 'k'] });
});
