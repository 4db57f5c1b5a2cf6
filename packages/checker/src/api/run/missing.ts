import { type Answer, NoAnswer } from '../http/answer.ts';

/** An artifact that cannot be had, and what that makes of the audits that need it. */
export class Missing extends Error {
  /** `not-given` makes them not applicable, and proves nothing. */
  readonly state: 'not-applicable' | 'not-given' | 'inconclusive' | 'manual';
  constructor(state: Missing['state'], why: string) {
    super(why);
    this.state = state;
  }
}

/** What is missing becomes nothing; other faults stay faults. @example await need('oauth').catch(withoutMissing) */
export function withoutMissing(error: unknown): undefined {
  if (!(error instanceof Missing)) throw error;
}

/** Turns a missing answer into a reason. @throws {Missing} */
export async function answered(sending: Promise<Answer>): Promise<Answer> {
  try {
    return await sending;
  } catch (error) {
    if (error instanceof NoAnswer) throw new Missing('inconclusive', `No answer came (${error.code}: ${error.message}).`);
    throw error;
  }
}
