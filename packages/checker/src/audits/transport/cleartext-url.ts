import { defineAudit } from '../../audit.ts';
import type { TextEvent } from '../../flow/events.ts';
import { here } from '../event-place.ts';
import { plistPlace } from '../plist-values.ts';
import { LOCAL_ADDRESS, PRIVATE_ADDRESS } from './plain-address.ts';

/** Names of documents, not addresses anybody connects to: XML namespaces, DTDs, schemas, licences. */
const NAMES =
  /^http:\/\/(?:(?:www\.)?w3\.org|(?:schemas|ns)\.[\w.-]+|[\w.-]*schema[\w.-]*|www\.apple\.com\/DTDs|purl\.org|xmlpull\.org|xmlns\.com|(?:www\.)?opengis\.net|ogp\.me|rdfs?\.org|activitystrea\.ms|(?:www\.)?apache\.org\/licenses|(?:www\.)?gnu\.org\/licenses|docs\.oasis-open\.org|iptc\.org|www\.ietf\.org|java\.sun\.com|joinmastodon\.org\/ns|web-payments\.org|webfinger\.net|ostatus\.org|portablecontacts\.net|salmon-protocol\.org|gmpg\.org|www\.itunes\.com\/dtds|search\.yahoo\.com\/mrss|podlove\.org|www\.google\.com\/schemas|base\.google\.com\/ns|www\.georss\.org|specs\.openid\.net|openid\.net|webdav\.org|owncloud\.org\/ns|nextcloud\.org\/ns|calendarserver\.org|cipa\.jp)/i;
const URL_START = /^http:\/\/[\w\0[]/i;

const ADDRESS_KEY = /ur[li]|host|endpoint|server|base|api/i;
/** A setting of an address: `API_URL=http://…`, `"apiUrl": "http://…"`. Where updates come from, another audit looks. */
const SETTING = /["']?([\w.-]*(?:ur[li]|host|endpoint|server|base|api)[\w.-]*)["']?\s*[:=]\s*["']?(http:\/\/[^\s"'#]+)/gi;
const FOR_DEVELOPMENT = /\.(?:dev|development|local|test|example|sample|template|debug)\b|debug|\bdev\b/i;

export const cleartextUrl = defineAudit({
  id: 'cleartext-url',
  area: 'transport',
  title: 'Every address in the code is https',
  failingTitle: 'The code holds addresses without TLS',
  severity: 'medium',
  references: {
    checklist: 'https-only',
    masvs: ['MASVS-NETWORK-1'],
    mastg: ['MASTG-TEST-0321'],
    maswe: ['MASWE-0050'],
    cwe: [319],
    api10: ['API8:2023'],
  },
  why: 'Requests to http addresses are read and changed by anybody on the way.',
  remedy: {
    text: 'Use https. If the server has no certificate, give it one first.',
    language: 'swift',
    code: 'let endpoint = URL(string: "https://api.example.com/v1")!',
    script: "export const endpoint = 'https://api.example.com/v1';",
  },
  needs: ['code', 'plists', 'texts'],
  yieldsTo: ['cleartext-transmission'],
  samples: {
    fail: [
      'func u() -> URL? { var c = URLComponents(); c.scheme = "http"; c.host = "api.shop.example"; return c.url }',
      'let endpoint = "http://api.example.com/v1"',
      'let request = URLRequest(url: URL(string: "http://example.com/pay")!)',
      { path: 'api.ts', text: 'export const base = "http://api.example.com";' },
      { path: '.env.production', text: 'API_URL=http://api.example.com\n' },
      { path: 'app.json', text: '{ "expo": { "slug": "a", "extra": { "apiUrl": "http://api.example.com" } } }' },
      { path: 'Info.plist', text: '<plist><dict><key>ApiBaseURL</key><string>http://api.example.com</string></dict></plist>' },
      { path: 'api.ts', text: 'export const send = (form) => fetch("http://192.168.1.7:3000/upload", { method: "POST", body: form });' },
    ],
    pass: [
      { path: '.env.development', text: 'API_URL=http://api.example.com\n' },
      { path: '.env', text: 'API_URL=http://localhost:3000\n' },
      'let endpoint = "https://api.example.com/v1"',
      'let namespace = "http://www.w3.org/2000/svg"',
      'let local = "http://localhost:8080"',
      { path: 'api.ts', text: 'export const emulator = "http://10.0.2.2:8080";' },
      'func show() { exampleLabel.text = "http://media.example.com" }',
      'if text.hasPrefix("http://") { open(text) }',
      'let development = "http://api.shop.local:8080"',
      'let hidden = "http://2gzyxa5ihm7nsggfxnu52rck2vv4rvmdlkiu3zzui5du4xyclen53wid.onion"',
      'let known = NSPredicate(format: "%K BEGINSWITH %@", key, "http://www.\\(domain)")',
    ],
  },
  assigns: [
    {
      names: ['scheme'],
      check(event, context) {
        if (!event.declared && event.target?.kind === 'member' && event.value.text === 'http' && event.value.literal === true)
          context.report({
            at: here(event.scene, event.node),
            message: 'The address is put together without TLS.',
            confidence: event.scene.debug ? 'low' : 'medium',
          });
      },
    },
  ],
  texts(event, context) {
    // A base address that is put in was judged where it is spelled.
    if (typeof event.node.parts[0] !== 'string') return;
    if (!URL_START.test(event.text) || event.text.includes('\n') || NAMES.test(event.text) || /^http:\/\/\0?$/.test(event.text)) return;
    // React Native apps carry the address of a developer's machine into the release; there, everybody on the Wi-Fi can answer to it.
    const leftover = event.scene.unit.language === 'script' && PRIVATE_ADDRESS.test(event.text);
    if ((LOCAL_ADDRESS.test(event.text) && !leftover) || /\/schemas?\/|\.(?:xsd|dtd)$/.test(event.text)) return;
    if (isCompared(event) || isPlaceholder(event)) return;
    // An address whose host is put in at run time speaks for the user's own server.
    const composed = /^http:\/\/[^/?#]*\0/.test(event.text);
    context.report({
      at: here(event.scene, event.node),
      message: `${host(event.text)} is addressed without TLS.`,
      confidence: composed || event.scene.debug ? 'low' : 'medium',
      ...(leftover ? { severity: 'low' as const } : {}),
    });
  },
  check(artifacts, context) {
    for (const file of artifacts.texts) {
      if ((file.role !== 'env' && file.role !== 'app-config') || FOR_DEVELOPMENT.test(file.path)) continue;
      for (const match of file.source.matchAll(SETTING)) {
        const address = match[2] as string;
        if (NAMES.test(address) || LOCAL_ADDRESS.test(address) || /update/i.test(match[1] as string)) continue;
        const line = file.source.slice(0, match.index + match[0].length).split('\n').length;
        const place = { path: file.path, line, evidence: match[0].trim() };
        context.report({ place, message: `${host(address)} is addressed without TLS.`, confidence: 'medium' });
      }
    }
    for (const plist of artifacts.plists)
      if (plist.role === 'info' && plist.root.kind === 'dict' && !FOR_DEVELOPMENT.test(plist.path))
        for (const [key, node] of plist.root.entries)
          if (
            node.kind === 'text' &&
            ADDRESS_KEY.test(key) &&
            URL_START.test(node.text) &&
            !NAMES.test(node.text) &&
            !LOCAL_ADDRESS.test(node.text)
          )
            context.report({
              place: plistPlace(plist, node),
              message: `${host(node.text)} is addressed without TLS.`,
              confidence: 'medium',
            });
  },
});

const host = (text: string): string => /^http:\/\/([^/?#\0]+)/i.exec(text)?.[1] ?? 'A host chosen at run time';

/** `hasPrefix("http://…")`, `replacingOccurrences(of: "http://…`, `== "http://…"`: looked at, not connected to. */
function isCompared(event: TextEvent): boolean {
  const before = event.scene.unit.source.slice(Math.max(0, event.node.start - 40), event.node.start);
  if (/\bNSPredicate\([^\n]*$/.test(event.scene.unit.source.slice(Math.max(0, event.node.start - 160), event.node.start))) return true;
  return /(?:hasPrefix|hasSuffix|contains|startsWith|replacingOccurrences|of:|replace|isEqualToString:|==|!=|case|range|indexOf|includes|test|namespace\w*:?|xmlns\w*)\s*[=(:]?\s*@?$/i.test(
    before,
  );
}

const isPlaceholder = (event: TextEvent): boolean =>
  /placeholder|prompt|hint|Localized|L10n|Text\(\s*$|comment:|[lL]abel\w*\.text\s*=\s*@?$/i.test(
    event.scene.unit.source.slice(Math.max(0, event.node.start - 30), event.node.start),
  );
