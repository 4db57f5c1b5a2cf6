import { getEventListeners } from 'node:events';
import { expect, test } from 'vitest';
import { type Call, newTrail, throughInterceptors } from '../call.ts';
import { createCancellation } from '../cancellation.ts';
import { createMemoryClock } from '../memory/clock.ts';
import { createMemoryRandom } from '../memory/random.ts';
import { createMemoryTransport, type MemoryAnswer } from '../memory/transport.ts';
import { createRetryQuota } from '../retry-quota.ts';
import { sendCall } from '../send-call.ts';
import { TransportError } from '../transport-error.ts';
import { deadline } from './deadline.ts';
import { explain } from './explain.ts';
import { idempotencyKey } from './idempotency-key.ts';
import { retry } from './retry.ts';

type Step = MemoryAnswer | TransportError | 'hang';

const newCall = (): Call => ({
  method: 'GET',
  url: 'https://api.example/',
  headers: {},
  body: undefined,
  signal: undefined,
  maxBytes: 1000,
  access: 'public',
  idempotencyKey: undefined,
  trail: newTrail(),
});

/** The retrying part of the way, with a server that answers step by step; time runs by itself. */
function start(steps: Step[], call: Partial<Call> = {}, quota = createRetryQuota()) {
  const clock = createMemoryClock();
  const random = createMemoryRandom();
  const sent: { at: number; key: string | undefined }[] = [];
  const transport = createMemoryTransport(({ headers }) => {
    sent.push({ at: clock.uptime(), key: headers['idempotency-key'] });
    const step = steps.shift() ?? { status: 200 };
    if (step === 'hang') return new Promise(() => {});
    if (step instanceof TransportError) throw step;
    return step;
  });
  const way = throughInterceptors(
    [explain(clock), deadline(clock, 30_000), idempotencyKey(random), retry({ clock, random, quota }), deadline(clock, 15_000)],
    sendCall(transport),
  );
  const result = way({ ...newCall(), ...call }).then(
    ({ status }) => ({ status }),
    (error) => error,
  );
  return {
    clock,
    sent,
    run: () =>
      clock
        .advance(0)
        .then(() => clock.advance(60_000))
        .then(() => result),
  };
}

const lost = () => new TransportError('unreachable', true);
const notSent = () => new TransportError('unreachable', false);
const problem = (reason: string, status: number, headers = {}): MemoryAnswer => ({
  status,
  headers: { 'content-type': 'application/problem+json', ...headers },
  body: Buffer.from(JSON.stringify({ reason })),
});
const post = { method: 'POST' };
const keyed = { method: 'POST', idempotencyKey: true as const };

test.each<[string, Step[]]>([
  ['a lost connection', [lost(), notSent(), { status: 200 }]],
  ['a server that is down', [{ status: 503 }, { status: 502 }, { status: 200 }]],
  ['an answer that never comes', ['hang', { status: 200 }]],
])('a safe request outlives %s', async (_, steps) => {
  const count = steps.length;
  const { sent, run } = start(steps);
  expect(await run()).toEqual({ status: 200 });
  expect(sent).toHaveLength(count);
});

test('four attempts are all', async () => {
  const { sent, run } = start(Array(9).fill({ status: 503 }));
  expect(await run()).toMatchObject({ code: 'http-status', status: 503 });
  expect(sent).toHaveLength(4);
});

test.each([400, 403, 404, 422, 501])('%i is final', async (status) => {
  const { sent, run } = start([{ status }]);
  expect(await run()).toMatchObject({ code: 'http-status', status });
  expect(sent).toHaveLength(1);
});

test.each<[string, Step, object]>([
  ['a lost answer', lost(), { code: 'outcome-unknown', why: 'offline' }],
  ['a timeout', 'hang', { code: 'outcome-unknown', why: 'timeout' }],
  ['a gateway that lost its backend', problem('upstream-timeout', 504), { code: 'outcome-unknown', why: 'http-status' }],
  ['a connection that never was', notSent(), { code: 'offline' }],
  ['a backend that was never reached', problem('upstream-unreachable', 502), { code: 'http-status', status: 502 }],
  ['503', { status: 503 }, { code: 'http-status', status: 503 }],
  ['429', { status: 429 }, { code: 'rate-limited' }],
])('an unsafe request without a key is sent once: %s', async (_, step, error) => {
  const { sent, run } = start([step], post);
  expect(await run()).toMatchObject(error);
  expect(sent).toHaveLength(1);
});

test('an unsafe request with a key is repeated, with one and the same key', async () => {
  const { sent, run } = start([lost(), problem('upstream-unreachable', 502), { status: 201 }], keyed);
  expect(await run()).toEqual({ status: 201 });
  expect(new Set(sent.map(({ key }) => key)).size).toBe(1);
  expect(sent[0]?.key).toMatch(/^"[\w-]{22}"$/);
});

test('two actions never share a key, and a key of the app is kept', async () => {
  const one = start([{ status: 200 }], { ...keyed, trail: newTrail() });
  await one.run();
  const own = start([{ status: 200 }], { ...post, idempotencyKey: 'order-7' });
  await own.run();
  expect(own.sent[0]?.key).toBe('"order-7"');
  const bad = start([], { ...post, idempotencyKey: 'snow\u2603' });
  expect(await bad.run()).toMatchObject({ code: 'invalid-request' });
  expect(bad.sent).toEqual([]);
});

test('an unknown outcome stays unknown through later refusals, carries its key and hides it', async () => {
  const { run } = start([lost(), { status: 503 }, { status: 503 }, { status: 503 }], { ...post, idempotencyKey: 'order-7' });
  const error = await run();
  expect(error).toMatchObject({ code: 'outcome-unknown', why: 'http-status', idempotencyKey: 'order-7' });
  expect(JSON.stringify(error)).not.toContain('order-7');
});

test('"still running" is waited for and asked again, as the server says', async () => {
  const running = problem('idempotency-in-progress', 409, { 'retry-after': '2' });
  const { sent, run } = start([running, running, running, running, running, { status: 201 }], keyed);
  expect(await run()).toEqual({ status: 201 });
  expect(sent.map(({ at }) => at)).toEqual([0, 2000, 4000, 6000, 8000, 10_000]);
});

test('"still running" to the end of time, and "unknown" said outright, are unknown outcomes', async () => {
  const endless = start(Array(99).fill(problem('idempotency-in-progress', 409)), keyed);
  expect(await endless.run()).toMatchObject({ code: 'outcome-unknown' });
  const said = start([problem('idempotency-outcome-unknown', 409)], keyed);
  expect(await said.run()).toMatchObject({ code: 'outcome-unknown' });
  expect(said.sent).toHaveLength(1);
  const conflict = start([{ status: 409 }], keyed);
  expect(await conflict.run()).toMatchObject({ code: 'http-status', status: 409 });
});

test('Retry-After is honoured, and one that is too long goes to the app', async () => {
  const waited = start([{ status: 429, headers: { 'retry-after': '3' } }]);
  expect(await waited.run()).toEqual({ status: 200 });
  expect(waited.sent[1]?.at).toBeGreaterThanOrEqual(3000);
  expect(waited.sent[1]?.at).toBeLessThanOrEqual(3500);
  const long = start([{ status: 429, headers: { 'retry-after': '21' } }]);
  expect(await long.run()).toMatchObject({ code: 'rate-limited', retryAfter: 21_000 });
  expect(long.sent).toHaveLength(1);
});

test('a wait that would outlast the call is not begun', async () => {
  const slow = { status: 503, headers: { 'retry-after': '16' } };
  const { sent, run } = start([slow, slow]);
  expect(await run()).toMatchObject({ code: 'http-status', status: 503 });
  expect(sent).toHaveLength(2);
});

test('the whole call ends at its deadline, whatever hangs', async () => {
  const { clock, sent, run } = start(['hang', 'hang', 'hang', 'hang']);
  expect(await run()).toMatchObject({ code: 'timeout' });
  expect(sent).toHaveLength(2);
  expect(clock.uptime()).toBe(60_000);
});

test.each(['pin-failure', 'untrusted-server', 'malformed', 'too-large'] as const)('%s is never repeated', async (failure) => {
  const { sent, run } = start([new TransportError(failure, false)]);
  expect((await run()).code).toBe(failure === 'malformed' || failure === 'too-large' ? 'invalid-response' : failure);
  expect(sent).toHaveLength(1);
});

test('an empty quota stops the retries of all calls, and successes fill it again', async () => {
  const quota = createRetryQuota(10);
  const failing = start(Array(9).fill({ status: 503 }), {}, quota);
  await failing.run();
  expect(failing.sent).toHaveLength(3);
  const next = start([{ status: 503 }], {}, quota);
  expect(await next.run()).toMatchObject({ status: 503 });
  expect(next.sent).toHaveLength(1);
  for (let call = 0; call < 5; call++) await start([{ status: 200 }], {}, quota).run();
  const recovered = start([{ status: 503 }], {}, quota);
  expect(await recovered.run()).toEqual({ status: 200 });
});

test('nothing keeps listening to a signal of the app once the call is over', async () => {
  const { signal } = new AbortController();
  await start([lost(), { status: 200 }], { signal }).run();
  expect(getEventListeners(signal, 'abort')).toEqual([]);
});

test('the app can cancel, before, during and between attempts', async () => {
  const controller = new AbortController();
  const waiting = start([{ status: 503, headers: { 'retry-after': '5' } }], { signal: controller.signal });
  await waiting.clock.advance(1000);
  controller.abort();
  expect(await waiting.run()).toMatchObject({ code: 'cancelled' });
  expect(waiting.sent).toHaveLength(1);
  const before = start([], { signal: controller.signal });
  expect(await before.run()).toMatchObject({ code: 'cancelled' });
  expect(before.sent).toEqual([]);
  const during = new AbortController();
  const unsafe = start(['hang'], { ...post, signal: during.signal });
  await unsafe.clock.advance(0);
  during.abort();
  expect(await unsafe.run()).toMatchObject({ code: 'outcome-unknown', why: 'cancelled' });
});

test('what was cancelled while the proof was made is not sent afterwards, though the transport does not look', async () => {
  let sent = 0;
  const transport = createMemoryTransport(() => {
    sent++;
    return { status: 200 };
  });
  const { signal, cancel } = createCancellation<'cancelled'>();
  cancel('cancelled');
  const call = { ...newCall(), ...post, signal };
  await expect(sendCall(transport)(call)).rejects.toMatchObject({ failure: 'cancelled', requestSent: false });
  expect([sent, call.trail.outcomeUnknown]).toEqual([0, false]);
});
