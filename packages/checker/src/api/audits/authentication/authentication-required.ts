import { defineApiAudit } from '../../api-audit.ts';
import { answerShape } from '../../http/answer-shape.ts';
import { isSuccess } from '../../http/compare-answers.ts';

export const authenticationRequired = defineApiAudit({
  id: 'authentication-required',
  area: 'authentication',
  title: 'Protected routes refuse callers without a token',
  failingTitle: 'Protected routes answer callers without a token',
  severity: 'critical',
  references: {
    checklist: 'backend-decides',
    masvs: ['MASVS-AUTH-1'],
    cwe: [306],
    api10: ['API2:2023', 'API5:2023'],
  },
  why: 'What needs no token can be read by anybody who knows the address, and addresses are in the app.',
  remedy: {
    text: 'Deny by default: one guard before all routes, and public routes named one by one.',
    language: 'ts',
    code: "routes: [{ path: '/orders/**', access: { scope: 'orders:read' } }, { path: '/health', access: 'public' }]",
  },
  needs: ['protectedRequests'],
  async check({ protectedRequests }, probe) {
    const { user } = probe.options;
    for (const request of protectedRequests) {
      const answer = await probe.send(request);
      if (!isSuccess(answer)) continue;
      const honest = user === undefined || !probe.trusted ? undefined : await probe.sendAs(user, request);
      // A public part of an answer may be meant; the same members as for the user are not.
      const same = honest !== undefined && isSuccess(honest) && answerShape(honest) === answerShape(answer);
      probe.report({
        where: probe.nameOf(request),
        message: same
          ? 'Without a token it answers as it does with one.'
          : 'Without a token it answers with success; is it meant to be public?',
        evidence: `${answer.status}, ${answerShape(answer).slice(0, 160)}`,
        confidence: same || probe.options.openapi !== undefined ? 'high' : 'low',
      });
    }
  },
});
