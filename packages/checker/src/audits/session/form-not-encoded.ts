import { defineAudit } from '../../audit.ts';
import { here } from '../event-place.ts';

const ENCODES =
  /addingPercentEncoding|encodeURIComponent|URLSearchParams|percentEncode|urlEncoded|formEncoded|stringByAddingPercentEncoding|URLQueryItem/i;

export const formNotEncoded = defineAudit({
  id: 'form-not-encoded',
  area: 'session',
  title: 'Values in form bodies are percent-encoded',
  failingTitle: 'A value is put into a form body as it stands',
  severity: 'medium',
  references: {
    checklist: 'OAuth 2 with PKCE, no client secret, no embedded web view',
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
      'func f(r: inout URLRequest, fields: [String: String]) { r.httpBody = fields.map { "\\($0)=\\($1)" }.joined(separator: "&").data(using: .utf8) }',
      'func f(text: String) -> Data? { let t = text.addingPercentEncoding(withAllowedCharacters: .urlQueryAllowed)!; return "text=\\(t)&source=ios".data(using: .utf8) }',
      'func f(token: String) -> Data { "grant_type=refresh_token&refresh_token=\\(token)".data(using: .utf8)! }',
      'func f(r: inout URLRequest, token: String) { r.setValue("application/x-www-form-urlencoded", forHTTPHeaderField: "Content-Type"); r.httpBody = "grant_type=refresh_token&refresh_token=\\(token)".data(using: .utf8) }',
    ],
    pass: [
      'func f(token: String) -> Data { let t = token.addingPercentEncoding(withAllowedCharacters: .alphanumerics)!; return "grant_type=refresh_token&refresh_token=\\(t)".data(using: .utf8)! }',
      'let body = "grant_type=client_credentials"',
    ],
  },
  calls: [
    {
      names: ['joined'],
      check(event, context) {
        // `fields.map { "\\($0)=\\($1)" }.joined(separator: "&")` as a body.
        const { unit, function: around } = event.scene;
        if (event.arg('separator')?.text !== '&' || around === undefined) return;
        const chain = unit.source.slice(event.node.start, event.node.end);
        const text = unit.source.slice(around.start, around.end);
        if (
          !/=\\\(|\+\s*"="\s*\+/.test(chain) ||
          !/httpBody|urlencoded|\.data\(using|\.utf8\)/.test(text) ||
          ENCODES.test(text.replaceAll('x-www-form-urlencoded', ''))
        )
          return;
        context.report({
          at: here(event.scene, event.node),
          message: 'Values are joined into a form without percent-encoding.',
          confidence: 'medium',
        });
      },
    },
  ],
  texts(event, context) {
    const grant = /(?:^|&)grant_type=\w+/.test(event.text);
    // A text of pairs that becomes bytes at once is a body; one with `?` or `/` an address.
    const body =
      /^[\w.-]+=(?:\0|[\w.-]*)(?:&[\w.-]+=(?:\0|[\w.-]*))+$/.test(event.text) &&
      /^\s*\.data\(\s*using|^\s*\.utf8/.test(event.scene.unit.source.slice(event.node.end, event.node.end + 20));
    if (!(grant || body) || !event.text.includes('=\0')) return;
    const around = event.scene.function;
    const text = around === undefined ? '' : event.scene.unit.source.slice(around.start, around.end);
    if (
      ENCODES.test(text.replaceAll('x-www-form-urlencoded', '')) &&
      // Leaves `&`, `=` and `+` as they are.
      !/withAllowedCharacters:\s*\.url(?:Query|Path|Host)Allowed/.test(text)
    )
      return;
    context.report({
      at: here(event.scene, event.node),
      message: 'Values are written into the form without percent-encoding.',
      confidence: 'medium',
    });
  },
});
