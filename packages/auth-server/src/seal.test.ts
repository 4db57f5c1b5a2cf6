import fc from 'fast-check';
import { expect, test } from 'vitest';
import { digestOf, open, seal } from './seal.ts';

const bytes = fc.uint8Array({ maxLength: 200 });

test('what was sealed opens with the same secret for the same purpose, and is never sealed alike twice', () => {
  fc.assert(
    fc.property(fc.string(), fc.string(), bytes, (secret, purpose, content) => {
      const sealed = seal(secret, purpose, content);
      expect(open(secret, purpose, sealed)).toEqual(Buffer.from(content));
      expect(seal(secret, purpose, content)).not.toEqual(sealed);
    }),
  );
});

test('another secret, another purpose, a changed or shortened box opens nothing', () => {
  const sealed = seal('token', 'answer', Buffer.from('content'));
  expect(open('Token', 'answer', sealed)).toBeUndefined();
  expect(open('token', 'entry', sealed)).toBeUndefined();
  fc.assert(
    fc.property(fc.nat(sealed.length - 1), fc.integer({ min: 1, max: 255 }), (at, bits) => {
      const changed = Uint8Array.from(sealed);
      changed[at] = (changed[at] as number) ^ bits;
      expect(open('token', 'answer', changed)).toBeUndefined();
      expect(open('token', 'answer', sealed.subarray(0, at))).toBeUndefined();
    }),
  );
});

test('neither digest nor box holds the secret or the content', () => {
  const secret = 'a-refresh-token-of-forty-three-characters-x';
  const kept = Buffer.concat([digestOf(secret), seal(secret, 'answer', Buffer.from('the content'))]).toString('latin1');
  expect(kept).not.toContain(secret);
  expect(kept).not.toContain('the content');
});
