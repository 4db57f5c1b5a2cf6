import { equal } from 'node:assert/strict';
import { HttpStatusError } from '@sallyport/client';
import { askPlainly } from './ask-plainly.ts';
import type { TourStep } from './tour-step.ts';

/** The tour before somebody's own backend: it only reads `/`, and attacks nothing. */
export const upstreamSteps: readonly TourStep[] = [
  {
    id: 'closed-without-token',
    title: 'Without a token nothing of your API can be reached',
    async run({ stack }) {
      equal((await askPlainly(stack, '/')).status, 401);
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
    title: 'GET / of your API, signed in: whatever it answers comes back',
    async run({ app }) {
      try {
        await app.client.get('/');
      } catch (error) {
        // A 404 of the backend is its answer; a refusal of the gateway has a reason.
        if (!(error instanceof HttpStatusError) || error.reason !== undefined) throw error;
      }
    },
  },
];
