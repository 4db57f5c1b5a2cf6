import { parseCompactJws } from '@sallyport/protocol';
import { defineApiAudit } from '../../api-audit.ts';
import { compareAnswers, isSuccess } from '../../http/compare-answers.ts';
import type { TestUser } from '../../options.ts';
import { requireOwned } from '../../run/discover-oauth.ts';
import { postForm, refresh } from '../../run/token-endpoint.ts';

/** An access token that outlives its session by less than this is a bargain many make; in seconds. */
const BEARABLE = 15 * 60;

export const logout = defineApiAudit({
  id: 'logout',
  area: 'session',
  title: 'Signing out ends the session on the server',
  failingTitle: 'Signing out leaves the session open on the server',
  severity: 'high',
  references: { checklist: 'logout-on-server', masvs: ['MASVS-AUTH-1'], cwe: [613], api10: ['API2:2023'] },
  why: 'The user believes to be out. A token copied before still opens the account.',
  remedy: {
    text: 'Revoke the refresh token (RFC 7009) and everything issued from it; refuse access tokens of ended sessions.',
    language: 'http',
    code: 'POST /revoke\nContent-Type: application/x-www-form-urlencoded\n\ntoken=…&token_type_hint=refresh_token&client_id=app',
  },
  remains: { owner: 'policy', because: 'an access token lives until it runs out; shorten accessTokenLifetime' },
  needs: ['baseline', 'oauth'],
  async check({ baseline, oauth: { tokenEndpoint, revocationEndpoint, clientId } }, probe) {
    const { options } = probe;
    if (options.logout !== undefined) requireOwned(probe.at(options.logout.path), probe.target, options);
    if (options.logout === undefined && revocationEndpoint === undefined) {
      return probe.report({
        where: 'Authorization server',
        message: 'Neither a revocation endpoint (RFC 7009) nor a sign-out route is known, so there seems to be no way to end a session.',
        confidence: 'low',
      });
    }
    // The second user first: the first one's session may have ended at the reuse of a refresh token.
    for (const user of [options.secondUser, options.user]) {
      const session = user === undefined ? undefined : await liveSession(user);
      if (user === undefined || session === undefined) continue;
      const { accessToken, refreshToken } = session;
      const signedIn = { ...user, accessToken };
      const before = await probe.sendAs(signedIn, baseline.request);
      const out =
        options.logout === undefined
          ? await postForm(
              probe,
              revocationEndpoint as string,
              {
                token: refreshToken ?? accessToken,
                token_type_hint: refreshToken === undefined ? 'access_token' : 'refresh_token',
                ...(clientId !== '' && { client_id: clientId }),
              },
              user,
            )
          : await probe.sendAs(signedIn, { method: options.logout.method, url: probe.at(options.logout.path) });
      const where = probe.nameOf(out.request);
      if (out.status >= 500) return probe.report({ where, message: 'Signing out fails.', evidence: `status ${out.status}` });
      // The route may want another method or body than we know of.
      if (out.status >= 400) return probe.inconclusive(`${where} answered ${out.status}; see whether it is the way to sign out.`);
      if (refreshToken !== undefined && tokenEndpoint !== undefined) {
        const renewed = await refresh(probe, tokenEndpoint, clientId, user, refreshToken);
        if (renewed.ok)
          probe.report({
            where,
            message: 'After signing out the refresh token still gets new tokens.',
            evidence: `refresh answered ${renewed.answer.status}`,
          });
      }
      const after = await probe.sendAs(signedIn, baseline.request);
      // The second user may see other things than the first: compared with what this very token got before.
      if (isSuccess(before) && compareAnswers(after, { valid: before, anonymous: baseline.anonymous }) === 'accepted') {
        const exp = parseCompactJws(accessToken)?.payload.exp;
        const left = typeof exp === 'number' ? exp - probe.now() / 1000 : Number.POSITIVE_INFINITY;
        probe.report({
          where,
          message: `After signing out the access token still works${Number.isFinite(left) ? `, for ${Math.ceil(left / 60)} more minutes` : ''}.`,
          evidence: `${probe.nameOf(baseline.request)} answered ${after.status}`,
          severity: left <= BEARABLE ? 'low' : 'high',
        });
      }
      return;
    }
    probe.inconclusive('No live session was left to sign out of; give a refresh token of a second user.');

    /** A session of its own by the refresh token; without one, the one the access token stands for. */
    async function liveSession(user: TestUser): Promise<{ readonly accessToken: string; readonly refreshToken?: string } | undefined> {
      if (user.refreshToken === undefined || tokenEndpoint === undefined)
        return isSuccess(await probe.sendAs(user, baseline.request)) ? { accessToken: user.accessToken } : undefined;
      const { ok, accessToken, refreshToken = user.refreshToken } = await refresh(probe, tokenEndpoint, clientId, user, user.refreshToken);
      return ok && accessToken !== undefined ? { accessToken, refreshToken } : undefined;
    }
  },
});
