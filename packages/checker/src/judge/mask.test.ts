import fc from 'fast-check';
import { expect, it } from 'vitest';
import { maskEvidence } from './mask.ts';

it('shows no named secret, wherever it stands', () => {
  const secret = fc.stringMatching(/^[A-Za-z0-9!#%+./]{7,40}$/);
  fc.assert(
    fc.property(secret, fc.string(), fc.string(), (text, before, after) => {
      expect(maskEvidence(`${before} ${text} ${after} ${text}`, [text])).not.toContain(text);
    }),
  );
});
it('masks what looks like a key without being told', () => {
  const line = maskEvidence('let a = "sk_live_51HabcdefGHIJ234567890xyz"');
  expect(line).not.toContain('51Habcdef');
  expect(line).toContain('let a = "');
});
it('leaves long identifiers to read', () => {
  const line = 'kSecAttrAccessibleWhenUnlockedThisDeviceOnly2 = SecAccessControlCreateWithFlags';
  expect(maskEvidence(line)).toBe(line);
});
it('gives a short secret no first letters', () => {
  expect(maskEvidence('pin = "4711"', ['4711'])).toBe('pin = "•••"');
});
it('lets no control character through to a terminal', () => {
  expect(maskEvidence('a\u001b[31mb\u0007')).toBe('a [31mb ');
});
