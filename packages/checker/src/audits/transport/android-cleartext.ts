import { defineAudit } from '../../audit.ts';
import { elementsNamed, xmlElements } from '../../syntax/xml-elements.ts';
import { android, elementPlace, releaseManifests } from '../platform/android-manifest.ts';
import { isTrue, plistAt, plistPlace } from '../plist-values.ts';

/** The developer's own machine, as device and emulators name it. */
const LOCAL = /^(?:localhost|10\.0\.2\.2|10\.0\.3\.2|127\.0\.0\.1)$/;

export const androidCleartext = defineAudit({
  id: 'android-cleartext',
  area: 'transport',
  title: 'Android speaks TLS with every host',
  failingTitle: 'Android may speak without TLS',
  severity: 'high',
  references: {
    checklist: 'https-only',
    masvs: ['MASVS-NETWORK-1'],
    mastg: ['MASTG-TEST-0235'],
    maswe: ['MASWE-0050'],
    cwe: [319],
    api10: ['API8:2023'],
  },
  why: 'Without TLS everybody on the way reads along and changes what arrives.',
  remedy: {
    text: 'Permit cleartext for the development host only, in the debug source set. An app that must speak to hosts you do not run says so with --app-kind.',
    language: 'xml',
    code: '<network-security-config>\n  <base-config cleartextTrafficPermitted="false"/>\n</network-security-config>',
  },
  neededBy: {
    browser: 'A browser must open pages that have no TLS; give your own hosts a domain-config with cleartextTrafficPermitted="false".',
    'self-hosted': 'Users\u2019 own servers may have no TLS; give your own hosts a domain-config with cleartextTrafficPermitted="false".',
    media: 'Media of others may have no TLS; give your own hosts a domain-config with cleartextTrafficPermitted="false".',
    'local-network': 'Devices at home may have no TLS; give your own hosts a domain-config with cleartextTrafficPermitted="false".',
  },
  needs: ['texts', 'plists'],
  applies: (artifacts) =>
    artifacts.texts.some((file) => file.role === 'android-manifest' || file.role === 'android-network-config') ||
    artifacts.plists.some((plist) => plist.role === 'expo'),
  samples: {
    fail: [
      { path: 'AndroidManifest.xml', text: '<manifest><application android:usesCleartextTraffic="true"/></manifest>' },
      {
        path: 'res/xml/network_security_config.xml',
        text: '<network-security-config><base-config cleartextTrafficPermitted="true"/></network-security-config>',
      },
      {
        path: 'res/xml/network_security_config.xml',
        text: '<network-security-config><domain-config cleartextTrafficPermitted="true"><domain>localhost</domain><domain>api.example.com</domain></domain-config></network-security-config>',
      },
      {
        path: 'app.json',
        text: '{ "expo": { "slug": "a", "plugins": [["expo-build-properties", { "android": { "usesCleartextTraffic": true } }]] } }',
      },
    ],
    pass: [
      { path: 'AndroidManifest.xml', text: '<manifest><application android:usesCleartextTraffic="false"/></manifest>' },
      {
        path: 'res/xml/network_security_config.xml',
        text: '<network-security-config><domain-config cleartextTrafficPermitted="true"><domain>localhost</domain></domain-config></network-security-config>',
      },
    ],
  },
  check(artifacts, context) {
    for (const { path, application } of releaseManifests(artifacts))
      if (android(application, 'usesCleartextTraffic') === 'true')
        context.report({
          place: elementPlace(path, application, 'usesCleartextTraffic'),
          // From Android 7 on the configuration decides and this attribute is not read.
          ...(android(application, 'networkSecurityConfig') === undefined
            ? { message: 'usesCleartextTraffic lets every connection go out without TLS.' }
            : {
                message: 'usesCleartextTraffic holds before Android 7 only; from then on the network security configuration decides.',
                severity: 'low' as const,
              }),
        });
    for (const file of artifacts.texts) {
      if (file.role !== 'android-network-config' || /(?:^|\/)debug\//.test(file.path)) continue;
      const elements = xmlElements(file.source);
      for (const config of [...elementsNamed(elements, 'base-config'), ...elementsNamed(elements, 'domain-config')]) {
        if (config.attributes.get('cleartextTrafficPermitted') !== 'true') continue;
        const domains = config.children.filter((child) => child.name === 'domain').map((domain) => domain.text);
        const host = domains.find((domain) => !LOCAL.test(domain));
        if (host === undefined && domains.length > 0) continue;
        context.report({
          place: { path: file.path, line: config.line, evidence: config.tag },
          message: `${host ?? 'Every host'} may be spoken to without TLS.`,
          severity: host === undefined ? 'high' : 'medium',
        });
      }
    }
    // The plugin expo-build-properties writes the same into the manifest.
    for (const plist of artifacts.plists) {
      const plugins = plist.role === 'expo' ? plistAt(plist.root, 'plugins') : undefined;
      for (const plugin of plugins?.kind === 'array' ? plugins.items : []) {
        const options = plugin.kind === 'array' ? plugin.items[1] : undefined;
        const node = options === undefined ? undefined : plistAt(options, 'android', 'usesCleartextTraffic');
        if (node !== undefined && isTrue(node))
          context.report({ place: plistPlace(plist, node), message: 'usesCleartextTraffic lets every connection go out without TLS.' });
      }
    }
  },
});
