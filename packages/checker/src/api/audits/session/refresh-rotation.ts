import { defineApiAudit } from '../../api-audit.ts';
import { compareAnswers } from '../../http/compare-answers.ts';
import { refresh } from '../../run/token-endpoint.ts';

export const refreshRotation = defineApiAudit({
  id: 'refresh-rotation',
  area: 'session',
  title: 'Refresh tokens rotate, and a used one is noticed',
  failingTitle: 'Used refresh tokens go on working',
  severity: 'high',
  references: {
    checklist: 'short-tokens',
    masvs: ['MASVS-AUTH-1'],
    cwe: [613, 294],
    api10: ['API2:2023'],
  },
  why: 'A refresh token lives for weeks. If a used one still works, a thief stays signed in beside the user and nobody ever notices (RFC 9700 §4.14).',
  remedy: {
    text: 'Issue a new refresh token at every use, and when an old one comes back end that session.',
    language: 'ts',
    code: "auth: { refreshTokens: { rotate: true, onReuse: 'revoke-session' } }",
  },
  needs: ['baseline', 'oauth'],
  async check({ baseline, oauth: { tokenEndpoint, clientId } }, probe) {
    const { user } = baseline;
    if (tokenEndpoint === undefined || user.refreshToken === undefined) {
      return probe.inconclusive(
        tokenEndpoint === undefined
          ? 'The token endpoint is not known; name the auth server with --issuer.'
          : 'No refresh token was given.',
      );
    }
    const where = probe.nameOf({ method: 'POST', url: tokenEndpoint });
    const use = (token: string) => refresh(probe, tokenEndpoint, clientId, user, token);
    const first = await use(user.refreshToken);
    if (!first.ok) return probe.inconclusive(`The refresh token given is refused: ${first.answer.status} ${first.error ?? ''}.`);
    if (first.refreshToken === undefined || first.refreshToken === user.refreshToken) {
      const again = await use(user.refreshToken);
      if (!again.ok) return probe.note('The refresh token can be used once and has no successor.');
      return probe.report({
        where,
        message: 'The refresh token stays the same and can be used again and again.',
        evidence: 'two refreshes with one token succeeded',
      });
    }
    // The old token may be answered until its successor is used: that is how lost answers are recovered. After that it is theft.
    const second = await use(first.refreshToken);
    if (!second.ok) return probe.inconclusive(`The second refresh token is refused: ${second.answer.status} ${second.error ?? ''}.`);
    const reused = await use(user.refreshToken);
    if (reused.ok) {
      return probe.report({
        where,
        message: 'A refresh token works after it was used and its successor was used too.',
        evidence: `third refresh, with the first token: ${reused.answer.status}`,
      });
    }
    if (reused.answer.status === 429 || reused.answer.status >= 500)
      return probe.inconclusive(`The reuse was answered with ${reused.answer.status}.`);
    const survivor = second.refreshToken === undefined ? undefined : await use(second.refreshToken);
    if (survivor?.ok === true) {
      probe.report({
        where,
        message: 'A used refresh token is refused, but the session it belongs to goes on: a thief who was faster keeps it.',
        evidence: 'after the reuse the newest refresh token still works',
        severity: 'medium',
      });
    }
    if (second.accessToken !== undefined) {
      const answer = await probe.sendAs({ ...user, accessToken: second.accessToken }, baseline.request);
      if (compareAnswers(answer, baseline) === 'accepted') probe.note('Access tokens of the session work until they run out.');
    }
  },
});
