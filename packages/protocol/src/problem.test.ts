import fc from 'fast-check';
import { expect, test } from 'vitest';
import { formatProblem, parseProblem } from './problem.ts';
import { type ReasonCode, reasons } from './reasons.ts';

const codes = Object.keys(reasons) as ReasonCode[];

test('what is written is read back', () => {
  fc.assert(
    fc.property(fc.constantFrom(...codes), fc.stringMatching(/^[\w-]{1,64}$/), (reason, supportCode) => {
      const text = formatProblem(reason, supportCode);
      expect(parseProblem(text)).toEqual(JSON.parse(text));
    }),
  );
});

test('a foreign body is not ours, and never throws', () => {
  fc.assert(
    fc.property(fc.string(), (text) => {
      expect(parseProblem(text)).toBeUndefined();
    }),
  );
  expect(parseProblem('{"reason":"toString"}')).toBeUndefined();
});

test('title and status come from the list, not from the wire', () => {
  const problem = parseProblem('{"reason":"token-expired","title":"<script>","status":200,"supportCode":"a\\nb"}');
  expect(problem).toMatchObject({ title: reasons['token-expired'].title, status: 401, supportCode: '' });
});
