import { defineApiAudit } from '../../api-audit.ts';
import { compareAnswers } from '../../http/compare-answers.ts';

/** Copies sent at once after the first use: two checks that race let some through. */
const COPIES = 5;

export const dpopReplay = defineApiAudit({
  id: 'dpop-replay',
  area: 'session',
  title: 'A captured request cannot be sent again',
  failingTitle: 'A captured request can be sent again',
  severity: 'high',
  references: { checklist: 'bound-tokens', masvs: ['MASVS-NETWORK-1'], cwe: [294], api10: ['API2:2023'] },
  why: 'Whoever records one request repeats it: the order is placed twice, the answer read by somebody else (RFC 9449 §11.1).',
  remedy: {
    text: 'Remember each jti for as long as its proof could be accepted, and claim it atomically.',
    language: 'sql',
    code: 'INSERT INTO seen (jkt, jti) VALUES (?, ?) ON CONFLICT DO NOTHING -- 0 rows: refuse',
  },
  needs: ['dpopUser', 'baseline'],
  async check({ dpopUser, baseline }, probe) {
    const { request } = baseline;
    const proof = await probe.prove(dpopUser, request, dpopUser.accessToken);
    const first = await probe.sendAs(dpopUser, request, { proof });
    if (compareAnswers(first, baseline) !== 'accepted')
      return probe.inconclusive(`Already the first use of the proof was refused with ${first.status}.`);
    const again = [await probe.sendAs(dpopUser, request, { proof })];
    again.push(...(await Promise.all(Array.from({ length: COPIES }, () => probe.sendAs(dpopUser, request, { proof })))));
    const taken = again.filter((answer) => compareAnswers(answer, baseline) === 'accepted').length;
    if (taken > 0) {
      probe.report({
        where: probe.nameOf(request),
        message: 'The same proof is accepted more than once.',
        evidence: `${taken} of ${again.length} copies answered ${baseline.valid.status}`,
      });
      return;
    }
    const fresh = await probe.prove(dpopUser, request, dpopUser.accessToken);
    const race = await Promise.all(Array.from({ length: COPIES }, () => probe.sendAs(dpopUser, request, { proof: fresh })));
    const winners = race.filter((answer) => compareAnswers(answer, baseline) === 'accepted').length;
    if (winners > 1) {
      probe.report({
        where: probe.nameOf(request),
        message: 'Copies of one request sent at the same moment are accepted.',
        evidence: `${winners} of ${race.length} copies answered ${baseline.valid.status}`,
      });
    }
  },
});
