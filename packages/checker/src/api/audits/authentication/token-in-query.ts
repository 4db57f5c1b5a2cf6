import { defineApiAudit } from '../../api-audit.ts';
import { compareAnswers } from '../../http/compare-answers.ts';

export const tokenInQuery = defineApiAudit({
  id: 'token-in-query',
  area: 'authentication',
  title: 'Tokens in the address are not accepted',
  failingTitle: 'Tokens in the address are accepted',
  severity: 'medium',
  references: { checklist: 'no-sensitive-logging', masvs: ['MASVS-NETWORK-1'], cwe: [598], api10: ['API2:2023'] },
  why: 'Addresses stand in logs, histories and Referer fields of every machine on the way (RFC 9700 §4.3.2).',
  remedy: { text: 'Read the token from the Authorization field alone.', language: 'http', code: 'GET /orders\nAuthorization: DPoP eyJ…' },
  needs: ['baseline'],
  async check({ baseline }, probe) {
    for (const name of ['access_token', 'token']) {
      const url = new URL(baseline.request.url);
      url.searchParams.set(name, baseline.user.accessToken);
      const answer = await probe.send({ method: 'GET', url: url.href });
      if (compareAnswers(answer, baseline) !== 'accepted') continue;
      probe.report({
        where: probe.nameOf(baseline.request),
        message: `The token is accepted as the query parameter "${name}".`,
        evidence: `?${name}=… answered ${answer.status}`,
      });
    }
  },
});
