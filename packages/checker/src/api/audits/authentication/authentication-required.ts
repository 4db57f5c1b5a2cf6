import { parseCompactJws } from '@sallyport/protocol';
import { defineApiAudit } from '../../api-audit.ts';
import { answerShape } from '../../http/answer-shape.ts';
import { isSuccess } from '../../http/compare-answers.ts';
import { saysRefusal } from '../../http/says-refusal.ts';
import { namesUser } from '../../run/names-user.ts';

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
  needs: ['visits'],
  check({ visits }, probe) {
    const { user } = probe.options;
    const claims = parseCompactJws(user?.accessToken ?? '')?.payload ?? {};
    for (const { request, anonymous, own } of visits) {
      if (!isSuccess(anonymous) || (request.secured === false && !namesUser(anonymous.body, claims))) continue;
      const honest = own !== undefined && isSuccess(own) ? own : undefined;
      const same = honest !== undefined && answerShape(honest) === answerShape(anonymous);
      // Some refuse with 200 and an error in the body.
      if (!same && saysRefusal(anonymous)) continue;
      const found = { where: probe.nameOf(request), evidence: `${anonymous.status}, ${answerShape(anonymous).slice(0, 160)}` };
      if (namesUser(anonymous.body, claims)) {
        probe.report({ ...found, message: "Without a token it answers with the test user's own data." });
      } else if (request.secured === true) {
        const message = `Without a token it answers ${same ? 'as it does with one' : 'with success'}; the OpenAPI document asks for credentials.`;
        probe.report({ ...found, message });
      } else if (same) {
        // What is the same for all may be meant for all, and the address be a wrong choice.
        const message = 'Without a token it answers as it does with one. If it is meant to be public, name a route that is not.';
        probe.report({ ...found, message, severity: 'medium', confidence: 'medium' });
      } else {
        probe.report({ ...found, message: 'Without a token it answers with success; is it meant to be public?', confidence: 'low' });
      }
    }
  },
});
