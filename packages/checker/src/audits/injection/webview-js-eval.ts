import { defineAudit } from '../../audit.ts';
import type { CallEvent } from '../../flow/events.ts';
import type { Value } from '../../flow/value.ts';
import { here } from '../event-place.ts';

/** A value between quotes: `show('\u0000')`, `setName('%@')`. */
const QUOTED = /['"](?:\0|%@)['"]/;

export const webviewJsEval = defineAudit({
  id: 'webview-js-eval',
  area: 'injection',
  title: 'Scripts run in web views are constant',
  failingTitle: 'Outside data becomes part of a script',
  severity: 'high',
  references: { checklist: 'Injection has no way in', masvs: ['MASVS-PLATFORM-2'], maswe: ['MASWE-0069'], cwe: [94, 79] },
  why: 'A value that ends the string it is put into runs as script inside the page, with the page\u2019s session and every bridge.',
  remedy: {
    text: 'Pass values as arguments, or encode them as JSON first.',
    language: 'swift',
    code: 'try await webView.callAsyncJavaScript("show(name)", arguments: ["name": name], contentWorld: .page)',
  },
  needs: ['code'],
  samples: {
    fail: [
      'func f(w: WKWebView) throws { let s = try String(contentsOf: url); w.evaluateJavaScript("show(\'" + s + "\')") }',
      'func f(w: WKWebView) throws { let s = try String(contentsOf: url); let u = WKUserScript(source: s, injectionTime: .atDocumentEnd, forMainFrameOnly: true) }',
      'func f(w: WKWebView, term: String) { w.evaluateJavaScript("find(\'\\(term)\')") }',
      {
        path: 'w.m',
        text: '- (void)f:(NSString *)name { [self.web evaluateJavaScript:[NSString stringWithFormat:@"show(\'%@\')", name] completionHandler:nil]; }',
      },
      'func f(w: WKWebView, field: UITextField) { w.evaluateJavaScript("find(\\"\\(field.text!)\\")") }',
    ],
    pass: [
      'func f(w: WKWebView) { w.evaluateJavaScript("document.title") }',
      'func f(w: WKWebView, json: String) { w.evaluateJavaScript("show(\\(json))") }',
      'func f(w: WKWebView, n: Int) { w.evaluateJavaScript("scroll(\\(n))") }',
      'func f(w: WKWebView) async throws { let s = try String(contentsOf: url); _ = try await w.callAsyncJavaScript("show(a)", arguments: ["a": s], contentWorld: .page) }',
    ],
  },
  calls: [
    {
      names: [
        'evaluateJavaScript',
        'stringByEvaluatingJavaScript',
        'stringByEvaluatingJavaScriptFromString',
        'callAsyncJavaScript',
        'WKUserScript',
        'evaluateScript',
        'injectJavaScript',
        'JSEvaluateScript',
        'JSStringCreateWithUTF8CString',
        'JSStringCreateWithCharacters',
        'JSStringCreateWithCFString',
        'initWithSource',
        'eval',
        'runJavaScript',
        'JSCheckScriptSyntax',
      ],
      check(event, context) {
        const { name } = event;
        if (name === 'eval' && (event.receiverNode !== undefined || event.scene.unit.language !== 'script')) return;
        const script =
          name === 'JSEvaluateScript' || name === 'JSCheckScriptSyntax'
            ? event.args[1]?.known
            : (event.arg('source') ?? event.args[0]?.known);
        if (script?.foreign === undefined && script?.composed === true && QUOTED.test(spelledScript(event, script))) {
          context.report({
            at: here(event.scene, event.node),
            message: `A value is put between quotes into the script given to ${name}; a quote in it ends them.`,
            confidence: 'medium',
            severity: 'medium',
          });
          return;
        }
        if (script?.foreign === undefined || script.foreign === 'the contents of a file' || script.type === 'Int' || script.type === 'Bool')
          return;
        context.report({
          at: here(event.scene, event.name === 'JSEvaluateScript' ? (event.argNode(1) ?? event.node) : event.node),
          message: `Data from ${script.foreign.replace(/^the /, 'the ')} becomes part of the script given to ${name}.`,
        });
      },
    },
  ],
});

/** The script as it is spelled where it was composed, with values of unknown content as NUL. */
function spelledScript(event: CallEvent, script: Value): string {
  const node = script.from ?? event.args[0]?.value;
  const text =
    node?.kind === 'string' ? node : node?.kind === 'call' ? node.args.find((arg) => arg.value.kind === 'string')?.value : undefined;
  if (text?.kind !== 'string') return '';
  return text.parts.map((part) => (typeof part === 'string' ? part : '\0')).join('');
}
