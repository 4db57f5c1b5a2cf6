import type { DpopSigner } from '@sallyport/protocol';
import type { Outcome } from '../attack.ts';
import type { Stage } from '../stage.ts';
import { sendSigned } from './send-signed.ts';

/**
 * Presents forged tokens, each with a flawless proof by the forger's own key, so that nothing but the token can be the
 * reason of a refusal. Holds if every one gets 401 and none of the requests arrives at the backend.
 */
export async function tryTokens(stage: Stage, id: string, tokens: readonly string[], signer: DpopSigner): Promise<Outcome> {
  const control = await stage.victim.call(stage.path);
  if (control !== 200)
    return { held: false, reason: 'not-mounted', evidence: `the honest call answered ${control}, so a refusal would prove nothing` };
  const url = `${stage.gatewayUrl}${stage.path}?attack=${id}`;
  const answers: string[] = [];
  const statuses: number[] = [];
  for (const token of tokens) {
    const { status, reason } = await sendSigned({ url, certificateAuthority: stage.certificateAuthority }, signer, token);
    statuses.push(status);
    answers.push(reason);
  }
  const arrived = stage.arrivals(id).length;
  const held = arrived === 0 && statuses.every((status) => status === 401);
  const kinds = [...new Set(answers)];
  return {
    held,
    reason: kinds.join(', '),
    evidence: `${tokens.length} forgeries, ${statuses.filter((status) => status === 401).length} answered 401, ${arrived} reached the backend`,
  };
}
