import { defineAudit } from '../../audit.ts';
import { isFalse, plistAt, plistPlace } from '../plist-values.ts';

const domain = (value: string) => ({
  path: 'Info.plist',
  text: `<plist><dict><key>NSAppTransportSecurity</key><dict><key>NSExceptionDomains</key><dict><key>api.example.com</key><dict><key>NSExceptionRequiresForwardSecrecy</key>${value}</dict></dict></dict></dict></plist>`,
});

export const atsForwardSecrecy = defineAudit({
  id: 'ats-forward-secrecy',
  area: 'transport',
  title: 'Forward secrecy is kept for every host',
  failingTitle: 'A host is excepted from forward secrecy',
  severity: 'medium',
  references: {
    checklist: 'ats',
    masvs: ['MASVS-NETWORK-1'],
    mastg: ['MASTG-TEST-0342'],
    maswe: ['MASWE-0050'],
    cwe: [326],
    api10: ['API8:2023'],
  },
  why: 'Without forward secrecy, traffic recorded today is read the day the server key leaks.',
  remedy: {
    text: 'Remove the key, and let the server offer ECDHE suites.',
    language: 'xml',
    code: '<key>NSExceptionRequiresForwardSecrecy</key>\n<true/>',
  },
  needs: ['plists'],
  samples: { fail: [domain('<false/>')], pass: [domain('<true/>')] },
  check(artifacts, context) {
    for (const plist of artifacts.plists) {
      const domains = plistAt(plist.root, 'NSAppTransportSecurity', 'NSExceptionDomains');
      if (domains?.kind !== 'dict') continue;
      for (const [host, rules] of domains.entries) {
        for (const key of [
          'NSExceptionRequiresForwardSecrecy',
          'NSTemporaryExceptionRequiresForwardSecrecy',
          'NSThirdPartyExceptionRequiresForwardSecrecy',
        ]) {
          const node = plistAt(rules, key);
          if (node !== undefined && isFalse(node))
            context.report({ place: plistPlace(plist, node), message: `${host} is spoken to without forward secrecy.` });
        }
      }
    }
  },
});
