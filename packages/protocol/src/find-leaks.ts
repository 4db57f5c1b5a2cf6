/** Something in an answer that tells an attacker about the inside. */
export interface Leak {
  readonly kind: 'stack trace' | 'SQL' | 'path' | 'internal error' | 'version' | 'debug page' | 'internal address';
  readonly evidence: string;
}

/**
 * What programs write about themselves, and people do not. The gateway replaces an error that matches, the checker reports
 * one: the same list, so that what the one finds the other has stopped. Every repetition is bounded, because what is read
 * may be hostile.
 */
const PATTERNS: readonly (readonly [Leak['kind'], RegExp])[] = [
  // JavaScript, Python, Java and Kotlin, .NET, Go, PHP, Ruby, Rust.
  ['stack trace', /\bat (?:async )?(?:new )?[\w$.<>[\] ]{1,80} \(?(?:node:|file:|\/|[A-Za-z]:\\)[^\s)"]{1,200}:\d{1,6}/],
  ['stack trace', /\bat (?:async )?(?:node:|file:\/\/|\/)[^\s)"]{1,200}:\d{1,6}:\d{1,6}/],
  ['stack trace', /Traceback \(most recent call last\)/],
  ['stack trace', /\bFile "[^"\n]{1,200}", line \d{1,6}/],
  ['stack trace', /\bat [\w$.]{3,120}\([\w$]{1,60}\.(?:java|kt|scala|groovy):\d{1,6}\)/],
  ['stack trace', /\bat [\w$.]{3,120}\((?:Native Method|Unknown Source)\)/],
  ['stack trace', /\bat [\w.`<>]{3,120}\([^)\n]{0,200}\) in [^\n]{1,200}:line \d{1,6}/],
  ['stack trace', /\bat (?:System|Microsoft)\.[\w.`<>[\],]{3,150}\(/],
  ['stack trace', /goroutine \d{1,6} \[/],
  ['stack trace', /\w\.go:\d{1,6} \+0x[0-9a-f]{1,16}/],
  ['stack trace', /#\d{1,3} \/[^\s(]{1,200}\(\d{1,6}\): /],
  ['stack trace', /(?:Fatal error|Warning|Notice|Parse error|Uncaught \w{1,60})\b[^\n]{0,300} in (?:<b>)?\/[^\s<]{1,200}\.php/],
  ['stack trace', /\.rb:\d{1,6}:in [`'][^'\n]{1,100}'/],
  ['stack trace', /thread '[^'\n]{1,60}' panicked at /],
  [
    'SQL',
    /\b(?:SQLITE_ERROR|SQLITE_CONSTRAINT|ERR_SQLITE_ERROR|ORA-\d{5}|SQLSTATE\[?\w{5}|PG::\w+Error|psycopg2?\.|MySqlException|SqlException|com\.mysql\.|org\.postgresql\.|ER_PARSE_ERROR)/,
  ],
  [
    'SQL',
    /(?:near "[^"\n]{0,60}": syntax error|You have an error in your SQL syntax|unterminated quoted string|unrecognized token: |syntax error at or near|Unclosed quotation mark after)/i,
  ],
  ['SQL', /\bSELECT\s[\w\s,.*"`]{1,200}\sFROM\s[\w"`.]{1,60}/],
  ['SQL', /\b(?:INSERT INTO|DELETE FROM)\s[\w"`.]{1,60}\s?(?:\(|WHERE\b|VALUES\b)/],
  [
    'debug page',
    /(?:Whitelabel Error Page|Werkzeug Debugger|DEBUG = True|Laravel\\?Ignition|X-Debug-Exception|PhpDebugBar|Microsoft\.AspNetCore\.Diagnostics|Action Controller: Exception caught|Server Error in '\/[^'\n]{0,60}' Application)/,
  ],
  [
    'internal error',
    /\b(?:TypeError|ReferenceError|RangeError|NullPointerException|NullReferenceException|IllegalArgumentException|KeyError|AttributeError|NoMethodError|ENOENT|EACCES|ECONNREFUSED)\b[:\s]/,
  ],
  ['internal error', /\b(?:java|javax|kotlin|org\.springframework|org\.hibernate)\.[\w.]{1,100}(?:Exception|Error)\b/],
  ['internal error', /\bSystem\.(?:[A-Z]\w{1,40}\.){0,4}[A-Z]\w{1,60}Exception\b/],
  [
    'internal error',
    /\b(?:JsonWebTokenError|TokenExpiredError|PrismaClient\w+Error|SequelizeDatabaseError|MongoServerError|UnexpectedTokenError)\b/,
  ],
  ['path', /(?:^|[\s"'(=>])(?:\/(?:home|Users|usr|var|opt|srv|app|root|etc|tmp)\/[\w.@-]{1,60}\/[\w./@-]{1,200})/],
  ['path', /(?:^|[\s"'(=>])[A-Z]:\\{1,2}(?:Users|inetpub|Program Files|Windows|app)\\{1,2}[\w.\\ -]{1,200}/],
  ['path', /\bnode_modules[/\\][\w.@-]/],
  ['path', /\bsite-packages\/\w/],
  ['internal address', /\b(?:10\.\d{1,3}|192\.168|172\.(?:1[6-9]|2\d|3[01]))\.\d{1,3}\.\d{1,3}:\d{2,5}\b/],
];

/** Answers are read this far: an error that needs more to show itself is a page, and pages begin with their title. */
const READ = 65_536;

/** How JSON and HTML write the characters that the patterns want plain. */
const ESCAPES: Readonly<Record<string, string>> = {
  '\\n': '\n',
  '\\"': '"',
  '\\/': '/',
  '&quot;': '"',
  '&#34;': '"',
  '&#39;': "'",
  '&#x27;': "'",
  '&lt;': '<',
  '&gt;': '>',
  '&nbsp;': ' ',
};
const ESCAPE = /\\["n/]|&(?:quot|#34|#39|#x27|lt|gt|nbsp);|\\u00([0-9a-fA-F]{2})/g;

/**
 * What the body of an error gives away. Patterns are of messages programs write, not of words people use.
 *
 * @param said what the caller sent and the body may repeat, such as the path: it is no news to the caller.
 * @example findLeaks('Error: x\n    at handler (/srv/app/index.js:3:7)')[0].kind // 'stack trace'
 */
export function findLeaks(body: string, said = ''): Leak[] {
  // NUL: text of two or four bytes a character, read as one.
  let text = body.slice(0, READ).replaceAll('\0', '');
  text = text.replace(ESCAPE, (written, hex?: string) => ESCAPES[written] ?? String.fromCharCode(Number.parseInt(hex ?? '20', 16)));
  if (said.length > 1) text = text.replaceAll(said, '…');
  const found = new Map<string, Leak>();
  for (const [kind, pattern] of PATTERNS) {
    if (found.has(kind)) continue;
    const match = pattern.exec(text);
    if (match !== null) found.set(kind, { kind, evidence: match[0].trim().slice(0, 200) });
  }
  return [...found.values()];
}
