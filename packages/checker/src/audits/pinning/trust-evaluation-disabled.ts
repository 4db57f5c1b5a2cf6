import { type AuditContext, defineAudit } from '../../audit.ts';
import type { Scene } from '../../flow/events.ts';
import type { Closure } from '../../syntax/tree.ts';
import { walk } from '../../syntax/walk.ts';
import { here } from '../event-place.ts';

const OFF_SYMBOL = /(?:^|\.)(?:disableEvaluation|disableevaluation)$/i;
/** Alamofire's evaluators with their switches; the number is what a positional call would hide, so only labels are read. */
const EVALUATORS =
  /^(?:PinnedCertificatesTrustEvaluator|PublicKeysTrustEvaluator|DefaultTrustEvaluator|RevocationTrustEvaluator|CompositeTrustEvaluator)$/;
const PIN_CASES =
  /^(?:pinCertificates|PinCertificates|pinPublicKeys|PinPublicKeys|performDefaultEvaluation|PerformDefaultEvaluation|performRevokedEvaluation)$/;
const OFF_LABELS = /^(?:validateHost|performDefaultValidation|validateCertificateChain)$/;

/** Switches of dictionaries that must stay on. */
const CHECKS =
  /kTSKEnforcePinning$|kCFStreamSSLValidatesCertificateChain$|^(?:rejectUnauthorized|strictSSL|tlsCheckValidity|validateCertificates?|verifyCertificates?|verifySSL|checkCertificate)$/;
/** Switches that React Native's network libraries have for self-made certificates. */
const SKIPS =
  /^(?:trustAllCerts|disableAllSecurity|trusty|allowInvalidCertificates?|allowInvalidSSL|allowSelfSigned(?:Certs?|Certificates?)?|allowUntrusted(?:Certs?|Certificates?)?|ignoreSSL(?:Errors?)?|ignoreSslErrors?|ignoreCertificateErrors?|insecureSkipVerify|acceptAllCerts|acceptSelfSigned\w*|trustSelfSigned\w*)$/;

/** A check that gives no error, whatever it is asked: Node takes `undefined` for yes. */
function approvesAlways({ body }: Closure): boolean {
  const [only] = body;
  if (only === undefined) return true;
  if (body.length > 1 || only.kind !== 'exit' || only.keyword !== 'return') return false;
  const { value } = only;
  return (
    value === undefined || (value.kind === 'name' && value.text === 'undefined') || (value.kind === 'literal' && value.text !== 'regex')
  );
}

export const trustEvaluationDisabled = defineAudit({
  id: 'trust-evaluation-disabled',
  area: 'pinning',
  title: 'Libraries evaluate certificates, host names and pins',
  failingTitle: 'A library is told to skip certificate checks',
  severity: 'high',
  references: {
    checklist: 'pins',
    masvs: ['MASVS-NETWORK-1', 'MASVS-NETWORK-2'],
    mastg: ['MASTG-TEST-0396'],
    maswe: ['MASWE-0047', 'MASWE-0052'],
    cwe: [295, 297],
    api10: ['API8:2023'],
  },
  why: 'A switched-off check lets any, or any self-made, certificate stand for the server.',
  remedy: {
    text: 'Leave default validation and host validation on, and pin public keys with a backup.',
    language: 'swift',
    code: 'let evaluators: [String: ServerTrustEvaluating] = [\n  "api.example.com": PublicKeysTrustEvaluator(keys: [active, backup]),\n]',
    script: 'const agent = new https.Agent({ ca: ownAuthority });   // rejectUnauthorized stays on',
  },
  needs: ['code'],
  samples: {
    fail: [
      'func open(socket: WebSocket) { socket.disableSSLCertValidation = true; socket.connect() }',
      'let m = ServerTrustManager(evaluators: ["api.example.com": DisabledTrustEvaluator()])',
      'let e = PinnedCertificatesTrustEvaluator(certificates: c, acceptSelfSignedCertificates: true)',
      'let e = PublicKeysTrustEvaluator(keys: k, validateHost: false)',
      'let p: [String: ServerTrustPolicy] = ["api.example.com": .disableEvaluation]',
      {
        path: 'Net.m',
        text: '@implementation NSURLRequest (Any)\n+ (BOOL)allowsAnyHTTPSCertificateForHost:(NSString *)host { return YES; }\n@end',
      },
      { path: 'Net.m', text: '- (void)f:(ASIHTTPRequest *)request { [request setValidatesSecureCertificate:NO]; }' },
      'func f(p: AFSecurityPolicy) { p.allowInvalidCertificates = true }',
      'let c: [String: Any] = [kTSKPinnedDomains: ["example.com": [kTSKEnforcePinning: false]]]',
      { path: 'a.ts', text: 'export const agent = new https.Agent({ rejectUnauthorized: false });' },
      { path: 'a.ts', text: 'export const agent = new https.Agent({ checkServerIdentity: () => undefined });' },
      { path: 'a.ts', text: 'export const get = (u) => ReactNativeBlobUtil.config({ trusty: true }).fetch("GET", u);' },
      { path: 'a.ts', text: 'export const post = (u) => fetch(u, { method: "POST", disableAllSecurity: true });' },
    ],
    pass: [
      'func open(socket: WebSocket) { socket.disableSSLCertValidation = false; socket.connect() }',
      'let e = PublicKeysTrustEvaluator(keys: k, performDefaultValidation: true, validateHost: true)',
      'let c: [String: Any] = [kTSKPinnedDomains: ["example.com": [kTSKEnforcePinning: true]]]',
      { path: 'a.ts', text: 'export const agent = new https.Agent({ rejectUnauthorized: true });' },
      { path: 'a.ts', text: 'export const get = (u) => ReactNativeBlobUtil.config({ trusty: false }).fetch("GET", u);' },
      { path: 'a.ts', text: 'export const agent = new https.Agent({ checkServerIdentity: (host, cert) => verify(host, cert) });' },
    ],
  },
  functions(event, context) {
    // A category that overrides what NSURLRequest answers about certificates.
    if (event.node.name === 'allowsAnyHTTPSCertificateForHost' && /return\s+(?:YES|true|1)\b/.test(event.text()))
      context.report({ at: here(event.scene, event.node), message: 'Every certificate of every host is accepted.' });
  },
  calls: [
    {
      names: [
        'DisabledEvaluator',
        'DisabledTrustEvaluator',
        'PinnedCertificatesTrustEvaluator',
        'PublicKeysTrustEvaluator',
        'DefaultTrustEvaluator',
        'RevocationTrustEvaluator',
        'pinCertificates',
        'PinCertificates',
        'pinPublicKeys',
        'PinPublicKeys',
        'performDefaultEvaluation',
        'PerformDefaultEvaluation',
        'performRevokedEvaluation',
      ],
      check(event, context) {
        if (/^Disabled/.test(event.name)) {
          context.report({ at: here(event.scene, event.node), message: `${event.name} accepts every certificate.` });
          return;
        }
        for (const arg of event.args) {
          const off = arg.known.symbol === 'false';
          if (
            (EVALUATORS.test(event.name) || PIN_CASES.test(event.name)) &&
            arg.label !== undefined &&
            ((OFF_LABELS.test(arg.label) && off) || (arg.label === 'acceptSelfSignedCertificates' && arg.known.symbol === 'true'))
          ) {
            context.report({ at: here(event.scene, event.node), message: `${arg.label} is ${off ? 'switched off' : 'switched on'}.` });
            return;
          }
        }
      },
    },
    {
      names: [
        'setAllowInvalidCertificates',
        'setAllowsAnyHTTPSCertificate',
        'setValidatesSecureCertificate',
        'setValidatesDomainName',
        'setValidatesCertificateChain',
        'evaluator',
      ],
      check(event, context) {
        const on = event.args[0]?.known.symbol === 'true';
        if ((/^setAllow/.test(event.name) && on) || (/^setValidates/.test(event.name) && event.args[0]?.known.symbol === 'false'))
          context.report({ at: here(event.scene, event.node), message: `${event.name} switches a certificate check off.` });
      },
    },
    {
      names: ['AFSecurityPolicy', 'policyWithPinningMode'],
      check(event, context) {
        const mode = event.arg('pinningMode') ?? (event.name === 'policyWithPinningMode' ? event.args[0]?.known : undefined);
        if (/none$/i.test(mode?.symbol ?? ''))
          context.report({
            at: here(event.scene, event.node),
            message: 'The security policy is made without pins.',
            confidence: 'medium',
            severity: 'medium',
          });
      },
    },
    {
      names: ['default', 'defaultPolicy'],
      check(event, context) {
        if (
          /AFSecurityPolicy\.default/.test(event.path) &&
          /allowInvalidCertificates\s*=\s*(?:true|YES)|validatesDomainName\s*=\s*(?:false|NO)/.test(event.scene.unit.source)
        )
          context.report({
            at: here(event.scene, event.node),
            message: 'The default policy pins nothing.',
            confidence: 'medium',
            severity: 'medium',
          });
      },
    },
  ],
  assigns: [
    {
      names: [
        'allowInvalidCertificates',
        'validatesDomainName',
        'validatesCertificateChain',
        'kCFStreamSSLValidatesCertificateChain',
        'NODE_TLS_REJECT_UNAUTHORIZED',
        'rejectUnauthorized',
        'disableEvaluation',
        'disableSSLCertValidation',
        'allowsInvalidSSLCertificate',
        'allowUntrustedCertificates',
      ],
      check(event, context) {
        const value = event.value.symbol ?? event.value.text ?? String(event.value.number ?? '');
        const bad = /^(?:allow|disable)/.test(event.name) ? value === 'true' : value === 'false' || value === '0';
        if (!bad) return;
        context.report({ at: here(event.scene, event.node), message: `${event.name} is set to ${value}.` });
        const holder = event.target?.kind === 'member' && event.target.object !== undefined ? event.target.object : undefined;
        if (holder?.kind === 'name') reportMaker(event.scene, holder.text, event.name, context);
      },
    },
  ],
  dictionaries(event, context) {
    for (const entry of event.entries) {
      const key = entry.key.symbol ?? entry.key.text ?? '';
      if (
        (CHECKS.test(key) && entry.value.symbol === 'false') ||
        (event.scene.unit.language === 'script' && SKIPS.test(key) && entry.value.symbol === 'true')
      )
        context.report({ at: here(event.scene, entry.keyNode), message: `${key.split('.').at(-1)} is ${entry.value.symbol}.` });
      if (key === 'checkServerIdentity' && entry.value.closure !== undefined && approvesAlways(entry.value.closure))
        context.report({ at: here(event.scene, entry.keyNode), message: 'Every host name is accepted.' });
      if (/kTSKIncludeSubdomains$/.test(key) && entry.value.symbol === 'false')
        context.report({
          at: here(event.scene, entry.keyNode),
          message: 'Names below the pinned one are not pinned.',
          severity: 'low',
          confidence: 'medium',
        });
      if (OFF_SYMBOL.test(entry.value.symbol ?? ''))
        context.report({ at: here(event.scene, entry.keyNode), message: `${entry.key.text ?? 'A host'} is not evaluated at all.` });
    }
  },
});

/** The line where the policy object was made is a place of its own: that is the line to change. */
function reportMaker(scene: Scene, name: string, what: string, context: AuditContext): void {
  const around = scene.function;
  if (around === undefined) return;
  walk(around.body, (node) => {
    if (node.kind === 'declare' && node.name === name && node.value !== undefined)
      context.report({ at: here(scene, node), message: `This policy gets ${what} changed below.` });
  });
}
