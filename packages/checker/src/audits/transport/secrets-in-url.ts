import { type AuditContext, defineAudit } from '../../audit.ts';
import type { CallEvent, Scene } from '../../flow/events.ts';
import { startOf, type Value } from '../../flow/value.ts';
import { here } from '../event-place.ts';
import { joinedParameter, SECRET_PARAMETER } from './joined-parameter.ts';
import { isQuery, isRoute, isSent } from './request-params.ts';

/** The same where nothing else says that a query is made. */
const QUERY_PARAMETER =
  /^(?:(?:\w+[_-])?(?:password|passwd|pwd|passcode|client_?secret|(?:access|refresh|auth|api|user)[_-]?token|api_?secret|session_?id)|token|jwt)$/i;
/** `?password=…` with a value put in at run time, or by a format. */
const IN_TEXT = /[?&]([\w-]+)=(?:\0|%@|\{)/g;
/** A text that is an address, as far as its beginning tells: absolute, of a path, or behind a base put in at run time. */
const ADDRESS_TEXT = /^(?:https?|wss?):\/\/|^(?:\0|%@)?[\w/.\0%@-]*\?(?:[\w-]+=|\0&)\S*$/;
/** A further piece of a concatenation, `"&password="`, and what says that an address is put together before it. */
const PIECE = /^&[\w&=%@.-]*=$/;
const QUERY_BEFORE = /(?:https?:\/\/|[\w/])[^\s"'`]*\?[\w-]+=[^\n;]*$|["'`]\?[\w-]+=[^\n;]*$/;
/** `url += "&token=\\(token)"`, and the same by a call: what the piece is put behind is called an address. */
const PUT_BEHIND =
  /(?:url|uri|address|endpoint|link)\w*\]?\s*(?:\+=|\+|\.append(?:ing)?\(|\.concat\(|stringByAppending\w+:|append(?:String|Format):)\s*@?$/i;
/** Such a piece with its value in it. */
const WHOLE_PIECE = /^&[\w-]+=(?:\0|%@)(?:&[\w&=%@.\0-]*)?$/;
/** Characters before a piece in which its concatenation begins: a long line. */
const CONCATENATION = 400;
/** An address with a query that ends where the value is put in. */
const QUERY = /^(?:https?:\/\/|\/)\S*[?&][\w-]+=/;
/** An absolute address whose query has begun. */
const IN_QUERY = /^https?:\/\/[^\s?#]+\?[^\s#]*$/;
/** An absolute address whose query has not begun: what is put in is a part of the path. */
const IN_PATH = /^https?:\/\/[^\s?#]+$/;
/** Calls whose argument is the address itself, and not a request that carries the secret in a header. */
const TAKES_TEXT = /^(?:(?:NS)?URL(?:Components|WithString)?|fetch|GET|POST|PUT|PATCH|DELETE)$/;
/** The same of a library whose names are anybody's. */
const TAKES_PATH = /^axios\.(?:get|post|put|patch|delete|head)$/;
const ADDRESS_CALLS =
  'GET POST PUT PATCH DELETE URL NSURL URLComponents NSURLComponents URLWithString request download upload get fetch axios open webSocketTask dataTask data'.split(
    ' ',
  );

export const secretsInUrl = defineAudit({
  id: 'secrets-in-url',
  area: 'transport',
  title: 'Secrets travel in headers or bodies, never in addresses',
  failingTitle: 'A secret is part of an address',
  severity: 'medium',
  references: {
    checklist: 'no-sensitive-logging',
    masvs: ['MASVS-NETWORK-1', 'MASVS-STORAGE-2'],
    maswe: ['MASWE-0004'],
    cwe: [598, 200],
    api10: ['API2:2023'],
  },
  why: 'Addresses end up in server logs, proxies, histories and crash reports, and TLS does not protect them there.',
  remedy: {
    text: 'Send the value in the Authorization header or the body.',
    language: 'swift',
    code: 'request.setValue("Bearer \\(token)", forHTTPHeaderField: "Authorization")',
    // biome-ignore lint/suspicious/noTemplateCurlyInString: the remedy is source with a template literal
    script: 'await fetch(url, { headers: { authorization: `Bearer ${token}` } });',
  },
  needs: ['code'],
  samples: {
    fail: [
      {
        path: 'u.ts',
        // biome-ignore lint/suspicious/noTemplateCurlyInString: the sample is source with a template literal
        text: 'export const ask = (method, params, t) => client.get(`${method}?${params}&access_token=${t}&v=5`);',
      },
      {
        path: 'u.ts',
        // biome-ignore lint/suspicious/noTemplateCurlyInString: the sample is source with a template literal
        text: 'const base = "https://api.example.com";\nexport const all = async () => { const who = await AsyncStorage.getItem("token"); return axios.get(`${base}/people/${who}/lists`); };',
      },
      'func open(accessToken: String) { let u = URL(string: "https://api.example.com/session/\\(accessToken)") }',
      {
        path: 'u.m',
        text: '- (void)f:(NSString *)password { NSMutableString *u = [NSMutableString string]; [u appendString:@"https://api.example.com/in/"]; [u appendString:password]; [http GET:u parameters:nil success:nil failure:nil]; }',
      },
      'func me(token: String) { AF.request("https://api.example.com/me", parameters: ["access_token": token]) }',
      'func u(name: String, password: String) -> String { "https://api.example.com/login?user=\\(name)&password=\\(password)" }',
      // biome-ignore lint/suspicious/noTemplateCurlyInString: the sample is source with a template literal
      { path: 'u.ts', text: 'export const u = (accessToken) => `https://api.example.com/me?access_token=${accessToken}`;' },
      { path: 'u.ts', text: "export const u = (t) => fetch('https://api.example.com/me?access_token=' + t);" },
      { path: 'u.ts', text: 'export const u = (t) => axios.get("/me", { params: { access_token: t } });' },
      { path: 'u.ts', text: 'export const u = (url, t) => { url.searchParams.set("token", t); return fetch(url); };' },
      // biome-ignore lint/suspicious/noTemplateCurlyInString: the sample is source with a template literal
      { path: 'u.ts', text: 'export const s = (token) => new WebSocket(`wss://api.example.com/socket?token=${token}`);' },
      'func u(token: String) { let u = URL(string: "https://api.example.com/me?t=" + token) }',
      'func u(token: String) { var c = URLComponents(string: "https://api.example.com/me")!; c.queryItems = [URLQueryItem(name: "t", value: token)] }',
      'func u(token: String) { var c = URLComponents(); c.query = "access_token=\\(token)" }',
      'func u(p: String) -> String { String(format: "https://api.example.com/me?password=%@", p) }',
      { path: 'u.js', text: "export const u = (email, word) => fetch(BASE + 'sign-in.php?mail=' + email + '&password=' + word);" },
      'func u(name: String, word: String) { let address = base + "sign-in?name=" + name\n    + "&pwd=" + word }',
      'func u(t: String) { Alamofire.request(base, method: .get, parameters: ["user_token": t]) }',
      {
        path: 'u.m',
        text: '- (void)f:(NSString *)word { [http GET:@"https://api.example.com/in" parameters:@{ @"password" : word } success:nil failure:nil]; }',
      },
      { path: 'u.m', text: '- (NSString *)f { return [NSString stringWithFormat:@"%@/in?name=%@&password=%@", base, name, word]; }' },
      {
        path: 'u.ts',
        // biome-ignore lint/suspicious/noTemplateCurlyInString: the sample is source with a template literal
        text: 'export const u = (t) => { const query = new URLSearchParams({ access_token: t }); return fetch(`${base}/feed?${query}`); };',
      },
      {
        path: 'u.ts',
        text: "interface Entry { pin: string }\nexport const u = (e: Entry) => fetch('https://api.example.com/put?entry=' + encodeURIComponent(JSON.stringify(e)));",
      },
      { path: 'u.ts', text: 'export const s = (t) => io(server, { query: { token: t } });' },
      'class Urls { private let api = "https://api.example.com"; private var key = "&access_token="\n  func all(path: String, token: String) -> URL { key = key + token; return URL(string: api + path + key + "&v=2")! } }',
      {
        path: 'u.ts',
        // biome-ignore lint/suspicious/noTemplateCurlyInString: the sample is source with a template literal
        text: 'export const u = (id, jwt) => fetch(`${base}/people/${id}?token=${jwt}`);',
      },
      {
        path: 'u.ts',
        // biome-ignore lint/suspicious/noTemplateCurlyInString: the sample is source with a template literal
        text: 'export const u = (jwt) => { let url = base + path; url += `&token=${jwt}`; return fetch(url); };',
      },
      { path: 'u.ts', text: "export const u = (jwt) => { const params = { access_token: jwt }; return axios.get('/me', { params }); };" },
      { path: 'u.m', text: '- (void)f { url = [url stringByAppendingFormat:@"&password=%@", word]; }' },
      'enum Target { var task: Task { .requestParameters(parameters: ["user": user, "password": word], encoding: URLEncoding.queryString) } }',
      {
        path: 'u.js',
        text: "export const Page = ({ accessToken }) => <WebView source={{ uri: 'https://a.example/page?t=' + accessToken }} />;",
      },
    ],
    pass: [
      {
        path: 'u.ts',
        // biome-ignore lint/suspicious/noTemplateCurlyInString: the sample is source with a template literal
        text: 'const base = "https://api.example.com";\nexport const all = async () => { const who = await AsyncStorage.getItem("place"); return axios.get(`${base}/people/${who}/lists`); };',
      },
      'func me(accessToken: String, id: String) { var r = URLRequest(url: URL(string: "https://api.example.com/people/\\(id)")!); r.setValue("Bearer \\(accessToken)", forHTTPHeaderField: "Authorization"); session.dataTask(with: r).resume() }',
      {
        path: 'u.js',
        text: "export const Page = ({ token }) => <WebView source={{ uri: 'https://a.example/?v=2', headers: { token } }} />;",
      },
      { path: 'u.js', text: "export const Page = ({ id }) => <WebView source={{ uri: 'https://a.example/page?id=' + id }} />;" },
      { path: 'u.ts', text: "export const open = (token) => navigation.navigate('Account', { screen: 'Reset', params: { token } });" },
      'enum Target { var task: Task { .requestParameters(parameters: ["user": user, "password": word], encoding: JSONEncoding.default) } }',
      // biome-ignore lint/suspicious/noTemplateCurlyInString: the sample is source with a template literal
      { path: 'u.ts', text: 'export const form = (word) => { let body = start; body += `&password=${word}`; return send(body); };' },
      { path: 'u.ts', text: "export const open = (token) => { const params = { token }; router.push('Reset', { params }); };" },
      'class Urls { private let sorted = "&order=name"\n  func all(path: String) -> URL { URL(string: api + path + sorted)! } }',
      'func form(name: String, word: String) -> Data { let form = "name=" + name + "&password=" + word; return Data(form.utf8) }',
      {
        path: 'u.m',
        text: '- (void)f:(NSString *)word { [http POST:@"https://api.example.com/in" parameters:@{ @"password" : word } success:nil failure:nil]; }',
      },
      {
        path: 'u.ts',
        text: "interface Entry { page: number }\nexport const u = (e: Entry) => fetch('https://api.example.com/put?entry=' + encodeURIComponent(JSON.stringify(e)));",
      },
      { path: 'u.ts', text: 'export const s = (t) => io(server, { auth: { token: t } });' },
      {
        path: 'u.ts',
        text: 'export const u = (t) => { const form = new URLSearchParams({ refresh_token: t }); return fetch(base, { method: "POST", body: form }); };',
      },
      'func me(token: String) { AF.request("https://api.example.com/me", method: .post, parameters: ["access_token": token]) }',
      'func u(id: String) -> String { "https://api.example.com/items?id=\\(id)" }',
      'let shown = "password=\\(p)"',
      { path: 'u.ts', text: 'export const u = (page) => axios.get("/items", { params: { page, next_page_token: page } });' },
      'func u(words: String) { var c = URLComponents(); c.queryItems = [URLQueryItem(name: "q", value: words)] }',
      'func u(token: String) { var c = URLComponents(); c.queryItems = [URLQueryItem(name: "token", value: token)]; request.httpBody = c.query?.data(using: .utf8) }',
      'func u(tokenCount: Int) { let u = URL(string: "https://api.example.com/me?n=\\(tokenCount)") }',
    ],
  },
  texts(event, context) {
    if (!event.text.includes('=')) return;
    const { source } = event.scene.unit;
    if (PIECE.test(event.text)) {
      if (!QUERY_BEFORE.test(joined(source.slice(Math.max(0, event.node.start - CONCATENATION), event.node.start)))) return;
    } else if (WHOLE_PIECE.test(event.text)) {
      if (!PUT_BEHIND.test(source.slice(Math.max(0, event.node.start - CONCATENATION), event.node.start))) return;
    } else if (!ADDRESS_TEXT.test(event.text)) return;
    // `"…?access_token=" + token`: the value comes after the text.
    const continued = event.text.endsWith('=') && /^\s*\+\s*[A-Za-z_]/.test(source.slice(event.node.end, event.node.end + 20));
    for (const match of `${event.text}${continued ? '\0' : ''}`.matchAll(IN_TEXT)) {
      if (!SECRET_PARAMETER.test(match[1] as string)) continue;
      report(match[1] as string, event.scene, event.node, context);
      return;
    }
  },
  dictionaries(event, context) {
    // axios and its kin make the query of `params`.
    if (event.scene.unit.language !== 'script') return;
    for (const { key, value: known, valueNode } of event.entries) {
      // What a web view, an image or a client is given as its address: `source={{ uri }}`, `axios({ url })`.
      if (/^ur[il]$/.test(key.text ?? '') && isSecret(known) && IN_QUERY.test(startOf(known) ?? ''))
        report(known.sensitive?.name ?? '', event.scene, valueNode, context);
      if (key.text !== 'params' || isRoute(event)) continue;
      if (valueNode.kind === 'name') {
        const named = [...(known.entries ?? [])].find(([name, value]) => QUERY_PARAMETER.test(name) && value.closure === undefined)?.[0];
        if (named !== undefined && isSent(event)) report(named, event.scene, valueNode, context);
        continue;
      }
      if (valueNode.kind !== 'dictionary') continue;
      for (const { key: name, value } of valueNode.entries)
        if (name.kind === 'string' && value.kind !== 'closure' && QUERY_PARAMETER.test(name.parts.join('')))
          report(name.parts.join(''), event.scene, name, context);
    }
  },
  calls: [
    {
      names: ['append', 'set'],
      check(event, context) {
        const name = event.args[0]?.known.text ?? '';
        if (/\.searchParams\.\w+$/.test(event.path) && event.args.length === 2 && QUERY_PARAMETER.test(name))
          report(name, event.scene, event.node, context);
      },
    },
    {
      names: ['URLQueryItem', 'NSURLQueryItem', 'queryItemWithName'],
      check(event, context) {
        const name = event.arg('name') ?? event.args[0]?.known;
        const value = event.arg('value') ?? event.args[1]?.known;
        if (name?.text === undefined || value === undefined || value.literal === true || value.guarded === true) return;
        // Under another name it may be a link of the app to itself.
        if (!SECRET_PARAMETER.test(name.text) && !(isSecret(value) && /https?:/.test(event.scene.unit.source))) return;
        // The same class writes the bodies of forms, and the links authenticator apps read, which are never sent.
        if (!buildsBody(event) && !/otpauth:?/.test(event.scene.unit.source)) report(name.text, event.scene, event.node, context);
      },
    },
    {
      // Alamofire and AFNetworking write the parameters of a GET, Alamofire's default, into the address.
      names: ['request', 'download', 'streamRequest', 'GET', 'get'],
      check(event, context) {
        const method = /^get$/i.test(event.name) ? event.name : (event.arg('method')?.symbol ?? '.get');
        if (!/get$/i.test(method) || (method !== event.name && !/^(?:AF|Alamofire|[sS]ession\w*|\w*[mM]anager)\b/.test(event.path))) return;
        for (const [name, value] of event.arg('parameters')?.entries ?? [])
          if (SECRET_PARAMETER.test(name) && value.literal !== true) {
            report(name, event.scene, event.node, context);
            return;
          }
      },
    },
    {
      // Moya, and Alamofire's own encodings, where the query is asked for whatever the method.
      names: ['requestParameters', 'requestCompositeData', 'requestCompositeParameters'],
      check(event, context) {
        if (event.name === 'requestParameters' && !/queryString$/.test(event.arg('encoding')?.symbol ?? '')) return;
        for (const [name, value] of (event.name === 'requestParameters' ? event.arg('parameters') : event.arg('urlParameters'))?.entries ??
          [])
          if (SECRET_PARAMETER.test(name) && value.literal !== true) {
            report(name, event.scene, event.node, context);
            return;
          }
      },
    },
    {
      // What `?${query}` is made of.
      names: ['URLSearchParams'],
      check(event, context) {
        const name = [...(event.args[0]?.known.entries ?? [])].find(
          ([key, value]) => QUERY_PARAMETER.test(key) && value.literal !== true,
        )?.[0];
        if (name !== undefined && isQuery(event)) report(name, event.scene, event.node, context);
      },
    },
    {
      // socket.io writes `query` into the address of the handshake; `auth` goes into its body.
      names: ['io'],
      check(event, context) {
        const name = [...(event.arg('query')?.entries?.keys() ?? [])].find((key) => QUERY_PARAMETER.test(key));
        if (name !== undefined && event.scene.unit.language === 'script') report(name, event.scene, event.node, context);
      },
    },
    {
      names: ADDRESS_CALLS,
      check(event, context) {
        const address = event.args[0]?.known;
        if (address !== undefined && !/Request/.test(address.type ?? '') && isSecret(address) && QUERY.test(startOf(address) ?? ''))
          report(address.sensitive?.name ?? '', event.scene, event.node, context);
        else if (
          (TAKES_TEXT.test(event.name) || TAKES_PATH.test(event.path)) &&
          address?.composed === true &&
          isSecret(address) &&
          IN_PATH.test(startOf(address) ?? '')
        )
          report(address.sensitive?.name ?? '', event.scene, event.args[0] ?? event.node, context);
        else {
          const parameter = joinedParameter(event, context);
          if (parameter !== undefined) report(parameter, event.scene, event.node, context);
        }
      },
    },
  ],
  assigns: [
    {
      names: ['query', 'percentEncodedQuery'],
      check(event, context) {
        if (!event.declared && event.target?.kind === 'member' && isSecret(event.value))
          report(event.value.sensitive?.name ?? '', event.scene, event.node, context);
      },
    },
  ],
});

/** A user's secret; keys that name the app are sent this way by the design of many services. */
const isSecret = (value: Value): boolean =>
  value.sensitive?.kind === 'credential' &&
  value.guarded !== true &&
  !/api_?key|app_?(?:id|key)|client_?id|public/i.test(value.sensitive.name);

function buildsBody(event: CallEvent): boolean {
  const { function: around, unit } = event.scene;
  return around !== undefined && /httpBody|HTTPBody|urlencoded/i.test(unit.source.slice(around.start, around.end));
}

/** Lines of a concatenation as one, so that what stands before a piece on another line is seen. */
const joined = (text: string): string => text.replaceAll(/\s*\n\s*(?=[+`"'])|(?<=\+)\s*\n\s*/g, ' ');

function report(name: string, scene: Scene, node: { start: number; end: number }, context: AuditContext): void {
  context.report({ at: here(scene, node), message: `${name} is put into the address.`, confidence: 'medium' });
}
