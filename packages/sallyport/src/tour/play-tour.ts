import { attacks, type PlayedAttack, playAttacks } from '@sallyport/attacks';
import type { OrdersApi } from '@sallyport/example-orders-api';
import type { Stack } from '../stack/start-stack.ts';
import type { DemoUser } from './demo-user.ts';
import { openApp } from './open-app.ts';
import { openStage } from './open-stage.ts';
import { ordersSteps } from './orders-steps.ts';
import { signOutStep } from './sign-out-step.ts';
import { type PlayedStep, playStep } from './tour-step.ts';
import { upstreamSteps } from './upstream-steps.ts';

export interface TourOptions {
  readonly stack: Stack;
  readonly person: DemoUser;
  /** The sample backend, or `undefined` before somebody's own, which is not attacked. */
  readonly orders: OrdersApi | undefined;
  /** Told of each step and attack as it ends, for progress. */
  readonly onStep: (step: PlayedStep) => void;
  readonly onAttacks: () => void;
  readonly onAttack: (attack: PlayedAttack) => void;
}

export interface PlayedTour {
  readonly steps: readonly PlayedStep[];
  readonly attacks: readonly PlayedAttack[];
}

/** Plays the tour: the honest way first, then, while the user is signed in, every attack, then sign-out. */
export async function playTour({ stack, person, orders, onStep, onAttacks, onAttack }: TourOptions): Promise<PlayedTour> {
  const scopes = orders === undefined ? ['api'] : ['orders:read', 'orders:write'];
  const app = openApp({ stack, scopes, person });
  const context = { stack, app, orders: orders ?? { received: [] } };
  const played: { steps: PlayedStep[]; attacks: PlayedAttack[] } = { steps: [], attacks: [] };
  const play = async (step: Parameters<typeof playStep>[0]) => {
    const line = await playStep(step, context);
    played.steps.push(line);
    onStep(line);
    return line.ok;
  };
  try {
    for (const step of orders === undefined ? upstreamSteps : ordersSteps) await play(step);
    if (orders !== undefined) {
      onAttacks();
      played.attacks = await playOrReport(async () => {
        const stage = await openStage({ stack, app, scopes, path: '/orders', received: () => orders.received });
        return playAttacks(attacks, stage, onAttack);
      }, onAttack);
    }
    await play(signOutStep);
    return played;
  } finally {
    await app.close();
  }
}

/** Without a stage no attack is mounted, and each counts as failed. */
async function playOrReport(play: () => Promise<PlayedAttack[]>, onAttack: (attack: PlayedAttack) => void): Promise<PlayedAttack[]> {
  try {
    return await play();
  } catch (error) {
    const evidence = error instanceof Error ? error.message : String(error);
    const lost = attacks.map(({ id, threat, title }) => ({ id, threat, title, held: false, reason: 'not-mounted', evidence, ms: 0 }));
    for (const line of lost) onAttack(line);
    return lost;
  }
}
