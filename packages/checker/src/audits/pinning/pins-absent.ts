import { defineAudit } from '../../audit.ts';
import type { Unit } from '../../flow/project.ts';
import { mentions } from '../mentions.ts';
import { plistAt } from '../plist-values.ts';
import { NETWORK_USE, PINNING_WORDS } from './pinning-words.ts';

/** Talks to a server in a line that is neither an import nor a comment. */
const NETWORK_LINE = new RegExp(`^(?!\\s*(?:[#@]?import\\b|//|\\*)).*(?:${NETWORK_USE.source})`, 'm');

const CREDENTIAL = /\b(?:[Tt]oken|[Aa]uthorization|[Pp]assword|Bearer)\b/;

/** The dear question last: each line of the file is tried for it. */
const sendsCredentials = (unit: Unit): boolean => mentions(unit, NETWORK_USE) && mentions(unit, CREDENTIAL) && mentions(unit, NETWORK_LINE);

export const pinsAbsent = defineAudit({
  id: 'pins-absent',
  area: 'pinning',
  title: 'Connections to the own API are pinned',
  failingTitle: 'No pins were found',
  severity: 'medium',
  references: {
    checklist: 'pins',
    masvs: ['MASVS-NETWORK-2'],
    mastg: ['MASTG-TEST-0385'],
    maswe: ['MASWE-0047'],
    cwe: [295],
  },
  why: 'Any certificate authority the device trusts, one installed by a profile included, can stand for the server.',
  remedy: {
    text: 'Pin the public keys of your own API with a backup: NSPinnedDomains in Info.plist, or the pins of the Sallyport client, which can be renewed without a release. Do not pin hosts you do not run.',
    language: 'xml',
    code: '<key>NSPinnedDomains</key>\n<dict>\n  <key>api.example.com</key>\n  <dict>\n    <key>NSPinnedCAIdentities</key>\n    <array>\n      <dict><key>SPKI-SHA256-BASE64</key><string>active…</string></dict>\n      <dict><key>SPKI-SHA256-BASE64</key><string>backup…</string></dict>\n    </array>\n  </dict>\n</dict>',
  },
  neededBy: {
    browser: 'Pages of others cannot be pinned; what remains to pin is the hosts you run.',
    'self-hosted': 'A server you do not run cannot be pinned beforehand; offer to remember its certificate after the first sign-in.',
  },
  needs: ['code'],
  applies: (artifacts) => artifacts.code.some((unit) => !unit.test && sendsCredentials(unit)),
  samples: {
    fail: [
      'func f(token: String) async throws { var r = URLRequest(url: u); r.setValue("Bearer \\(token)", forHTTPHeaderField: "Authorization"); _ = try await URLSession.shared.data(for: r) }',
    ],
    pass: [
      'func f(token: String) async throws { let e = PublicKeysTrustEvaluator(keys: [a, b]); var r = URLRequest(url: u); r.setValue("Bearer \\(token)", forHTTPHeaderField: "Authorization"); _ = try await URLSession.shared.data(for: r) }',
    ],
  },
  check(artifacts, context) {
    const pinned =
      artifacts.code.some((unit) => !unit.test && PINNING_WORDS.test(unit.source)) ||
      artifacts.plists.some(
        (plist) =>
          plistAt(plist.root, 'NSAppTransportSecurity', 'NSPinnedDomains') !== undefined ||
          plistAt(plist.root, 'TSKConfiguration') !== undefined,
      ) ||
      artifacts.texts.some((file) => /<pin-set\b|react-native-ssl-pinning|expo-ssl-pinning|sslPinning/.test(file.source));
    if (pinned) return;
    const unit = artifacts.code.find((item) => !item.test && sendsCredentials(item));
    if (unit === undefined) return;
    // Whether to pin is a decision of the team: said once, for the app as a whole.
    context.report({
      at: { unit, start: unit.source.search(NETWORK_LINE) },
      message: 'Requests with credentials are sent, and no pin was found in sources, plists or configuration.',
      severity: 'low',
      confidence: 'medium',
    });
  },
});
