import { parseRetryAfter } from '@sallyport/protocol';
import { defineApiAudit } from '../../api-audit.ts';
import type { Answer } from '../../http/answer.ts';

/**
 * Length of the burst unless told otherwise: limits of a few hundred a minute are common and sound, and no screen of an app sends
 * so many within seconds.
 */
const BURST = 400;

/** Requests under way at once. */
const ABREAST = 8;

export const rateLimit = defineApiAudit({
  id: 'rate-limit',
  area: 'resilience',
  title: 'A flood of requests is limited',
  failingTitle: 'A flood of requests is not limited',
  severity: 'medium',
  references: { checklist: 'rate-limits', cwe: [770, 799], api10: ['API4:2023'] },
  why: 'One script reads all there is to read, runs up the bill, or keeps everybody else out.',
  remedy: {
    text: 'Limit per user, per address and per route, and say when to come back.',
    language: 'http',
    code: 'HTTP/1.1 429 Too Many Requests\nRetry-After: 7',
  },
  needs: ['protectedRequests', 'active'],
  async check({ protectedRequests }, probe) {
    const [request] = protectedRequests;
    if (request === undefined) return;
    const { user, burst = BURST } = probe.options;
    const credentials = user !== undefined && probe.trusted;
    const started = probe.now();
    let sent = 0;
    let limited: Answer | undefined;
    let fault: unknown;
    // The sender obeys a short Retry-After; a flood does not.
    const flood = async () => {
      while (sent < burst && limited === undefined && fault === undefined) {
        sent++;
        const answer = await (credentials ? probe.sendAs(user, request, { impatient: true }) : probe.send(request, { impatient: true }));
        if (answer.status === 429) limited ??= answer;
      }
    };
    // All must have come to rest before the next audit starts, whatever happens to one.
    const stop = (error: unknown) => {
      fault ??= error;
    };
    await Promise.all(Array.from({ length: ABREAST }, () => flood().catch(stop)));
    if (limited === undefined && fault !== undefined) throw fault;
    const where = probe.nameOf(request);
    if (limited === undefined)
      return probe.report({
        where,
        message: `${sent} requests within ${Math.max(1, Math.round((probe.now() - started) / 1000))} s were all answered.`,
        evidence: 'no 429',
      });
    probe.note(`Limited after ${sent} requests.`);
    if (parseRetryAfter(limited.headers['retry-after'], probe.now()) === undefined) {
      probe.report({
        where,
        message: 'The limit does not say when to come back, so clients try again at once.',
        evidence: '429 without Retry-After',
        severity: 'low',
      });
    }
  },
});
