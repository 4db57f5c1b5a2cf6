import { parseRetryAfter } from '@sallyport/protocol';
import type { Interceptor } from '../call.ts';
import { type ClientError, HttpStatusError, OutcomeUnknownError, RateLimitedError } from '../errors.ts';
import { toClientError } from '../platform-failure.ts';
import type { Clock, TransportResponse } from '../ports.ts';
import { readProblem, readSupportCode } from '../read-problem.ts';

/**
 * Turns what came of a call into an answer with a success status or one typed error. An unsafe request of which nothing
 * definite is known is never reported as failed (REQUIREMENTS C8): the app would ask the user to do it again.
 */
export function explain(clock: Clock): Interceptor {
  return async (call, next) => {
    let response: TransportResponse;
    try {
      response = await next(call);
    } catch (thrown) {
      const error = toClientError(thrown);
      throw call.trail.outcomeUnknown ? new OutcomeUnknownError(error.code, call.trail.idempotencyKey) : error;
    }
    if (response.status >= 200 && response.status < 300) return response;
    const error = explainStatus(response, clock.now());
    throw call.trail.outcomeUnknown ? new OutcomeUnknownError(error.code, call.trail.idempotencyKey, readSupportCode(response)) : error;
  };
}

function explainStatus(response: TransportResponse, now: number): ClientError {
  const found = readProblem(response);
  const problem = { reason: found?.reason, title: found?.title, supportCode: readSupportCode(response) };
  return response.status === 429
    ? new RateLimitedError(problem, parseRetryAfter(response.headers['retry-after'], now))
    : new HttpStatusError(response.status, problem);
}
