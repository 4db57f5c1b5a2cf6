import { defineAudit } from '../../audit.ts';
import type { Scene } from '../../flow/events.ts';
import { pathOf } from '../../flow/paths.ts';
import type { Unit } from '../../flow/project.ts';
import type { Value } from '../../flow/value.ts';
import { isPlaceholder } from '../../secrets/secret-patterns.ts';
import type { Language } from '../../syntax/tree.ts';
import { here } from '../event-place.ts';
import { literally } from '../literally.ts';
import { mentions } from '../mentions.ts';

/** OAuth 1 called the client a consumer. */
const NAME = /(?:client|consumer)_?secret$/i;
/** What stands beside it in a request for tokens, or in a client's configuration. */
const BESIDE = /^(?:client_?id|grant_type|issuer|redirect_?ur[il])$/i;

export const oauthClientSecret = defineAudit({
  id: 'oauth-client-secret',
  area: 'authentication',
  title: 'The app is a public client without a secret',
  failingTitle: 'The app sends a client secret',
  severity: 'medium',
  references: {
    checklist: 'oauth-pkce',
    masvs: ['MASVS-AUTH-1'],
    maswe: ['MASWE-0005'],
    cwe: [522, 798],
    api10: ['API2:2023'],
  },
  why: 'A secret in an app is no secret (RFC 8252 §8.5); whoever reads it speaks as the app to the provider.',
  remedy: {
    text: 'Register the app as a public client with PKCE; keep confidential clients on the server.',
    language: 'swift',
    code: 'let body = ["grant_type": "authorization_code", "client_id": id, "code": code, "code_verifier": verifier]',
    script: 'const request = new AuthSession.AuthRequest({ clientId, redirectUri, usePKCE: true });   // no client secret',
  },
  needs: ['code'],
  samples: {
    fail: [
      'let body = ["grant_type": "authorization_code", "client_id": "app", "client_secret": "9f8a7c6b5d4e3f2a"]',
      'let request = OIDServiceConfiguration(clientSecret: "9f8a7c6b5d4e3f2a")',
      {
        path: 'a.ts',
        text: 'export const config = { issuer: "https://id.example.com", clientId: "app", clientSecret: Config.CLIENT_SECRET };',
      },
      { path: 'a.ts', text: 'export const f = (form) => form.append("client_secret", process.env.EXPO_PUBLIC_CLIENT_SECRET);' },
      'enum Provider { static let clientSecret = "9f8a7c6b5d4e3f2a" }',
      { path: 'Keys.m', text: 'static NSString *const kClientSecret = @"9f8a7c6b5d4e3f2a";' },
      'func body(code: String) -> String { "grant_type=authorization_code&code=" + code + "&client_secret=" + Provider.secret }',
      { path: 'T.m', text: '- (void)f { [self send:[NSString stringWithFormat:@"code=%@&client_secret=%@", code, kProviderSecret]]; }' },
      'let items = [URLQueryItem(name: "client_secret", value: Provider.secret)]',
      {
        path: 'a.ts',
        // biome-ignore lint/suspicious/noTemplateCurlyInString: the sample is source with a template literal
        text: 'export const body = (code) => `code=${code}&client_secret=${CLIENT_SECRET}`;',
      },
      {
        path: 'a.ts',
        text: "import { provider } from './provider';\nexport const renew = (refreshToken) => refreshAsync({ clientId: provider.id, clientSecret: provider.secret, refreshToken }, discovery);",
      },
      {
        path: 'a.ts',
        text: "const clientSecret = 'shh';\nexport const trade = (code) => exchangeCodeAsync({ clientId: 'app', clientSecret, code, redirectUri }, discovery);",
      },
      {
        path: 'T.m',
        text: '- (void)trade:(NSString *)code secret:(NSString *)secret { [self get:[NSString stringWithFormat:@"https://id.example.com/token?code=%@&client_secret=%@", code, secret]]; }',
      },
      {
        path: 'a.ts',
        // biome-ignore lint/suspicious/noTemplateCurlyInString: the sample is source with a template literal
        text: 'const header = { Authorization: `Basic ${btoa(`${CLIENT_ID}:${CLIENT_SECRET}`)}` };',
      },
      { path: 'T.m', text: '- (void)f { [Manager clientWithBaseURL:url clientID:kClientID secret:kClientSecret]; }' },
      'let basic = Data("\\(Provider.clientID):\\(Provider.clientSecret)".utf8).base64EncodedString()',
      'let ask = OIDTokenRequest(configuration: place, clientID: Provider.id, clientSecret: Provider.secret, refreshToken: kept)',
      'let oauth = OAuth2Swift(consumerKey: Provider.id, consumerSecret: Provider.secret, authorizeUrl: address, responseType: "code")',
    ],
    pass: [
      'enum CodingKeys: String, CodingKey { case clientSecret = "client_secret" }',
      'struct Registered { let clientSecret: String\n  var items: [URLQueryItem] { [URLQueryItem(name: "client_secret", value: clientSecret)] } }',
      'func body(app: Registered) -> String { "client_id=\\(app.id)&client_secret=\\(app.secret)" }',
      { path: 'a.ts', text: 'export const f = (registered) => ({ client_id: registered.id, client_secret: registered.secret });' },
      'let body = ["grant_type": "authorization_code", "client_id": "app", "code_verifier": v]',
      {
        path: 'a.ts',
        text: 'export const renew = (client, refreshToken) => refreshAsync({ clientId: client.id, clientSecret: client.secret, refreshToken });',
      },
      'func basic(app: Registered) -> String { Data("\\(app.clientId):\\(app.clientSecret)".utf8).base64EncodedString() }',
      'let ask = OIDTokenRequest(configuration: place, clientID: app.id, clientSecret: app.secret, refreshToken: kept)',
      'enum Provider { static let secret: String? = nil }\nlet ask = OIDTokenRequest(configuration: place, clientID: "app", clientSecret: Provider.secret)',
      'let oauth = OAuth2Swift(consumerKey: app.id, consumerSecret: app.secret, authorizeUrl: address, responseType: "code")',
      {
        path: 'T.m',
        text: '- (NSString *)f { return [NSString stringWithFormat:@"%@/token?code=%@&client_secret=%@", server, code, app.secret]; }',
      },
    ],
  },
  dictionaries(event, context) {
    for (const entry of event.entries) {
      if (!NAME.test(entry.key.text ?? '')) continue;
      if (isWritten(entry.value))
        context.report({
          at: here(event.scene, entry.keyNode),
          message: 'client_secret is sent, and it is written in the app.',
          secrets: [entry.value.text],
        });
      else if (
        (entry.value.literal === true || isOfBuild(event.scene, entry.valueNode)) &&
        event.entries.some(({ key }) => BESIDE.test(key.text ?? ''))
      )
        context.report({ at: here(event.scene, entry.keyNode), message: OF_BUILD, confidence: 'medium' });
    }
  },
  texts(event, context) {
    const { unit } = event.scene;
    const { parts } = event.node;
    // The user and password of HTTP Basic, by which a confidential client says who it is (RFC 6749 §2.3.1).
    if (event.text === '\0:\0') {
      const secret = parts.findLast((part) => typeof part === 'object');
      if (secret !== undefined && NAME.test(pathOf(secret)) && isOfBuild(event.scene, secret))
        context.report({ at: here(event.scene, event.node), message: OF_BUILD, confidence: 'medium' });
      return;
    }
    if (!event.text.includes('=')) return;
    // Clients that are registered while the app runs belong to servers the user chose; this one is always the same.
    if (FIXED_HOST.test(event.text) && SENT_SECRET.test(event.text)) {
      context.report({
        at: here(event.scene, event.node),
        message: 'A client secret is sent to a server that is the same in every copy of the app.',
        confidence: 'medium',
      });
      return;
    }
    const at = parts.findIndex((part) => typeof part === 'string' && /\bclient_secret=(?:%@.*)?$/s.test(part));
    if (at === -1) return;
    const inside = parts[at + 1];
    // `"…&client_secret=" + Keys.secret`, and the arguments of a format, stand behind the text.
    const after = unit.source.slice(event.node.end, event.node.end + BEHIND);
    const secret =
      typeof inside === 'object' ? inside : (JOINED.exec(after) ?? (/client_secret=%@/.test(event.text) ? FORMATTED.exec(after) : null));
    if (secret === null) return;
    const spelled = 'kind' in secret ? unit.source.slice(secret.start, secret.end) : (secret[1] as string);
    if (isConstant(spelled, unit.language)) context.report({ at: here(event.scene, event.node), message: OF_BUILD, confidence: 'medium' });
  },
  assigns: [
    {
      names: NAME,
      check(event, context) {
        if (!isWritten(event.value) || event.valueNode?.kind !== 'string') return;
        context.report({
          at: here(event.scene, event.node),
          message: 'The secret of an OAuth client is written in the app.',
          secrets: [event.value.text],
          severity: 'high',
        });
      },
    },
  ],
  calls: [
    {
      names: ['append', 'set', 'URLQueryItem'],
      check(event, context) {
        const [name, value] = event.args;
        if (value === undefined || !NAME.test(name?.known.text ?? '')) return;
        if (event.name !== 'URLQueryItem' && event.scene.unit.language !== 'script') return;
        if (isOfBuild(event.scene, value.value) || value.value.kind === 'string')
          context.report({ at: here(event.scene, event.node), message: OF_BUILD, confidence: 'medium' });
      },
    },
    {
      names: [],
      labels: { test: (label) => label === 'secret' || NAME.test(label) },
      check(event, context) {
        const secret =
          event.args.find((arg) => arg.label !== undefined && NAME.test(arg.label)) ??
          (event.args.some(({ label }) => label === 'clientID') ? event.args.find(({ label }) => label === 'secret') : undefined);
        if (secret !== undefined && isWritten(secret.known))
          context.report({
            at: here(event.scene, secret),
            message: 'A client secret written in the app is sent.',
            secrets: [secret.known.text],
          });
        else if (
          secret !== undefined &&
          event.scene.unit.language !== 'script' &&
          secret.known.text !== '' &&
          secret.known.symbol !== 'nil' &&
          isOfBuild(event.scene, secret.value)
        )
          context.report({ at: here(event.scene, secret), message: OF_BUILD, confidence: 'medium' });
      },
    },
  ],
});

const OF_BUILD = 'A client secret of the build is sent; it is in every copy of the app.';

const FIXED_HOST = /^https:\/\/[\w.-]+\/[^\0?&]*[?&]/;
const SENT_SECRET = /[?&]client_secret=(?:\0|%@)/;

/** Characters behind a text in which what it is joined with, or the arguments of a format, stand. */
const BEHIND = 300;
const JOINED = /^\s*\+\s*([A-Za-z_][\w.]*)/;
const FORMATTED = /^[^;\n]*?\b([A-Za-z_][\w.]*[sS](?:ecret|ECRET)\w*)/;

/** A text that may be a secret: not the parameter's own name, and no stand-in. */
const isWritten = (value: Value): value is Value & { readonly text: string } =>
  value.literal === true &&
  value.text !== undefined &&
  !isPlaceholder(value.text) &&
  (/\d/.test(value.text) || value.text.length >= LONG) &&
  !/secret$/i.test(value.text);
/** A name of something rarely has that many characters; a secret without digits does. */
const LONG = 24;

/** A server beside the app may hold it. */
const SERVES = /\b(?:require\(|from\s+)['"](?:express|fastify|koa|@nestjs\/\w+|hono)['"]/;

/** Constants, and what bundlers put in where the environment is asked: one value for all users. */
function isOfBuild({ unit }: Scene, node: { start: number; end: number }): boolean {
  if (unit.language === 'script' && mentions(unit, SERVES)) return false;
  // `process.env.SECRET ?? ''`, `SECRET as string`, `SECRET!`
  const spelled = unit.source.slice(node.start, node.end).replace(/(?:\s*(?:\?\?|\|\|)\s*(?:''|""|``)|\s+as\s+\w+|!)+$/, '');
  return isConstant(spelled, unit.language) || (unit.language === 'script' && isImported(spelled, unit));
}

/** A member of what another module exports, or a constant of this one. */
function isImported(spelled: string, unit: Unit): boolean {
  const root = /^([A-Za-z_$][\w$]*)(?:\??\.[\w$]+)+$/.exec(spelled)?.[1];
  return root !== undefined && new RegExp(`^import\\s[^;'"]*\\b${literally(root)}\\b[^;'"]*\\bfrom\\b`, 'm').test(unit.source);
}

const isConstant = (spelled: string, language: Language): boolean =>
  language === 'script'
    ? /^(?:process\.env|import\.meta\.env|Config|ENV|env|Env|Constants)\b[\w.?!]*$|^[A-Z][A-Z0-9_]{3,}$/.test(spelled)
    : /^(?:[A-Z]\w*\.)+(?!shared\b|default\b|current\b)\w+$|^[A-Z][A-Z0-9_]{3,}$|^k[A-Z]\w+$/.test(spelled);
