import { expect, it } from 'vitest';
import { plistAt } from '../audits/plist-values.ts';
import { readScript } from '../syntax/read-script.ts';
import { readExpoConfig } from './read-expo-config.ts';

const JSON_CONFIG = `{
  "expo": {
    "slug": "a",
    "ios": {
      "infoPlist": {
        "NSAppTransportSecurity": { "NSAllowsArbitraryLoads": true }
      },
      "entitlements": { "get-task-allow": false }
    }
  }
}`;

it('reads the property lists an app.json leads to, with the lines of its keys', async () => {
  const plists = await readExpoConfig('app.json', JSON_CONFIG);
  expect(plists.map(({ role }) => role)).toEqual(['expo', 'info', 'entitlements']);
  expect(plistAt(plists[1]?.root as never, 'NSAppTransportSecurity', 'NSAllowsArbitraryLoads')).toEqual({
    kind: 'boolean',
    boolean: true,
    line: 6,
  });
});

it('finds them in a configuration that is a function, and leaves out what is computed', async () => {
  const source =
    'const ios = { infoPlist: { A: process.env.A, B: "b" } };\nexport default ({ config }) => ({ ...config, slug: "a", ios, android: {} });';
  const plists = await readExpoConfig('app.config.ts', source, readScript('app.config.ts', source));
  expect(plists.map(({ role }) => role)).toEqual(['info', 'expo']);
  expect(plists[0]?.root).toEqual({ kind: 'dict', line: 1, entries: new Map([['B', { kind: 'text', text: 'b', line: 1 }]]) });
});

it('reads nothing out of the app.json of a bare React Native app, or out of a broken one', async () => {
  expect(await readExpoConfig('app.json', '{ "name": "a", "displayName": "A" }')).toEqual([]);
  expect(await readExpoConfig('app.json', '{ "expo": {')).toEqual([]);
});
