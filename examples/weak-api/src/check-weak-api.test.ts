import { createHash, generateKeyPairSync } from 'node:crypto';
import { type ApiAuditResult, apiAudits, type CheckApiOptions, checkApi } from '@sallyport/checker/api';
import { parseDeviceJwk, thumbprintInput } from '@sallyport/protocol';
import { describe, expect, it } from 'vitest';
import { allFlaws, type FlawId, type Flaws, noFlaws, type PlantedFlaw, plantedFlaws } from './planted-flaws.ts';
import { startWeakApi } from './start-weak-api.ts';

/** Runs the whole check against an instance with these flaws, with a clock both share so that waiting takes no time. */
async function check(flaws: Flaws, change: Partial<CheckApiOptions> = {}): Promise<ReadonlyMap<string, ApiAuditResult>> {
  let ahead = 0;
  const now = () => Date.now() + ahead;
  let webhook: string | undefined;
  const api = await startWeakApi({ flaws, now, alerts: () => webhook });
  try {
    const deviceKey = () => {
      const { privateKey, publicKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
      const jwk = parseDeviceJwk(publicKey.export({ format: 'jwk' }));
      if (jwk === undefined) throw new Error('no P-256 key');
      return { dpopKey: privateKey, jkt: createHash('sha256').update(thumbprintInput(jwk)).digest('base64url') };
    };
    const [ann, bob] = [deviceKey(), deviceKey()];
    const user = (name: string, { dpopKey, jkt }: ReturnType<typeof deviceKey>) => {
      const { access_token, refresh_token, token_type, id_token } = api.signIn(name, jkt);
      return { accessToken: access_token, refreshToken: refresh_token, idToken: id_token, ...(token_type === 'DPoP' && { dpopKey }) };
    };
    const first = user('ann', ann);
    const outcome = await checkApi(
      {
        url: `${api.url}/orders`,
        ca: api.authority,
        openapi: api.openapi,
        plainHttpPort: api.plainHttpPort,
        user: first,
        idToken: first.idToken,
        secondUser: user('bob', bob),
        expiredToken: api.expiredToken('ann', ann.jkt),
        oauth: { clientId: 'orders-app' },
        signIn: { url: `${api.url}/sign-in`, user: 'bob' },
        idempotentRoute: { method: 'POST', path: '/orders', body: '{"item":"lamp","quantity":1}' },
        pins: [api.pin, 'AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA='],
        active: true,
        // What is not sent need not be waited for.
        alerts: { host: '127.0.0.1', port: 0, wait: flaws.has('silent-alarm') ? 0 : 30, quiet: 0 },
        ...change,
      },
      {
        now,
        wait: async (milliseconds) => {
          ahead += milliseconds;
        },
        progress: (text) => {
          webhook ??= /^listening for alerts at (\S+)$/.exec(text)?.[1];
        },
      },
    );
    if (outcome.kind !== 'checked') throw new Error(outcome.message);
    return new Map(outcome.results.map((result) => [result.audit.id, result]));
  } finally {
    await api.close();
  }
}

const idsIn = (results: ReadonlyMap<string, ApiAuditResult>, ...states: string[]) =>
  [...results.values()].filter(({ state }) => states.includes(state)).map(({ audit }) => audit.id);

describe('check api on the weak sample', () => {
  it('finds every flaw planted', { timeout: 60_000 }, async () => {
    const results = await check(allFlaws);
    const found = new Set(idsIn(results, 'fail', 'warn'));
    const missed = plantedFlaws.filter((flaw) => allFlaws.has(flaw.id) && flaw.foundBy.some((id) => !found.has(id)));
    expect(missed.map(({ id }) => id)).toEqual([]);
    expect(idsIn(results, 'error')).toEqual([]);
  });

  it('finds nothing in the hardened form, and leaves nothing open', { timeout: 60_000 }, async () => {
    const results = await check(noFlaws);
    const other = [...results.values()]
      .filter(({ state }) => state !== 'pass')
      .map(({ audit, state, why, findings }) => [audit.id, state, why, findings[0]?.message]);
    expect(other).toEqual([['weak-secret', 'not-applicable', 'Tokens are signed by RS256.', undefined]]);
  });

  // Each by itself would take minutes. In a group every audit has one flaw to find at most, and all others must stay silent.
  it.each(groups().map((group) => [group.map(({ id }) => id).join(', '), group] as const))(
    'tells %s apart from all others',
    { timeout: 60_000 },
    async (_, group) => {
      const results = await check(new Set(group.map(({ id }) => id as FlawId)));
      const found = idsIn(results, 'fail', 'warn', 'error');
      expect(found).toEqual(expect.arrayContaining(group.flatMap(({ foundBy }) => foundBy)));
      const allowed = new Set(group.flatMap(({ foundBy, alsoSeenBy = [] }) => [...foundBy, ...alsoSeenBy]));
      expect(found.filter((audit) => !allowed.has(audit))).toEqual([]);
    },
  );

  it('plants something for every audit that this sample can fail', () => {
    const planted = new Set<string>(plantedFlaws.flatMap((flaw: PlantedFlaw) => flaw.foundBy));
    // Pins are the app's, not the API's; a mistake in them is tried in the checker's own tests.
    expect(apiAudits.map(({ id }) => id).filter((id) => !planted.has(id))).toEqual(['pins-match', 'pins-backup']);
  });
});

/** Puts the flaws into as few groups as keep apart those that one audit could mix up. */
function groups(): PlantedFlaw[][] {
  const all: PlantedFlaw[][] = [];
  const seenBy = ({ foundBy, alsoSeenBy = [] }: PlantedFlaw) => [...foundBy, ...alsoSeenBy];
  for (const flaw of plantedFlaws as readonly PlantedFlaw[]) {
    const fits = (group: PlantedFlaw[]) =>
      flaw.alone !== true && group.every((other) => other.alone !== true && !seenBy(other).some((audit) => seenBy(flaw).includes(audit)));
    const group = all.find(fits);
    if (group === undefined) all.push([flaw]);
    else group.push(flaw);
  }
  return all;
}
