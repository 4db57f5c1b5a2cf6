import type { IncomingHttpHeaders } from 'node:http';
import { HSTS } from '@sallyport/pipeline';
import type { Exchange, Route } from './exchange.ts';

/** The fields of an answer: name, value, name, value … */
export type AnswerHead = string[];

/** One change to the head of an upstream's answer on its way out. */
export interface Finisher {
  readonly name: string;
  /** Fields the upstream may not send, in lower case. */
  readonly drops: readonly string[];
  /** Adds fields of our own. */
  add?(head: AnswerHead, exchange: Exchange): void;
}

/** Fields for the connection between upstream and gateway alone (RFC 9110 §7.6.1). */
const hopByHop: Finisher = {
  name: 'hop-by-hop',
  drops: ['connection', 'keep-alive', 'proxy-connection', 'proxy-authenticate', 'te', 'trailer', 'transfer-encoding', 'upgrade'],
};

/**
 * What tells an attacker what runs behind us (CWE-200), and what is ours alone to say: an upstream's DPoP-Nonce would
 * make clients sign with a nonce we refuse, its Alt-Svc would lead them past the gateway.
 */
const stripUpstream: Finisher = {
  name: 'strip-upstream',
  drops: [
    ...['server', 'x-powered-by', 'via', 'x-aspnet-version', 'x-aspnetmvc-version', 'x-runtime', 'x-generator', 'x-backend-server'],
    ...['x-debug-token', 'x-debug-token-link', 'sourcemap', 'x-sourcemap', 'server-timing', 'alt-svc', 'dpop-nonce', 'x-correlation-id'],
    ...['ratelimit', 'ratelimit-policy', 'idempotency-replayed', 'x-sallyport-subject', 'x-sallyport-client', 'x-sallyport-scope'],
  ],
};

/** Answers to a signed-in user are for this user now, not for a cache (REQUIREMENTS S13, RFC 9111 §5.2.2.5). */
const noStore: Finisher = {
  name: 'no-store',
  drops: ['cache-control', 'expires', 'pragma', 'age'],
  add: (head) => head.push('Cache-Control', 'no-store'),
};

/** HTTPS from now on (RFC 6797 §6.1), and no guessing of types (Fetch §3.5). */
const securityHeaders: Finisher = {
  name: 'security-headers',
  drops: ['strict-transport-security', 'x-content-type-options'],
  add: (head) => head.push('Strict-Transport-Security', HSTS, 'X-Content-Type-Options', 'nosniff'),
};

/** What guards had to say: RateLimit, a fresh DPoP-Nonce. And the support code, which is the correlation id. */
const guardFields: Finisher = {
  name: 'guard-fields',
  drops: [],
  add(head, { answerFields, supportCode }) {
    for (const each of answerFields) head.push(each);
    head.push('X-Correlation-Id', supportCode);
  },
};

/** The finishers of a route, in order. */
export function finishersFor({ access }: Pick<Route, 'access'>): readonly Finisher[] {
  return [hopByHop, stripUpstream, ...(access === 'user' ? [noStore] : []), securityHeaders, guardFields];
}

/** Each of these is a line of its own (RFC 9110 §5.3 for Set-Cookie; readers of lists of challenges are rare). */
const LINES_APART = new Set(['set-cookie', 'www-authenticate']);

/** Response fields that hold one value; of two the first counts, as it does for node's own client. */
const SINGLE = new Set([
  ...['age', 'content-length', 'content-location', 'content-range', 'content-type', 'date', 'etag', 'expires', 'last-modified'],
  ...['location', 'retry-after', 'content-disposition', 'access-control-allow-origin', 'access-control-allow-credentials'],
  'access-control-max-age',
]);

/** RFC 9110 §15.3.5. */
const NO_CONTENT = 204;

/** Finishers of a route, compiled. */
export interface Finish {
  /** What is left of the upstream's head. This part is kept and given again under an idempotency key. */
  strip(status: number, headers: IncomingHttpHeaders): AnswerHead;
  /** Adds our fields, which are of this one exchange. */
  add(head: AnswerHead, exchange: Exchange): void;
}

/**
 * Compiles finishers into one pass over the head.
 *
 * @param upstreamOrigin addresses on it are rewritten to `publicUrl` in Location, which would else lead past the gateway.
 */
export function compileFinishers(
  finishers: readonly Finisher[],
  { upstreamOrigin, publicUrl }: { readonly upstreamOrigin: string; readonly publicUrl: string },
): Finish {
  const drops = new Set(finishers.flatMap((finisher) => finisher.drops));
  const adds = finishers.flatMap(({ add }) => (add === undefined ? [] : [add]));
  return {
    strip(status, headers) {
      const head: AnswerHead = [];
      const nominated = headers.connection === undefined ? undefined : nominatedBy(headers.connection);
      for (const name in headers) {
        if (drops.has(name) || nominated?.has(name)) continue;
        // RFC 9110 §8.6: not with 204; over HTTP/2 the caller would take it for a broken stream.
        if (status === NO_CONTENT && name === 'content-length') continue;
        const value = headers[name];
        if (value === undefined) continue;
        if (typeof value !== 'string' && LINES_APART.has(name)) for (const each of value) head.push(name, each);
        else {
          const one = typeof value === 'string' ? value : oneOf(name, value);
          head.push(name, name === 'location' ? rewrite(one, upstreamOrigin, publicUrl) : one);
        }
      }
      return head;
    },
    add(head, exchange) {
      for (const add of adds) add(head, exchange);
    },
  };
}

/** One line of several (RFC 9110 §5.3): HTTP/2 in node refuses to send some fields twice. */
function oneOf(name: string, values: readonly string[]): string {
  return SINGLE.has(name) ? (values[0] as string) : values.join(', ');
}

function nominatedBy(connection: string | readonly string[]): ReadonlySet<string> | undefined {
  const text = String(connection).toLowerCase();
  return text === 'keep-alive' || text === 'close' ? undefined : new Set(text.split(',').map((name) => name.trim()));
}

function rewrite(location: string, origin: string, publicUrl: string): string {
  const rest = location.slice(origin.length);
  return location.startsWith(origin) && (rest === '' || '/?#'.includes(rest[0] as string)) ? publicUrl + rest : location;
}
