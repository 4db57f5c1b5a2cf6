import { type AuditContext, defineAudit } from '../../audit.ts';
import type { CallEvent, Scene } from '../../flow/events.ts';
import { pathOf } from '../../flow/paths.ts';
import { startOf } from '../../flow/value.ts';
import type { Expression } from '../../syntax/tree.ts';
import { here } from '../event-place.ts';
import { mentions } from '../mentions.ts';
import { derivation, spelledLocal } from '../spelled-local.ts';
import { CHECKED } from './checked-address.ts';

export const webviewUnsafeLoad = defineAudit({
  id: 'webview-unsafe-load',
  area: 'platform',
  title: 'Web views show outside pages only with a fixed base address',
  failingTitle: 'Outside content is loaded into a web view unsafely',
  severity: 'high',
  references: {
    checklist: 'no-injection',
    masvs: ['MASVS-PLATFORM-2'],
    mastg: ['MASTG-TEST-0332'],
    maswe: ['MASWE-0069', 'MASWE-0071'],
    cwe: [79, 95, 749],
  },
  why: 'HTML from outside with no base address, or one it chooses itself, runs with access to local files or in another site\u2019s name.',
  remedy: {
    text: 'Load outside pages by their https address; give HTML strings the base about:blank.',
    language: 'swift',
    code: 'webView.loadHTMLString(html, baseURL: URL(string: "about:blank"))',
    script: "<WebView source={{ uri: 'https://app.example.com' }} originWhitelist={['https://app.example.com']} />",
  },
  needs: ['code'],
  samples: {
    fail: [
      'func show(link: URL) { guard let value = URLComponents(url: link, resolvingAgainstBaseURL: false)?.queryItems?.first(where: { $0.name == "page" })?.value, let page = URL(string: value) else { return }; webView.load(URLRequest(url: page)) }',
      'func show(comment: String) { webView.loadHTMLString("<p>\\(comment)</p>", baseURL: URL(string: "https://example.com")) }',
      'func f(w: WKWebView) throws { let page = try String(contentsOf: url); w.loadHTMLString(page, baseURL: nil) }',
      'func f(w: WKWebView) throws { let page = try String(contentsOf: url); w.loadHTMLString(page, baseURL: URL(string: page)) }',
      'func f(w: WKWebView, field: UITextField) { w.load(URLRequest(url: URL(string: field.text!)!)) }',
      { path: 'v.tsx', text: 'export const V = ({ route }) => <WebView originWhitelist={["*"]} source={{ uri: route.params.url }} />;' },
      {
        path: 'v.tsx',
        text: 'const props = { mixedContentMode: "always" };\nexport const V = () => <WebView source={{ uri: "https://example.com" }} {...props} />;',
      },
    ],
    pass: [
      'func show(link: URL) { guard let value = URLComponents(url: link, resolvingAgainstBaseURL: false)?.queryItems?.first?.value, let page = URL(string: value), page.host == "example.com" else { return }; webView.load(URLRequest(url: page)) }',
      'func show(comment: String) { webView.loadHTMLString("<p>\\(escape(comment))</p>", baseURL: URL(string: "https://example.com")) }',
      'func f(w: WKWebView) { w.loadHTMLString("<p>hello</p>", baseURL: nil) }',
      'func f(w: WKWebView) throws { let page = try String(contentsOf: url); w.loadHTMLString(page, baseURL: URL(string: "about:blank")) }',
      {
        path: 'v.tsx',
        text: 'export const V = () => <WebView originWhitelist={["https://example.com"]} source={{ uri: "https://example.com" }} />;',
      },
    ],
  },
  dictionaries(event, context) {
    // Properties kept apart and spread into the view.
    for (const { key, keyNode, value } of event.entries)
      if (key.text === 'mixedContentMode' && value.text === 'always') reportMixed(event.scene, keyNode, context);
  },
  assigns: [
    {
      names: ['javaScriptCanOpenWindowsAutomatically', 'JavaScriptCanOpenWindowsAutomatically'],
      check(event, context) {
        if (event.value.symbol === 'true')
          context.report({
            at: here(event.scene, event.node),
            message: 'Pages may open windows by themselves.',
            severity: 'low',
            confidence: 'medium',
          });
      },
    },
  ],
  calls: [
    {
      names: ['loadHTMLString', 'load', 'loadData'],
      check(event, context) {
        const base = event.arg('baseURL');
        const html = event.args[0]?.known;
        if (html?.foreign === undefined && /^https?:/.test((base && startOf(base)) ?? '') && showsText(event)) {
          context.report({
            at: here(event.scene, event.node),
            message: 'What somebody wrote is shown as HTML, in the name of the site of the base address.',
            severity: 'medium',
            confidence: 'medium',
          });
          return;
        }
        if (
          base === undefined ||
          html?.foreign === undefined ||
          html.foreign === 'the contents of a file' ||
          (event.name !== 'loadHTMLString' && event.arg('mimeType') === undefined && event.arg('MIMEType') === undefined)
        )
          return;
        const open = base.symbol === 'nil' || base.foreign !== undefined;
        if (open)
          context.report({
            at: here(event.scene, event.node),
            message: `Data from ${html.foreign} is shown as a page ${base.foreign === undefined ? 'without a base address' : 'under an address it may choose itself'}.`,
          });
      },
    },
    {
      names: ['load', 'loadRequest'],
      check(event, context) {
        const holder = `${event.path} ${event.receiver?.type ?? ''}`;
        if (!/web/i.test(holder)) return;
        const [request] = event.args;
        if (request === undefined || event.args.length !== 1) return;
        const given =
          OUTSIDE.exec(request.known.foreign ?? '')?.input ?? (isParameterOfAddress(event.scene, request.value) ? ANOTHER : undefined);
        if (given === undefined || isChecked(event.scene, event.node)) return;
        if (given !== ANOTHER && /browser|addressbar|omnibox/i.test(`${event.scene.type ?? ''} ${holder}`)) return;
        context.report({
          at: here(event.scene, event.node),
          message: `The web view opens an address from ${given}.`,
          confidence: 'medium',
          severity: 'medium',
        });
      },
    },
    {
      names: ['WebView'],
      check(event, context) {
        if (event.scene.unit.language !== 'script') return;
        const origins = event.arg('originWhitelist');
        if (origins?.items?.some((item) => item.text === '*') === true)
          context.report({
            at: here(event.scene, event.argNode('originWhitelist') ?? event.node),
            message: 'originWhitelist lets every scheme and host into the web view.',
            confidence: 'medium',
            severity: 'medium',
          });
        const source = event.arg('source')?.entries?.get('uri');
        if (
          source !== undefined &&
          (source.foreign !== undefined || /(?:^|\.)(?:route|navigation\.state)\.params\b/.test(source.symbol ?? ''))
        )
          context.report({
            at: here(event.scene, event.argNode('source') ?? event.node),
            message: 'The web view opens an address that a link into the app can choose.',
            confidence: 'medium',
            severity: 'medium',
          });
        const mixed = event.args.find((arg) => arg.label === 'mixedContentMode');
        if (mixed?.known.text === 'always') reportMixed(event.scene, mixed, context);
      },
    },
  ],
});

const OUTSIDE = /text field|link|clipboard|outside the app/;
const ANOTHER = 'a parameter of another address';
/** A query's value, read by the system's means or by a function of the project. */
const QUERY_VALUE = /\.queryItems\b|\b(?:get)?[qQ]uery(?:String)?(?:Parameter|Item|Value|Param)s?\w*\(|\bvalueForQuery/;

/** Whether an address is what stands in the query of another: an open redirect into the app's own view. */
const isParameterOfAddress = (scene: Scene, node: Expression): boolean =>
  scene.unit.language !== 'script' && mentions(scene.unit, QUERY_VALUE) && QUERY_VALUE.test(derivation(scene, node));

/** Whether the function looks at the address before it loads it. */
const isChecked = (scene: Scene, node: { start: number }): boolean =>
  CHECKED.test(scene.unit.source.slice(scene.function?.start ?? node.start, node.start));

/** What people write, put between tags without being escaped. */
const WRITTEN = /^(?:self\.|\w+\.)?\w*(?:comment|text|message|query|title|body|bio|name|caption|description|note)$/i;

function showsText(event: CallEvent): boolean {
  const node = event.args[0] === undefined ? undefined : spelledLocal(event.scene, event.args[0].value);
  if (node?.kind !== 'string' || !node.parts.some((part) => typeof part === 'string' && /<\w/.test(part))) return false;
  return node.parts.some(
    (part) => typeof part !== 'string' && (part.kind === 'name' || part.kind === 'member') && WRITTEN.test(pathOf(part)),
  );
}

const reportMixed = (scene: Scene, node: { start: number; end: number }, context: AuditContext): void =>
  context.report({
    at: here(scene, node),
    message: 'Mixed content is always allowed: pages take scripts over plain HTTP.',
    severity: 'medium',
  });
