import type { CancelSignal, Clock } from './ports.ts';
import { TransportError } from './transport-error.ts';

/** A {@link CancelSignal} together with the means to fire it, and why it was fired. */
export interface Cancellation<Why extends string> {
  readonly signal: CancelSignal;
  readonly why: Why | undefined;
  cancel(why: Why): void;
}

/**
 * Our own small `AbortController`. The reason lies here, with whoever cancels, so that a failure is told apart by our own
 * state and never by the text of an error.
 */
export function createCancellation<Why extends string>(): Cancellation<Why> {
  const listeners = new Set<() => void>();
  let why: Why | undefined;
  return {
    signal: {
      get aborted() {
        return why !== undefined;
      },
      addEventListener: (_type, listener) => void listeners.add(listener),
      removeEventListener: (_type, listener) => void listeners.delete(listener),
    },
    get why() {
      return why;
    },
    cancel(reason) {
      if (why !== undefined) return;
      why = reason;
      const waiting = [...listeners];
      listeners.clear();
      for (const listener of waiting) listener();
    },
  };
}

/** Calls back when the signal fires, or at once if it has. @returns stops listening. */
export function onCancel(signal: CancelSignal | undefined, listener: () => void): () => void {
  if (signal === undefined) return () => {};
  if (signal.aborted) listener();
  else signal.addEventListener('abort', listener);
  return () => signal.removeEventListener('abort', listener);
}

/**
 * The outcome of the work, or a `cancelled` failure as soon as the signal fires, whether the work listens to it or not.
 *
 * @throws TransportError `cancelled`
 */
export function untilCancelled<T>(signal: CancelSignal, work: Promise<T>): Promise<T> {
  return new Promise((resolve, reject) => {
    const stop = onCancel(signal, () => reject(new TransportError('cancelled', true)));
    work.then(
      (value) => {
        stop();
        resolve(value);
      },
      (error) => {
        stop();
        reject(error);
      },
    );
  });
}

/** Waits so many milliseconds, or until the signal fires. @throws TransportError `cancelled` */
export async function sleep(clock: Clock, milliseconds: number, signal: CancelSignal): Promise<void> {
  let stop = (): void => {};
  try {
    await untilCancelled(
      signal,
      new Promise<void>((resolve) => {
        stop = clock.after(milliseconds, resolve);
      }),
    );
  } finally {
    stop();
  }
}
