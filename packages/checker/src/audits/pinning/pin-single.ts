import { type AuditContext, defineAudit } from '../../audit.ts';
import type { FunctionEvent } from '../../flow/events.ts';
import { here } from '../event-place.ts';
import { plistAt, plistPlace } from '../plist-values.ts';

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
      if (!/kTSKPublicKeyHashes$|^publicKeyHashes$/.test(entry.key.symbol ?? entry.key.text ?? '')) continue;
      const count = new Set(entry.value.items?.map((item) => item.text ?? item.symbol)).size;
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
    if (!new RegExp(`==\\s*(?:[Ss]elf\\.)?${name}\\b|\\b${name}\\s*==|\\b${name}\\.contains\\(`).test(text)) return;
    context.report({
      at: here(event.scene, { start: only.index, end: only.index + only[0].length }),
      message: 'The key is compared with one pin only; a backup is missing.',
      confidence: 'medium',
    });
  },
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
    for (const file of artifacts.texts) {
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
