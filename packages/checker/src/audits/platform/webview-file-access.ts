import { defineAudit } from '../../audit.ts';
import type { CallEvent } from '../../flow/events.ts';
import { pathOf } from '../../flow/paths.ts';
import type { Value } from '../../flow/value.ts';
import { here } from '../event-place.ts';
import { mentions } from '../mentions.ts';
import { derivation } from '../spelled-local.ts';

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
  needs: ['code', 'texts'],
  samples: {
    fail: [
      'func f(p: WKPreferences) { p.setValue("Yes", forKey: "allowFileAccessFromFileURLs") }',
      'func f(p: WKPreferences, on: Bool) { p.setValue(on, forKey: "allowFileAccessFromFileURLs") }',
      'func show(book: URL, w: WKWebView) { let folder = FileManager.default.urls(for: .documentDirectory, in: .userDomainMask)[0]\n  w.loadFileURL(book, allowingReadAccessTo: folder) }',
      'class V { var old: UIWebView!\n  func f() throws { let page = try String(contentsOf: guide); old.loadHTMLString(page, baseURL: nil) } }',
      'class V { var old: UIWebView!\n  func f() { let page = FileManager.default.urls(for: .libraryDirectory, in: .userDomainMask)[0].appendingPathComponent("p.html"); old.loadRequest(URLRequest(url: page)) } }',
      {
        path: 'android/app/src/main/java/A.java',
        text: 'class A { void f(WebView w) { w.getSettings().setAllowUniversalAccessFromFileURLs(true); } }',
      },
      'func f(c: WKWebViewConfiguration) { c.preferences.setValue(true, forKey: "allowFileAccessFromFileURLs") }',
      { path: 'v.tsx', text: 'export const V = () => <WebView allowUniversalAccessFromFileURLs source={s} />;' },
    ],
    pass: [
      'func f(c: WKWebViewConfiguration) { c.preferences.setValue(false, forKey: "allowFileAccessFromFileURLs") }',
      'func f(p: WKPreferences) { p.setValue("No", forKey: "allowFileAccessFromFileURLs") }',
      'func f(w: WKWebView) throws { let page = try String(contentsOf: guide); w.loadHTMLString(page, baseURL: nil) }',
      'class V { var old: UIWebView!\n  func f() { old.loadHTMLString("<p>hello</p>", baseURL: nil) } }',
      'func show(book: URL, w: WKWebView) { let folder = FileManager.default.urls(for: .documentDirectory, in: .userDomainMask)[0].appendingPathComponent("books")\n  w.loadFileURL(book, allowingReadAccessTo: folder) }',
    ],
  },
  calls: [
    {
      names: ['setValue', 'set', 'WebView'],
      check(event, context) {
        const key = event.arg('forKey')?.text;
        const value = event.args[0]?.known;
        if (key !== undefined && KEYS.test(key) && value !== undefined && !isOff(value))
          context.report({
            at: here(event.scene, event.node),
            ...(isOn(value)
              ? { message: `${key} is switched on.` }
              : { message: `${key} may be switched on.`, severity: 'medium', confidence: 'medium' }),
          });
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
        const made = derivation(event.scene, text.value);
        if (access?.text === '/' || (WHOLE_FOLDER.test(made) && !/append/.test(made)))
          context.report({
            at: here(event.scene, event.node),
            message: 'The page may read the whole folder of the app.',
            confidence: 'medium',
            severity: 'medium',
          });
      },
    },
  ],
  functions(event, context) {
    // A UIWebView gives every page without an origin, and every file, the files of the app.
    const { unit } = event.scene;
    if (unit.language === 'script' || !mentions(unit, OLD_VIEW)) return;
    for (const call of event.calls) {
      if (!/^loadHTMLString|^loadRequest/.test(call.name) || !isOldView(call)) continue;
      const [page] = call.args;
      if (page === undefined) continue;
      const file = call.name.startsWith('loadRequest');
      if (file ? !WRITABLE_FOLDER.test(event.text()) : page.known.literal === true || call.arg('baseURL')?.symbol !== 'nil') continue;
      context.report({
        at: here(call.scene, call.node),
        message: file
          ? 'A page the app can write is shown in a UIWebView, where it reads every file of the app.'
          : 'Without a base address a page in a UIWebView reads every file of the app.',
        confidence: 'medium',
      });
    }
  },
  check(artifacts, context) {
    for (const file of artifacts.texts) {
      if (file.role !== 'jvm') continue;
      for (const match of file.source.matchAll(ANDROID_SWITCH))
        context.report({
          place: { path: file.path, line: lineAt(file.source, match.index), evidence: match[0] },
          message: 'A page from a file may read other files.',
        });
    }
  },
  assigns: [
    {
      names: ['allowFileAccessFromFileURLs', 'allowUniversalAccessFromFileURLs', 'allowsContentJavaScriptFromFileURLs'],
      check(event, context) {
        if (event.value.symbol === 'true') context.report({ at: here(event.scene, event.node), message: `${event.name} is switched on.` });
      },
    },
  ],
});

const OLD_VIEW = /UIWebView/;
/** Folders of the app as a whole: nothing in them is kept from the page. */
const WHOLE_FOLDER =
  /NSHomeDirectory|homeDirectory|fileURLWithPath:\s*"\/"|(?:documentDirectory|libraryDirectory|applicationSupportDirectory)\b[^\n]*(?:\[0\]|\.first[!?]?|\.last[!?]?|create: \w+\))\s*$/m;
/** Folders whose files are written while the app runs. */
const WRITABLE_FOLDER =
  /\.(?:library|document|caches|applicationSupport)Directory\b|NS(?:Library|Document|Caches)Directory|NSTemporaryDirectory|temporaryDirectory/;
const ANDROID_SWITCH = /\bsetAllow(?:Universal|File)AccessFromFileURLs\(true\)|\ballow(?:Universal|File)AccessFromFileURLs\s*=\s*true\b/g;

const isOn = (value: Value): boolean => value.symbol === 'true' || value.number === 1 || /^(?:yes|true|1)$/i.test(value.text ?? '');
const isOff = (value: Value): boolean =>
  /^(?:false|nil)$/.test(value.symbol ?? '') || value.number === 0 || /^(?:no|false|0)$/i.test(value.text ?? '');

function isOldView(call: CallEvent): boolean {
  const type = call.receiver?.type;
  return type === undefined ? /^(?:self\.)?ui_?web_?view$/i.test(pathOf(call.receiverNode ?? call.node)) : type === 'UIWebView';
}

const lineAt = (source: string, index: number): number => source.slice(0, index).split('\n').length;
