import { defineAudit } from '../../audit.ts';
import { plistAt, plistPlace } from '../plist-values.ts';

const KEY = 'com.apple.developer.devicecheck.appattest-environment';
const entitlements = (value: string, path = 'App.entitlements') => ({
  path,
  text: `<plist><dict><key>${KEY}</key><string>${value}</string></dict></plist>`,
});

export const appAttestEnvironment = defineAudit({
  id: 'app-attest-environment',
  area: 'authentication',
  title: 'Released builds attest in Apple\u2019s production environment',
  failingTitle: 'A build attests in the development environment of App Attest',
  severity: 'low',
  references: {
    checklist: 'app-attest',
    masvs: ['MASVS-RESILIENCE-1'],
    maswe: ['MASWE-0105'],
    cwe: [489, 345],
  },
  why: 'A server that takes these attestations takes them from every development build; one that does not turns the build away. TestFlight and the App Store ignore the value, ad hoc builds do not.',
  remedy: {
    text: 'Write production into the entitlements of the release, and let the server accept the development environment on test systems only.',
    language: 'xml',
    code: `<key>${KEY}</key>\n<string>production</string>`,
  },
  needs: ['plists'],
  applies: (artifacts) => artifacts.plists.some((plist) => plistAt(plist.root, KEY) !== undefined),
  samples: {
    fail: [entitlements('development')],
    pass: [entitlements('production'), entitlements('development', 'App-Debug.entitlements')],
  },
  check(artifacts, context) {
    for (const plist of artifacts.plists) {
      const node = plist.role === 'entitlements' ? plistAt(plist.root, KEY) : undefined;
      if (node?.kind === 'text' && node.text.trim() === 'development' && !/debug|dev/i.test(plist.path))
        context.report({ place: plistPlace(plist, node), message: 'The App Attest environment is “development”.' });
    }
  },
});
