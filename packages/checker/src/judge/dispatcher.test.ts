import { expect, it } from 'vitest';
import { type Audit, type CallRule, defineAudit } from '../audit.ts';
import { audits } from '../audits/index.ts';
import { assemble } from '../gather/assemble.ts';
import { runAudits } from './run-audits.ts';

/** What a rule was asked about, by the text of each call. */
async function askedAbout(rule: Omit<CallRule, 'check'>, source: string): Promise<string[]> {
  const { applies: _applies, check: _check, ...rest } = audits.find(({ id }) => id === 'pins-absent') as Audit;
  const asked: string[] = [];
  const audit = defineAudit({
    ...rest,
    calls: [
      {
        ...rule,
        check: ({ node, scene }) => {
          asked.push(scene.unit.source.slice(node.start, node.end));
        },
      },
    ],
  });
  const artifacts = await assemble([{ path: 'a.swift', size: source.length, read: () => Buffer.from(source) }], [], {
    blobs: [],
    missing: undefined,
  });
  runAudits([audit], artifacts);
  return asked;
}

const CALLS = 'func f(accessToken: String) { open(key: 1); shut(key: 2, salt: 3); keep(4, accessToken); keep(5, key: accessToken) }';

it('asks by the name of what is called, spelled or tested', async () => {
  expect(await askedAbout({ names: ['open'] }, CALLS)).toEqual(['open(key: 1)']);
  expect(await askedAbout({ names: /^(?:open|shut)$/ }, CALLS)).toEqual(['open(key: 1)', 'shut(key: 2, salt: 3)']);
  expect(await askedAbout({ names: ['*'] }, 'func f() { open(1); shut() }')).toEqual(['open(1)', 'shut()']);
});

it('asks by the labels of the arguments, once a call however many of them say so', async () => {
  expect(await askedAbout({ names: [], labels: ['key', 'salt'] }, CALLS)).toEqual([
    'open(key: 1)',
    'shut(key: 2, salt: 3)',
    'keep(5, key: accessToken)',
  ]);
  expect(await askedAbout({ names: ['shut'], labels: { test: (label) => label === 'salt' } }, CALLS)).toEqual(['shut(key: 2, salt: 3)']);
});

it('asks about what is given a secret, and not a second time where the name said so', async () => {
  expect(await askedAbout({ names: [], secrets: true }, CALLS)).toEqual(['keep(4, accessToken)', 'keep(5, key: accessToken)']);
  expect(await askedAbout({ names: ['keep'], labels: ['key'], secrets: true }, CALLS)).toEqual([
    'open(key: 1)',
    'shut(key: 2, salt: 3)',
    'keep(4, accessToken)',
    'keep(5, key: accessToken)',
  ]);
});
