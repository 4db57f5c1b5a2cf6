import { type AuditContext, defineAudit } from '../../audit.ts';
import type { ArgumentValue, CallEvent, Scene } from '../../flow/events.ts';
import { pathOf } from '../../flow/paths.ts';
import { isNumeric, type Value } from '../../flow/value.ts';
import type { Expression } from '../../syntax/tree.ts';
import { walk } from '../../syntax/walk.ts';
import { here } from '../event-place.ts';

/** A value between quotes: `show('\u0000')`, `setName('%@')`. */
const QUOTED = /['"](?:\0|%@)['"]/;

export const webviewJsEval = defineAudit({
  id: 'webview-js-eval',
  area: 'injection',
  title: 'Scripts run in web views are constant',
  failingTitle: 'Outside data becomes part of a script',
  severity: 'high',
  references: { checklist: 'no-injection', masvs: ['MASVS-PLATFORM-2'], mastg: ['MASTG-TEST-0379'], maswe: ['MASWE-0069'], cwe: [94, 79] },
  why: 'A value that ends the string it is put into runs as script inside the page, with the page\u2019s session and every bridge.',
  remedy: {
    text: 'Pass values as arguments, or encode them as JSON first.',
    language: 'swift',
    code: 'try await webView.callAsyncJavaScript("show(name)", arguments: ["name": name], contentWorld: .page)',
    // biome-ignore lint/suspicious/noTemplateCurlyInString: the remedy is source with a template literal
    script: 'web.injectJavaScript(`show(${JSON.stringify(name)}); true;`);',
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
      // biome-ignore lint/suspicious/noTemplateCurlyInString: the sample is source with a template literal
      { path: 'a.tsx', text: "export const A = ({ query }) => <WebView source={s} injectedJavaScript={`find('${query}'); true;`} />;" },
      {
        path: 'a.tsx',
        text: 'export function A({ draft }) {\n  const send = () => {\n    const script = "chat.send(\'" + draft + "\')";\n    web.current.injectJavaScript(script);\n  };\n  return <Button onPress={send} />;\n}',
      },
    ],
    pass: [
      'func f(w: WKWebView) { w.evaluateJavaScript("document.title") }',
      'func f(w: WKWebView, json: String) { w.evaluateJavaScript("show(\\(json))") }',
      'func f(w: WKWebView, n: Int) { w.evaluateJavaScript("scroll(\\(n))") }',
      'func f(w: WKWebView) async throws { let s = try String(contentsOf: url); _ = try await w.callAsyncJavaScript("show(a)", arguments: ["a": s], contentWorld: .page) }',
      {
        path: 'a.tsx',
        // biome-ignore lint/suspicious/noTemplateCurlyInString: the sample is source with a template literal
        text: 'export const A = ({ query }) => <WebView source={s} injectedJavaScript={`find(${JSON.stringify(query)}); true;`} />;',
      },
      // biome-ignore lint/suspicious/noTemplateCurlyInString: the sample is source with a template literal
      { path: 'a.tsx', text: "export const A = ({ color }) => <WebView source={s} injectedJavaScript={`paint('${color}'); true;`} />;" },
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
        if (name === 'injectJavaScript') quoted(event, event.argNode(0), context);
        if (name === 'eval' && (event.receiverNode !== undefined || event.scene.unit.language !== 'script')) return;
        const script =
          name === 'JSEvaluateScript' || name === 'JSCheckScriptSyntax'
            ? event.args[1]?.known
            : (event.arg('source') ?? event.args[0]?.known);
        // In JavaScript `quoted` has looked at each piece.
        const native = event.scene.unit.language !== 'script';
        if (native && script?.foreign === undefined && script?.composed === true && QUOTED.test(spelledScript(event, script))) {
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
    {
      names: ['WebView'],
      check(event, context) {
        for (const name of ['injectedJavaScript', 'injectedJavaScriptBeforeContentLoaded']) quoted(event, event.argNode(name), context);
      },
    },
  ],
});

/** Values that are put between a script's quotation marks as they are; encoded as JSON they would bring their own. */
function quoted(event: CallEvent, script: ArgumentValue | undefined, context: AuditContext): void {
  if (event.scene.unit.language !== 'script' || script === undefined) return;
  const { known } = script;
  if (known.foreign !== undefined && known.foreign !== 'the contents of a file' && known.text === undefined) {
    context.report({ at: here(event.scene, script), message: `Data from ${known.foreign} becomes part of the script.` });
    return;
  }
  const written = spelledBy(event.scene, script.value);
  const name = pieces(written).find(
    (piece, index, all) =>
      typeof piece !== 'string' &&
      isGiven(piece, event.scene) &&
      /["'`]$/.test(textOf(all[index - 1])) &&
      /^["'`]/.test(textOf(all[index + 1])),
  );
  if (name === undefined || typeof name === 'string') return;
  context.report({
    at: here(event.scene, written),
    message: `“${event.scene.unit.source.slice(name.start, name.end)}” is put between quotation marks of the script as it is.`,
    confidence: 'medium',
    severity: 'medium',
  });
}

const textOf = (piece: string | Expression | undefined): string => (typeof piece === 'string' ? piece : '');

/** The parts of a concatenation or template, literals as strings. */
function pieces(node: Expression): (string | Expression)[] {
  if (node.kind === 'string') return [...node.parts];
  if (node.kind === 'binary' && node.op === '+') return [...pieces(node.left), ...pieces(node.right)];
  return [node];
}

/** A local that holds the script stands for what it was made of. */
function spelledBy(scene: Scene, node: Expression): Expression {
  if (node.kind !== 'name') return node;
  let found: Expression = node;
  walk(scene.function?.body ?? scene.unit.tree.statements, (item) => {
    if (item.kind === 'declare' && item.name === node.text && item.value !== undefined) found = item.value;
  });
  return found;
}

/** What makes the look of a page, which comes from the app's own theme, and what is spelled without quotation marks by its kind. */
const HARMLESS =
  /colou?r|theme|font|size|width|height|style|dark|locale|lang|platform|os$|version|inset|padding|margin|index|^id$|Id$|token|address|uuid|hash/i;

/** A parameter or a local, which hold what people and servers write; the file's constants do not. */
function isGiven(node: Expression, scene: Scene): boolean {
  const path = pathOf(node);
  if (node.kind === 'call' || HARMLESS.test(path)) return false;
  const known = scene.lookup(path);
  if (known !== undefined && (isNumeric(known) || known.text !== undefined)) return false;
  const root = path.split(/[.[]/)[0] ?? '';
  return root === 'self' || scene.lookup(root) !== undefined;
}

/** The script as it is spelled where it was composed, with values of unknown content as NUL. */
function spelledScript(event: CallEvent, script: Value): string {
  const node = script.from ?? event.args[0]?.value;
  const text =
    node?.kind === 'string' ? node : node?.kind === 'call' ? node.args.find((arg) => arg.value.kind === 'string')?.value : undefined;
  if (text?.kind !== 'string') return '';
  return text.parts.map((part) => (typeof part === 'string' ? part : '\0')).join('');
}
