import { equal, rejects } from 'node:assert/strict';
import type { TourStep } from './tour-step.ts';

/** The last step, after the attacks: they need somebody to be signed in. */
export const signOutStep: TourStep = {
  id: 'sign-out',
  title: 'Sign-out revokes on the server and wipes the device; the app is told, and calls no more',
  async run({ app }) {
    let told = 0;
    const stop = app.client.onSessionEnded(() => told++);
    equal(await app.client.signOut(), 'revoked');
    stop();
    equal(told, 1);
    equal(await app.platform.store.read(), undefined);
    equal(await app.platform.deviceKey.load(), undefined);
    await rejects(app.client.get('/orders'), ({ code }: { code: string }) => code === 'session-ended' || code === 'sign-in-required');
  },
};
