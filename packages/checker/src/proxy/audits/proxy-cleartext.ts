import type { ProxyAudit } from '../proxy-audit.ts';
import { listCounts } from '../proxy-record.ts';

export const proxyCleartext: ProxyAudit = {
  id: 'proxy-cleartext',
  area: 'transport',
  title: 'The app asks the hosts under test for nothing without TLS',
  failingTitle: 'The app sends requests without TLS',
  severity: 'high',
  references: {
    checklist: 'https-only',
    masvs: ['MASVS-NETWORK-1'],
    mastg: ['MASTG-TEST-0321'],
    maswe: ['MASWE-0050'],
    cwe: [319],
    api10: ['API8:2023'],
  },
  why: 'A request without TLS is read and answered by anybody on the way; no pin is asked.',
  remedy: {
    text: 'Call the host by https:// and nothing else. A redirect on the server comes too late: the request was readable already.',
    language: 'swift',
    code: 'let endpoint = URL(string: "https://api.example.com/v1")!',
  },
  check({ pinned }, verdict) {
    for (const { host, cleartext } of pinned) {
      if (cleartext.size === 0) continue;
      verdict.report({ where: host, message: 'It was asked for something without TLS.', evidence: listCounts(cleartext) });
    }
    const silent = pinned.filter(({ handshakes, cleartext }) => handshakes === 0 && cleartext.size === 0).map(({ host }) => host);
    if (silent.length > 0) verdict.inconclusive(`Never asked for through the proxy: ${silent.join(', ')}.`);
  },
};
