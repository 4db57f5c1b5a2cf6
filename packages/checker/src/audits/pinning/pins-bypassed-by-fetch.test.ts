import { expect, it } from 'vitest';
import { assemble } from '../../gather/assemble.ts';
import { runAudits } from '../../judge/run-audits.ts';
import { pinsBypassedByFetch } from './pins-bypassed-by-fetch.ts';

const PINNING = "import { initializeSslPinning } from 'react-native-ssl-public-key-pinning';\nawait initializeSslPinning(pins);";

const findings = async (files: Record<string, string>) => {
  const entries = Object.entries(files).map(([path, text]) => ({ path, size: text.length, read: () => Buffer.from(text) }));
  const artifacts = await assemble(entries, [], { blobs: [], missing: undefined });
  return runAudits([pinsBypassedByFetch], artifacts)[0]?.findings.map(({ path, line }) => `${path}:${line}`);
};

it.each([
  ['~56.0.3', ['api.ts:2']],
  ['^57.0.26', ['api.ts:2']],
  ['~55.0.1', []],
])('with Expo %s', async (version, expected) => {
  expect(await findings({ 'api.ts': PINNING, 'package.json': `{ "dependencies": { "expo": "${version}" } }` })).toEqual(expected);
});

it('is content when React Native’s fetch was kept', async () => {
  const files = { 'api.ts': PINNING, 'package.json': '{ "dependencies": { "expo": "~57.0.0" } }', '.env': 'EXPO_PUBLIC_USE_RN_FETCH=1\n' };
  expect(await findings(files)).toEqual([]);
});
