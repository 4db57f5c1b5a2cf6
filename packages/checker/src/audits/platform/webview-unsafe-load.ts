import { type AuditContext, defineAudit } from '../../audit.ts';
import type { Scene } from '../../flow/events.ts';
import { here } from '../event-place.ts';

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
        const request = event.args[0]?.known;
        if (request?.foreign === undefined || !/text field|link|clipboard|outside the app/.test(request.foreign) || event.args.length !== 1)
          return;
        if (/browser|addressbar|omnibox/i.test(`${event.scene.type ?? ''} ${holder}`)) return;
        context.report({
          at: here(event.scene, event.node),
          message: `The web view opens an address from ${request.foreign}.`,
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

const reportMixed = (scene: Scene, node: { start: number; end: number }, context: AuditContext): void =>
  context.report({
    at: here(scene, node),
    message: 'Mixed content is always allowed: pages take scripts over plain HTTP.',
    severity: 'medium',
  });
