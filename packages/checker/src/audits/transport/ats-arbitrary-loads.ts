import { defineAudit } from '../../audit.ts';
import { isTrue, plistAt, plistPlace } from '../plist-values.ts';

const plist = (ats: string) => ({
  path: 'Info.plist',
  text: `<plist><dict><key>CFBundleIdentifier</key><string>org.example.app</string>${ats}</dict></plist>`,
});

export const atsArbitraryLoads = defineAudit({
  id: 'ats-arbitrary-loads',
  area: 'transport',
  title: 'App Transport Security is on for every host',
  failingTitle: 'App Transport Security is switched off',
  severity: 'high',
  references: {
    checklist: 'ats',
    masvs: ['MASVS-NETWORK-1'],
    mastg: ['MASTG-TEST-0322'],
    maswe: ['MASWE-0050'],
    cwe: [319],
    api10: ['API8:2023'],
  },
  why: 'With arbitrary loads allowed, any request of the app may go out unencrypted, where everybody on the same network reads and changes it.',
  remedy: {
    text: 'Remove the key. Give the one host that cannot speak TLS an exception of its own, or a scoped key such as NSAllowsArbitraryLoadsForMedia. An app that must speak to hosts you do not run says so with --app-kind.',
    language: 'xml',
    code: '<key>NSAppTransportSecurity</key>\n<dict>\n  <key>NSExceptionDomains</key>\n  <dict>\n    <key>legacy.example.com</key>\n    <dict>\n      <key>NSExceptionAllowsInsecureHTTPLoads</key>\n      <true/>\n    </dict>\n  </dict>\n</dict>',
  },
  neededBy: {
    browser:
      'A browser must open pages that have no TLS; list your own hosts in NSExceptionDomains with NSExceptionAllowsInsecureHTTPLoads false, so that theirs stay protected.',
    'self-hosted':
      'Users\u2019 own servers may have no TLS; warn before signing in to one, and list your own hosts in NSExceptionDomains with NSExceptionAllowsInsecureHTTPLoads false.',
    media:
      'Media of others may have no TLS; send it no credentials, and list your own hosts in NSExceptionDomains with NSExceptionAllowsInsecureHTTPLoads false.',
    'local-network': 'Devices at home may have no TLS; NSAllowsLocalNetworking alone allows for them without opening the internet.',
  },
  needs: ['plists'],
  samples: {
    fail: [plist('<key>NSAppTransportSecurity</key><dict><key>NSAllowsArbitraryLoads</key><true/></dict>')],
    pass: [plist('<key>NSAppTransportSecurity</key><dict><key>NSAllowsArbitraryLoads</key><false/></dict>'), plist('')],
  },
  check(artifacts, context) {
    for (const plist of artifacts.plists) {
      const ats = plistAt(plist.root, 'NSAppTransportSecurity');
      if (ats?.kind !== 'dict') continue;
      const all = plistAt(ats, 'NSAllowsArbitraryLoads');
      if (all !== undefined && isTrue(all)) {
        // Apple ignores the global key on systems that know a scoped one (iOS 10 and later).
        const scoped = ['NSAllowsArbitraryLoadsInWebContent', 'NSAllowsArbitraryLoadsForMedia', 'NSAllowsLocalNetworking'].find(
          (key) => plistAt(ats, key) !== undefined,
        );
        context.report({
          place: plistPlace(plist, all),
          message:
            scoped === undefined
              ? 'NSAllowsArbitraryLoads lets every connection of the app go out without TLS.'
              : `NSAllowsArbitraryLoads is overridden by ${scoped} on iOS 10 and later, but still opens everything on older systems; remove it.`,
          severity: scoped === undefined ? 'high' : 'low',
        });
      }
    }
  },
});
