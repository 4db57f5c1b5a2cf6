import type { Probe } from '../api-audit.ts';
import { compareAnswers } from '../http/compare-answers.ts';
import type { Baseline } from '../run/artifacts.ts';
import type { Tampering } from '../run/send.ts';
import { stillHonest } from '../run/still-honest.ts';
import type { ForgedToken } from './forge-token.ts';

export interface TriedTokens {
  /** Those that made the server fail twice: not taken, and not properly refused. */
  readonly broken: readonly string[];
}

/**
 * Sends forged tokens where the honest one goes and reports those that are taken for it. What is left open (429, an answer like
 * neither baseline) makes the audit inconclusive, never a pass. A server that fails at a forged token, again and again, while the
 * honest one works, lets nobody in by it.
 */
export async function tryTokens(
  probe: Probe,
  baseline: Baseline,
  forged: readonly ForgedToken[],
  message: string,
  tampering: Tampering = {},
): Promise<TriedTokens> {
  const where = probe.nameOf(baseline.request);
  const accepted: string[] = [];
  const broken: string[] = [];
  const open: string[] = [];
  for (const { how, token } of forged) {
    const send = () => probe.sendAs(baseline.user, baseline.request, { ...tampering, token });
    const first = await send();
    const answer = first.status >= 500 ? await send() : first;
    const reception = compareAnswers(answer, baseline);
    if (reception === 'accepted') accepted.push(how);
    else if (reception === 'broken') broken.push(how);
    else if (reception !== 'refused') open.push(`a token ${how} got ${answer.status}`);
  }
  if (accepted.length > 0) {
    probe.report({
      where,
      message,
      evidence: `answered like the honest token, ${baseline.valid.status}: a token ${accepted.slice(0, 4).join('; a token ')}${accepted.length > 4 ? `; and ${accepted.length - 4} more` : ''}`,
    });
  } else await stillHonest(probe, baseline);
  if (broken.length > 0) probe.note(`${broken.length} of ${forged.length} tokens made the server fail (5xx) where 401 is meant.`);
  if (open.length > 0) probe.inconclusive(`Neither taken nor refused: ${open.slice(0, 3).join('; ')}.`);
  return { broken };
}
