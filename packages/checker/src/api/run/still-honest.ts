import type { Probe } from '../api-audit.ts';
import { compareAnswers } from '../http/compare-answers.ts';
import type { Baseline } from './artifacts.ts';

/**
 * Makes sure that refusals meant what was sent: sends the honest request once more, and when it is refused by now (a ban, an
 * ended session, a server that went down) the audit is inconclusive instead of passed.
 */
export async function stillHonest(probe: Probe, baseline: Baseline): Promise<void> {
  const answer = await probe.sendAs(baseline.user, baseline.request);
  if (compareAnswers(answer, baseline) === 'accepted' || answer.status === baseline.valid.status) return;
  probe.inconclusive(`By now the honest token is refused as well (${answer.status}), so the refusals say nothing.`);
}
