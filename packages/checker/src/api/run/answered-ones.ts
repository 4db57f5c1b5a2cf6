import { type Answer, NoAnswer } from '../http/answer.ts';

/** Requests in a row without an answer before the rest is left: each may cost the whole time of a request. */
export const MAX_SILENT = 2;

/**
 * Sends one request after the other and gives the answers that come. One that is met with silence or a cut connection, as
 * firewalls do, does not take the others with it; several in a row end it.
 *
 * @param giveUp told why, when the rest is left.
 */
export async function* answeredOnes(
  sendings: Iterable<() => Promise<Answer>>,
  giveUp: (why: string) => void,
): AsyncGenerator<Answer, void, undefined> {
  let silent = 0;
  for (const send of sendings) {
    try {
      const answer = await send();
      silent = 0;
      yield answer;
    } catch (error) {
      if (!(error instanceof NoAnswer)) throw error;
      if (++silent < MAX_SILENT) continue;
      giveUp(`${MAX_SILENT} requests in a row got no answer (${error.code}), so the rest was left.`);
      return;
    }
  }
}
