import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import * as helpers from 'oidc-provider/lib/helpers/grants.js';
import { expect, test } from 'vitest';
import { type Deployment, deploy } from '../testing/deployment.ts';
import * as seam from './library-seam.ts';

const advice = `oidc-provider moved. Read its changelog and lib/helpers/grants.js; compare lib/actions/grants/refresh_token.js with
engine/refresh-grant.ts (what does theirs check that ours does not?) and models/base_model.js save() with prepareRefreshToken;
run all tests of this package; then set SEAM_VERSION.`;

test('the library is the version the seam was written against', () => {
  const manifest = fileURLToPath(import.meta.resolve('oidc-provider/package.json'));
  const { version } = JSON.parse(readFileSync(manifest, 'utf8')) as { version: string };
  expect(version, advice).toBe(seam.SEAM_VERSION);
});

test('every function the seam passes on is there, with the parameters it is called with', () => {
  const expected = {
    buildTokenResponse: 1,
    checkDpopReplay: 4,
    findAccount: 4,
    resolveAndApplyResource: 6,
    validateDpop: 3,
    validateGrant: 3,
  };
  for (const [name, parameters] of Object.entries(expected)) {
    const found = (helpers as unknown as Record<string, (...values: unknown[]) => unknown>)[name];
    expect(typeof found, `${name}: ${advice}`).toBe('function');
    expect(found?.length, `${name}: ${advice}`).toBe(parameters);
  }
});

test('a token prepared for storing is found by the library as if it had saved it', async () => {
  let deployment: Deployment | undefined;
  try {
    deployment = await deploy();
    const app = deployment.app();
    const { refresh_token: first } = await app.signIn();
    // The successor was prepared by the seam and stored by us; that it can be used says the library reads it.
    const { refresh_token: second } = app.tokens(await app.refresh(first));
    expect((await app.refresh(second)).status, advice).toBe(200);
  } finally {
    await deployment?.close();
  }
});
