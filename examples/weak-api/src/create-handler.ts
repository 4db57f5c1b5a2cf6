import { createHash } from 'node:crypto';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { checkProof } from './check-proof.ts';
import { identifyCaller } from './identify-caller.ts';
import type { Flaws } from './planted-flaws.ts';
import type { Sessions } from './sessions.ts';
import type { Order, Store } from './store.ts';

export interface HandlerOptions {
  readonly flaws: Flaws;
  readonly store: Store;
  readonly sessions: Sessions;
  /** Address under which the outside knows the API. */
  readonly origin: () => string;
  /** Believe `X-Sallyport-Subject`, which a gateway sets, instead of asking for a token. */
  readonly behindGateway: boolean;
  /** Tells somebody that one user's password is being guessed. */
  readonly raiseAlarm: (user: string, failures: number) => void;
  /** Milliseconds since 1970. */
  readonly now: () => number;
}

/** An answer before it is written. */
interface Reply {
  readonly status: number;
  readonly body?: unknown;
  /** Sent as it is, instead of a body in JSON. */
  readonly text?: string;
  readonly headers?: Readonly<Record<string, string>>;
}

class Fault extends Error {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  constructor(status: number, message: string, headers: Readonly<Record<string, string>> = {}) {
    super(message);
    this.status = status;
    this.headers = headers;
  }
}

/** Requests at once, and requests a second after that. */
const BURST = 60;
const RATE = 10;
const WRONG_PASSWORDS = 5;
const LOCK_TIME = 900_000;
const MAX_BODY = 65_536;

/** All routes of the sample. Each weakness is switched by a planted flaw and harmless without it. */
export function createHandler(options: HandlerOptions): (request: IncomingMessage, response: ServerResponse) => void {
  const { flaws, store, sessions, origin, now } = options;
  const seen = new Set<string>();
  const failures = new Map<string, number>();
  const answers = new Map<string, { readonly digest: string; readonly reply: Reply }>();
  let tokens = BURST;
  let refilled = now();

  return (request, response) => {
    handle(request).then(
      (reply) => write(request, response, reply),
      (error: unknown) => write(request, response, describeError(error)),
    );
  };

  async function handle(request: IncomingMessage): Promise<Reply> {
    const url = new URL(request.url ?? '/', origin());
    const body = await readBody(request);
    if (!flaws.has('no-limit')) takeToken();
    if (request.method === 'OPTIONS') return { status: 204 };
    const route = `${request.method} ${url.pathname}`;
    if (route === 'GET /health') return { status: 200, body: { ok: true } };
    if (route === 'GET /.env' && flaws.has('open-env')) return { status: 200, text: 'DATABASE_PASSWORD=sample\n' };
    if (route === 'GET /jwks')
      return {
        status: 200,
        body: {
          keys: [
            {
              ...(flaws.has('private-jwks') ? sessions.privateKey : sessions.publicKey).export({ format: 'jwk' }),
              kid: sessions.keyId,
              alg: 'RS256',
              use: 'sig',
            },
          ],
        },
      };
    if (route === 'GET /.well-known/openid-configuration') return { status: 200, body: metadata() };
    if (route === 'POST /sign-in') return signIn(request, url, parse(body));
    if (route === 'POST /token') return renew(request, url, new URLSearchParams(body));
    if (route === 'POST /revoke') return revoke(new URLSearchParams(body));
    if (route === 'GET /customers' && flaws.has('open-route')) return { status: 200, body: { count: store.users.length } };

    const subject = await subjectOf(request, url);
    if (subject === undefined) throw new Fault(401, 'sign in first', { 'www-authenticate': 'DPoP' });
    if (route === 'GET /customers') return { status: 200, body: { count: store.users.length } };
    if (route === 'GET /me') return { status: 200, body: profile(subject) };
    if (route === 'GET /orders') return { status: 200, body: { items: store.ordersOf(subject).map(shown) } };
    if (route === 'POST /orders') return place(request, subject, body);
    const id = /^\/orders\/([^/]+)$/.exec(url.pathname)?.[1];
    if (request.method === 'GET' && id !== undefined) {
      const order = store.order(decodeURIComponent(id));
      if (order === undefined || (order.owner !== subject && !flaws.has('any-order'))) throw new Fault(404, 'no such order');
      return { status: 200, body: shown(order) };
    }
    throw new Fault(404, 'no such route');
  }

  function takeToken(): void {
    tokens = Math.min(BURST, tokens + ((now() - refilled) / 1000) * RATE);
    refilled = now();
    if (tokens < 1) throw new Fault(429, 'too many requests', { 'retry-after': '5' });
    tokens--;
  }

  async function subjectOf(request: IncomingMessage, url: URL): Promise<string | undefined> {
    if (options.behindGateway) {
      const subject = request.headers['x-sallyport-subject']?.toString();
      if (subject !== undefined) store.welcome(subject);
      return subject;
    }
    return identifyCaller(request, url, { flaws, sessions, issuer: origin, now, seen });
  }

  function shown(order: Order): object {
    return flaws.has('whole-rows') ? order : { id: order.id, item: order.item, quantity: order.quantity };
  }

  function profile(subject: string): object {
    const { name = subject, email = '', passwordHash = '' } = store.user(subject) ?? {};
    return { name, email, ...(flaws.has('password-hash') && { passwordHash }) };
  }

  function metadata(): object {
    return {
      issuer: origin(),
      token_endpoint: `${origin()}/token`,
      revocation_endpoint: `${origin()}/revoke`,
      jwks_uri: `${origin()}/jwks`,
    };
  }

  function signIn(request: IncomingMessage, url: URL, fields: unknown): Reply {
    const { username, password } = (fields ?? {}) as { username?: unknown; password?: unknown };
    if (typeof username !== 'string' || typeof password !== 'string') throw new Fault(400, 'username and password are wanted');
    const wrong = failures.get(username) ?? 0;
    if (wrong >= WRONG_PASSWORDS && !flaws.has('endless-guessing'))
      throw new Fault(429, 'too many attempts', { 'retry-after': String(LOCK_TIME / 1000) });
    const user = store.user(username);
    if (user === undefined && flaws.has('tells-users')) throw new Fault(404, 'no such user');
    if (!store.passwordFits(user, password) || user === undefined) {
      failures.set(username, wrong + 1);
      if (wrong + 1 === WRONG_PASSWORDS && !flaws.has('silent-alarm')) options.raiseAlarm(username, WRONG_PASSWORDS);
      throw new Fault(401, 'username or password is wrong');
    }
    failures.delete(username);
    return { status: 200, body: sessions.start(user, proofKey(request, url)) };
  }

  function renew(request: IncomingMessage, url: URL, form: URLSearchParams): Reply {
    const granted = sessions.renew(form.get('refresh_token') ?? '', proofKey(request, url));
    return granted === undefined ? { status: 400, body: { error: 'invalid_grant' } } : { status: 200, body: granted };
  }

  function revoke(form: URLSearchParams): Reply {
    sessions.end(form.get('token') ?? '');
    return { status: 200, body: {} };
  }

  function proofKey(request: IncomingMessage, url: URL): string | undefined {
    return checkProof(request.headers.dpop as string | undefined, { method: request.method ?? '', url: url.href, now: now(), seen });
  }

  function place(request: IncomingMessage, subject: string, body: string): Reply {
    const { item, quantity } = (parse(body) ?? {}) as { item?: unknown; quantity?: unknown };
    if (typeof item !== 'string' || typeof quantity !== 'number') throw new Fault(400, 'item and quantity are wanted');
    const key = request.headers['idempotency-key'];
    const digest = createHash('sha256').update(body).digest('hex');
    const before = key === undefined || flaws.has('repeats') ? undefined : answers.get(`${subject} ${key}`);
    if (before !== undefined) {
      if (before.digest !== digest) throw new Fault(422, 'this key belongs to another request');
      return before.reply;
    }
    const reply = { status: 201, body: shown(store.addOrder(subject, item, quantity)) };
    if (key !== undefined) answers.set(`${subject} ${key}`, { digest, reply });
    return reply;
  }

  function describeError(error: unknown): Reply {
    const known = error instanceof Fault || error instanceof SyntaxError || error instanceof URIError;
    const status = error instanceof Fault ? error.status : known ? 400 : 500;
    const { message, stack } = error as Error;
    const headers = error instanceof Fault ? error.headers : {};
    const sql = (error as { code?: unknown }).code === 'ERR_SQLITE_ERROR' && flaws.has('sql-by-concatenation');
    const title = error instanceof Fault || sql ? message : status === 400 ? 'malformed request' : 'internal error';
    return { status, headers, body: { status, title, ...(flaws.has('stack-traces') && { stack }) } };
  }

  function write(request: IncomingMessage, response: ServerResponse, { status, body, text, headers = {} }: Reply): void {
    response.statusCode = status;
    response.setHeader('content-type', status >= 400 ? 'application/problem+json' : 'application/json');
    response.setHeader('cache-control', flaws.has('cacheable') ? 'public, max-age=3600' : 'no-store');
    if (!flaws.has('no-hsts')) response.setHeader('strict-transport-security', 'max-age=31536000');
    if (flaws.has('banner')) {
      response.setHeader('server', 'weak-httpd/2.4.1');
      response.setHeader('x-powered-by', 'WeakFramework 4.16.2');
    }
    const { origin: from } = request.headers;
    if (flaws.has('cors-reflected') && from !== undefined) {
      response.setHeader('access-control-allow-origin', from);
      response.setHeader('access-control-allow-credentials', 'true');
    }
    for (const [name, value] of Object.entries(headers)) response.setHeader(name, value);
    response.end(text ?? (body === undefined ? undefined : JSON.stringify(body)));
  }
}

function parse(body: string): unknown {
  return JSON.parse(body);
}

async function readBody(request: IncomingMessage): Promise<string> {
  let body = '';
  for await (const chunk of request) {
    body += chunk;
    if (body.length > MAX_BODY) throw new Fault(413, 'too large');
  }
  return body;
}
