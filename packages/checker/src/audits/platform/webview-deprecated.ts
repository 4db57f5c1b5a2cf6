import { defineAudit } from '../../audit.ts';

export const webviewDeprecated = defineAudit({
  id: 'webview-deprecated',
  area: 'platform',
  title: 'UIWebView is gone',
  failingTitle: 'UIWebView is used',
  severity: 'medium',
  references: {
    checklist: 'Injection has no way in',
    masvs: ['MASVS-PLATFORM-2'],
    mastg: ['MASTG-TEST-0076'],
    maswe: ['MASWE-0072'],
    cwe: [477, 749],
  },
  why: 'UIWebView runs pages in the app\u2019s own process, with script that cannot be switched off; Apple rejects it.',
  remedy: {
    text: 'Use WKWebView, or SFSafariViewController for pages of others.',
    language: 'swift',
    code: 'let webView = WKWebView(frame: bounds, configuration: configuration)',
  },
  needs: ['code'],
  samples: {
    fail: [
      { path: 'P.m', text: '@implementation P\n- (void)open { _page = [[UIWebView alloc] initWithFrame:self.view.bounds]; }\n@end' },
      'class Page: UIViewController { @IBOutlet weak var web: UIWebView! }',
      'func f() { let w = UIWebView() }',
    ],
    pass: ['class Page: UIViewController { @IBOutlet weak var web: WKWebView! }'],
  },
  calls: [
    {
      names: ['UIWebView'],
      check(event, context) {
        if (event.receiverNode === undefined)
          context.report({ at: { unit: event.scene.unit, start: event.node.start, end: event.node.end }, message: 'A UIWebView is made.' });
      },
    },
  ],
  assigns: [
    {
      names: ['*'],
      check(event, context) {
        if (event.node.kind === 'declare' && (event.value.type === 'UIWebView' || event.node.type?.replace(/[?!]/, '') === 'UIWebView'))
          context.report({ at: { unit: event.scene.unit, start: event.node.start }, message: `${event.name} is a UIWebView.` });
        // `_page = [[UIWebView alloc] initWithFrame:…]`, where the field is declared elsewhere.
        else if (
          event.node.kind === 'assign' &&
          event.scene.unit.language === 'objc' &&
          event.value.type === 'UIWebView' &&
          event.valueNode?.kind === 'call'
        )
          context.report({ at: { unit: event.scene.unit, start: event.node.start }, message: 'A UIWebView is made.' });
      },
    },
  ],
});
