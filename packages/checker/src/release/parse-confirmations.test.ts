import { expect, it } from 'vitest';
import { parseConfirmations } from './parse-confirmations.ts';

const entry = { id: 'monitoring-drill', who: 'ann', when: '2026-06-01', evidence: 'the pager rang, ticket 7', expires: '2026-09-01' };
const parse = (...confirmed: unknown[]) => parseConfirmations(JSON.stringify({ confirmed }), '2026-06-10');

it('reads who saw what, when, and how long that holds', () => {
  expect(parse(entry, { ...entry, id: 'pins-against-proxy' })).toHaveLength(2);
});

it.each([
  ['nobody', { ...entry, who: ' ' }, 'Confirmation 1 lacks who.'],
  ['nothing', null, 'Confirmation 1 lacks id, who, when, evidence, expires.'],
  ['no line', { ...entry, id: 'everything' }, /“everything”, which is no line of the release checklist/],
  ['a member too many', { ...entry, expire: 'x' }, /holds “expire”/],
  ['no day', { ...entry, expires: 'soon' }, /“soon”, which is no YYYY-MM-DD day/],
  ['a day that is none', { ...entry, expires: '2026-13-41' }, /which is no YYYY-MM-DD day/],
  ['a day to come', { ...entry, when: '2026-06-11' }, /still to come/],
  ['an end before the start', { ...entry, expires: '2026-05-01' }, /before it was made/],
])('refuses %s', (_, broken, message) => {
  expect(() => parse(broken)).toThrow(message);
});

it('refuses the same line twice, and what is no such file', () => {
  expect(() => parse(entry, entry)).toThrow('Confirmation 2 is the second for monitoring-drill');
  expect(() => parseConfirmations('{', '2026-06-10')).toThrow('no JSON');
  expect(() => parseConfirmations('[]', '2026-06-10')).toThrow('must be {"confirmed"');
});
