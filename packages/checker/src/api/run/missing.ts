import { type Answer, NoAnswer } from '../http/answer.ts';

/** An artifact that cannot be had, and what that makes of the audits that need it. */
export class Missing extends Error {
  readonly state: 'not-applicable' | 'inconclusive' | 'manual';
  constructor(state: Missing['state'], why: string) {
    super(why);
    this.state = state;
  }
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
