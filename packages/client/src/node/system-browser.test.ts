import type { AddressInfo } from 'node:net';
import { createServer, Socket } from 'node:net';
import { expect, test, vi } from 'vitest';
import { createLoopbackBrowser } from './system-browser.ts';

async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  await new Promise((resolve) => server.close(resolve));
  return port;
}

test('takes the first call to its own path, and nothing else', async () => {
  const redirectUri = `http://127.0.0.1:${await freePort()}/signed-in`;
  const statuses: number[] = [];
  const browser = createLoopbackBrowser({
    show: async (url) => {
      expect(url).toBe('https://auth.example/authorize?a=b');
      for (const address of [`${redirectUri}`, redirectUri.replace('signed-in', 'other?code=x'), `${redirectUri}?code=c&state=s`]) {
        statuses.push((await fetch(address)).status);
      }
    },
  });
  expect(await browser.open('https://auth.example/authorize?a=b', redirectUri)).toBe(`${redirectUri}?code=c&state=s`);
  await expect.poll(() => statuses).toEqual([404, 404, 200]);
  await expect(fetch(redirectUri)).rejects.toThrow();
});

test('a user who never comes back has given up', async () => {
  const browser = createLoopbackBrowser({ show: () => {}, patience: 1 });
  expect(await browser.open('https://auth.example/', `http://127.0.0.1:${await freePort()}/in`)).toBeUndefined();
});

test.each(['http://0.0.0.0:80/in', 'http://localhost:8080/in', 'https://127.0.0.1:8080/in', 'http://127.0.0.1/in'])(
  'refuses %s',
  async (uri) => {
    await expect(createLoopbackBrowser({ show: () => {} }).open('https://auth.example/', uri)).rejects.toThrow(/redirect URI/);
  },
);

test('a browser that cannot be shown is an error at once, not ten minutes of silence', async () => {
  const redirectUri = `http://127.0.0.1:${await freePort()}/in`;
  const fail = () => {
    throw new Error('no desktop');
  };
  for (const show of [fail, async () => fail()]) {
    await expect(createLoopbackBrowser({ show }).open('https://auth.example/', redirectUri)).rejects.toThrow(/browser/);
  }
  vi.stubEnv('PATH', '');
  await expect(createLoopbackBrowser().open('https://auth.example/', redirectUri)).rejects.toThrow(/browser/);
  vi.unstubAllEnvs();
});

test('a connection that the browser opened to spare keeps nothing alive', async () => {
  const redirectUri = `http://127.0.0.1:${await freePort()}/in`;
  const spare = new Socket();
  const closed = new Promise((resolve) => spare.on('close', resolve).on('error', () => {}));
  const show = () => {
    spare.connect(Number(new URL(redirectUri).port), '127.0.0.1', () => void fetch(`${redirectUri}?code=c`));
  };
  expect(await createLoopbackBrowser({ show }).open('https://auth.example/', redirectUri)).toBe(`${redirectUri}?code=c`);
  await closed;
});

test('a taken port is an error, not a hang', async () => {
  const taken = createServer();
  await new Promise<void>((resolve) => taken.listen(0, '127.0.0.1', resolve));
  const { port } = taken.address() as AddressInfo;
  await expect(createLoopbackBrowser({ show: () => {} }).open('https://auth.example/', `http://127.0.0.1:${port}/in`)).rejects.toThrow(
    /taken/,
  );
  await new Promise((resolve) => taken.close(resolve));
});
