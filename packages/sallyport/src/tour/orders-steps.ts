import { deepEqual, equal, notEqual, ok } from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { parseProblem } from '@sallyport/protocol';
import { askPlainly } from './ask-plainly.ts';
import type { TourStep } from './tour-step.ts';

/** The honest way through the sample API, up to the moment the attackers come: what the app of a user does in a day. */
export const ordersSteps: readonly TourStep[] = [
  {
    id: 'public-route',
    title: 'A public route answers anybody, over HTTP/2',
    async run({ stack }) {
      const answer = await askPlainly(stack, '/health');
      deepEqual([answer.status, answer.protocol], [200, 'h2']);
    },
  },
  {
    id: 'closed-without-token',
    title: 'Every other route asks to sign in first, and the backend hears nothing',
    async run({ stack, orders }) {
      const answer = await askPlainly(stack, '/orders');
      equal(answer.status, 401);
      equal(parseProblem(answer.body)?.reason, 'token-missing');
      ok(!orders.received.some(({ target }) => target === '/orders'));
    },
  },
  {
    id: 'sign-in',
    title: 'A user signs in on the sign-in page: code, PKCE, a key of this device',
    async run({ app }) {
      await app.client.signIn();
    },
  },
  {
    id: 'call',
    title: 'The app calls; the backend is told who is asking and sees no token',
    async run({ app, orders }) {
      equal((await app.client.get('/orders')).status, 200);
      const headers = orders.received.at(-1)?.headers ?? {};
      equal(headers['x-sallyport-subject'], (await app.client.session())?.subject);
      deepEqual([headers.authorization, headers.dpop], [undefined, undefined]);
    },
  },
  {
    id: 'exactly-once',
    title: 'An order sent twice with one idempotency key is placed once',
    async run({ app, orders }) {
      const order = { body: { item: 'tea', quantity: 2 }, idempotencyKey: randomUUID() };
      const first = await app.client.post('/orders', order);
      const second = await app.client.post('/orders', order);
      equal(first.status, 201);
      deepEqual(second.value, first.value);
      equal(orders.received.filter(({ method }) => method === 'POST').length, 1);
    },
  },
  {
    id: 'refresh',
    title: 'The token is renewed once for twenty calls at a time, and all are answered',
    async run({ app }) {
      const before = await app.platform.store.read();
      const renewals = Array.from({ length: 20 }, () => app.client.refresh());
      const calls = Array.from({ length: 20 }, () => app.client.get('/orders'));
      await Promise.all(renewals);
      ok((await Promise.all(calls)).every(({ status }) => status === 200));
      notEqual(await app.platform.store.read(), before);
    },
  },
];
