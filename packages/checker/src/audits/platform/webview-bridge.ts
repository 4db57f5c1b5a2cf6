import { defineAudit } from '../../audit.ts';
import { here } from '../event-place.ts';

const CHECKS_ORIGIN = /frameInfo|securityOrigin|isMainFrame|\.host\b|originWhitelist|event\.origin|nativeEvent\.url/;
const POWERFUL =
  /[tT]oken|[kK]eychain|SecItem|password|UserDefaults|SecureStore|evaluateJavaScript|open\(|FileManager|AsyncStorage|NSSelectorFromString|performSelector|NSClassFromString/;

export const webviewBridge = defineAudit({
  id: 'webview-bridge',
  area: 'platform',
  title: 'Bridges answer only pages of the own origin',
  failingTitle: 'A web view bridge answers any page',
  severity: 'medium',
  references: {
    checklist: 'Injection has no way in',
    masvs: ['MASVS-PLATFORM-2'],
    mastg: ['MASTG-TEST-0078'],
    maswe: ['MASWE-0068'],
    cwe: [749, 940],
  },
  why: 'Every page and frame in the view may post to the bridge; one foreign script then asks it for tokens or actions.',
  remedy: {
    text: 'Check the origin of the frame before anything else, and keep secrets out of the bridge.',
    language: 'swift',
    code: 'guard message.frameInfo.isMainFrame, message.frameInfo.securityOrigin.host == "app.example.com" else { return }',
  },
  needs: ['code'],
  samples: {
    fail: [
      'class B: NSObject, WKScriptMessageHandler { func userContentController(_ c: WKUserContentController, didReceive message: WKScriptMessage) { web.evaluateJavaScript("give(\'\\(keychain.token)\')") } }',
      {
        path: 'v.tsx',
        text: 'export const V = () => <WebView source={s} onMessage={(e) => { respond(SecureStore.getItem("token")); }} />;',
      },
    ],
    pass: [
      'class B: NSObject, WKScriptMessageHandler { func userContentController(_ c: WKUserContentController, didReceive message: WKScriptMessage) { guard message.frameInfo.securityOrigin.host == "app.example.com" else { return }; web.evaluateJavaScript("give(\'\\(keychain.token)\')") } }',
    ],
  },
  functions(event, context) {
    if (event.node.name !== 'userContentController' || !event.node.params.some((parameter) => /WKScriptMessage/.test(parameter.type ?? '')))
      return;
    const text = event.text();
    if (CHECKS_ORIGIN.test(text) || !POWERFUL.test(text)) return;
    context.report({
      at: here(event.scene, { start: event.node.start, end: event.node.start }),
      message: 'The handler does not look at the origin of the page that posts.',
      confidence: 'medium',
    });
  },
  calls: [
    {
      names: ['WebView'],
      check(event, context) {
        const handler = event.argNode('onMessage');
        if (event.scene.unit.language !== 'script' || handler === undefined) return;
        const text = event.scene.unit.source.slice(handler.start, handler.end);
        if (!CHECKS_ORIGIN.test(text) && POWERFUL.test(text))
          context.report({
            at: here(event.scene, handler),
            message: 'onMessage does not look at the origin of the page that posts.',
            confidence: 'medium',
          });
      },
    },
  ],
});
