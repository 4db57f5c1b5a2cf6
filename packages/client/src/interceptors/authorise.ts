import type { Interceptor } from '../call.ts';
import type { TransportResponse } from '../ports.ts';
import { readProblem } from '../read-problem.ts';
import type { Session } from '../session.ts';

/**
 * Lends the call the access token, read from the store at the last moment, and after a 401 replays it once with a renewed
 * one. At most one renewal per call, however often it is retried.
 */
export function authorise(session: Session): Interceptor {
  return async (call, next) => {
    if (call.access === 'public') return next(call);
    const used = await session.fresh(call.signal);
    const response = await next({ ...call, token: used.credentials.accessToken, signer: used.signer });
    if (!isTokenRefused(response) || call.trail.renewed) return response;
    const renewed = await session.renewRefused(used.credentials.generation, call.signal);
    if (renewed === undefined) return response;
    call.trail.renewed = true;
    return next({ ...call, token: renewed.credentials.accessToken, signer: renewed.signer });
  };
}

/** A 401 that another token may mend. One about the proof (RFC 9449) would come again with any token. */
function isTokenRefused(response: TransportResponse): boolean {
  return response.status === 401 && !readProblem(response)?.reason.startsWith('proof-');
}
