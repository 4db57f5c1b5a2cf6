import { type AuditContext, defineAudit } from '../../audit.ts';
import type { CallEvent, FunctionEvent } from '../../flow/events.ts';
import { here } from '../event-place.ts';
import { handlerBody } from '../handler-body.ts';
import { mentions } from '../mentions.ts';
import { derivation } from '../spelled-local.ts';
import { injectedSecret } from './injected-secret.ts';

const CHECKS_ORIGIN = /frameInfo|securityOrigin|isMainFrame|\.host\b|originWhitelist|event\.origin|nativeEvent\.url/;
const POWERFUL =
  /[tT]oken|[kK]eychain|SecItem|password|UserDefaults|SecureStore|evaluateJavaScript|open\(|FileManager|AsyncStorage|NSSelectorFromString|performSelector|NSClassFromString/;

/** `verify(message: message)`: a function of the project or of a library that is asked about the message first. */
const checksMessage = (call: CallEvent): boolean =>
  /^(?:verify|validate|check|authori[sz]e|allows?|is)/.test(call.name) &&
  call.args.some((arg) => arg.value.kind === 'name' && /message/i.test(arg.value.text));

/** How UIWebView's JavaScript context is reached. */
const SCRIPT_CONTEXT = /javaScriptContext/;

export const webviewBridge = defineAudit({
  id: 'webview-bridge',
  area: 'platform',
  title: 'Bridges answer only pages of the own origin',
  failingTitle: 'A web view bridge answers any page',
  severity: 'medium',
  references: {
    checklist: 'no-injection',
    masvs: ['MASVS-PLATFORM-2'],
    mastg: ['MASTG-TEST-0376', 'MASTG-TEST-0377'],
    maswe: ['MASWE-0068'],
    cwe: [749, 940],
  },
  why: 'Every page and frame in the view may post to the bridge; one foreign script then asks it for tokens or actions.',
  remedy: {
    text: 'Check the origin of the frame before anything else, and keep secrets out of the bridge.',
    language: 'swift',
    code: 'guard message.frameInfo.isMainFrame, message.frameInfo.securityOrigin.host == "app.example.com" else { return }',
    script:
      "const onMessage = ({ nativeEvent }) => {\n  if (new URL(nativeEvent.url).origin !== 'https://app.example.com') return;\n  answer(nativeEvent.data);\n};",
  },
  needs: ['code'],
  samples: {
    fail: [
      {
        path: 'v.tsx',
        // biome-ignore lint/suspicious/noTemplateCurlyInString: the sample is source with a template literal
        text: "export const V = ({ accessToken }) => <WebView source={s} injectedJavaScript={`window.postMessage('${accessToken}', '*');`} />;",
      },
      {
        path: 'v.tsx',
        // biome-ignore lint/suspicious/noTemplateCurlyInString: the sample is source with a template literal
        text: "export const V = ({ accessToken }) => <WebView source={s} originWhitelist={['*']} injectedJavaScript={`enter('${accessToken}');`} />;",
      },
      'class V { func webView(_ w: WKWebView, decidePolicyFor a: WKNavigationAction, decisionHandler: (WKNavigationActionPolicy) -> Void) { if a.request.url?.scheme == "native" { w.evaluateJavaScript("take(\'\\(session.accessToken)\')") }; decisionHandler(.allow) } }',
      {
        path: 'V.m',
        text: '- (BOOL)webView:(UIWebView *)webView shouldStartLoadWithRequest:(NSURLRequest *)request navigationType:(UIWebViewNavigationType)type { if ([request.URL.scheme isEqualToString:@"native"]) { [webView stringByEvaluatingJavaScriptFromString:[NSString stringWithFormat:@"take(%@)", self.accessToken]]; return NO; } return YES; }',
      },
      'class B: NSObject, WKScriptMessageHandler { func userContentController(_ c: WKUserContentController, didReceive message: WKScriptMessage) { web.evaluateJavaScript("give(\'\\(keychain.token)\')") } }',
      {
        path: 'v.tsx',
        text: 'export const V = () => <WebView source={s} onMessage={(e) => { respond(SecureStore.getItem("token")); }} />;',
      },
      {
        path: 'v.tsx',
        text: 'export function V() {\n  const onMessage = async (e) => { const token = await SecureStore.getItemAsync("t"); ref.current.postMessage(token); };\n  return <WebView source={s} onMessage={onMessage} />;\n}',
      },
      {
        path: 'Page.m',
        text: '- (void)loaded { JSContext *page = [self.web valueForKeyPath:@"documentView.webView.mainFrame.javaScriptContext"]; page[@"pay"] = ^(NSString *sum) { [self pay:sum]; }; }',
      },
    ],
    pass: [
      {
        path: 'v.tsx',
        // biome-ignore lint/suspicious/noTemplateCurlyInString: the sample is source with a template literal
        text: "export const V = ({ accessToken }) => <WebView source={s} originWhitelist={['https://shop.example']} injectedJavaScript={`enter('${accessToken}');`} />;",
      },
      {
        path: 'v.tsx',
        // biome-ignore lint/suspicious/noTemplateCurlyInString: the sample is source with a template literal
        text: "export const V = ({ theme }) => <WebView source={s} injectedJavaScript={`window.postMessage('${theme}', '*');`} />;",
      },
      'class V { func webView(_ webView: WKWebView, decidePolicyFor a: WKNavigationAction, decisionHandler: (WKNavigationActionPolicy) -> Void) { if a.request.url?.scheme == "native", webView.url?.host == "app.example.com" { webView.evaluateJavaScript("take(\'\\(session.accessToken)\')") }; decisionHandler(.allow) } }',
      'class V { func webView(_ w: WKWebView, decidePolicyFor a: WKNavigationAction, decisionHandler: (WKNavigationActionPolicy) -> Void) { if a.request.url?.scheme == "mailto" { open(a.request.url!) }; decisionHandler(.allow) } }',
      'class B: NSObject, WKScriptMessageHandler { func userContentController(_ c: WKUserContentController, didReceive message: WKScriptMessage) { if !verify(message: message) { return }; web.evaluateJavaScript("give(\'\\(keychain.token)\')") } }',
      'class B: NSObject, WKScriptMessageHandler { func userContentController(_ c: WKUserContentController, didReceive message: WKScriptMessage) { guard message.frameInfo.securityOrigin.host == "app.example.com" else { return }; web.evaluateJavaScript("give(\'\\(keychain.token)\')") } }',
    ],
  },
  functions(event, context) {
    schemeBridge(event, context);
    if (event.node.name !== 'userContentController' || !event.node.params.some((parameter) => /WKScriptMessage/.test(parameter.type ?? '')))
      return;
    const text = event.text();
    if (CHECKS_ORIGIN.test(text) || !POWERFUL.test(text) || event.calls.some(checksMessage)) return;
    context.report({
      at: here(event.scene, { start: event.node.start, end: event.node.start }),
      message: 'The handler does not look at the origin of the page that posts.',
      confidence: 'medium',
    });
  },
  assigns: [
    {
      names: ['*'],
      check(event, context) {
        if (event.key?.text === undefined || event.valueNode?.kind !== 'closure' || event.scene.unit.language !== 'objc') return;
        if (event.receiver?.type !== 'JSContext' && !mentions(event.scene.unit, SCRIPT_CONTEXT)) return;
        context.report({
          at: here(event.scene, event.node),
          message: `Every page in the view may call “${event.key.text}”.`,
          severity: 'low',
          confidence: 'medium',
        });
      },
    },
  ],
  calls: [
    {
      names: ['WebView'],
      check(event, context) {
        if (event.scene.unit.language !== 'script') return;
        const given = injectedSecret(event);
        if (given !== undefined)
          context.report({
            at: here(event.scene, given),
            message: 'A secret is written into every page the view shows.',
            confidence: 'medium',
          });
        const handler = event.argNode('onMessage');
        if (handler === undefined) return;
        const body = handlerBody(event.scene, handler.value);
        const text = event.scene.unit.source.slice(body.start, body.end);
        if (!CHECKS_ORIGIN.test(text) && POWERFUL.test(text))
          context.report({
            at: here(event.scene, body),
            message: 'onMessage does not look at the origin of the page that posts.',
            confidence: 'medium',
          });
      },
    },
  ],
});

/** A navigation's delegate, of both kinds of web view and in both languages. */
const NAVIGATION = /\b(?:shouldStartLoadWith\w*|decidePolicyFor\w*)/;
/** A scheme of the app's own; those of the system only leave the page. */
const OWN_SCHEME =
  /\b[sS]cheme\b[^;{}\n]{0,40}?(?:==|isEqualToString:|isEqual:|hasPrefix[:(])\s*@?"(?!https?\b|mailto|tel|sms|about|file|itms|data|blob)[a-z][\w.+-]*|hasPrefix[:(]\s*@?"(?!https?:|mailto:|tel:|sms:|about:|file:|itms|data:|blob:)[a-z][\w.+-]*:/i;
/** Asks which page it is that navigates. */
const ASKS_PAGE = /mainDocumentURL|sourceFrame|securityOrigin|isMainFrame|targetFrame|[wW]eb_?[vV]iew\??\.(?:url|URL|request)\b/;
const ANSWERS = /^(?:evaluateJavaScript|stringByEvaluatingJavaScript(?:FromString)?)$/;
/** What an answer gives away, by the names in it. */
const SECRET = /[tT]oken|[kK]eychain|[pP]assword|[sS]ecret|[cC]redential/;

/** `native://token`: a link any page may follow, answered with a script that holds a secret. */
function schemeBridge(event: FunctionEvent, context: AuditContext): void {
  const { node, scene } = event;
  if (!/^web_?view/i.test(node.name) || scene.unit.language === 'script') return;
  const text = event.text();
  if (!NAVIGATION.test(text.slice(0, text.indexOf('{'))) || !OWN_SCHEME.test(text) || ASKS_PAGE.test(text.slice(text.indexOf('{')))) return;
  const answer = event.calls.find(
    (call) =>
      ANSWERS.test(call.name) &&
      call.args.some(({ known, value }) => known.sensitive?.kind === 'credential' || SECRET.test(derivation(call.scene, value))),
  );
  if (answer !== undefined)
    context.report({
      at: here(answer.scene, answer.node),
      message: 'Every page that follows a link of the app’s own scheme is answered with a secret.',
      confidence: 'medium',
    });
}
