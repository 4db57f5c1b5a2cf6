import { defineAudit } from '../../audit.ts';
import { here } from '../event-place.ts';

const SWITCHES = ['allowFileAccessFromFileURLs', 'allowUniversalAccessFromFileURLs'];
const KEYS = /^(?:allowFileAccessFromFileURLs|allowUniversalAccessFromFileURLs|_allowUniversalAccessFromFileURLs)$/;

export const webviewFileAccess = defineAudit({
  id: 'webview-file-access',
  area: 'platform',
  title: 'Pages from files cannot read other files',
  failingTitle: 'A web view lets pages read files of the app',
  severity: 'high',
  references: {
    checklist: 'no-injection',
    masvs: ['MASVS-PLATFORM-2'],
    mastg: ['MASTG-TEST-0333', 'MASTG-TEST-0335'],
    maswe: ['MASWE-0069'],
    cwe: [73, 200],
  },
  why: 'Script in one local page then reads tokens, databases and caches, and sends them anywhere.',
  remedy: {
    text: 'Leave both switches off, and allow reading of one folder only.',
    language: 'swift',
    code: 'webView.loadFileURL(page, allowingReadAccessTo: page.deletingLastPathComponent())',
    script: '<WebView source={page} allowFileAccessFromFileURLs={false} allowUniversalAccessFromFileURLs={false} />',
  },
  needs: ['code'],
  samples: {
    fail: [
      'func f(c: WKWebViewConfiguration) { c.preferences.setValue(true, forKey: "allowFileAccessFromFileURLs") }',
      { path: 'v.tsx', text: 'export const V = () => <WebView allowUniversalAccessFromFileURLs source={s} />;' },
    ],
    pass: ['func f(c: WKWebViewConfiguration) { c.preferences.setValue(false, forKey: "allowFileAccessFromFileURLs") }'],
  },
  calls: [
    {
      names: ['setValue', 'set', 'WebView'],
      check(event, context) {
        const key = event.arg('forKey')?.text;
        if (key !== undefined && KEYS.test(key) && (event.args[0]?.known.symbol === 'true' || event.args[0]?.known.number === 1))
          context.report({ at: here(event.scene, event.node), message: `${key} is switched on.` });
        if (event.name !== 'WebView') return;
        for (const name of SWITCHES) {
          const arg = event.argNode(name);
          if (arg === undefined || arg.known.symbol === 'false') continue;
          context.report({
            at: here(event.scene, arg),
            ...(arg.known.symbol === 'true'
              ? { message: `${name} is switched on.` }
              : { message: `${name} may be switched on from outside.`, severity: 'medium', confidence: 'medium' }),
          });
        }
      },
    },
    {
      names: ['loadFileURL'],
      check(event, context) {
        const access = event.arg('allowingReadAccessTo');
        const text = event.argNode('allowingReadAccessTo');
        if (text === undefined) return;
        const spelled = event.scene.unit.source.slice(text.start, text.end);
        if (access?.text === '/' || /NSHomeDirectory|homeDirectory|documentDirectory|fileURLWithPath:\s*"\/"/.test(spelled))
          context.report({
            at: here(event.scene, event.node),
            message: 'The page may read the whole folder of the app.',
            confidence: 'medium',
            severity: 'medium',
          });
      },
    },
  ],
  assigns: [
    {
      names: ['allowFileAccessFromFileURLs', 'allowUniversalAccessFromFileURLs', 'allowsContentJavaScriptFromFileURLs'],
      check(event, context) {
        if (event.value.symbol === 'true') context.report({ at: here(event.scene, event.node), message: `${event.name} is switched on.` });
      },
    },
  ],
});
