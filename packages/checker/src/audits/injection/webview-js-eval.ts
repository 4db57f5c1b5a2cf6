import { type AuditContext, defineAudit } from '../../audit.ts';
import type { ArgumentValue, CallEvent, Scene } from '../../flow/events.ts';
import { pathOf } from '../../flow/paths.ts';
import { isNumeric, type Value } from '../../flow/value.ts';
import type { Expression } from '../../syntax/tree.ts';
import { here } from '../event-place.ts';
import { derivation, spelledLocal } from '../spelled-local.ts';

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
      "func f(w: WKWebView, place: CLLocation) { w.evaluateJavaScript(\"at('\\(place.coordinate.latitude)', '\\(place.timestamp)')\") }",
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
        if (native && script?.foreign === undefined && script?.composed === true && quotesGiven(event, script)) {
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
  const written = spelledLocal(event.scene, script.value);
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

/** What makes the look of a page, which comes from the app's own theme, and what is spelled without quotation marks by its kind. */
const HARMLESS =
  /colou?r|theme|font|size|width|height|style|dark|locale|lang|platform|os$|version|inset|padding|margin|index|^id$|Id$|token|address|uuid|hash|timestamp|latitude|longitude|altitude/i;

/** A parameter or a local, which hold what people and servers write; the file's constants do not. */
function isGiven(node: Expression, scene: Scene): boolean {
  const path = pathOf(node);
  if (node.kind === 'call' || HARMLESS.test(path)) return false;
  const known = scene.lookup(path);
  if (known !== undefined && (isNumeric(known) || known.text !== undefined)) return false;
  const root = path.split(/[.[]/)[0] ?? '';
  return root === 'self' || scene.lookup(root) !== undefined;
}

/** What came out of these holds no quotation mark, or none that is not escaped. */
const ENCODED =
  /base64|addingPercentEncoding|stringByAddingPercent|encodeURI|uuid|UUID|[eE]scap|JSONEncoder|JSONSerialization|toJSON|[jJ]son\w*|JSON\.stringify|\.rawValue\b|[hH]exString|replacingOccurrences\(of: "(?:'|\\")|stringByReplacingOccurrences\w*:@"(?:'|\\")|\bURLComponents\b|absoluteString/;

/** Whether a value of unknown content stands inside a string of the script, whose quotation mark it may hold. */
function quotesGiven(event: CallEvent, script: Value): boolean {
  const { scene } = event;
  const written = script.from ?? event.args[0]?.value;
  if (written === undefined) return false;
  let node = spelledLocal(scene, written);
  // `String(format: "show('%@')", name)`: the format is the script, and its arguments are the values.
  if (node.kind === 'call') {
    const format = node.args.find((arg) => arg.value.kind === 'string')?.value;
    if (format === undefined) return false;
    const values = node.args.filter((arg) => arg.value !== format);
    const text = format.kind === 'string' ? format.parts.map((part) => (typeof part === 'string' ? part : '')).join('') : '';
    if (text.includes('%@')) return /['"]%@['"]/.test(text) && !values.every(({ value }) => ENCODED.test(derivation(scene, value)));
    node = format;
  }
  let quote = '';
  for (const piece of pieces(node)) {
    if (typeof piece === 'string') quote = openQuote(piece, quote);
    else if (quote !== '' && !isHarmless(scene, piece)) return true;
  }
  return false;
}

/** Numbers and times, constants, the app's own theme, and what was encoded. */
function isHarmless(scene: Scene, piece: Expression): boolean {
  const known = scene.lookup(pathOf(piece));
  return (
    (known !== undefined && (isNumeric(known) || known.text !== undefined || known.random === true)) ||
    piece.kind === 'number' ||
    HARMLESS.test(pathOf(piece)) ||
    ENCODED.test(derivation(scene, piece))
  );
}

/** The quotation mark that is open behind a text, when one was open before it or not. */
function openQuote(text: string, before: string): string {
  let open = before;
  for (let at = 0; at < text.length; at++) {
    const char = text[at] as string;
    if (char === '\\') at++;
    else if (open === '' && /['"`]/.test(char)) open = char;
    else if (char === open || (char === '\n' && open !== '`')) open = '';
  }
  return open;
}
