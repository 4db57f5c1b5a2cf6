import { defineAudit } from '../../audit.ts';
import { here } from '../event-place.ts';

/** Names and values, at least one of them put in at run time. */
const FORM = /^[\w.-]+=(?:\0|[^&\s=]*)(?:&[\w.-]+=(?:\0|[^&\s=]*))+$/;
const ENCODES =
  /addingPercentEncoding|encodeURIComponent|URLSearchParams|percentEncode|urlEncoded|formEncoded|stringByAddingPercentE|AddingPercentEscapes|URLQueryItem/i;
/** A value a format puts behind a name: `[NSString stringWithFormat:@"user=%@&password=%@", …]`, `String(format: …)`. */
const FORMATTED = /(?:^|&)[\w.-]+=%@/;
const FORMATS = /(?:[fF]ormat:\s*|LocalizedStringWithFormat\()$/;

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
      {
        path: 'Api.m',
        text: '- (void)open:(NSString *)user word:(NSString *)word { [self.request setValue:@"application/x-www-form-urlencoded" forHTTPHeaderField:@"Content-Type"]; NSString *body = [NSString stringWithFormat:@"user=%@&word=%@", user, word]; self.request.HTTPBody = [body dataUsingEncoding:NSUTF8StringEncoding]; }',
      },
      'func f(r: inout URLRequest, fields: [String: String]) { r.httpBody = fields.map { "\\($0)=\\($1)" }.joined(separator: "&").data(using: .utf8) }',
      'func f(text: String) -> Data? { let t = text.addingPercentEncoding(withAllowedCharacters: .urlQueryAllowed)!; return "text=\\(t)&source=ios".data(using: .utf8) }',
      'func f(token: String) -> Data { "grant_type=refresh_token&refresh_token=\\(token)".data(using: .utf8)! }',
      'func f(r: inout URLRequest, token: String) { r.setValue("application/x-www-form-urlencoded", forHTTPHeaderField: "Content-Type"); r.httpBody = "grant_type=refresh_token&refresh_token=\\(token)".data(using: .utf8) }',
    ],
    pass: [
      {
        path: 'a.ts',
        text: "export const login = (u, p) => post('/token', 'grant_type=password&username=' + encodeURIComponent(u) + '&password=' + encodeURIComponent(p));",
      },
      'func f(token: String) -> Data { let t = token.addingPercentEncoding(withAllowedCharacters: .alphanumerics)!; return "grant_type=refresh_token&refresh_token=\\(t)".data(using: .utf8)! }',
      {
        path: 'Api.m',
        text: '- (void)open:(NSString *)user { [self.request setValue:@"application/x-www-form-urlencoded" forHTTPHeaderField:@"Content-Type"]; NSString *safe = [user stringByAddingPercentEncodingWithAllowedCharacters:NSCharacterSet.alphanumericCharacterSet]; NSString *body = [NSString stringWithFormat:@"user=%@&kind=%@", safe, @"ios"]; self.request.HTTPBody = [body dataUsingEncoding:NSUTF8StringEncoding]; }',
      },
      {
        path: 'Api.m',
        text: '- (void)show:(NSString *)user { [self.label setText:[NSString stringWithFormat:@"user=%@&kind=%@", user, self.kind]]; }',
      },
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
    if (!event.text.includes('=')) return;
    const { source } = event.scene.unit;
    const around = event.scene.function;
    const text =
      around === undefined
        ? source.slice(Math.max(0, event.node.start - 400), event.node.end + 200)
        : source.slice(around.start, around.end);
    // A text of pairs that is told to be a form, or becomes bytes at once, is a body.
    const body =
      FORM.test(event.text) &&
      (/x-www-form-urlencoded/i.test(text) || /^\s*\.data\(\s*using|^\s*\.utf8/.test(source.slice(event.node.end, event.node.end + 20)));
    const form = body || /(?:^|&)grant_type=\w+/.test(event.text);
    // `"…&refresh_token=" + token`: the value comes after the text.
    const continued = /(?:^|&)[\w.-]+=$/.test(event.text) && /^\s*\+\s*[A-Za-z_]/.test(source.slice(event.node.end, event.node.end + 20));
    const formatted = FORMATTED.test(event.text) && FORMATS.test(source.slice(Math.max(0, event.node.start - 30), event.node.start));
    if (!form || !(event.text.includes('=\0') || continued || formatted)) return;
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
