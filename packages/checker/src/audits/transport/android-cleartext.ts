import { defineAudit } from '../../audit.ts';
import type { AppKind } from '../../judge/app-kind.ts';

const RULES: readonly {
  pattern: RegExp;
  role: 'android-manifest' | 'android-network-config';
  message: string;
  severity: 'high' | 'medium';
  /** Kinds of app that need it; every one the audit names, when left out. */
  needed?: readonly AppKind[];
}[] = [
  {
    pattern: /android:usesCleartextTraffic\s*=\s*"true"/g,
    role: 'android-manifest',
    message: 'usesCleartextTraffic lets every connection go out without TLS.',
    severity: 'high',
  },
  {
    pattern: /<base-config[^>]*cleartextTrafficPermitted\s*=\s*"true"/g,
    role: 'android-network-config',
    message: 'The base configuration lets every connection go out without TLS.',
    severity: 'high',
  },
  {
    pattern: /<domain-config[^>]*cleartextTrafficPermitted\s*=\s*"true"/g,
    role: 'android-network-config',
    message: 'A domain may be spoken to without TLS.',
    severity: 'medium',
  },
  {
    pattern: /<certificates\s+[^>]*src\s*=\s*"user"/g,
    role: 'android-network-config',
    message: 'Certificate authorities the user installed are trusted: an intercepting proxy is one of them.',
    severity: 'high',
    needed: ['self-hosted'],
  },
  {
    pattern: /overridePins\s*=\s*"true"/g,
    role: 'android-network-config',
    message: 'overridePins lets a trust anchor go past the pins.',
    severity: 'high',
    needed: [],
  },
];

export const androidCleartext = defineAudit({
  id: 'android-cleartext',
  area: 'transport',
  title: 'Android speaks TLS to hosts it can trust',
  failingTitle: 'Android may speak without TLS, or trust too much',
  severity: 'high',
  references: {
    checklist: 'https-only',
    masvs: ['MASVS-NETWORK-1'],
    mastg: ['MASTG-TEST-0235', 'MASTG-TEST-0286'],
    maswe: ['MASWE-0050', 'MASWE-0052'],
    cwe: [319, 295],
    api10: ['API8:2023'],
  },
  why: 'Without TLS everybody on the way reads along; with user authorities trusted, so does whoever once had the phone in hand.',
  remedy: {
    text: 'Permit cleartext for the development host only, in the debug source set, and trust user authorities only in debug-overrides. An app that must speak to hosts you do not run says so with --app-kind.',
    language: 'xml',
    code: '<network-security-config>\n  <base-config cleartextTrafficPermitted="false"/>\n</network-security-config>',
  },
  neededBy: {
    browser: 'A browser must open pages that have no TLS; give your own hosts a domain-config with cleartextTrafficPermitted="false".',
    'self-hosted':
      'Users\u2019 own servers may have no TLS or an authority of their own; give your own hosts a domain-config without either.',
    media: 'Media of others may have no TLS; give your own hosts a domain-config with cleartextTrafficPermitted="false".',
    'local-network': 'Devices at home may have no TLS; give your own hosts a domain-config with cleartextTrafficPermitted="false".',
  },
  needs: ['texts'],
  applies: (artifacts) => artifacts.texts.some((file) => file.role === 'android-manifest' || file.role === 'android-network-config'),
  samples: {
    fail: [
      { path: 'AndroidManifest.xml', text: '<manifest><application android:usesCleartextTraffic="true"/></manifest>' },
      {
        path: 'res/xml/network_security_config.xml',
        text: '<network-security-config><base-config><trust-anchors><certificates src="user"/></trust-anchors></base-config></network-security-config>',
      },
    ],
    pass: [
      { path: 'AndroidManifest.xml', text: '<manifest><application android:usesCleartextTraffic="false"/></manifest>' },
      {
        path: 'res/xml/network_security_config.xml',
        text: '<network-security-config><debug-overrides><trust-anchors><certificates src="user"/></trust-anchors></debug-overrides><domain-config cleartextTrafficPermitted="true"><domain>localhost</domain></domain-config></network-security-config>',
      },
    ],
  },
  check(artifacts, context) {
    for (const file of artifacts.texts) {
      if (/\/debug\//.test(file.path)) continue;
      // What holds in debug builds only, blanked so that lines stay.
      const source = file.source.replaceAll(/<debug-overrides[\s\S]*?<\/debug-overrides>|<!--[\s\S]*?-->/g, (part) =>
        part.replaceAll(/[^\n]/g, ' '),
      );
      for (const rule of RULES) {
        if (rule.role !== file.role) continue;
        for (const match of source.matchAll(rule.pattern)) {
          const rest = source.slice(match.index, match.index + 400);
          const domain = /<domain[^>]*>\s*([^<\s]+)/.exec(rest)?.[1];
          if (
            rule.pattern.source.startsWith('<domain-config') &&
            domain !== undefined &&
            /^(?:localhost|10\.0\.2\.2|10\.0\.3\.2|127\.0\.0\.1)$/.test(domain)
          )
            continue;
          // From Android 7 on the configuration decides and this attribute is not read.
          const overridden = file.role === 'android-manifest' && /android:networkSecurityConfig\s*=/.test(source);
          const line = source.slice(0, match.index).split('\n').length;
          context.report({
            place: { path: file.path, line, evidence: match[0] },
            ...(rule.needed === undefined ? {} : { needed: rule.needed }),
            ...(overridden
              ? {
                  message: 'usesCleartextTraffic holds before Android 7 only; from then on the network security configuration decides.',
                  severity: 'low',
                }
              : { message: rule.message, severity: rule.severity }),
          });
        }
      }
    }
  },
});
