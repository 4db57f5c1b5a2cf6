import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Answer } from './answer.ts';
import { answerShape } from './answer-shape.ts';
import { compareAnswers } from './compare-answers.ts';

const answer = (status: number, body: unknown): Answer => ({
  request: { method: 'GET', url: 'https://a.example/' },
  status,
  headers: { 'content-type': 'application/json' },
  body: typeof body === 'string' ? body : JSON.stringify(body),
  cut: false,
  time: 1,
});
const honest = answer(200, { items: [{ id: 1 }] });
const refusal = answer(401, { error: 'sign in' });

describe('compareAnswers', () => {
  it.each([
    ['accepted', 'the same form, other values', answer(200, { items: [{ id: 7 }] })],
    ['accepted', 'the same form behind a byte order mark', answer(200, '\uFEFF{"items":[{"id":7}]}')],
    ['refused', 'a refusal', refusal],
    ['refused', 'a redirect to a sign-in page', answer(302, '')],
    ['refused', 'a missing route', answer(404, '')],
    ['limited', 'a limit', answer(429, '')],
    ['broken', 'a server error', answer(500, 'success 200')],
    ['unclear', 'a success of another form', answer(200, { error: 'invalid token' })],
    ['unclear', 'a page in place of data', answer(200, '<html>200 success</html>')],
  ] as const)('says %s of %s', (reception, _, given) => {
    expect(compareAnswers(given, { valid: honest, anonymous: refusal })).toBe(reception);
  });

  it('takes what looks like an anonymous answer for a refusal, where strangers are answered as well', () => {
    const anonymous = answer(200, { items: [], guest: true });
    expect(compareAnswers(answer(200, { items: [], guest: true }), { valid: honest, anonymous })).toBe('refused');
    expect(compareAnswers(honest, { valid: honest, anonymous })).toBe('accepted');
  });

  it('says nothing where user and stranger get the same', () => {
    expect(compareAnswers(honest, { valid: honest, anonymous: honest })).toBe('unclear');
  });
});

describe('answerShape', () => {
  it('does not depend on values or the order of members', () => {
    expect(answerShape(answer(200, { b: 'x', a: [{ c: 1 }] }))).toBe(answerShape(answer(200, { a: [{ c: 2 }, { c: 3 }], b: 'yy' })));
  });

  it('tells null, missing and present apart', () => {
    const shapes = [{}, { user: null }, { user: 'ann' }, { user: {} }].map((body) => answerShape(answer(200, body)));
    expect(new Set(shapes).size).toBe(4);
  });

  it('is bounded and total for any JSON and any text', () => {
    fc.assert(fc.property(fc.jsonValue(), (value) => typeof answerShape(answer(200, value)) === 'string'));
    fc.assert(fc.property(fc.string(), (text) => typeof answerShape(answer(200, text)) === 'string'));
    const wide = Object.fromEntries(Array.from({ length: 5000 }, (_, index) => [`k${index}`, 1]));
    expect(answerShape(answer(200, wide)).split(' ').length).toBeLessThanOrEqual(401);
  });
});
