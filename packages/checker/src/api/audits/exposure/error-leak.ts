import { findLeaks } from '@sallyport/protocol';
import { defineApiAudit } from '../../api-audit.ts';
import type { Request } from '../../http/answer.ts';
import { answeredOnes } from '../../run/answered-ones.ts';

export const errorLeak = defineApiAudit({
  id: 'error-leak',
  area: 'exposure',
  title: 'Errors reveal nothing',
  failingTitle: 'Errors reveal internals',
  severity: 'medium',
  references: { checklist: 'errors-reveal-nothing', masvs: ['MASVS-CODE-4'], cwe: [209, 550, 89], api10: ['API8:2023'] },
  why: 'Stack traces, SQL and paths show an attacker what runs there, in which version, and where it is soft.',
  remedy: {
    text: 'Answer every error with a fixed text and a code for support; write the detail to the log.',
    language: 'json',
    code: '{ "type": "about:blank", "title": "Internal error", "status": 500, "supportCode": "Tm1dD0cFhQ9rB2Lw" }',
  },
  needs: ['protectedRequests'],
  async check({ protectedRequests }, probe) {
    const { user, signIn, openapi } = probe.options;
    const [main] = protectedRequests;
    if (main === undefined) return;
    const path = main.url.split('?', 1)[0] ?? main.url;
    // Unfinished JSON: no server gets as far as doing what is asked.
    const unfinished = { headers: { 'content-type': 'application/json' }, body: '{"probe":' };
    const provocations: Request[] = [
      { method: 'GET', url: `${path}?id=%27&sort=%27%3B--&page=-1&limit=abc&filter[$gt]=` },
      { method: 'GET', url: `${path}/%27` },
      { method: 'GET', url: `${path}/%00` },
      { method: 'GET', url: `${path}/99999999999999999999` },
      { method: 'GET', url: probe.at('/sallyport-probe-no-such-route') },
      { method: 'PROPFIND', url: main.url },
      { method: 'POST', url: main.url, ...unfinished },
    ];
    const sendings = provocations.map((request) => () => probe.send(request));
    if (signIn !== undefined) sendings.push(() => probe.send({ method: 'POST', url: probe.at(signIn.url), ...unfinished }));
    if (user !== undefined && probe.trusted) {
      // The honest user gets further than nobody.
      for (const request of provocations) sendings.push(() => probe.sendAs(user, request));
      for (const token of ['eyJhbGciOiJSUzI1NiJ9.e30.AAAA', 'eyJub.eyJub.AAAA']) sendings.push(() => probe.sendAs(user, main, { token }));
    }
    const told = new Set<string>();
    for await (const answer of answeredOnes(sendings, probe.inconclusive)) {
      // A success is user data, where any text may stand.
      if (answer.status < 400) continue;
      const leaks = findLeaks(answer.body);
      const stack = leaks.some(({ kind }) => kind === 'stack trace');
      for (const { kind, evidence } of leaks) {
        const where = probe.nameOf(answer.request);
        // The paths in a stack trace are part of it.
        if (told.has(kind) || (stack && kind === 'path')) continue;
        told.add(kind);
        probe.report({
          where,
          message: `An error shows ${kind === 'SQL' ? 'SQL' : `${/^[aei]/.test(kind) ? 'an' : 'a'} ${kind}`}.`,
          evidence: `${answer.status}: ${evidence}`,
          severity: kind === 'internal error' || kind === 'path' ? 'low' : 'medium',
        });
      }
    }
    if (openapi === undefined && told.size === 0)
      probe.note('Only the given route was provoked; with an OpenAPI document there is more to try.');
  },
});
