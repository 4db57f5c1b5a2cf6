import type { Answer } from './answer.ts';
import { answerShape } from './answer-shape.ts';

/** How the API took a request, judged by what it says to an honest and to an anonymous one. */
export type Reception =
  /** Answered like the honest one. */
  | 'accepted'
  /** Refused, or answered like somebody anonymous. */
  | 'refused'
  /** 429: says nothing about the credential. */
  | 'limited'
  /** 5xx: neither let in nor properly refused. */
  | 'broken'
  /** A success that looks like neither baseline. */
  | 'unclear';

/**
 * Compares by status and shape of the body with a valid and an anonymous baseline. Status alone misleads where a route
 * answers anonymous callers as well, and words in a body mislead everywhere.
 */
export function compareAnswers(answer: Answer, baseline: { readonly valid: Answer; readonly anonymous: Answer }): Reception {
  if (answer.status === 429) return 'limited';
  if (answer.status >= 500) return 'broken';
  if (!isSuccess(answer)) return 'refused';
  const shape = answerShape(answer);
  const likeValid = shape === answerShape(baseline.valid);
  const likeAnonymous = isSuccess(baseline.anonymous) && shape === answerShape(baseline.anonymous);
  if (likeAnonymous) return likeValid ? 'unclear' : 'refused';
  return likeValid ? 'accepted' : 'unclear';
}

export function isSuccess(answer: Pick<Answer, 'status'>): boolean {
  return answer.status >= 200 && answer.status < 300;
}
