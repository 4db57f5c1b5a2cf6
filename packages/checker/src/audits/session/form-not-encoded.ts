import { defineAudit } from '../../audit.ts';
import { here } from '../event-place.ts';

/** Names and values, at least one of them put in at run time. */
const FORM = /^[\w.-]+=(?:\0|[^&\s=]*)(?:&[\w.-]+=(?:\0|[^&\s=]*))+$/;

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
    script: "const body = new URLSearchParams({ grant_type: 'refresh_token', refresh_token: token });",
  },
  needs: ['code'],
  samples: {
    fail: [
      {
        path: 'a.ts',
        // biome-ignore lint/suspicious/noTemplateCurlyInString: the sample is source with a template literal
        text: "export const login = (u, p) => fetch('/login', { headers: { 'Content-Type': 'application/x-www-form-urlencoded' }, body: `username=${u}&password=${p}` });",
      },
      { path: 'a.ts', text: "export const login = (u, p) => post('/token', 'grant_type=password&username=' + u + '&password=' + p);" },
      'func f(token: String) -> Data { "grant_type=refresh_token&refresh_token=\\(token)".data(using: .utf8)! }',
      'func f(r: inout URLRequest, token: String) { r.setValue("application/x-www-form-urlencoded", forHTTPHeaderField: "Content-Type"); r.httpBody = "grant_type=refresh_token&refresh_token=\\(token)".data(using: .utf8) }',
    ],
    pass: [
      {
        path: 'a.ts',
        text: "export const login = (u, p) => post('/token', 'grant_type=password&username=' + encodeURIComponent(u) + '&password=' + encodeURIComponent(p));",
      },
      'func f(token: String) -> Data { let t = token.addingPercentEncoding(withAllowedCharacters: .alphanumerics)!; return "grant_type=refresh_token&refresh_token=\\(t)".data(using: .utf8)! }',
      'let body = "grant_type=client_credentials"',
    ],
  },
  texts(event, context) {
    const { source } = event.scene.unit;
    const around = event.scene.function;
    const text =
      around === undefined
        ? source.slice(Math.max(0, event.node.start - 400), event.node.end + 200)
        : source.slice(around.start, around.end);
    const form = /(?:^|&)grant_type=\w+/.test(event.text) || (FORM.test(event.text) && /x-www-form-urlencoded/i.test(text));
    // `"…&refresh_token=" + token`: the value comes after the text.
    const continued = /(?:^|&)[\w.-]+=$/.test(event.text) && /^\s*\+\s*[A-Za-z_]/.test(source.slice(event.node.end, event.node.end + 20));
    if (!form || !(event.text.includes('=\0') || continued)) return;
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
