/** Something in an answer that tells an attacker about the inside. */
export interface Leak {
  readonly kind: 'stack trace' | 'SQL' | 'path' | 'internal error' | 'version' | 'debug page' | 'internal address';
  readonly evidence: string;
}

const PATTERNS: readonly (readonly [Leak['kind'], RegExp])[] = [
  // JavaScript, Python, Java and Kotlin, .NET, Go, PHP, Ruby.
  ['stack trace', /\bat (?:async )?(?:new )?[\w$.<>[\] ]{1,80} \(?(?:node:|file:|\/|[A-Za-z]:\\)[^\s)"]{1,200}:\d{1,6}/],
  ['stack trace', /Traceback \(most recent call last\)/],
  ['stack trace', /\bFile "[^"\n]{1,200}", line \d{1,6}/],
  ['stack trace', /\bat [\w$.]{3,120}\([\w$]{1,60}\.(?:java|kt|scala|groovy):\d{1,6}\)/],
  ['stack trace', /\bat [\w.`<>]{3,120}\([^)\n]{0,200}\) in [^\n]{1,200}:line \d{1,6}/],
  ['stack trace', /goroutine \d{1,6} \[/],
  ['stack trace', /#\d{1,3} \/[^\s(]{1,200}\(\d{1,6}\): /],
  ['stack trace', /\.rb:\d{1,6}:in [`'][^'\n]{1,100}'/],
  [
    'SQL',
    /\b(?:SQLITE_ERROR|SQLITE_CONSTRAINT|ORA-\d{5}|SQLSTATE\[?\w{5}|PG::\w+Error|psycopg2?\.|MySqlException|SqlException|com\.mysql\.|org\.postgresql\.|ER_PARSE_ERROR)/,
  ],
  [
    'SQL',
    /(?:near "[^"\n]{0,60}": syntax error|You have an error in your SQL syntax|unterminated quoted string|unrecognized token: |syntax error at or near)/i,
  ],
  ['SQL', /\bSELECT\s[\w\s,.*"`]{1,200}\sFROM\s[\w"`.]{1,60}/],
  [
    'debug page',
    /(?:Whitelabel Error Page|Werkzeug Debugger|DEBUG = True|Laravel\\?Ignition|X-Debug-Exception|PhpDebugBar|Microsoft\.AspNetCore\.Diagnostics)/,
  ],
  [
    'internal error',
    /\b(?:TypeError|ReferenceError|RangeError|NullPointerException|NullReferenceException|IllegalArgumentException|KeyError|AttributeError|ENOENT|EACCES|ECONNREFUSED)\b[:\s]/,
  ],
  [
    'internal error',
    /\b(?:JsonWebTokenError|TokenExpiredError|PrismaClient\w+Error|SequelizeDatabaseError|MongoServerError|UnexpectedTokenError)\b/,
  ],
  ['path', /(?:^|[\s"'(=])(?:\/(?:home|Users|usr|var|opt|srv|app|root|etc|tmp)\/[\w.@-]{1,60}\/[\w./@-]{1,200})/],
  ['path', /(?:^|[\s"'(=])[A-Z]:\\{1,2}(?:Users|inetpub|Program Files|Windows|app)\\{1,2}[\w.\\ -]{1,200}/],
  ['internal address', /\b(?:10\.\d{1,3}|192\.168|172\.(?:1[6-9]|2\d|3[01]))\.\d{1,3}\.\d{1,3}:\d{2,5}\b/],
];

/** Answers are read this far: an error that needs more to show itself is a page, and pages begin with their title. */
const READ = 65_536;

/**
 * What the body of an error gives away. Patterns are of messages programs write, not of words people use.
 *
 * @example findLeaks('Error: x\n    at handler (/srv/app/index.js:3:7)')[0].kind // 'stack trace'
 */
export function findLeaks(body: string): Leak[] {
  // A stack trace inside JSON has its line ends and quotes escaped.
  const text = body.slice(0, READ).replaceAll('\\n', '\n').replaceAll('\\"', '"');
  const found = new Map<string, Leak>();
  for (const [kind, pattern] of PATTERNS) {
    const match = pattern.exec(text);
    if (match !== null && !found.has(kind)) found.set(kind, { kind, evidence: match[0].trim().slice(0, 200) });
  }
  return [...found.values()];
}
