import type { Call, Interceptor } from '../call.ts';
import { createCancellation, onCancel, untilCancelled } from '../cancellation.ts';
import { ClientError } from '../errors.ts';
import type { Clock } from '../ports.ts';

/**
 * Ends what lies inside after so many milliseconds, or when the caller's signal fires. The clock that counts is the one
 * that never jumps.
 *
 * @param applies for which calls; the others only keep their outer limit.
 */
export function deadline(clock: Clock, timeout: number, applies: (call: Call) => boolean = () => true): Interceptor {
  return async (call, next) => {
    if (!applies(call)) return next(call);
    const cancellation = createCancellation<'timeout' | 'cancelled'>();
    const stopTimer = clock.after(timeout, () => cancellation.cancel('timeout'));
    const unlink = onCancel(call.signal, () => cancellation.cancel('cancelled'));
    const ends = Math.min(clock.uptime() + timeout, call.deadline ?? Number.POSITIVE_INFINITY);
    try {
      if (cancellation.why !== undefined) throw new ClientError(cancellation.why);
      return await untilCancelled(cancellation.signal, next({ ...call, signal: cancellation.signal, deadline: ends }));
    } catch (error) {
      throw cancellation.why === undefined ? error : new ClientError(cancellation.why);
    } finally {
      stopTimer();
      unlink();
    }
  };
}
