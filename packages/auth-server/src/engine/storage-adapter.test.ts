import { setImmediate as nextTick } from 'node:timers/promises';
import { authMigrations, createOAuthStore, type OAuthStore, openDatabase, StoreUnavailableError } from '@sallyport/storage';
import type { Adapter, AdapterPayload } from 'oidc-provider';
import { beforeEach, expect, test } from 'vitest';
import { StoreFailed, storageAdapter } from './storage-adapter.ts';

const NOW = 1_700_000_000_000;
let store: OAuthStore;
let adapter: (kind: string) => Adapter;
beforeEach(() => {
  store = createOAuthStore(openDatabase(':memory:', authMigrations));
  adapter = storageAdapter(late(store), () => NOW);
});

/** A store in another building: every call takes a few turns of the event loop, so that racers really interleave. */
function late(target: OAuthStore): OAuthStore {
  const wait = async () => {
    for (let turn = 0; turn < 3; turn++) await nextTick();
  };
  return new Proxy(target, {
    get:
      (object, name) =>
      async (...values: unknown[]) => {
        await wait();
        const answer = await (object[name as keyof OAuthStore] as (...all: unknown[]) => Promise<unknown>)(...values);
        await wait();
        return answer;
      },
  });
}

const RACERS = 20;
const race = async (work: () => Promise<unknown>) =>
  (await Promise.allSettled(Array.from({ length: RACERS }, work))).filter(({ status }) => status === 'fulfilled').length;

/** What the library does with an adapter in AuthorizationCode and ReplayDetection: look first, then write. */
const useOnce = async (at: Adapter, id: string) => {
  const found = (await at.find(id)) as AdapterPayload | undefined;
  if (found === undefined || found.consumed !== undefined) throw new Error('used');
  await at.consume(id);
};
const claimOnce = async (at: Adapter, id: string) => {
  if ((await at.find(id)) !== undefined) throw new Error('replayed');
  await at.upsert(id, { jti: id, exp: NOW / 1000 + 300 } as AdapterPayload, 300);
};

test('of many who use a code at once, exactly one may', async () => {
  const codes = adapter('AuthorizationCode');
  await codes.upsert('code', { jti: 'code', exp: NOW / 1000 + 60 } as AdapterPayload, 60);
  expect(await race(() => useOnce(codes, 'code'))).toBe(1);
});

test('of many who send the same proof at once, exactly one may', async () => {
  expect(await race(() => claimOnce(adapter('ReplayDetection'), 'proof'))).toBe(1);
});

test('the same race lets everybody through where the store does as it is told, as a plain adapter does', async () => {
  const rows = new Map<string, AdapterPayload>();
  const plain = {
    async find(id: string) {
      await nextTick();
      return rows.get(id);
    },
    async upsert(id: string, payload: AdapterPayload) {
      await nextTick();
      rows.set(id, payload);
    },
    async consume(id: string) {
      await nextTick();
      Object.assign(rows.get(id) ?? {}, { consumed: 1 });
    },
  } as unknown as Adapter;
  await plain.upsert('code', { jti: 'code' } as AdapterPayload, 60);
  expect(await race(() => useOnce(plain, 'code'))).toBe(RACERS);
  expect(await race(() => claimOnce(plain, 'proof'))).toBe(RACERS);
});

test('a payload comes back whole, with expiry and use as the store knows them', async () => {
  const tokens = adapter('RefreshToken');
  const payload = { jti: 'token', grantId: 'grant', exp: NOW / 1000 + 60, scope: 'a b' } as AdapterPayload;
  await tokens.upsert('token', payload, 60);
  expect(await tokens.find('token')).toEqual(payload);
  await tokens.consume('token');
  expect(await tokens.find('token')).toEqual({ ...payload, consumed: NOW / 1000 });
  expect(await adapter('AuthorizationCode').find('token')).toBeUndefined();
  expect(await tokens.find('x'.repeat(200))).toBeUndefined();
  await tokens.revokeByGrantId('grant');
  expect(await tokens.find('token')).toBeUndefined();
});

test('no browser session is ever kept', async () => {
  await adapter('Session').upsert('session', { jti: 'session' } as AdapterPayload, 60);
  expect(await adapter('Session').find('session')).toBeUndefined();
  expect(await store.purge(Number.MAX_SAFE_INTEGER, 10)).toBe(0);
});

test('a store that fails is a 503 that says nothing', async () => {
  const broken = new Proxy(store, { get: () => () => Promise.reject(new StoreUnavailableError('disk full')) });
  const failing = storageAdapter(broken, () => NOW)('Grant');
  for (const attempt of [
    failing.find('a'),
    failing.upsert('a', { exp: 1 } as AdapterPayload, 1),
    failing.consume('a'),
    failing.destroy('a'),
  ]) {
    const error = await attempt.then(
      () => undefined,
      (reason) => reason,
    );
    expect(error).toBeInstanceOf(StoreFailed);
    expect(error).toMatchObject({ statusCode: 503, expose: false });
  }
});
