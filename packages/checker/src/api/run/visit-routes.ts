import { NoAnswer } from '../http/answer.ts';
import type { TestUser } from '../options.ts';
import { MAX_SILENT } from './answered-ones.ts';
import type { ProtectedRequest, Visit } from './artifacts.ts';
import { answered } from './missing.ts';
import type { Sender } from './send.ts';

/**
 * Asks each route once as nobody and once as the test user.
 *
 * @param user nobody when there are no credentials, or none may be sent.
 * @returns the routes that answered. One that keeps still does not take the others with it.
 * @throws {Missing} when none did.
 */
export async function visitRoutes(
  { send, sendAs }: Sender,
  requests: readonly ProtectedRequest[],
  user: TestUser | undefined,
): Promise<Visit[]> {
  const visits: Visit[] = [];
  let fault: NoAnswer | undefined;
  let silent = 0;
  for (const request of requests) {
    try {
      const anonymous = await send(request);
      visits.push({ request, anonymous, own: user === undefined ? undefined : await sendAs(user, request) });
      silent = 0;
    } catch (error) {
      if (!(error instanceof NoAnswer)) throw error;
      fault ??= error;
      if (++silent === MAX_SILENT) break;
    }
  }
  if (visits.length === 0 && fault !== undefined) await answered(Promise.reject(fault));
  return visits;
}
