import { parseRetryAfter } from '@sallyport/protocol';
import type { Attack } from '../attack.ts';
import { openConnections, type Sent, send, sendOver } from '../means/send.ts';

/** Requests of the flood, in rounds so that it is bounded whatever the limit of the deployment is. */
const ROUNDS = 20;
const PER_ROUND = 100;

/** Another machine than everybody else's, so that the flood costs its own address and nobody else's. */
const FLOODER = '127.0.0.66';

/** A limit before any signature is checked; 429 says when to come back, and who obeys is served. */
export const flood: Attack = {
  id: 'flood',
  threat: 'T7',
  title: 'One machine floods the gateway with requests',
  async play(stage) {
    const message = {
      url: `${stage.gatewayUrl}${stage.path}?attack=${this.id}`,
      certificateAuthority: stage.certificateAuthority,
      from: FLOODER,
    };
    const connections = openConnections(message);
    let sent = 0;
    let limited: Sent | undefined;
    try {
      while (limited === undefined && sent < ROUNDS * PER_ROUND) {
        const answers = await Promise.all(Array.from({ length: PER_ROUND }, () => sendOver(connections, message)));
        sent += answers.length;
        limited = answers.find(({ status }) => status === 429);
      }
    } finally {
      await connections.destroy();
    }
    if (limited === undefined) return { held: false, reason: 'unlimited', evidence: `${sent} requests, none limited` };
    const others = await stage.victim.call(stage.path);
    const field = limited.headers['retry-after'];
    const wait = parseRetryAfter(typeof field === 'string' ? field : undefined, Date.now());
    if (wait === undefined) return { held: false, reason: limited.reason, evidence: '429 without Retry-After' };
    await stage.wait(wait);
    const after = await send(message);
    return {
      held: after.status !== 429 && others === 200,
      reason: limited.reason,
      evidence: `429 within ${sent} requests, others were served meanwhile (${others}); after Retry-After of ${wait / 1000} s the next was answered ${after.status}`,
    };
  },
};
