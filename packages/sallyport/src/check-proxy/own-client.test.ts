import { runCheckProxy } from '@sallyport/checker/proxy';
import { createNodeTransport } from '@sallyport/client/node';
import { createTestCertificate } from '@sallyport/pipeline/testing';
import { expect, test } from 'vitest';
import { checkIo } from '../check-io.ts';
import { captureIo } from '../testing/capture-io.ts';

const [HOST, OPEN] = ['api.example.com', 'cdn.example.com'];
const TOKEN = 'at-canary-4f1c';

test('C4: our own client refuses the forged certificate of the host it pins, and takes that of the control', async () => {
  const pins = { hosts: { [HOST]: { pins: [createTestCertificate().pin, createTestCertificate().pin] } } };
  const io = captureIo({ cwd: '/' });
  const options = { pinned: [HOST], control: OPEN, listen: '127.0.0.1:0', format: 'json' } as const;
  const outcomes: unknown[] = [];
  const code = await runCheckProxy(options, checkIo(io), async ({ at, authority }) => {
    // It asks no proxy; what a hostile resolver does to it, `connectTo` does here.
    const way = { extraAuthorities: [authority.pem], connectTo: { [HOST]: at, [OPEN]: at } };
    for (const [host, transport] of [
      [OPEN, createNodeTransport(way)],
      [HOST, createNodeTransport({ ...way, pins })],
    ] as const) {
      const headers = { authorization: `DPoP ${TOKEN}` };
      const request = { method: 'GET', url: `https://${host}/orders`, headers, body: undefined, signal: new AbortController().signal };
      const outcome = await transport.send({ ...request, maxBytes: 1_000 }).catch((error: { failure: string }) => error.failure);
      outcomes.push(typeof outcome === 'string' ? outcome : outcome.status);
      await transport.close();
    }
    return [];
  });
  expect(outcomes).toEqual([403, 'pin-failure']);
  expect(code).toBe(0);
  expect(JSON.parse(io.out()).checklist).toContainEqual(expect.objectContaining({ id: 'pins-against-proxy', state: 'proved' }));
  expect(io.out()).not.toContain(TOKEN);
});
