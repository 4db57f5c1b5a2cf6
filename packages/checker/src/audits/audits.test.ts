import { describe, expect, it } from 'vitest';
import type { Audit, Sample } from '../audit.ts';
import { assemble } from '../gather/assemble.ts';
import { runAudits } from '../judge/run-audits.ts';
import { audits } from './index.ts';

/** Runs one audit alone over one sample. */
async function states(audit: Audit, sample: string | Sample) {
  const { path = 'Sample.swift', text, live, today } = (typeof sample === 'string' ? { text: sample } : sample) as Sample;
  const artifacts = await assemble([{ path, size: text.length, read: () => Buffer.from(text) }], [], { blobs: [], missing: undefined });
  const [result] = runAudits([audit], { ...artifacts, live, today });
  return result;
}

describe.each(audits.map((audit) => [audit.id, audit] as const))('%s', (_id, audit) => {
  it.each(audit.samples.fail.map((sample, index) => [index, sample] as const))(
    'finds the weakness in failing sample %i',
    async (_index, sample) => {
      const result = await states(audit, sample);
      expect(result?.why).toBeUndefined();
      expect(result?.findings.length, JSON.stringify(sample)).toBeGreaterThan(0);
    },
  );

  it.each(audit.samples.pass.map((sample, index) => [index, sample] as const))(
    'says nothing against passing sample %i',
    async (_index, sample) => {
      const result = await states(audit, sample);
      expect((result?.findings ?? []).filter((finding) => finding.confidence !== 'low').map((finding) => finding.message)).toEqual([]);
      expect(result?.state).not.toBe('error');
    },
  );

  it('says what it is about', () => {
    expect(audit.id).toMatch(/^[a-z0-9]+(?:-[a-z0-9]+)*$/);
    expect(audit.references.cwe.length).toBeGreaterThan(0);
    expect(audit.remedy.text.length * audit.remedy.code.length * audit.why.length).toBeGreaterThan(0);
    expect(
      audit.samples.fail.length + (audit.needs[0] === 'history' || audit.needs[0] === 'binaries' ? 1 : 0),
      'an audit without a failing sample proves nothing',
    ).toBeGreaterThan(0);
  });
});

it('gives every audit an id of its own', () => {
  expect(new Set(audits.map((audit) => audit.id)).size).toBe(audits.length);
});
