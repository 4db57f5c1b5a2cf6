import { defineAudit } from '../../audit.ts';
import { here } from '../event-place.ts';
import { mentions } from '../mentions.ts';

const CREDENTIALS = /refresh_?token|grant_type|Authorization|Bearer|password|access_?token/i;

const MANAGED = /ServerTrustManager\(/;

export const pinnedSessionBypassed = defineAudit({
  id: 'pinned-session-bypassed',
  area: 'pinning',
  title: 'Every request with credentials goes through the pinned session',
  failingTitle: 'Credentials go around the pinned session',
  severity: 'high',
  references: {
    checklist: 'pins',
    masvs: ['MASVS-NETWORK-2'],
    mastg: ['MASTG-TEST-0385'],
    maswe: ['MASWE-0047'],
    cwe: [295],
  },
  why: 'The app pins its connections, but the request that carries the most, the refresh, goes out without pins.',
  remedy: {
    text: 'Make one client with the pinned session and let it send everything; give it no default of URLSession.shared.',
    language: 'swift',
    code: 'struct ApiClient { let session: URLSession }   // made once, with the pinning delegate',
  },
  needs: ['code'],
  applies: (artifacts) =>
    artifacts.code.some(
      (unit) =>
        !unit.test &&
        /SecTrustEvaluate|SecTrustCopyKey|SecTrustCopyCertificateChain|SecTrustGetCertificateAtIndex|TrustKit|PublicKeysTrustEvaluator/.test(
          unit.source,
        ),
    ),
  samples: {
    fail: [
      'let pinned = Session(serverTrustManager: ServerTrustManager(evaluators: ["a.example": PublicKeysTrustEvaluator()]))\nfunc me(token: String) { AF.request(base, headers: [.authorization(bearerToken: token)]) }',
      'class Pins: NSObject, URLSessionDelegate { func check(t: SecTrust) -> Bool { SecTrustEvaluateWithError(t, nil) } }\nfunc refresh(r: String) async throws { var q = URLRequest(url: u); q.httpBody = "grant_type=refresh_token&refresh_token=\\(r)".data(using: .utf8); _ = try await URLSession.shared.data(for: q) }',
      'class Pins: NSObject, URLSessionDelegate { func check(t: SecTrust) -> Bool { SecTrustEvaluateWithError(t, nil) } }\nclass Client { init(session: URLSession = .shared) { } }',
    ],
    pass: [
      'class Pins: NSObject, URLSessionDelegate { func check(t: SecTrust) -> Bool { SecTrustEvaluateWithError(t, nil) } }\nfunc refresh(r: String, session: URLSession) async throws { var q = URLRequest(url: u); q.httpBody = "grant_type=refresh_token&refresh_token=\\(r)".data(using: .utf8); _ = try await session.data(for: q) }',
      'func avatar() async throws { _ = try await URLSession.shared.data(from: u) }',
    ],
  },
  functions(event, context) {
    for (const parameter of event.node.params) {
      if (parameter.type === 'URLSession' && parameter.fallback?.kind === 'member' && parameter.fallback.name === 'shared')
        context.report({
          at: here(event.scene, parameter),
          message: 'Whoever leaves the session out gets URLSession.shared, without pins.',
          confidence: 'medium',
          severity: 'medium',
        });
    }
    const shared = event.calls.find(
      (call) =>
        /^URLSession\.shared\.(?:data|dataTask|upload|uploadTask|bytes)$/.test(call.path) ||
        // Alamofire's own default session knows nothing of the pins given to another.
        (/^(?:AF|Alamofire|Session\.default)\.(?:request|upload|download|streamRequest)$/.test(call.path) &&
          context.artifacts.code.some((unit) => !unit.test && mentions(unit, MANAGED))),
    );
    if (shared !== undefined && CREDENTIALS.test(event.text()))
      context.report({
        at: here(event.scene, shared.node),
        message: `${event.node.name} sends credentials through ${shared.path.split('.').slice(0, -1).join('.')}, without the pins of the app\u2019s own session.`,
        confidence: 'medium',
      });
  },
});
