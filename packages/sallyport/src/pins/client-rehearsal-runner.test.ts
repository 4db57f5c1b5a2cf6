import { addHost, type Pin, pinOfKey, rehearse, runners } from '@sallyport/pins';
import { freshKey } from '@sallyport/pins/testing';
import { expect, test } from 'vitest';
import { clientRehearsalRunner } from './client-rehearsal-runner.ts';

test('the real client accepts the backup key, and refuses an unknown key and a wrong pin', async () => {
  const [leaf, backupKey] = [freshKey(), freshKey()];
  const pins = [leaf, backupKey].map(
    (key, index): Pin => ({
      pin: pinOfKey(key),
      kind: 'spki',
      role: index === 0 ? 'leaf' : 'backup',
      state: 'active',
      carriedBy: [],
    }),
  );
  const set = addHost(undefined, {
    host: 'api.test',
    includeSubdomains: false,
    reportOnly: false,
    afterExpiry: 'refuse',
    keepsKey: true,
    pins,
  });
  const results = await rehearse({ set, host: 'api.test', backupKey, now: Date.now(), runners: [...runners, clientRehearsalRunner] });
  expect(results.map(({ form, verdict }) => `${form} ${verdict}`)).toEqual(['curl passed', 'node passed', 'client passed']);
});
