import { type AuditContext, defineAudit } from '../../audit.ts';
import type { CallEvent } from '../../flow/events.ts';
import { here } from '../event-place.ts';
import { reportAndroidTrust } from './android-trust.ts';
import { unevaluatedBranch } from './unevaluated-branch.ts';
import { verdictIgnored } from './verdict-ignored.ts';

const EVALUATES =
  /SecTrustEvaluate(?:WithError|Async|AsyncWithError)?\b|evaluateServerTrust|TSKPinningValidator|handleChallenge|TrustKit|\.evaluate\(|serverTrustManager|evaluateTrust|validateServerTrust|performDefaultEvaluation|isServerTrusted|checkValidity|trustIsValid|validateTrust|verifyServerTrust|trustEvaluator|shouldTrust/;
const COMPARES =
  /SecTrustGetCertificateAtIndex|SecTrustCopyCertificateChain|SecTrustCopyKey|SecTrustCopyPublicKey|SecCertificateCopyData|SecCertificateCopyKey/;
const FAIL_CLOSED = /performDefaultHandling|cancelAuthenticationChallenge|rejectProtectionSpace/;

const ANSWERS = /[cC]hallenge|useCredential|protectionSpace|completionHandler/;
const JUDGES = /^(?:verify|evaluate|validate|check|is)\w*(?:trust|certificate|challenge|server|pin|host)\w*$/i;

const CALLS_JUDGE = /\b(?:verify|evaluate|validate|check)\w*(?:[tT]rust|[cC]ertificate|[cC]hallenge)\w*\(/;

/**
 * A function that is handed the trust and by its name judges it: `Certificates.verifyTrust(trust, host: host)`. One of a library is
 * believed; one of the project must ask somebody in turn.
 */
const asksElsewhere = (call: CallEvent, context: AuditContext): boolean =>
  JUDGES.test(call.name) &&
  (context.artifacts.project.functions.get(call.name) ?? []).every(({ declare, unit }) => {
    const body = unit.source.slice(declare.start, declare.end);
    return CALLS_JUDGE.test(body.slice(body.indexOf('{')));
  }) &&
  call.args.some((arg) => /trust|challenge|protectionSpace/i.test(call.scene.unit.source.slice(arg.start, arg.end)));

export const trustNotEvaluated = defineAudit({
  id: 'trust-not-evaluated',
  area: 'pinning',
  title: 'A server challenge is answered only after the chain was evaluated',
  failingTitle: 'A server certificate is accepted without evaluation',
  severity: 'critical',
  references: {
    checklist: 'pins',
    masvs: ['MASVS-NETWORK-1'],
    mastg: ['MASTG-TEST-0396', 'MASTG-TEST-0397'],
    maswe: ['MASWE-0052'],
    cwe: [295, 297],
    api10: ['API8:2023'],
  },
  why: 'Answering the challenge with the server\u2019s own trust accepts any certificate: anybody on the way can read and change the traffic. A pin compared without evaluation also accepts expired and foreign chains.',
  remedy: {
    text: 'Evaluate first, compare pins after, cancel otherwise.',
    language: 'swift',
    code: 'guard let trust = challenge.protectionSpace.serverTrust, SecTrustEvaluateWithError(trust, nil), pins.match(trust) else {\n  return completionHandler(.cancelAuthenticationChallenge, nil)\n}\ncompletionHandler(.useCredential, URLCredential(trust: trust))',
  },
  needs: ['code', 'texts'],
  samples: {
    fail: [
      {
        path: 'android/app/src/main/java/Net.java',
        text: 'class T implements X509TrustManager { public void checkServerTrusted(X509Certificate[] chain, String kind) throws CertificateException {} }',
      },
      { path: 'android/app/src/main/java/Net.kt', text: 'val client = OkHttpClient.Builder().hostnameVerifier { _, _ -> true }.build()' },
      'class D: NSObject, URLSessionDelegate {\n  func urlSession(_ s: URLSession, didReceive c: URLAuthenticationChallenge) async -> (URLSession.AuthChallengeDisposition, URLCredential?) {\n    let trust = c.protectionSpace.serverTrust!\n    guard verifyTrust(trust) else { return (.cancelAuthenticationChallenge, nil) }\n    return (.useCredential, URLCredential(trust: trust))\n  }\n  func verifyTrust(_ t: SecTrust) -> Bool { true }\n}',
      'class D: NSObject, URLSessionTaskDelegate {\n  func urlSession(_ s: URLSession, task: URLSessionTask, didReceive c: URLAuthenticationChallenge) async -> (URLSession.AuthChallengeDisposition, URLCredential?) {\n    let trust = c.protectionSpace.serverTrust!\n    if SecTrustEvaluateWithError(trust, nil) == false { print("bad") }\n    return (.useCredential, URLCredential(trust: trust))\n  }\n}',
      'class D: NSObject, URLSessionTaskDelegate {\n  func urlSession(_ s: URLSession, task: URLSessionTask, didReceive c: URLAuthenticationChallenge) async -> (URLSession.AuthChallengeDisposition, URLCredential?) {\n    let trust = c.protectionSpace.serverTrust!\n    if whole { if SecTrustEvaluateWithError(trust, nil) { return (.useCredential, URLCredential(trust: trust)) } }\n    else { let key = SecTrustCopyKey(trust)!\n      if hash(key) == pin { return (.useCredential, URLCredential.init(trust: trust)) } }\n    return (.cancelAuthenticationChallenge, nil)\n  }\n}',
      'final class Lax: ServerTrustEvaluating { func evaluate(_ trust: SecTrust, forHost host: String) throws {} }',
      'class D: NSObject, URLSessionDelegate {\n  func urlSession(_ s: URLSession, didReceive c: URLAuthenticationChallenge, completionHandler: @escaping (URLSession.AuthChallengeDisposition, URLCredential?) -> Void) {\n    let t = c.protectionSpace.serverTrust!\n    var r = SecTrustResultType.invalid\n    SecTrustEvaluate(t, &r)\n    completionHandler(.useCredential, URLCredential(trust: t))\n  }\n}',
      'struct Checks { func isAcceptable(_ trust: SecTrust) -> Bool { return true } }',
      'func relax(_ trust: SecTrust) { SecTrustSetPolicies(trust, SecPolicyCreateBasicX509()) }',
      'import Network\nfunc o(q: DispatchQueue) { let o = NWProtocolTLS.Options(); sec_protocol_options_set_verify_block(o.securityProtocolOptions, { _, _, done in done(true) }, q) }',
      'class D: NSObject, URLSessionDelegate {\n  func urlSession(_ s: URLSession, didReceive challenge: URLAuthenticationChallenge, completionHandler: @escaping (URLSession.AuthChallengeDisposition, URLCredential?) -> Void) {\n    completionHandler(.useCredential, URLCredential(trust: challenge.protectionSpace.serverTrust!))\n  }\n}',
      'class D: NSObject, URLSessionDelegate {\n  func urlSession(_ s: URLSession, didReceive c: URLAuthenticationChallenge) async -> (URLSession.AuthChallengeDisposition, URLCredential?) {\n    let trust = c.protectionSpace.serverTrust!\n    let certificate = SecTrustGetCertificateAtIndex(trust, 0)!\n    if SecCertificateCopyData(certificate) as Data == pinned { return (.useCredential, URLCredential(trust: trust)) }\n    return (.cancelAuthenticationChallenge, nil)\n  }\n}',
      {
        path: 'D.m',
        text: '@implementation D\n- (void)connection:(NSURLConnection *)c didReceiveAuthenticationChallenge:(NSURLAuthenticationChallenge *)challenge {\n  [challenge.sender useCredential:[NSURLCredential credentialForTrust:challenge.protectionSpace.serverTrust] forAuthenticationChallenge:challenge];\n}\n@end',
      },
    ],
    pass: [
      {
        path: 'android/app/src/main/java/Net.kt',
        text: 'class T(val system: X509TrustManager) : X509TrustManager { override fun checkServerTrusted(chain: Array<X509Certificate>, kind: String) { system.checkServerTrusted(chain, kind) } }',
      },
      'class D: NSObject, URLSessionDelegate {\n  func urlSession(_ s: URLSession, didReceive c: URLAuthenticationChallenge) async -> (URLSession.AuthChallengeDisposition, URLCredential?) {\n    let trust = c.protectionSpace.serverTrust!\n    guard verifyTrust(trust) else { return (.cancelAuthenticationChallenge, nil) }\n    return (.useCredential, URLCredential(trust: trust))\n  }\n  func verifyTrust(_ t: SecTrust) -> Bool { Library.evaluateTrust(t) == 0 }\n}',
      'class D: NSObject, URLSessionTaskDelegate {\n  func urlSession(_ s: URLSession, task: URLSessionTask, didReceive c: URLAuthenticationChallenge) async -> (URLSession.AuthChallengeDisposition, URLCredential?) {\n    let trust = c.protectionSpace.serverTrust!\n    if !SecTrustEvaluateWithError(trust, nil) { return (.cancelAuthenticationChallenge, nil) }\n    return (.useCredential, URLCredential(trust: trust))\n  }\n}',
      'class D: NSObject, URLSessionTaskDelegate {\n  func urlSession(_ s: URLSession, task: URLSessionTask, didReceive c: URLAuthenticationChallenge) async -> (URLSession.AuthChallengeDisposition, URLCredential?) {\n    let trust = c.protectionSpace.serverTrust!\n    guard SecTrustEvaluateWithError(trust, nil) else { return (.cancelAuthenticationChallenge, nil) }\n    if whole { return (.useCredential, URLCredential(trust: trust)) }\n    else { let key = SecTrustCopyKey(trust)!\n      if hash(key) == pin { return (.useCredential, URLCredential(trust: trust)) } }\n    return (.cancelAuthenticationChallenge, nil)\n  }\n}',
      'func strict(_ trust: SecTrust, host: String) { SecTrustSetPolicies(trust, SecPolicyCreateSSL(true, host as CFString)) }',
      'class D: NSObject, URLSessionDelegate {\n  func urlSession(_ s: URLSession, didReceive c: URLAuthenticationChallenge, completionHandler: @escaping (URLSession.AuthChallengeDisposition, URLCredential?) -> Void) {\n    guard let trust = c.protectionSpace.serverTrust, SecTrustEvaluateWithError(trust, nil) else { return completionHandler(.cancelAuthenticationChallenge, nil) }\n    completionHandler(.useCredential, URLCredential(trust: trust))\n  }\n}',
      'class D: NSObject, URLSessionDelegate {\n  func urlSession(_ s: URLSession, didReceive c: URLAuthenticationChallenge) async -> (URLSession.AuthChallengeDisposition, URLCredential?) {\n    let trust = c.protectionSpace.serverTrust!\n    guard Certificates.verifyTrust(trust, host: c.protectionSpace.host) else { return (.cancelAuthenticationChallenge, nil) }\n    return (.useCredential, URLCredential(trust: trust))\n  }\n}',
      'struct Credentials { func make(trust: SecTrust) -> URLCredential { URLCredential(trust: trust) } }',
      'class D: NSObject, URLSessionDelegate {\n  func urlSession(_ s: URLSession, didReceive c: URLAuthenticationChallenge, completionHandler: @escaping (URLSession.AuthChallengeDisposition, URLCredential?) -> Void) { completionHandler(.performDefaultHandling, nil) }\n}',
    ],
  },
  functions(event, context) {
    const { node } = event;
    // `func isTrusted(_ trust: SecTrust) -> Bool { true }`
    const only = node.body.length === 1 ? node.body[0] : undefined;
    const answer = only?.kind === 'exit' ? only.value : only?.kind === 'expression' ? only.expression : undefined;
    const takesTrust = node.params.some((parameter) => /^SecTrust(?:Ref)?\??$/.test(parameter.type ?? ''));
    // Alamofire takes an evaluator that does not throw for one that is content.
    if (takesTrust && node.hasBody && node.body.length === 0 && /^(?:evaluate|verify|validate|check)/.test(node.name))
      context.report({ at: here(event.scene, node), message: `${node.name} trusts every server.`, severity: 'critical' });
    if (answer?.kind === 'literal' && answer.text === 'true' && takesTrust)
      context.report({ at: here(event.scene, answer), message: `${node.name} trusts every server.`, severity: 'critical' });
    const accepts = event.calls.filter(
      (call) =>
        (/(?:^|\.)URLCredential(?:\.init)?$/.test(call.path) &&
          call.args.some((arg) => arg.label === 'trust' || arg.label === 'forTrust')) ||
        call.name === 'credentialForTrust',
    );
    if (accepts.length === 0) return;
    const text = event.text();
    const ignored = verdictIgnored(event.node.body);
    const { source } = event.scene.unit;
    // A helper of the project that the function asks, one hop away.
    const asksFor = (call: CallEvent): boolean =>
      (context.artifacts.project.functions.get(call.name) ?? []).some(
        (item) => item.declare !== event.node && EVALUATES.test(item.unit.source.slice(item.declare.start, item.declare.end)),
      ) || asksElsewhere(call, context);
    if (!ignored && (EVALUATES.test(text) || event.calls.some(asksFor))) {
      const branch = unevaluatedBranch(
        node.body,
        accepts.map((call) => call.node),
        ({ start, end }) =>
          EVALUATES.test(source.slice(start, end)) ||
          event.calls.some((call) => call.node.start >= start && call.node.end <= end && asksFor(call)),
        ({ start, end }) => COMPARES.test(source.slice(start, end)),
      );
      if (branch !== undefined)
        context.report({
          at: here(event.scene, branch),
          message: 'On this way a key or certificate is compared, but the chain is not evaluated as it is on the other.',
          severity: 'high',
          confidence: ANSWERS.test(text) ? 'medium' : 'low',
        });
      return;
    }
    const made = accepts.at(-1) as (typeof accepts)[number];
    // Where the challenge is answered, when that is a call of its own.
    const accept =
      event.calls.find(
        (call) =>
          /ompletion|handler/i.test(call.name) &&
          /seCredential$/.test(call.args[0]?.known.symbol ?? '') &&
          call.node.start > made.node.start,
      ) ?? made;
    const compares = COMPARES.test(text);
    context.report({
      at: here(event.scene, accept.node),
      message: ignored
        ? 'The chain is evaluated, and the certificate is accepted whatever comes out.'
        : compares
          ? 'A certificate is compared, but the chain is never evaluated: an expired, revoked or wrongly named one passes.'
          : `The server\u2019s certificate is accepted unseen${FAIL_CLOSED.test(text) ? ' in one branch' : ''}.`,
      severity: compares && !ignored ? 'high' : 'critical',
      // A function that is given a trust and makes a credential of it answers nobody; its callers do.
      ...(ANSWERS.test(text) ? {} : { confidence: 'low' as const }),
    });
  },
  check: reportAndroidTrust,
  calls: [
    {
      names: ['SecTrustSetPolicies'],
      check(event, context) {
        const written = event.scene.unit.source.slice(event.node.start, event.node.end);
        const policies = event.args[1]?.known.symbol ?? '';
        if (/SecPolicyCreateBasicX509/.test(written + policies) || /SecPolicyCreateSSL\(\s*\w+\s*,\s*(?:nil|NULL)\s*\)/.test(written))
          context.report({
            at: here(event.scene, event.node),
            message: 'The policy asks for no host name: the certificate of any site passes.',
            severity: 'high',
          });
      },
    },
    {
      names: ['sec_protocol_options_set_verify_block'],
      check(event, context) {
        const block = event.args[1]?.value;
        if (block?.kind !== 'closure') return;
        const text = event.scene.unit.source.slice(block.start, block.end);
        if (/SecTrustEvaluate/.test(text) || !/\(\s*(?:true|YES)\s*\)/.test(text)) return;
        context.report({ at: here(event.scene, event.node), message: 'The verify block accepts every server.' });
      },
    },
    {
      names: [
        'continueWithoutCredentialForAuthenticationChallenge',
        'setAllowsAnyHTTPSCertificate',
        'SecTrustSetExceptions',
        'SecTrustSetOptions',
      ],
      check(event, context) {
        if (event.name === 'SecTrustSetExceptions' && !/SecTrustCopyExceptions/.test(event.scene.unit.source)) return;
        if (
          event.name === 'SecTrustSetOptions' &&
          !/allowExpired|AllowExpired|implicitAnchors|ImplicitAnchors/.test(event.scene.unit.source.slice(event.node.start, event.node.end))
        )
          return;
        context.report({ at: here(event.scene, event.node), message: `${event.name} makes a failing certificate pass.`, severity: 'high' });
      },
    },
  ],
});
