import { connect } from 'node:net';
import type { Attack } from '../attack.ts';
import { readAnswer } from '../means/send-raw.ts';

/** Plain HTTP is refused, not redirected: by the time of a redirect the token has crossed the network in the clear. */
export const plainHttp: Attack = {
  id: 'plain-http',
  threat: 'T1',
  title: 'The app is lured to http:// on the very port of the gateway',
  async play(stage) {
    const { accessToken } = await stage.victim.tokens();
    const url = new URL(stage.gatewayUrl);
    const request = `GET ${stage.path}?attack=${this.id} HTTP/1.1\r\nHost: ${url.host}\r\nAuthorization: DPoP ${accessToken}\r\n\r\n`;
    const text = await new Promise<string>((resolve, reject) => {
      const socket = connect(Number(url.port), '127.0.0.1', () => socket.write(request));
      let received = '';
      socket.setTimeout(10_000, () => socket.destroy(new Error('no answer in time')));
      socket.on('data', (chunk) => {
        received += chunk;
      });
      socket.on('error', reject);
      socket.on('close', () => resolve(received));
    });
    const answer = readAnswer(text);
    const arrived = stage.arrivals(this.id).length;
    return {
      held: answer.status === 426 && answer.headers.location === undefined && arrived === 0,
      reason: answer.reason,
      evidence: `answered ${answer.status} and closed, ${answer.headers.location === undefined ? 'no redirect' : 'REDIRECTED'}, ${arrived} reached the backend`,
    };
  },
};
