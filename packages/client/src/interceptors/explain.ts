import { parseRetryAfter } from '@sallyport/protocol';
import type { Interceptor } from '../call.ts';
import { type ClientError, HttpStatusError, OutcomeUnknownError, RateLimitedError } from '../errors.ts';
import { toClientError } from '../platform-failure.ts';
import type { Clock, TransportResponse } from '../ports.ts';
import { type Decode, readAnswer } from '../read-answer.ts';
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
    const error = explainStatus(response, call.decodeError, clock.now());
    throw call.trail.outcomeUnknown ? new OutcomeUnknownError(error.code, call.trail.idempotencyKey, readSupportCode(response)) : error;
  };
}

function explainStatus(response: TransportResponse, decodeError: Decode<unknown> | undefined, now: number): ClientError {
  const found = readProblem(response);
  const detail = decodeError && readDetail(response, decodeError);
  const refusal = { reason: found?.reason, title: found?.title, supportCode: readSupportCode(response), detail };
  return response.status === 429
    ? new RateLimitedError(refusal, parseRetryAfter(response.headers['retry-after'], now))
    : new HttpStatusError(response.status, refusal);
}

/** The status is what matters: a body that nobody understands must not hide it. */
function readDetail(response: TransportResponse, decodeError: Decode<unknown>): unknown {
  try {
    return readAnswer(response, decodeError).value;
  } catch {
    return undefined;
  }
}
