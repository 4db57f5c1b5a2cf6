import type { OrdersApi } from '@sallyport/example-orders-api';
import type { Stack } from '../stack/start-stack.ts';
import type { App } from './open-app.ts';

/** What a step of the tour works with. */
export interface TourContext {
  readonly stack: Stack;
  readonly app: App;
  /** The sample backend, as the witness of what arrived. Records nothing when the tour runs before somebody's own. */
  readonly orders: Pick<OrdersApi, 'received'>;
}

/** One step of the tour. It throws when what it shows does not hold. */
export interface TourStep {
  readonly id: string;
  /** What is shown, in plain words. */
  readonly title: string;
  run(context: TourContext): Promise<void>;
}

/** What came of a step. */
export interface PlayedStep {
  readonly id: string;
  readonly title: string;
  readonly ok: boolean;
  readonly ms: number;
  /** Why it failed, in one line. */
  readonly why?: string;
}

/** Plays one step and turns whatever it throws into one line. */
export async function playStep(step: TourStep, context: TourContext): Promise<PlayedStep> {
  const started = performance.now();
  const told = () => ({ id: step.id, title: step.title, ms: Math.round(performance.now() - started) });
  try {
    await step.run(context);
    return { ...told(), ok: true };
  } catch (error) {
    const why = error instanceof Error ? (error.message.split('\n', 1)[0] ?? '') : String(error);
    return { ...told(), ok: false, why };
  }
}
