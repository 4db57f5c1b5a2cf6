import { expect, it } from 'vitest';
import type { Audit, Sample } from '../audit.ts';
import { audits } from '../audits/index.ts';
import { remedyCodes } from './remedy-codes.ts';

const logging = audits.find((audit) => audit.id === 'sensitive-logging') as Audit;
const languages = (paths: string[]) => remedyCodes(logging, paths).map(({ language }) => language);

it('shows the remedy in the languages of the files that were found', () => {
  expect(languages(['App/Login.swift', 'App/Old.m'])).toEqual(['swift']);
  expect(languages(['src/login.tsx'])).toEqual(['ts']);
  expect(languages(['src/login.ts', 'ios/Login.swift'])).toEqual(['swift', 'ts']);
});

it('has one for every audit that finds something in scripts', () => {
  const pathOf = (sample: string | Sample) => (typeof sample === 'string' ? '' : (sample.path ?? ''));
  const lacking = audits.filter(
    ({ remedy, samples }) =>
      remedy.language === 'swift' && remedy.script === undefined && samples.fail.some((sample) => /\.[jt]sx?$/.test(pathOf(sample))),
  );
  expect(lacking.map(({ id }) => id)).toEqual([]);
});
