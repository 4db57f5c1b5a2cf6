import { defineAudit } from '../../audit.ts';
import { isTrue, plistAt, plistPlace } from '../plist-values.ts';

const plist = (value: string) => ({
  path: 'Info.plist',
  text: `<plist><dict><key>NSAppTransportSecurity</key><dict><key>NSAllowsLocalNetworking</key>${value}</dict></dict></plist>`,
});

export const atsLocalNetworking = defineAudit({
  id: 'ats-local-networking',
  area: 'transport',
  title: 'Local networking without TLS is not part of the release',
  failingTitle: 'Local networking without TLS is allowed',
  severity: 'low',
  references: {
    checklist: 'ats',
    masvs: ['MASVS-NETWORK-1'],
    mastg: ['MASTG-TEST-0322'],
    cwe: [319],
  },
  why: 'It is there for the development server; in a release any host of the local network may answer in its name.',
  remedy: {
    text: 'Set it in the debug configuration only, unless the app talks to devices in the home on purpose; then say so with --app-kind local-network.',
    language: 'xml',
    code: '<key>NSAllowsLocalNetworking</key>\n<false/>',
  },
  neededBy: {
    'local-network': 'The app talks to devices at home, and this is the narrowest key for it.',
    'self-hosted': 'Users\u2019 own servers may stand in the same network and have no TLS.',
  },
  needs: ['plists'],
  samples: { fail: [plist('<true/>')], pass: [plist('<false/>')] },
  check(artifacts, context) {
    for (const plist of artifacts.plists) {
      const node = plistAt(plist.root, 'NSAppTransportSecurity', 'NSAllowsLocalNetworking');
      if (node !== undefined && isTrue(node) && !/debug|dev/i.test(plist.path))
        context.report({ place: plistPlace(plist, node), message: 'NSAllowsLocalNetworking is on.' });
    }
  },
});
