import { defineAudit } from '../../audit.ts';
import { here } from '../event-place.ts';

export const logInjection = defineAudit({
  id: 'log-injection',
  area: 'injection',
  title: 'Outside text is not written to the log as it stands',
  failingTitle: 'Outside text goes to the log as it stands',
  severity: 'low',
  references: { checklist: 'no-injection', masvs: ['MASVS-CODE-4'], cwe: [117] },
  why: 'A line break in the value writes log lines that never happened; and what people type is often secret.',
  remedy: {
    text: 'Log what happened, not the text; escape line breaks where the text is needed.',
    language: 'swift',
    code: 'logger.info("search with \\(term.count) characters")',
  },
  needs: ['code'],
  yieldsTo: ['sensitive-logging'],
  samples: {
    fail: [
      'func f(field: UITextField) { NSLog("searched %@", field.text!) }',
      'func webView(_ view: WKWebView, decidePolicyFor action: WKNavigationAction) { NSLog("goes to %@", action.request.url!.absoluteString) }',
      'func application(_ app: UIApplication, open url: URL) -> Bool { NSLog("opened %@", url.absoluteString); return true }',
    ],
    pass: ['func f(count: Int) { NSLog("searched %d", count) }', 'func f() { NSLog("started") }'],
  },
  calls: [
    {
      names: ['write', 'writeData', 'seekToEndAndWrite'],
      check(event, context) {
        const text = event.args[0]?.known;
        if (!/log|handle|journal|trace/i.test(`${event.path} ${event.scene.type ?? ''}`) || text?.foreign === undefined) return;
        if (
          !/text field|link|clipboard|web page/.test(text.foreign) ||
          text.sensitive !== undefined ||
          !/[lL]og/.test(`${event.path} ${event.scene.type ?? ''} ${event.scene.function?.name ?? ''}`)
        )
          return;
        context.report({
          at: here(event.scene, event.node),
          message: `Text from ${text.foreign} is written to the log as it stands.`,
          confidence: 'medium',
        });
      },
    },
    {
      names: ['NSLog', 'print', 'os_log', 'debugPrint', 'NSLogv'],
      check(event, context) {
        if (event.receiverNode !== undefined) return;
        const outside = event.args.find(
          (arg) =>
            arg.known.foreign !== undefined &&
            /text field|link|clipboard|URL|web page/.test(arg.known.foreign) &&
            arg.known.sensitive === undefined,
        );
        if (outside === undefined || event.args.some((arg) => arg.label === 'to')) return;
        context.report({
          at: here(event.scene, event.node),
          message: `Text from ${outside.known.foreign} is logged as it stands.`,
          confidence: event.name === 'NSLog' || event.name === 'NSLogv' || event.name === 'os_log' ? 'medium' : 'low',
        });
      },
    },
  ],
});
