import { defineApiAudit } from '../../api-audit.ts';
import { isSuccess } from '../../http/compare-answers.ts';

export const cors = defineApiAudit({
  id: 'cors',
  area: 'exposure',
  title: 'Other web sites cannot read answers',
  failingTitle: 'Other web sites can read answers',
  severity: 'high',
  references: { checklist: 'narrow-cors', cwe: [942, 346], api10: ['API8:2023'] },
  why: 'Any page a signed-in user visits may call the API in their name and read what comes back. A mobile API needs no CORS at all.',
  remedy: {
    text: 'Send no Access-Control fields, or compare the origin with a list of exact ones.',
    language: 'ts',
    code: "const allowed = new Set(['https://app.example']);\nif (allowed.has(origin)) response.setHeader('access-control-allow-origin', origin);",
  },
  needs: ['anonymous'],
  async check({ anonymous }, probe) {
    const { user } = probe.options;
    const { request } = anonymous;
    const { host } = probe.target;
    const origins = [
      'https://sallyport-probe.invalid',
      'null',
      `https://${host}.sallyport-probe.invalid`,
      `https://sallyport-probe-${host}`,
    ];
    const ask = (origin: string, preflight: boolean) => {
      const headers = {
        origin,
        ...(preflight && { 'access-control-request-method': 'GET', 'access-control-request-headers': 'authorization' }),
      };
      if (preflight) return probe.send({ method: 'OPTIONS', url: request.url, headers });
      return user !== undefined && probe.trusted ? probe.sendAs(user, { ...request, headers }) : probe.send({ ...request, headers });
    };
    const allowed: { origin: string; allow: string; credentials: boolean }[] = [];
    for (const origin of origins) {
      for (const preflight of [false, true]) {
        const { headers } = await ask(origin, preflight);
        const allow = headers['access-control-allow-origin'];
        const credentials = headers['access-control-allow-credentials'] === 'true';
        if (allow === origin || allow === '*') {
          allowed.push({ origin, allow, credentials });
          break;
        }
      }
    }
    const where = probe.nameOf(request);
    const reflected = allowed.filter(({ allow }) => allow !== '*');
    if (reflected.length > 0) {
      const credentials = reflected.some((entry) => entry.credentials);
      probe.report({
        where,
        message: `Foreign origins are allowed by name${credentials ? ', with credentials' : ''}.`,
        evidence: `Access-Control-Allow-Origin: ${reflected.map(({ origin }) => origin).join(', ')}${credentials ? '; Access-Control-Allow-Credentials: true' : ''}`,
        // What everybody may read anyway is no loss.
        severity: isSuccess(anonymous) ? (credentials ? 'medium' : 'info') : credentials ? 'high' : 'low',
      });
    } else if (allowed.length > 0) {
      probe.report({
        where,
        message: allowed.some((entry) => entry.credentials)
          ? 'Every origin is allowed, with credentials; browsers refuse the pair, other readers may not.'
          : 'Every origin is allowed; with a token in hand any page may read answers.',
        evidence: 'Access-Control-Allow-Origin: *',
        severity: allowed.some((entry) => entry.credentials) ? 'medium' : 'low',
      });
    }
  },
});
