import { defineAudit } from '../../audit.ts';
import { here } from '../event-place.ts';

/** A declaration or a making of one, in either language; parameters of delegate methods are neither. */
const SEEN_ELSEWHERE = /\[UIWebView (?:alloc|new)\b|\bUIWebView\s*\*\s*\w+\s*[;=]|:\s*UIWebView\b|\bUIWebView\(/;

export const webviewDeprecated = defineAudit({
  id: 'webview-deprecated',
  area: 'platform',
  title: 'UIWebView is gone',
  failingTitle: 'UIWebView is used',
  severity: 'medium',
  references: {
    checklist: 'no-injection',
    masvs: ['MASVS-PLATFORM-2'],
    mastg: ['MASTG-TEST-0331'],
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
      'class Page: UIViewController { @IBOutlet weak var web: UIWebView! }',
      'func f() { let w = UIWebView() }',
      {
        path: 'Page.m',
        text: '@implementation Page\n- (void)viewDidLoad { page = [[UIWebView alloc] initWithFrame:self.view.bounds]; }\n@end',
      },
      { path: 'Page.m', text: '@interface Page ()\n@property (nonatomic, weak) IBOutlet UIWebView *page;\n@end' },
      { path: 'Page.m', text: '@interface Page () <UITableViewDelegate, UIWebViewDelegate>\n@end' },
    ],
    pass: [
      'class Page: UIViewController { @IBOutlet weak var web: WKWebView! }',
      { path: 'Page.m', text: '@interface Page ()\n@property (nonatomic, weak) IBOutlet WKWebView *page;\n@end' },
    ],
  },
  // A class whose view comes from a nib is told by what it conforms to; where one is declared or made, that line says it.
  types(event, context) {
    const { unit } = event.scene;
    if (event.node.inherits.some((name) => /^UIWebView(?:Delegate)?$/.test(name)) && !SEEN_ELSEWHERE.test(unit.source))
      context.report({ at: { unit, start: event.node.start }, message: `${event.node.name} answers to a UIWebView.` });
  },
  calls: [
    {
      names: ['alloc', 'new'],
      check(event, context) {
        if (event.receiverNode?.kind === 'name' && event.receiverNode.text === 'UIWebView')
          context.report({ at: { unit: event.scene.unit, start: event.node.start, end: event.node.end }, message: 'A UIWebView is made.' });
      },
    },
    {
      names: ['UIWebView'],
      check(event, context) {
        if (event.receiverNode === undefined) context.report({ at: here(event.scene, event.node), message: 'A UIWebView is made.' });
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
