import { defineAudit } from '../../audit.ts';
import type { CallEvent, FunctionEvent } from '../../flow/events.ts';
import { lastName } from '../../flow/paths.ts';
import { walk } from '../../syntax/walk.ts';
import { here } from '../event-place.ts';
import { literally } from '../literally.ts';

export const pinWholeCertificate = defineAudit({
  id: 'pin-whole-certificate',
  area: 'pinning',
  title: 'Pins are of public keys in their SPKI form',
  failingTitle: 'A pin is of a whole certificate or of raw key bytes',
  severity: 'medium',
  references: {
    checklist: 'pins',
    masvs: ['MASVS-NETWORK-2'],
    mastg: ['MASTG-TEST-0385'],
    maswe: ['MASWE-0047'],
    cwe: [295],
  },
  why: 'A certificate changes with every renewal and the app stops; a hash of raw key bytes matches no pin that openssl, TrustKit or NSPinnedDomains make, so a copied backup pin will not work when it is needed.',
  remedy: {
    text: 'Hash the DER SubjectPublicKeyInfo: the algorithm header of the key type, then the bytes of SecKeyCopyExternalRepresentation.',
    language: 'swift',
    code: 'var spki = Data(headerForEC256)\nspki.append(SecKeyCopyExternalRepresentation(key, nil)! as Data)\nlet pin = Data(SHA256.hash(data: spki)).base64EncodedString()',
    script:
      "await initializeSslPinning({\n  'api.example.com': { includeSubdomains: true, publicKeyHashes: [activeSpki, backupSpki] },\n});   // react-native-ssl-public-key-pinning",
  },
  needs: ['code'],
  samples: {
    fail: [
      'func pin(t: SecTrust) -> String { let key = SecTrustCopyKey(t)!; let raw = SecKeyCopyExternalRepresentation(key, nil)! as Data; return Data(SHA256.hash(data: raw)).base64EncodedString() }',
      'func pinned(t: SecTrust) -> Bool { let c = SecTrustGetCertificateAtIndex(t, 0)!; return SecCertificateCopyData(c) as Data == bundled }',
      'func decide(t: SecTrust, way: Way) -> Bool { let c = SecTrustGetCertificateAtIndex(t, 0)!; switch way { case .certificate: let remote = SecCertificateCopyData(c) as Data; return bundled.contains(remote)\n    case .key: let key = SecKeyCopyExternalRepresentation(SecTrustCopyKey(t)!, nil)! as Data; return spkiHeader + key == kept } }',
      'let e = PinnedCertificatesTrustEvaluator(certificates: [active, next])',
      { path: 'a.ts', text: 'export const f = (u) => fetch(u, { sslPinning: { certs: ["server"] } });' },
      'let p = ServerTrustPolicy.pinCertificates(certificates: bundled, validateCertificateChain: true, validateHost: true)',
      { path: 'Net.m', text: '- (void)f { AFSecurityPolicy *p = [AFSecurityPolicy policyWithPinningMode:AFSSLPinningModeCertificate]; }' },
    ],
    pass: [
      'func pin(t: SecTrust) -> String { let key = SecTrustCopyKey(t)!; let raw = SecKeyCopyExternalRepresentation(key, nil)! as Data; var spki = Data(ecHeader); spki.append(raw); return Data(SHA256.hash(data: spki)).base64EncodedString() }',
      'let e = PublicKeysTrustEvaluator(keys: [active, next])',
      { path: 'a.ts', text: 'export const f = (u) => fetch(u, { pkPinning: true, sslPinning: { certs: ["sha256/a", "sha256/b"] } });' },
      'let p = AFSecurityPolicy(pinningMode: .publicKey)',
    ],
  },
  functions(event, context) {
    const text = event.text();
    if (!/SecTrust|SecCertificate|serverTrust/.test(text)) return;
    const raw = event.calls.find((call) => call.name === 'SecKeyCopyExternalRepresentation');
    if (raw !== undefined && /SHA256|sha256|CC_SHA/.test(text) && !/header|Header|spki|SPKI|asn1|ASN1|prefix/.test(text)) {
      const hashing = event.calls.find((call) => call.args.length > 0 && /sha-?_?256/i.test(call.path));
      context.report({
        at: here(event.scene, (hashing ?? raw).node),
        message: 'The raw key bytes are hashed, without the algorithm header of an SPKI.',
      });
    }
    const whole = event.calls.find((call) => call.name === 'SecCertificateCopyData');
    if (whole === undefined || !/==|[eE]qual|contains/.test(text) || !/SecTrust|serverTrust|[cC]hallenge|[pP]in/.test(text)) return;
    const compared = comparison(event, whole);
    // Where keys are read as well, only a comparison of the certificate itself says that it is the pin.
    if (compared !== undefined || raw === undefined)
      context.report({
        at: here(event.scene, compared ?? whole.node),
        message: 'The whole certificate is compared; it changes with every renewal.',
        confidence: 'medium',
      });
  },
  dictionaries(event, context) {
    // react-native-ssl-pinning takes names of bundled certificates, or with pkPinning hashes of keys.
    const pinning = event.entries.find(({ key }) => key.text === 'sslPinning');
    const certificates = pinning?.value.entries?.get('certs')?.items ?? [];
    const keys = event.entries.some(({ key, value }) => key.text === 'pkPinning' && value.symbol !== 'false');
    if (pinning === undefined || keys || !certificates.some(({ text }) => text !== undefined && !text.startsWith('sha256/'))) return;
    context.report({
      at: here(event.scene, pinning.keyNode),
      message: 'Whole certificates are pinned; pkPinning with hashes of public keys survives renewals.',
      confidence: 'medium',
    });
  },
  calls: [
    {
      names: ['pinCertificates', 'PinCertificates', 'AFSecurityPolicy', 'policyWithPinningMode'],
      check(event, context) {
        const mode = event.arg('pinningMode') ?? (event.name === 'policyWithPinningMode' ? event.args[0]?.known : undefined);
        if (/pinCertificates/i.test(event.name) || /(?:\.certificate|PinningModeCertificate)$/.test(mode?.symbol ?? ''))
          context.report({
            at: here(event.scene, event.node),
            message: 'The policy pins whole certificates; pinned to public keys it survives renewals.',
            severity: 'low',
            confidence: 'medium',
          });
      },
    },
    {
      names: ['PinnedCertificatesTrustEvaluator'],
      check(event, context) {
        context.report({
          at: here(event.scene, event.node),
          message: 'PinnedCertificatesTrustEvaluator pins whole certificates; PublicKeysTrustEvaluator survives renewals.',
          severity: 'low',
          confidence: 'medium',
        });
      },
    },
  ],
});

const COMPARES = /^(?:isEqual\w*|CFEqual|elementsEqual|contains|containsObject)$/;

/** Where the certificate's bytes, or the local they are kept in, are compared. */
function comparison(event: FunctionEvent, whole: CallEvent): Node | undefined {
  const { source } = event.scene.unit;
  const held = event.assigns.find(({ declared, node }) => declared && node.start <= whole.node.start && whole.node.end <= node.end)?.name;
  if (held === undefined) return undefined;
  const speaks = new RegExp(`\\b${literally(held)}\\b`);
  let found: Node | undefined;
  walk(event.node.body, (node) => {
    const compares = node.kind === 'binary' ? node.op === '==' : node.kind === 'call' && COMPARES.test(lastName(node.callee) ?? '');
    if (compares && (found === undefined || node.start >= found.start) && speaks.test(source.slice(node.start, node.end))) found = node;
  });
  return found;
}

type Node = { readonly start: number; readonly end: number };
