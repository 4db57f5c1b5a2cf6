import { defineAudit } from '../../audit.ts';
import { here } from '../event-place.ts';

export const formNotEncoded = defineAudit({
  id: 'form-not-encoded',
  area: 'session',
  title: 'Values in form bodies are percent-encoded',
  failingTitle: 'A value is put into a form body as it stands',
  severity: 'medium',
  references: {
    checklist: 'oauth-pkce',
    masvs: ['MASVS-AUTH-1'],
    cwe: [116, 88],
    api10: ['API2:2023'],
  },
  why: 'A + in a token arrives as a blank and the refresh fails; an & in a value adds a parameter of the sender\u2019s choice.',
  remedy: {
    text: 'Build the body with URLComponents and encode + as well, or with URLSearchParams.',
    language: 'swift',
    code: 'var form = URLComponents()\nform.queryItems = [URLQueryItem(name: "refresh_token", value: token)]\nlet body = form.percentEncodedQuery?.replacingOccurrences(of: "+", with: "%2B")',
  },
  needs: ['code'],
  samples: {
    fail: [
      'func f(token: String) -> Data { "grant_type=refresh_token&refresh_token=\\(token)".data(using: .utf8)! }',
      'func f(r: inout URLRequest, token: String) { r.setValue("application/x-www-form-urlencoded", forHTTPHeaderField: "Content-Type"); r.httpBody = "grant_type=refresh_token&refresh_token=\\(token)".data(using: .utf8) }',
    ],
    pass: [
      'func f(token: String) -> Data { let t = token.addingPercentEncoding(withAllowedCharacters: .alphanumerics)!; return "grant_type=refresh_token&refresh_token=\\(t)".data(using: .utf8)! }',
      'let body = "grant_type=client_credentials"',
    ],
  },
  texts(event, context) {
    if (!/(?:^|&)grant_type=\w+/.test(event.text) || !event.text.includes('=\0')) return;
    const around = event.scene.function;
    const text = around === undefined ? '' : event.scene.unit.source.slice(around.start, around.end);
    if (
      /addingPercentEncoding|encodeURIComponent|URLSearchParams|percentEncode|urlEncoded|formEncoded|stringByAddingPercentEncoding/i.test(
        text.replaceAll('x-www-form-urlencoded', ''),
      )
    )
      return;
    context.report({
      at: here(event.scene, event.node),
      message: 'Values are written into the form without percent-encoding.',
      confidence: 'medium',
    });
  },
});
