import { defineApiAudit } from '../../api-audit.ts';
import { tryTokens } from '../../tokens/try-tokens.ts';

export const tokenType = defineApiAudit({
  id: 'token-type',
  area: 'authentication',
  title: 'Only access tokens open the API',
  failingTitle: 'Tokens made for something else open the API',
  severity: 'high',
  references: { checklist: 'backend-decides', masvs: ['MASVS-AUTH-1'], cwe: [287, 1390], api10: ['API2:2023'] },
  why: 'ID tokens travel through browsers and logs, refresh tokens live for weeks; neither is made for the API (RFC 9068 §5, RFC 8725 §3.11).',
  remedy: {
    text: 'Check typ "at+jwt" and that aud is this API.',
    language: 'ts',
    code: "await jwtVerify(token, keys, { typ: 'at+jwt', audience: 'https://api.example' })",
  },
  needs: ['baseline'],
  async check({ baseline }, probe) {
    const { idToken } = probe.options;
    const { refreshToken } = baseline.user;
    const others = [
      ...(idToken === undefined ? [] : [{ how: 'that is an ID token', token: idToken }]),
      ...(refreshToken === undefined ? [] : [{ how: 'that is a refresh token', token: refreshToken }]),
    ];
    if (others.length === 0) return probe.inconclusive('Neither an ID token nor a refresh token was given to try.');
    await tryTokens(probe, baseline, others, 'A token that is no access token is accepted.');
  },
});
