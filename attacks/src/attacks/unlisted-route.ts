import type { Attack } from '../attack.ts';
import { sendRaw } from '../means/send-raw.ts';
import { proofHeaders, sendSigned } from '../means/send-signed.ts';

/** Paths and methods the policy does not name, and spellings meant to make gateway and backend disagree. */
const TARGETS: readonly [method: 'GET' | 'PUT', path: string][] = [
  ['GET', '/admin'],
  ['GET', '/metrics'],
  ['PUT', '/orders'],
  ['GET', '/orders/../admin'],
  ['GET', '/orders/%2e%2e/admin'],
  ['GET', '/orders%2f..%2fadmin'],
  ['GET', '/orders\\..\\admin'],
  ['GET', '//orders'],
  ['GET', '/./orders'],
  ['GET', '/ORDERS'],
  ['GET', '/orders%00'],
];

/** Default deny (OWASP API9:2023): an honest, signed-in user cannot reach what the policy does not list. */
export const unlistedRoute: Attack = {
  id: 'unlisted-route',
  threat: 'T8',
  title: 'A signed-in user asks for routes, methods and path spellings that the policy does not list',
  async play(stage) {
    const { accessToken } = await stage.victim.tokens();
    const nonceFrom = await sendSigned(
      { url: stage.gatewayUrl + stage.path, certificateAuthority: stage.certificateAuthority },
      stage.victim.deviceKey,
      accessToken,
    );
    const answers: string[] = [];
    let refused = 0;
    for (const [method, path] of TARGETS) {
      const target = `${path}?attack=${this.id}`;
      const url = stage.gatewayUrl + target;
      // Raw, because every HTTP library tidies such paths up before they leave.
      const headers = await proofHeaders({ method, url }, stage.victim.deviceKey, accessToken, undefined);
      const fields = Object.entries(headers).map(([name, value]) => `${name}: ${value}\r\n`);
      const bytes = `${method} ${target} HTTP/1.1\r\nhost: ${new URL(stage.gatewayUrl).host}\r\nconnection: close\r\n${fields.join('')}\r\n`;
      const { status, reason } = await sendRaw(bytes, stage.gatewayUrl, stage.certificateAuthority);
      answers.push(reason);
      if (status === 400 || status === 404 || status === 405) refused++;
    }
    const arrived = stage.arrivals(this.id).length;
    return {
      held: nonceFrom.status === 200 && refused === TARGETS.length && arrived === 0,
      reason: [...new Set(answers)].join(', '),
      evidence: `${refused} of ${TARGETS.length} refused before any token was looked at, ${arrived} reached the backend`,
    };
  },
};
