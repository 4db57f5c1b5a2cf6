import { defineAudit, type FindingInput } from '../../audit.ts';
import type { Artifacts } from '../../gather/artifacts.ts';
import type { PlistNode } from '../../gather/read-xml-plist.ts';
import { isFalse, plistAt, plistPlace } from '../plist-values.ts';
import { android, elementPlace, releaseManifests } from './android-manifest.ts';

export const updatesUnsigned = defineAudit({
  id: 'updates-unsigned',
  area: 'platform',
  title: 'Updates over the air are signed',
  failingTitle: 'Updates over the air are taken from whoever answers',
  severity: 'medium',
  references: {
    checklist: 'no-injection',
    masvs: ['MASVS-CODE-2', 'MASVS-NETWORK-1'],
    maswe: ['MASWE-0085'],
    cwe: [494, 345],
  },
  why: 'An update is code that runs with all the app may do. Without a signature of yours, whoever holds the update server, or the connection, writes it.',
  remedy: {
    text: 'Sign updates with a key of your own (npx expo-updates codesigning:generate) and put its certificate into the app.',
    language: 'json',
    code: '"updates": {\n  "url": "https://u.expo.dev/…",\n  "codeSigningCertificate": "./code-signing/certificate.pem",\n  "codeSigningMetadata": { "keyid": "main", "alg": "rsa-v1_5-sha256" }\n}',
  },
  needs: ['plists', 'texts'],
  samples: {
    fail: [
      { path: 'app.json', text: '{ "expo": { "slug": "a", "updates": { "url": "http://updates.example.com/manifest" } } }' },
      { path: 'app.json', text: '{ "expo": { "slug": "a", "updates": { "url": "https://u.expo.dev/1" } } }' },
      { path: 'Expo.plist', text: '<plist><dict><key>EXUpdatesURL</key><string>https://u.expo.dev/1</string></dict></plist>' },
      {
        path: 'AndroidManifest.xml',
        text: '<manifest><application><meta-data android:name="expo.modules.updates.EXPO_UPDATE_URL" android:value="https://u.expo.dev/1"/></application></manifest>',
      },
      { path: 'Info.plist', text: '<plist><dict><key>CodePushDeploymentKey</key><string>$(KEY)</string></dict></plist>' },
    ],
    pass: [
      {
        path: 'app.json',
        text: '{ "expo": { "slug": "a", "updates": { "url": "https://u.expo.dev/1", "codeSigningCertificate": "./c.pem" } } }',
      },
      { path: 'app.json', text: '{ "expo": { "slug": "a", "updates": { "enabled": false, "url": "https://u.expo.dev/1" } } }' },
      {
        path: 'Info.plist',
        text: '<plist><dict><key>CodePushDeploymentKey</key><string>$(KEY)</string><key>CodePushPublicKey</key><string>k</string></dict></plist>',
      },
    ],
  },
  check(artifacts, context) {
    const sources = updateSources(artifacts);
    for (const { address, place } of sources)
      if (/^http:/i.test(address)) context.report({ place, message: 'Updates are fetched without TLS.', severity: 'high' });
    // Said once: the same decision is written into each platform's project.
    const unsigned = sources.find(({ signed, address }) => !signed && !/^http:/i.test(address));
    if (unsigned !== undefined && !sources.some(({ signed }) => signed))
      context.report({
        place: unsigned.place,
        message: 'No certificate says whose updates the app takes.',
        severity: 'low',
        confidence: 'medium',
      });
  },
});

interface UpdateSource {
  readonly address: string;
  readonly signed: boolean;
  readonly place: NonNullable<FindingInput['place']>;
}

function updateSources(artifacts: Artifacts): UpdateSource[] {
  const sources: UpdateSource[] = [];
  for (const plist of artifacts.plists) {
    const at = (...keys: string[]) => plistAt(plist.root, ...keys);
    const add = (address: PlistNode | undefined, certificate: PlistNode | undefined, enabled: PlistNode | undefined) => {
      if (address?.kind !== 'text' || address.text === '' || isFalse(enabled)) return;
      sources.push({ address: address.text, signed: certificate !== undefined, place: plistPlace(plist, address) });
    };
    if (plist.role === 'expo') add(at('updates', 'url'), at('updates', 'codeSigningCertificate'), at('updates', 'enabled'));
    add(at('EXUpdatesURL'), at('EXUpdatesCodeSigningCertificate'), at('EXUpdatesEnabled'));
    add(at('CodePushDeploymentKey'), at('CodePushPublicKey'), undefined);
  }
  for (const { path, application } of releaseManifests(artifacts)) {
    const meta = (name: string) =>
      application.children.find((child) => child.name === 'meta-data' && android(child, 'name') === `expo.modules.updates.${name}`);
    const address = meta('EXPO_UPDATE_URL');
    const enabled = meta('ENABLED');
    if (address === undefined || (enabled !== undefined && android(enabled, 'value') === 'false')) continue;
    sources.push({
      address: android(address, 'value') ?? '',
      signed: meta('CODE_SIGNING_CERTIFICATE') !== undefined,
      place: elementPlace(path, address),
    });
  }
  return sources;
}
