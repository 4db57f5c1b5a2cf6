import { defineApiAudit } from '../../api-audit.ts';

const MINUTE = 60;

/** The release checklist's line, in seconds; thirty minutes is what a careful API does. */
const LONGEST = 60 * MINUTE;
const WISHED = 30 * MINUTE;

export const tokenLifetime = defineApiAudit({
  id: 'token-lifetime',
  area: 'session',
  title: 'Access tokens live an hour at most',
  failingTitle: 'Access tokens live too long',
  severity: 'medium',
  references: {
    checklist: 'short-tokens',
    masvs: ['MASVS-AUTH-1'],
    cwe: [613],
    api10: ['API2:2023'],
  },
  why: 'A stolen token works for as long as it lives, and nobody can call it back.',
  remedy: {
    text: 'Let access tokens live 15 minutes and renew them with a refresh token.',
    language: 'ts',
    code: "auth: { accessTokenLifetime: '15m' }",
  },
  needs: ['accessToken'],
  check({ accessToken: { payload } }, probe) {
    const { exp, iat, nbf } = payload;
    if (typeof exp !== 'number')
      return probe.report({ where: 'Access token', message: 'It has no exp and never runs out.', severity: 'high' });
    const from = typeof iat === 'number' ? iat : typeof nbf === 'number' ? nbf : Math.floor(probe.now() / 1000);
    const minutes = Math.round((exp - from) / MINUTE);
    const evidence = `exp is ${minutes} minutes after ${typeof iat === 'number' ? 'iat' : typeof nbf === 'number' ? 'nbf' : 'now'}`;
    if (exp - from > LONGEST) probe.report({ where: 'Access token', message: `It lives ${minutes} minutes; 60 are the most.`, evidence });
    else if (exp - from > WISHED)
      probe.report({ where: 'Access token', message: `It lives ${minutes} minutes; 15 to 30 are better.`, evidence, severity: 'info' });
  },
});
