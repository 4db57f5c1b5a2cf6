import type { Attack } from '../attack.ts';
import { send } from '../means/send.ts';
import { sendRaw } from '../means/send-raw.ts';
import { proofHeaders } from '../means/send-signed.ts';

/** A proof is good for one request (RFC 9449 §11.1), so a captured request cannot be sent a second time. */
export const replayedRequest: Attack = {
  id: 'replayed-request',
  threat: 'T4',
  title: 'A captured request of the real device is sent again, byte for byte, once and then 20 times at once',
  async play(stage) {
    const { accessToken } = await stage.victim.tokens();
    const path = `${stage.path}?attack=${this.id}`;
    const url = stage.gatewayUrl + path;
    const probe = await send({
      url,
      headers: await proofHeaders({ url }, stage.victim.deviceKey, accessToken, undefined),
      certificateAuthority: stage.certificateAuthority,
    });
    const nonce = probe.headers['dpop-nonce'];
    if (typeof nonce !== 'string') return { held: false, reason: 'not-mounted', evidence: `no nonce was offered (${probe.reason})` };
    const headers = {
      host: new URL(url).host,
      connection: 'close',
      ...(await proofHeaders({ url }, stage.victim.deviceKey, accessToken, nonce)),
    };
    const fields = Object.entries(headers).map(([name, value]) => `${name}: ${value}\r\n`);
    const bytes = `GET ${path} HTTP/1.1\r\n${fields.join('')}\r\n`;
    const original = await sendRaw(bytes, url, stage.certificateAuthority);
    const again = await sendRaw(bytes, url, stage.certificateAuthority);
    const flock = await Promise.all(Array.from({ length: 20 }, () => sendRaw(bytes, url, stage.certificateAuthority)));
    const refused = [again, ...flock].filter(({ status, reason }) => status === 401 && reason === 'proof-replayed').length;
    const arrived = stage.arrivals(this.id).length;
    return {
      held: original.status === 200 && refused === 21 && arrived === 1,
      reason: again.reason,
      evidence: `the original answered ${original.status}, ${refused} of 21 copies were refused, ${arrived} request reached the backend`,
    };
  },
};
