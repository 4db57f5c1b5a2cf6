import { type AuditContext, defineAudit } from '../../audit.ts';
import type { TextEvent } from '../../flow/events.ts';
import { pathOf } from '../../flow/paths.ts';
import { startOf } from '../../flow/value.ts';
import type { Expression } from '../../syntax/tree.ts';
import { here } from '../event-place.ts';
import { configAddresses } from './config-addresses.ts';
import { LOCAL_ADDRESS, PRIVATE_ADDRESS } from './plain-address.ts';

/** Names of documents, not addresses anybody connects to: XML namespaces, DTDs, schemas, licences. */
const NAMES =
  /^http:\/\/(?:(?:www\.)?w3\.org|(?:schemas|ns)\.[\w.-]+|[\w.-]*schema[\w.-]*|www\.apple\.com\/DTDs|purl\.org|xmlpull\.org|xmlns\.com|(?:www\.)?opengis\.net|ogp\.me|rdfs?\.org|activitystrea\.ms|(?:www\.)?apache\.org\/licenses|(?:www\.)?gnu\.org\/licenses|docs\.oasis-open\.org|iptc\.org|www\.ietf\.org|java\.sun\.com|joinmastodon\.org\/ns|web-payments\.org|webfinger\.net|ostatus\.org|portablecontacts\.net|salmon-protocol\.org|gmpg\.org|www\.itunes\.com\/dtds|search\.yahoo\.com\/mrss|podlove\.org|www\.google\.com\/schemas|base\.google\.com\/ns|www\.georss\.org|specs\.openid\.net|openid\.net|webdav\.org|owncloud\.org\/ns|nextcloud\.org\/ns|calendarserver\.org|cipa\.jp)/i;
const URL_START = /^http:\/\/[\w\0[]/i;

/** Other schemes whose content is readable on the way, with a host that has a domain. */
const PLAIN_START = /^(?:ws|ftp|mqtt|tcp|telnet):\/\/[\w-]+(?:\.[\w-]+)+/i;
/** FTP sends name, password and files as they are (RFC 959), to whatever host: `"ftp://\(Settings.host)"`. */
const FTP_HOST = /^ftp:\/\/(?:[^/@]*@)?(?:\0|%@)/i;
/** Calls that make an address of a text. */
const MAKES_ADDRESS = ['URL', 'NSURL', 'URLWithString', 'initWithString', 'URLComponents', 'fetch', 'WebSocket', 'io', 'axios'];
/** Asks whether a text is an address already. */
const ASKS_SCHEME = /(?:[hH]asPrefix|starts_?[wW]ith|starts\(with|indexOf|includes|contains|match|test|search)\W{0,8}http/;
/** Of two addresses the one for development. */
const DEVELOPMENT_CHOICE = /(?:__DEV__|NODE_ENV\s*===?\s*['"]development['"]|\bis_?Dev\w*)\s*\?\s*$/i;

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
  yieldsTo: ['cleartext-transmission', 'cleartext-socket'],
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
      'let host = "api.example.com"\nfunc f(path: String) -> URL { URL(string: "http://" + host + path)! }',
      'let feed = "ws://feed.example.com/live"',
      'func f(s: inout Settings) { s.host = "ftp://\\(Places.drop)" }',
      'func f(text: String) -> String { if !text.hasPrefix("http") { return "http://\\(text)" }; return text }',
      { path: 'api.ts', text: 'export const fix = (text) => (text.startsWith("http") ? text : "http://" + text);' },
      { path: 'Prod.xcconfig', text: 'API_URL = http:/$()/api.example.com\n' },
      { path: 'src/config.json', text: '{ "apiUrl": "http://api.example.com" }' },
      { path: 'Servers.plist', text: '<plist><dict><key>baseURL</key><string>http://api.example.com</string></dict></plist>' },
      {
        path: 'Info.plist',
        text: '<plist><dict><key>Servers</key><dict><key>Shop</key><string>http://api.example.com</string></dict></dict></plist>',
      },
      { path: 'www/index.html', text: '<html><head><script src="http://cdn.example.com/a.js"></script></head></html>' },
      { path: 'www/index.html', text: '<script>fetch("http://api.example.com/me")</script>' },
    ],
    pass: [
      'func f(host: String, path: String) -> URL { URL(string: "http://" + host + path)! }',
      'let feed = "ws://localhost:8080/live"',
      'func f(text: String) -> Bool { text.hasPrefix("ftp://\\(mirror)") }',
      { path: 'api.ts', text: 'export const base = __DEV__ ? "http://dev.example.com" : "https://api.example.com";' },
      { path: 'Debug.xcconfig', text: 'API_URL = http:/$()/api.example.com\n' },
      { path: 'src/words.json', text: '{ "apiUrl": "http://api.example.com" }' },
      { path: 'Texts.plist', text: '<plist><dict><key>imprint</key><string>http://example.com</string></dict></plist>' },
      { path: 'www/index.html', text: '<html xmlns="http://www.w3.org/1999/xhtml"><a href="http://example.com">more</a></html>' },
      { path: 'docs/index.html', text: '<script src="http://cdn.example.com/a.js"></script>' },
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
  calls: [
    {
      // `"http://" + host` whose host stands elsewhere in the program.
      names: MAKES_ADDRESS,
      check(event, context) {
        const [first] = event.args;
        const address = first === undefined ? undefined : startOf(first.known);
        if (first === undefined || address === undefined || !isPublicPlain(address)) return;
        const joined = first.value.kind === 'binary' || (first.value.kind === 'string' && first.value.parts.length > 1);
        if (joined && !spellsHost(first.value))
          context.report({
            at: here(event.scene, event.node),
            message: `${host(address)} is addressed without TLS.`,
            confidence: 'medium',
          });
      },
    },
  ],
  texts(event, context) {
    // A base address that is put in was judged where it is spelled.
    if (!event.text.includes('://') || typeof event.node.parts[0] !== 'string') return;
    const plain = (PLAIN_START.test(event.text) && !LOCAL_ADDRESS.test(event.text)) || FTP_HOST.test(event.text);
    if (!plain && !/^http:\/\//i.test(event.text)) return;
    if (/^http:\/\/(?:\0|%@|$)/i.test(event.text)) {
      fallback(event, context);
      return;
    }
    if ((!plain && !URL_START.test(event.text)) || event.text.includes('\n') || NAMES.test(event.text)) return;
    // React Native apps carry the address of a developer's machine into the release; there, everybody on the Wi-Fi can answer to it.
    const leftover = event.scene.unit.language === 'script' && PRIVATE_ADDRESS.test(event.text);
    if ((LOCAL_ADDRESS.test(event.text) && !leftover) || /\/schemas?\/|\.(?:xsd|dtd)$/.test(event.text)) return;
    if (isCompared(event) || isPlaceholder(event)) return;
    // An address whose host is put in at run time speaks for the user's own server.
    const composed = /^http:\/\/[^/?#]*\0/.test(event.text);
    context.report({
      at: here(event.scene, event.node),
      message: `${host(event.text)} is addressed without TLS.`,
      confidence: composed || event.scene.debug || DEVELOPMENT_CHOICE.test(before(event, 60)) ? 'low' : 'medium',
      ...(leftover ? { severity: 'low' as const } : {}),
    });
  },
  check(artifacts, context) {
    // Where updates come from, another audit looks.
    for (const { address, key, path, line, evidence } of configAddresses(artifacts))
      if (!NAMES.test(address) && !LOCAL_ADDRESS.test(address) && !/update/i.test(key))
        context.report({ place: { path, line, evidence }, message: `${host(address)} is addressed without TLS.`, confidence: 'medium' });
  },
});

/** A host that is put in: a constant of the program is its own server; without a scheme typed, the address becomes http. */
function fallback(event: TextEvent, context: AuditContext): void {
  if (isCompared(event) || isPlaceholder(event)) return;
  const [, inside] = event.node.parts;
  const constant = inside !== undefined && typeof inside !== 'string' && /^[A-Z][A-Z0-9]*(?:_[A-Z0-9]+)*$/.test(pathOf(inside));
  const asked = ASKS_SCHEME.test(before(event, 240));
  context.report({
    at: here(event.scene, event.node),
    message: asked ? 'An address given without a scheme becomes http.' : 'A host chosen at run time is addressed without TLS.',
    confidence: (constant || asked) && !event.scene.debug ? 'medium' : 'low',
    ...(constant ? {} : { severity: 'low' as const }),
  });
}

const isPublicPlain = (address: string): boolean =>
  /^http:\/\/[\w-]+(?:\.[\w-]+)*\.[a-z]{2,}(?:[/:?]|$)/i.test(address) && !NAMES.test(address) && !LOCAL_ADDRESS.test(address);

/** Whether the host stands in the expression itself, where it was judged as a text. */
function spellsHost(node: Expression): boolean {
  if (node.kind === 'binary') return spellsHost(node.left);
  const start = node.kind === 'string' ? node.parts[0] : undefined;
  return node.kind !== 'string' || (typeof start === 'string' && /^http:\/\/[\w-]/i.test(start));
}

const before = ({ scene: { unit }, node }: TextEvent, length: number): string =>
  unit.source.slice(Math.max(0, node.start - length), node.start);

const host = (text: string): string => /^\w+:\/\/([^/?#\0]+)/i.exec(text)?.[1] ?? 'A host chosen at run time';

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
