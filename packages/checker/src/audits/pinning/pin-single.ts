import { type AuditContext, defineAudit } from '../../audit.ts';
import type { FunctionEvent } from '../../flow/events.ts';
import type { TextFile } from '../../gather/artifacts.ts';
import { here } from '../event-place.ts';
import { literally } from '../literally.ts';
import { plistAt, plistPlace } from '../plist-values.ts';
import { trustKit } from './declared-pins.ts';

const pinned = (count: number, key = 'NSPinnedCAIdentities') => ({
  path: 'Info.plist',
  text: `<plist><dict><key>NSAppTransportSecurity</key><dict><key>NSPinnedDomains</key><dict><key>api.example.com</key><dict><key>${key}</key><array>${'<dict><key>SPKI-SHA256-BASE64</key><string>r/mIkG3eEpVdm+u/ko/cwxzOMo1bk4TyHIlByibiA5E=</string></dict>'.repeat(count)}</array></dict></dict></dict></dict></plist>`,
});

export const pinSingle = defineAudit({
  id: 'pin-single',
  area: 'pinning',
  title: 'Every pinned host has a backup pin',
  failingTitle: 'A host has one pin only',
  severity: 'high',
  references: {
    checklist: 'pins',
    masvs: ['MASVS-NETWORK-2'],
    mastg: ['MASTG-TEST-0385'],
    maswe: ['MASWE-0047'],
    cwe: [295, 1188],
  },
  why: 'The day the one key is lost or changed, every installed app stops working until people update.',
  remedy: {
    text: 'Add the pin of a second key kept offline, or of another authority of the chain.',
    language: 'xml',
    code: '<dict><key>SPKI-SHA256-BASE64</key><string>backup…</string></dict>',
  },
  needs: ['code', 'plists', 'texts'],
  samples: {
    fail: [
      'enum Net { static let pinnedKeyHashes = ["2851b6d49cfc5d50e89b5970176a6d96de8ce57cb4121c071dd69cd800a0a174"] }',
      { path: 'Net.m', text: '- (void)f { NSArray *pins = @[@"r/mIkG3eEpVdm+u/ko/cwxzOMo1bk4TyHIlByibiA5E="]; }' },
      {
        path: 'Info.plist',
        text: '<plist><dict><key>TSKConfiguration</key><dict><key>TSKPinnedDomains</key><dict><key>a.example</key><dict><key>TSKPublicKeyHashes</key><array><string>r/mIkG3eEpVdm+u/ko/cwxzOMo1bk4TyHIlByibiA5E=</string></array></dict></dict></dict></dict></plist>',
      },
      {
        path: 'android/app/src/main/java/Net.java',
        text: 'class Net { Object p = new CertificatePinner.Builder().add("a.example", "sha256/r/mIkG3eEpVdm+u/ko/cwxzOMo1bk4TyHIlByibiA5E=").build(); }',
      },
      {
        path: 'a.ts',
        text: "const pins = { 'api.example.com': { certs: ['2851b6d49cfc5d50e89b5970176a6d96de8ce57cb4121c071dd69cd800a0a174'] } };\nexport const start = () => SslPinning.initialize(pins);",
      },
      { path: 'a.ts', text: 'export const f = (u) => fetch(u, { pkPinning: true, sslPinning: { certs: ["sha256/a"] } });' },
      pinned(1),
      'let p = ServerTrustPolicy.pinPublicKeys(publicKeys: [active], validateCertificateChain: true, validateHost: true)',
      'let c: [String: Any] = [kTSKPinnedDomains: ["example.com": [kTSKPublicKeyHashes: ["r/mIkG3eEpVdm+u/ko/cwxzOMo1bk4TyHIlByibiA5E="]]]]',
      {
        path: 'res/xml/network_security_config.xml',
        text: '<network-security-config><domain-config><domain>a.example</domain><pin-set><pin digest="SHA-256">r/mIkG3eEpVdm+u/ko/cwxzOMo1bk4TyHIlByibiA5E=</pin></pin-set></domain-config></network-security-config>',
      },
    ],
    pass: [
      'enum Net { static let pinnedKeyHashes = ["2851b6d49cfc5d50e89b5970176a6d96de8ce57cb4121c071dd69cd800a0a174", "a751b6d49cfc5d50e89b5970176a6d96de8ce57cb4121c071dd69cd800a0a174"]; static let pinnedItems = ["first"] }',
      {
        path: 'android/app/src/main/java/Net.java',
        text: 'class Net { Object p = new CertificatePinner.Builder().add("a.example", "sha256/r/mIkG3eEpVdm+u/ko/cwxzOMo1bk4TyHIlByibiA5E=").add("a.example", "sha256/WoiWRyIOVNa9ihaBciRSC7XHjliYS9VwUGOIud4PB18=").build(); }',
      },
      { path: 'a.ts', text: 'export const f = (u) => fetch(u, { pkPinning: true, sslPinning: { certs: ["sha256/a", "sha256/b"] } });' },
      pinned(2),
      'let c: [String: Any] = [kTSKPublicKeyHashes: ["r/mIkG3eEpVdm+u/ko/cwxzOMo1bk4TyHIlByibiA5E=", "WoiWRyIOVNa9ihaBciRSC7XHjliYS9VwUGOIud4PB18="]]',
    ],
  },
  dictionaries(event, context) {
    for (const entry of event.entries) {
      const certificates = entry.key.text === 'sslPinning' ? entry.value.entries?.get('certs')?.items : undefined;
      if (certificates !== undefined && new Set(certificates.map(({ text, symbol }) => text ?? symbol)).size === 1)
        context.report({ at: here(event.scene, entry.keyNode), message: 'One pin only; a backup is missing.' });
      // `{ 'api.example.com': { certs: ['…'] } }` of react-native-ssl-pinning.
      const [certificate, ...more] = entry.key.text === 'certs' ? (entry.value.items ?? []) : [];
      if (certificate?.text !== undefined && more.length === 0 && PIN_TEXT.test(certificate.text))
        context.report({ at: here(event.scene, entry.keyNode), message: 'One pin only; a backup is missing.', confidence: 'medium' });
      if (!/kTSKPublicKeyHashes$|^publicKeyHashes$/.test(entry.key.symbol ?? entry.key.text ?? '')) continue;
      const count = new Set(entry.value.items?.map((item, index) => item.text ?? item.symbol ?? index)).size;
      if (entry.value.items !== undefined && count < 2)
        context.report({
          at: here(event.scene, entry.keyNode),
          message: `${count === 0 ? 'No pin' : 'One pin only'}; a backup is missing.`,
        });
    }
  },
  functions(event, context) {
    // A delegate that compares with one constant of its own.
    const text = event.text();
    if (!/SecKeyCopyExternalRepresentation|SecCertificateCopyData|SecCertificateCopyKey|SecTrustCopyKey/.test(text)) return;
    const { source } = event.scene.unit;
    const constants = [
      ...source.matchAll(/\b(?:let|var)\s+(\w+)\s*(?::\s*[\w<>[\]]+\s*)?=\s*\[?\s*@?"(?:sha256\/)?[A-Za-z0-9+/]{43}="(?!\s*,\s*@?")/g),
    ];
    reportOnlyBundled(event, context);
    const [only] = constants;
    if (only === undefined || constants.length > 1) return;
    const name = only[1] as string;
    // Compared at once, or under the name of a local.
    if (!new RegExp(`\\b${literally(name)}\\b`).test(text) || !/==|\.contains\(/.test(text)) return;
    context.report({
      at: here(event.scene, { start: only.index, end: only.index + only[0].length }),
      message: 'The key is compared with one pin only; a backup is missing.',
      confidence: 'medium',
    });
  },
  assigns: [
    {
      names: ['*'],
      check(event, context) {
        const node = event.valueNode;
        if (node?.kind !== 'array' || node.items.length !== 1 || !PINS_NAME.test(event.name)) return;
        const [only] = event.value.items ?? [];
        if (only?.text !== undefined && PIN_TEXT.test(only.text))
          context.report({ at: here(event.scene, event.node), message: 'One pin only; a backup is missing.', confidence: 'medium' });
      },
    },
  ],
  calls: [
    {
      names: ['PublicKeysTrustEvaluator', 'PinnedCertificatesTrustEvaluator', 'pinCertificates', 'pinPublicKeys'],
      check(event, context) {
        const pins = event.argNode('keys') ?? event.argNode('publicKeys') ?? event.argNode('certificates');
        if (pins?.known.items?.length === 1)
          context.report({
            at: here(event.scene, pins),
            message: 'One key only; a backup is missing.',
            confidence: 'medium',
          });
      },
    },
  ],
  check(artifacts, context) {
    for (const plist of artifacts.plists) {
      const domains = plistAt(plist.root, 'NSAppTransportSecurity', 'NSPinnedDomains');
      if (domains?.kind !== 'dict') continue;
      for (const [host, rules] of domains.entries) {
        const leaf = plistAt(rules, 'NSPinnedLeafIdentities');
        const authority = plistAt(rules, 'NSPinnedCAIdentities');
        const count = (node: typeof leaf) => (node?.kind === 'array' ? node.items.length : 0);
        if (count(leaf) + count(authority) === 1)
          context.report({
            place: plistPlace(plist, leaf ?? authority ?? rules),
            message: `${host} has one pin only${count(leaf) === 1 ? ', of a leaf that is renewed most often' : ''}.`,
          });
      }
    }
    for (const { host, pins, where } of artifacts.plists.flatMap(trustKit))
      if (new Set(pins).size < 2)
        context.report({ ...where, message: `${host} has ${pins.length === 0 ? 'no pin' : 'one pin only'}; a backup is missing.` });
    for (const file of artifacts.texts) {
      if (file.role === 'jvm') okHttp(file, context);
      if (file.role !== 'android-network-config') continue;
      for (const set of file.source.matchAll(/<pin-set[\s\S]*?<\/pin-set>/g)) {
        if ((set[0].match(/<pin\s/g) ?? []).length === 1)
          context.report({
            place: { path: file.path, line: file.source.slice(0, set.index).split('\n').length, evidence: '<pin-set>' },
            message: 'The pin set has one pin only.',
          });
      }
    }
  },
});

/** A list of pins by its name: `pinnedPublicKeyHashes`, `PINS`, `trustedKeyHashes`. */
const PINS_NAME =
  /^(?:\w*(?:pin(?:s|ned)?|PINNED)_?(?:\w*(?:hash|key|spki|sha|fingerprint|certificate)\w*)?|(?:trusted|allowed|server|public|valid)\w*(?:hash(?:es)?|fingerprints?|spkis?))$/i;
/** SHA-256 in base64 or in hexadecimal. */
const PIN_TEXT = /^(?:sha256[/:])?(?:[A-Za-z0-9+/]{43}=|(?:[0-9a-f]{2}[: ]?){32})$/i;

/** OkHttp's `CertificatePinner.Builder().add(host, pin, …)`: all pins given for a host count. */
function okHttp(file: TextFile, context: AuditContext): void {
  if (!file.source.includes('CertificatePinner')) return;
  const pins = new Map<string, { count: number; at: number }>();
  for (const added of file.source.matchAll(/\.add\(\s*("[^"\n]+"|\w+)\s*,((?:\s*"sha(?:256|1)\/[^"]*"\s*,?)+)\s*\)/g)) {
    const host = added[1] as string;
    const count = (added[2] as string).split('"sha').length - 1;
    pins.set(host, { count: count + (pins.get(host)?.count ?? 0), at: pins.get(host)?.at ?? added.index });
  }
  for (const [host, { count, at }] of pins)
    if (count === 1)
      context.report({
        place: { path: file.path, line: file.source.slice(0, at).split('\n').length, evidence: host },
        message: `${host.replaceAll('"', '')} has one pin only; a backup is missing.`,
        confidence: 'medium',
      });
}

/** A delegate that compares the whole certificate with the one file it brings along. */
function reportOnlyBundled(event: FunctionEvent, context: AuditContext): void {
  const text = event.text();
  if (!/SecCertificateCopyData/.test(text) || !/==|isEqual/.test(text)) return;
  const files = [
    ...text.matchAll(
      /(?:forResource|pathForResource|URLForResource|url\(forResource)\s*:?\s*@?"?([\w.-]+)"?\s*(?:,\s*)?(?:withExtension|ofType)\s*:\s*@?"(?:cer|der|crt|pem)"/g,
    ),
  ];
  const [only] = files;
  if (only === undefined || files.length > 1) return;
  const start = event.node.start + only.index;
  context.report({
    at: here(event.scene, { start, end: start + only[0].length }),
    message: 'The certificate is compared with one file only; a backup is missing.',
    confidence: 'medium',
  });
}
