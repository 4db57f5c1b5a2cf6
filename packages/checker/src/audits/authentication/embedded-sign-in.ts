import { defineAudit } from '../../audit.ts';
import type { Scene } from '../../flow/events.ts';
import { lastName, pathOf } from '../../flow/paths.ts';
import { startOf, UNKNOWN, type Value } from '../../flow/value.ts';
import type { Call, TypeDeclaration } from '../../syntax/tree.ts';
import { walk } from '../../syntax/walk.ts';
import { here } from '../event-place.ts';
import { handlerBody } from '../handler-body.ts';

const AUTHORISE =
  /\/(?:oauth2?|authori[sz]e|authori[sz]ation|auth\/realms|login\/oauth|o\/oauth2|dialog\/oauth)\b(?!\/(?:token|revoke))|[?&]response_type=(?:code|token)/i;

/** The answer of an authorisation, taken out of an address. */
const ANSWER =
  /[?&#\\]*\b(?:code|access_token)=|get\(['"](?:code|access_token)['"]\)|\b(?:query|params|queryParams)\??\.(?:code|access_token)\b/;

export const embeddedSignIn = defineAudit({
  id: 'embedded-sign-in',
  area: 'authentication',
  title: 'OAuth sign-in happens in the system browser',
  failingTitle: 'OAuth sign-in happens in an embedded web view',
  severity: 'high',
  references: {
    checklist: 'oauth-pkce',
    masvs: ['MASVS-AUTH-1', 'MASVS-PLATFORM-2'],
    maswe: ['MASWE-0033'],
    cwe: [522, 1021],
    api10: ['API2:2023'],
  },
  why: 'In an embedded view the app (or what took it over) reads the password; people cannot see where they type it (RFC 8252 §8.12).',
  remedy: {
    text: 'Use ASWebAuthenticationSession, or expo-auth-session.',
    language: 'swift',
    code: 'let session = ASWebAuthenticationSession(url: url, callbackURLScheme: "app") { callback, error in … }\nsession.prefersEphemeralWebBrowserSession = true',
    script: "const result = await WebBrowser.openAuthSessionAsync(url, 'app://signed-in');",
  },
  needs: ['code'],
  samples: {
    fail: [
      'func f(w: WKWebView) { let u = URL(string: "https://id.example.com/oauth/authorize?response_type=code&client_id=a&code_challenge=x")!; w.load(URLRequest(url: u)) }',
      { path: 'L.tsx', text: 'export const L = () => <WebView source={{ uri: "https://id.example.com/oauth/authorize?client_id=a" }} />;' },
      {
        path: 'L.tsx',
        text: 'export function SignIn() {\n  const onMove = ({ url }) => { const code = new URL(url).searchParams.get("code"); if (code) exchange(code); };\n  return <WebView source={{ uri: AUTH_URL }} onNavigationStateChange={onMove} />;\n}',
      },
      'class LoginController: UIViewController { let web = WKWebView()\n  override func viewDidLoad() { web.load(Client.signInRequest()) } }\nextension LoginController: WKNavigationDelegate { func webView(_ w: WKWebView, didFinish n: WKNavigation!) { if w.url!.absoluteString.contains("access_token") { keep(w.url!) } } }',
    ],
    pass: [
      'class ArticleController: UIViewController { let web = WKWebView()\n  func open() { web.load(page) } }\nextension ArticleController: WKNavigationDelegate { func webView(_ w: WKWebView, didFinish n: WKNavigation!) { request.addValue(access_token, forHTTPHeaderField: "t") } }',
      {
        path: 'L.tsx',
        text: 'export const Help = () => <WebView source={{ uri: "https://example.com/help" }} onNavigationStateChange={({ url }) => track(url)} />;',
      },
      'func f() { let u = URL(string: "https://id.example.com/oauth/authorize?response_type=code&client_id=a&code_challenge=x")!; ASWebAuthenticationSession(url: u, callbackURLScheme: "a") { _, _ in }.start() }',
      'func f(w: WKWebView) { w.load(URLRequest(url: URL(string: "https://example.com/help")!)) }',
    ],
  },
  calls: [
    {
      names: ['load', 'loadRequest'],
      check(event, context) {
        if (
          !/web/i.test(`${event.path} ${event.receiver?.type ?? ''}`) &&
          !/WebView/.test(event.receiver?.type ?? '') &&
          event.receiver?.type !== 'WKWebView'
        )
          return;
        if (AUTHORISE.test(spelled(event.args[0]?.known, event.scene)))
          context.report({ at: here(event.scene, event.node), message: 'The authorisation page is loaded into a web view.' });
      },
    },
    {
      names: ['WebView'],
      check(event, context) {
        if (event.scene.unit.language !== 'script') return;
        const { source } = event.scene.unit;
        const shown = event.argNode('source');
        const address = shown?.known.entries?.get('uri');
        const uri = spelled(address, event.scene) || (shown === undefined ? '' : source.slice(shown.start, shown.end));
        const reads = ['onNavigationStateChange', 'onShouldStartLoadWithRequest'].some((name) => {
          const handler = event.argNode(name);
          if (handler === undefined) return false;
          const body = handlerBody(event.scene, handler.value);
          const text = source.slice(body.start, body.end);
          return ANSWER.test(text) && /oauth|authori[sz]e|redirect|client_?id|sign-?in|log-?in|\bauth_?ur[il]/i.test(source);
        });
        if (AUTHORISE.test(uri) || reads)
          context.report({
            at: here(event.scene, event.node),
            message: AUTHORISE.test(uri)
              ? 'The authorisation page is loaded into a web view.'
              : 'A web view shows the sign-in, and the code is read from its navigation.',
            ...(AUTHORISE.test(uri) ? {} : { confidence: 'medium' as const }),
          });
      },
    },
  ],
  types(event, context) {
    // A sign-in controller that shows a web view and waits for the answer in its navigation.
    const text = event.text();
    if (event.node.keyword === 'extension' || text.length > MAX_TEXT || !/WKWebView|UIWebView/.test(text)) return;
    const { source } = event.scene.unit;
    // Delegates are often extensions behind the class.
    const all = source.length > MAX_TEXT ? text : source;
    if (!NAVIGATES.test(all) || !(/redirect_?ur[il]|oauth|authorize/i.test(text) || /oauth|login|sign_?in/i.test(event.node.name))) return;
    if (!/["'&?]code["'=]|access_token/.test(all) || /ASWebAuthenticationSession/.test(all)) return;
    context.report({
      at: here(event.scene, loadedIn(event.node) ?? { start: event.node.start, end: event.node.start }),
      message: `${event.node.name} signs in through a web view and reads the answer from its navigation.`,
      confidence: 'medium',
    });
  },
});

/** A controller with more text than this does much else; its words are not about one web view. */
const MAX_TEXT = 60_000;
/** How an app is told where its web view went. */
const NAVIGATES = /decidePolicyFor|shouldStartLoadWith|webViewDidFinishLoad|didFinish\s+\w+\s*:\s*WKNavigation|didReceiveServerRedirect/;

/** The line on which the page is shown. */
function loadedIn(type: TypeDeclaration): Call | undefined {
  let found: Call | undefined;
  walk(type, (node) => {
    if (node.kind === 'call' && /^load(?:Request)?$/.test(lastName(node.callee) ?? '') && /web/i.test(pathOf(node.callee))) found ??= node;
  });
  return found;
}

/** How an address begins as far as it is known, and otherwise how it is written in this file. */
function spelled(address: Value | undefined, scene: Scene): string {
  const from = address?.from;
  return startOf(address ?? UNKNOWN) || (from === undefined ? '' : scene.unit.source.slice(from.start, from.end));
}
