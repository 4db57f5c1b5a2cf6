import { type Call, isSafe, type Next } from './call.ts';
import { createCancellation, untilCancelled } from './cancellation.ts';
import type { Transport, TransportResponse } from './ports.ts';
import { readProblem } from './read-problem.ts';
import { TransportError } from './transport-error.ts';

/**
 * The end of the way: hands the call to the transport, and notes for an unsafe one whether its outcome is known.
 *
 * A transport that ignores the signal holds nobody up: the call ends when the signal fires.
 */
export function sendCall(transport: Transport): Next {
  return async (call) => {
    const { method, url, headers, body, maxBytes } = call;
    const signal = call.signal ?? createCancellation().signal;
    // What was ended on its way here, while a proof was signed or a token renewed, was told to be unsent. So it stays.
    if (signal.aborted) throw new TransportError('cancelled', false);
    try {
      const response = await untilCancelled(signal, transport.send({ method, url, headers, body, maxBytes, signal }));
      noteAnswer(call, response);
      return response;
    } catch (error) {
      if (!isSafe(call) && !(error instanceof TransportError && !error.requestSent)) call.trail.outcomeUnknown = true;
      throw error;
    }
  };
}

/** Refusals from before anything was done: they tell nothing about an earlier attempt of the same call. */
const NOT_TRIED_STATUSES = [401, 408, 425, 429, 503];

function noteAnswer(call: Call, response: TransportResponse): void {
  if (isSafe(call) || NOT_TRIED_STATUSES.includes(response.status)) return;
  const reason = readProblem(response)?.reason;
  if (reason === 'upstream-unreachable') return;
  const running = reason === 'idempotency-in-progress' || reason === 'idempotency-outcome-unknown';
  // A gateway lost its backend in the middle: the backend may have finished all the same.
  call.trail.outcomeUnknown = running || response.status === 502 || response.status === 504;
}
