import { defineAudit } from '../../audit.ts';
import { isTrue, plistAt, plistPlace } from '../plist-values.ts';

const plist = (inside: string) => ({
  path: 'Info.plist',
  text: `<plist><dict><key>NSAppTransportSecurity</key><dict>${inside}</dict></dict></plist>`,
});
const domain = (keys: string, host = 'legacy.example.com') =>
  plist(`<key>NSExceptionDomains</key><dict><key>${host}</key><dict>${keys}</dict></dict>`);
/** Names that never leave the device or the desk; and onion services, which Tor encrypts and names by their key (RFC 7686). */
const LOCAL = /^(?:localhost|127\.0\.0\.1|\[?::1\]?|.*\.local|(?:.*\.)?onion|10\.\d+\.\d+\.\d+|192\.168\.\d+\.\d+)$/;

export const atsExceptionDomains = defineAudit({
  id: 'ats-exception-domains',
  area: 'transport',
  title: 'No host, web view or media may be loaded without TLS',
  failingTitle: 'App Transport Security allows plain HTTP for some loads',
  severity: 'medium',
  references: {
    checklist: 'ats',
    masvs: ['MASVS-NETWORK-1'],
    mastg: ['MASTG-TEST-0322'],
    maswe: ['MASWE-0050'],
    cwe: [319],
    api10: ['API8:2023'],
  },
  why: 'What is loaded without TLS can be read and replaced on the way: pages, media, answers of an API.',
  remedy: {
    text: 'Serve the host over TLS and remove the exception. If that cannot be, keep it to the one host, without subdomains, and write down until when. An app that must speak to hosts you do not run says so with --app-kind.',
    language: 'xml',
    code: '<key>legacy.example.com</key>\n<dict>\n  <key>NSIncludesSubdomains</key>\n  <false/>\n  <key>NSExceptionAllowsInsecureHTTPLoads</key>\n  <true/>\n</dict>',
  },
  neededBy: {
    browser: 'A browser must open pages that have no TLS; this key keeps the rest of the app protected.',
    media: 'Media of others may have no TLS; this key keeps the rest of the app protected.',
    'local-network': 'Devices at home may have no TLS; this key keeps the internet protected.',
  },
  needs: ['plists'],
  samples: {
    fail: [
      domain('<key>NSExceptionAllowsInsecureHTTPLoads</key><true/>'),
      domain('<key>NSIncludesSubdomains</key><true/><key>NSTemporaryExceptionAllowsInsecureHTTPLoads</key><true/>', 'com'),
      plist('<key>NSAllowsArbitraryLoadsInWebContent</key><true/>'),
      plist('<key>NSAllowsArbitraryLoadsForMedia</key><true/>'),
    ],
    pass: [
      domain('<key>NSExceptionMinimumTLSVersion</key><string>TLSv1.3</string>'),
      domain('<key>NSExceptionAllowsInsecureHTTPLoads</key><true/>', 'localhost'),
      domain('<key>NSIncludesSubdomains</key><true/><key>NSExceptionAllowsInsecureHTTPLoads</key><true/>', 'onion'),
      plist('<key>NSAllowsArbitraryLoadsInWebContent</key><false/>'),
    ],
  },
  check(artifacts, context) {
    for (const plist of artifacts.plists) {
      const ats = plistAt(plist.root, 'NSAppTransportSecurity');
      if (ats?.kind !== 'dict') continue;
      for (const [key, what, kind] of [
        ['NSAllowsArbitraryLoadsInWebContent', 'web views', 'browser'],
        ['NSAllowsArbitraryLoadsForMedia', 'audio and video', 'media'],
        ['NSAllowsArbitraryLoadsForLocalNetworking', 'hosts of the local network', 'local-network'],
      ] as const) {
        const node = plistAt(ats, key);
        if (node !== undefined && isTrue(node))
          context.report({ place: plistPlace(plist, node), message: `${key} lets ${what} load without TLS.`, needed: [kind] });
      }
      const domains = plistAt(ats, 'NSExceptionDomains');
      if (domains?.kind !== 'dict') continue;
      for (const [host, rules] of domains.entries) {
        const insecure = [
          'NSExceptionAllowsInsecureHTTPLoads',
          'NSTemporaryExceptionAllowsInsecureHTTPLoads',
          'NSThirdPartyExceptionAllowsInsecureHTTPLoads',
        ]
          .map((key) => plistAt(rules, key))
          .find((node) => isTrue(node));
        if (insecure === undefined || LOCAL.test(host)) continue;
        const subdomains = plistAt(rules, 'NSIncludesSubdomains');
        const wide = isTrue(subdomains);
        context.report({
          place: plistPlace(plist, insecure),
          message: `${host}${wide ? ' and every name below it' : ''} may be loaded without TLS.`,
          // A host that is named is known, and can be asked for TLS.
          needed: [],
          ...(wide || !host.includes('.') ? { severity: 'high' as const } : {}),
        });
        // A line of its own: the exception may be needed for the one host and not for those below it.
        if (subdomains !== undefined && wide)
          context.report({ place: plistPlace(plist, subdomains), message: `The exception holds for every name below ${host}.` });
      }
    }
  },
});
