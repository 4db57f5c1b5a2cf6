import { expect, test } from 'vitest';
import { openStage } from '../testing/stage.ts';

test('a scope that is missing', async () => {
  const stage = await openStage();
  const called = await stage.call('/admin');
  expect(called).toMatchObject({ status: 403, reason: 'scope-insufficient' });
  expect(called.headers['www-authenticate']).toBe('DPoP error="insufficient_scope", scope="admin", algs="ES256"');
  expect((await stage.call('/admin', { token: stage.issuer.token({ scope: 'other admin' }) })).status).toBe(200);
  expect(await stage.call('/admin', { token: stage.issuer.token({ scope: '' }) })).toMatchObject({ status: 403 });
  await stage.close();
});
