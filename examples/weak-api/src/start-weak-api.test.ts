import { get } from 'node:https';
import { afterEach, describe, expect, it } from 'vitest';
import { allFlaws, noFlaws, type PlantedFlaw, plantedFlaws } from './planted-flaws.ts';
import { startWeakApi, type WeakApi } from './start-weak-api.ts';

const running: WeakApi[] = [];
afterEach(async () => {
  for (const api of running.splice(0)) await api.close();
});
async function start(options: Parameters<typeof startWeakApi>[0]): Promise<WeakApi> {
  const api = await startWeakApi(options);
  running.push(api);
  return api;
}

describe('startWeakApi behind a gateway', () => {
  it('answers the subject the gateway names, each with orders of their own', async () => {
    const { url } = await start({ flaws: allFlaws, behindGateway: true });
    const orders = async (subject: string) => {
      const { items } = (await (await fetch(`${url}/orders`, { headers: { 'x-sallyport-subject': subject } })).json()) as {
        items: { id: number }[];
      };
      return items.map(({ id }) => id);
    };
    const [ann, stranger] = [await orders('ann'), await orders('usr_1')];
    expect(ann).toHaveLength(3);
    expect(stranger).toHaveLength(3);
    expect(ann.filter((id) => stranger.includes(id))).toEqual([]);
    expect(await orders('usr_1')).toEqual(stranger);
    expect((await fetch(`${url}/orders`)).status).toBe(401);
  });

  it('does not believe the header when it stands alone', async () => {
    const api = await start({ flaws: noFlaws });
    expect(new URL(api.url).hostname).toBe('127.0.0.1');
    const status = await new Promise((resolve, reject) => {
      const options = { ca: api.authority, headers: { 'x-sallyport-subject': 'ann' } };
      get(`${api.url}/orders`, options, (response) => resolve(response.resume().statusCode)).once('error', reject);
    });
    expect(status).toBe(401);
  });
});

describe('plantedFlaws', () => {
  it('names each flaw once and says what finds it', () => {
    const ids = (plantedFlaws as readonly PlantedFlaw[]).map(({ id }) => id);
    expect(new Set(ids).size).toBe(ids.length);
    for (const { foundBy, what } of plantedFlaws as readonly PlantedFlaw[]) {
      expect(foundBy.length).toBeGreaterThan(0);
      expect(what.length).toBeGreaterThan(10);
    }
  });
});
