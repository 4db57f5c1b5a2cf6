import { parseProblem } from '@sallyport/protocol';
import type { Answer } from './http/answer.ts';
import type { ApiAuditResult } from './run/run-api-audits.ts';

/** Whose it is to mend what a gateway lets through. */
const OWNERS = [
  ['backend', 'the backend'],
  ['policy', 'the policy'],
] as const;

/**
 * Says of an API behind a Sallyport gateway which findings no gateway can settle, and whose they are.
 *
 * @param anonymous the answer to nobody: the gateway's own refusal has a reason code no other server sends.
 * @returns nothing when there is no such gateway, or nothing is left.
 */
export function remainsNotice(results: readonly ApiAuditResult[], anonymous: Answer | undefined): string | undefined {
  if (anonymous === undefined || parseProblem(anonymous.body) === undefined) return undefined;
  const found = results.filter(({ state }) => state === 'fail' || state === 'warn');
  const parts = OWNERS.flatMap(([owner, name]) => {
    const left = found.flatMap(({ audit: { id, remains } }) => (remains?.owner === owner ? [`${id} (${remains.because})`] : []));
    return left.length === 0 ? [] : [`For ${name} to mend: ${left.join(', ')}.`];
  });
  return parts.length === 0 ? undefined : ['The API stands behind a Sallyport gateway.', ...parts].join(' ');
}
