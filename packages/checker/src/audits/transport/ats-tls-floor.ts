import { defineAudit } from '../../audit.ts';
import { plistAt, plistPlace } from '../plist-values.ts';

const domain = (version: string) => ({
  path: 'Info.plist',
  text: `<plist><dict><key>NSAppTransportSecurity</key><dict><key>NSExceptionDomains</key><dict><key>api.example.com</key><dict><key>NSExceptionMinimumTLSVersion</key><string>${version}</string></dict></dict></dict></dict></plist>`,
});

export const atsTlsFloor = defineAudit({
  id: 'ats-tls-floor',
  area: 'transport',
  title: 'No host is excepted from TLS 1.2',
  failingTitle: 'A host may be spoken to with TLS older than 1.2',
  severity: 'high',
  references: {
    checklist: 'https-only',
    masvs: ['MASVS-NETWORK-1'],
    mastg: ['MASTG-TEST-0342'],
    maswe: ['MASWE-0050'],
    cwe: [326, 757],
    api10: ['API8:2023'],
  },
  why: 'TLS 1.0 and 1.1 (RFC 8996) let a man in the middle pick broken ciphers.',
  remedy: {
    text: 'Remove the key: TLS 1.2 is the default. Ask for TLSv1.3 where the server can.',
    language: 'xml',
    code: '<key>NSExceptionMinimumTLSVersion</key>\n<string>TLSv1.3</string>',
  },
  needs: ['plists'],
  samples: { fail: [domain('TLSv1.0'), domain('TLSv1.1')], pass: [domain('TLSv1.2'), domain('TLSv1.3')] },
  check(artifacts, context) {
    for (const plist of artifacts.plists) {
      const domains = plistAt(plist.root, 'NSAppTransportSecurity', 'NSExceptionDomains');
      if (domains?.kind !== 'dict') continue;
      for (const [host, rules] of domains.entries) {
        for (const key of [
          'NSExceptionMinimumTLSVersion',
          'NSTemporaryExceptionMinimumTLSVersion',
          'NSThirdPartyExceptionMinimumTLSVersion',
        ]) {
          const node = plistAt(rules, key);
          if (node?.kind === 'text' && /^TLSv1\.[01]$|^TLSv1$|^SSL/i.test(node.text.trim()))
            context.report({ place: plistPlace(plist, node), message: `${host} may be spoken to with ${node.text}.` });
        }
      }
    }
  },
});
