import { defineAudit } from '../../audit.ts';
import { startOf } from '../../flow/value.ts';
import { here } from '../event-place.ts';
import { CHECKED } from './checked-address.ts';

const OUTSIDE = /^a (?:push message|link that opened the app)$|^the clipboard$/;
/** The system's ways out of the app; `openURL(url)` alone is SwiftUI's. A library's own `openURL` takes links in. */
const OPENERS =
  /^(?:Linking|WebBrowser|InAppBrowser|UIApplication(?:\.\w+(?:\(\))?)?|application|\w*\.?extensionContext)\.|^open(?:URL|BrowserAsync)$/;
export const unvalidatedOpenUrl = defineAudit({
  id: 'unvalidated-open-url',
  area: 'platform',
  title: 'Addresses from outside are looked at before they are opened',
  failingTitle: 'An address from outside is opened unseen',
  severity: 'medium',
  references: {
    checklist: 'no-injection',
    masvs: ['MASVS-PLATFORM-1'],
    maswe: ['MASWE-0058'],
    cwe: [601, 939],
  },
  why: 'Who can send a push message or a link then opens any page in the app\u2019s name, or starts other apps by tel:, sms: and their own schemes.',
  remedy: {
    text: 'Open https addresses of your own hosts only.',
    language: 'typescript',
    code: "const target = new URL(url);\nif (target.protocol === 'https:' && target.hostname === 'example.com') await Linking.openURL(url);",
  },
  needs: ['code'],
  samples: {
    fail: [
      {
        path: 'a.ts',
        text: 'Notifications.addNotificationResponseReceivedListener((r) => { Linking.openURL(r.notification.request.content.data.url); });',
      },
      { path: 'a.ts', text: 'function onPush({ data }) { Linking.openURL(data.link); }\nmessaging().onNotificationOpenedApp(onPush);' },
      'func application(_ app: UIApplication, open url: URL) -> Bool { UIApplication.shared.open(url); return true }',
    ],
    pass: [
      {
        path: 'a.ts',
        text: "Notifications.addNotificationResponseReceivedListener((r) => { const url = r.notification.request.content.data.url; if (url.startsWith('https://example.com/')) Linking.openURL(url); });",
      },
      'func application(_ app: UIApplication, open url: URL) -> Bool { UIApplication.shared.open(URL(string: "example://page?from=" + url.absoluteString)!); return true }',
      'class Router { func open(url: URL) { UIApplication.shared.open(url) } }',
      { path: 'a.ts', text: "export const help = () => Linking.openURL('https://example.com/help');" },
      { path: 'a.ts', text: 'export const more = (item) => Linking.openURL(item.url);' },
    ],
  },
  calls: [
    {
      names: ['openURL', 'open', 'openBrowserAsync'],
      check(event, context) {
        const from = event.args[0]?.known.foreign;
        if (!OPENERS.test(event.path) || from === undefined || !OUTSIDE.test(from)) return;
        // Its scheme is written here: what came from outside only fills in the rest.
        if (/^[a-z][a-z0-9+.-]*:/i.test(startOf(event.args[0]?.known ?? {}) ?? '')) return;
        const { unit, function: around } = event.scene;
        // Native apps hand links to a router of their own, which checks them before it opens what is left.
        if (unit.language !== 'script' && !/^(?:application|scene)$/.test(around?.name ?? '')) return;
        // As far as the enclosing function, or where there is none the statement before.
        const text = unit.source.slice(around?.start ?? Math.max(0, event.node.start - 400), event.node.start);
        if (CHECKED.test(text)) return;
        context.report({
          at: here(event.scene, event.node),
          message: `An address from ${from} is opened as it comes.`,
          confidence: 'medium',
        });
      },
    },
  ],
});
