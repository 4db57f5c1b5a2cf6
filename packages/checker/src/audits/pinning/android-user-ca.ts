import { defineAudit } from '../../audit.ts';
import { elementsNamed, type XmlElement, xmlElements } from '../../syntax/xml-elements.ts';

const config = (inside: string) => ({
  path: 'res/xml/network_security_config.xml',
  text: `<network-security-config>${inside}</network-security-config>`,
});

export const androidUserCa = defineAudit({
  id: 'android-user-ca',
  area: 'pinning',
  title: 'Android trusts certificate authorities of the system only',
  failingTitle: 'Android trusts certificate authorities that somebody installed',
  severity: 'high',
  references: {
    checklist: 'pins',
    masvs: ['MASVS-NETWORK-1'],
    mastg: ['MASTG-TEST-0286'],
    maswe: ['MASWE-0052'],
    cwe: [295],
    api10: ['API8:2023'],
  },
  why: 'An intercepting proxy is such an authority: whoever once held the phone, or talked its owner into a profile, reads and changes everything.',
  remedy: {
    text: 'Trust them in debug-overrides only; there no release listens to them.',
    language: 'xml',
    code: '<debug-overrides>\n  <trust-anchors>\n    <certificates src="user"/>\n  </trust-anchors>\n</debug-overrides>',
  },
  neededBy: {
    'self-hosted':
      'Users\u2019 own servers may have an authority of their own; give your own hosts a domain-config that trusts the system\u2019s only.',
  },
  needs: ['texts'],
  applies: (artifacts) => artifacts.texts.some((file) => file.role === 'android-network-config'),
  samples: {
    fail: [
      config('<base-config><trust-anchors><certificates src="user"/></trust-anchors></base-config>'),
      config(
        '<domain-config><domain>a.example</domain><trust-anchors><certificates src="system" overridePins="true"/></trust-anchors></domain-config>',
      ),
    ],
    pass: [
      config('<debug-overrides><trust-anchors><certificates src="user" overridePins="true"/></trust-anchors></debug-overrides>'),
      config('<base-config><trust-anchors><certificates src="system"/></trust-anchors></base-config>'),
    ],
  },
  check(artifacts, context) {
    for (const file of artifacts.texts) {
      if (file.role !== 'android-network-config' || /(?:^|\/)debug\//.test(file.path)) continue;
      for (const certificates of elementsNamed(withoutDebug(xmlElements(file.source)), 'certificates')) {
        const place = { path: file.path, line: certificates.line, evidence: certificates.tag };
        if (certificates.attributes.get('src') === 'user')
          context.report({
            place,
            message: 'Certificate authorities the user installed are trusted: an intercepting proxy is one of them.',
          });
        else if (certificates.attributes.get('overridePins') === 'true')
          context.report({ place, message: 'overridePins lets a trust anchor go past the pins.', needed: [] });
      }
    }
  },
});

const withoutDebug = (elements: readonly XmlElement[]): XmlElement[] =>
  elements
    .filter((element) => element.name !== 'debug-overrides')
    .map((element) => ({ ...element, children: withoutDebug(element.children) }));
