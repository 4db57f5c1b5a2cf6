import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Http2ServerResponse } from 'node:http2';
import {
  type ConnectionRefusal,
  type Judgement,
  judge,
  peerAddress,
  RequestFault,
  serveTls,
  supportCodes,
  type TlsServer,
} from '@sallyport/pipeline';
import type { Policy, RoutePolicy } from '@sallyport/policy';
import type { IdempotencyStore, RateLimiter, ReplayStore } from '@sallyport/storage';
import { accessLine } from './access-line.ts';
import { StreamedDelivery } from './delivery.ts';
import { createDeviceKeys } from './device-keys.ts';
import { Exchange, type Readable, type Route, type Routed } from './exchange.ts';
import { compileFinishers, type Finish, finishersFor } from './finishers.ts';
import { createForward, type Forward } from './forward.ts';
import { admit, admitAnybody, admitUser, type Parts } from './gateway.ts';
import { KeptDelivery } from './kept-delivery.ts';
import type { KeySource } from './key-source.ts';
import { createNonces } from './nonces.ts';
import type { OwnRoute } from './own-route.ts';
import { pinReportRoute } from './pin-report-route.ts';
import { pinSetRoute } from './pin-set-route.ts';
import { refuseExchange } from './refuse-exchange.ts';
import { replayAnswer } from './replay-answer.ts';
import { createTokenVerdicts } from './token-verdicts.ts';
import { openUpstream } from './upstream.ts';

export interface GatewayOptions {
  readonly host: string;
  /** 0 takes a free one. */
  readonly port: number;
  readonly tls: { readonly certificate: string; readonly key: string };
  /** Origin the app calls. Left out: https://localhost with the port listened on. */
  readonly publicUrl?: string | undefined;
  readonly issuer: string;
  /** `aud` of access tokens. Left out: publicUrl. */
  readonly audience?: string | undefined;
  readonly upstream: string;
  /** PEM of the authority of the upstream's certificate, if it is a private one. */
  readonly upstreamCa?: string | undefined;
  readonly routes: readonly RoutePolicy[];
  readonly limits: Policy['limits'];
  readonly rateLimits: Policy['rateLimits'];
  /** Serves signed pin sets and takes reports of pin failures. `token` gives the set as it stands now, `undefined` while there is none. */
  readonly pins?: { readonly token: () => string | undefined } | undefined;
  readonly keys: KeySource;
  readonly replayStore: ReplayStore;
  readonly rateLimiter: RateLimiter;
  readonly idempotencyStore: IdempotencyStore;
  /** Takes one line of JSON per request, without a line end. Must not throw. */
  readonly log: (line: string) => void;
  /** Milliseconds since 1970. */
  readonly now: () => number;
  /** Milliseconds on a clock that never steps back; the one of the stores. */
  readonly monotonic: () => number;
  readonly randomBytes: (size: number) => Uint8Array;
}

export interface Gateway {
  /** Starts to serve. @throws when the address is taken or the certificate does not fit. */
  listen(): Promise<{ readonly url: string; readonly port: number }>;
  /** Takes no new requests, lets running ones end, closes every connection. */
  close(): Promise<void>;
  /** Serves another certificate from the next handshake on. PEM. */
  setCertificate(certificate: string, key: string): void;
}

/**
 * Makes a gateway: a server that lets a request through to the upstream only after every guard has said yes. What the
 * guards are, and in which order, stands in `gateway.ts`.
 *
 * Stores, clocks and randomness are handed in. The replay store may start empty, because nonces are of this process alone.
 *
 * @throws Error when two routes list the same method and path.
 * @example const { url } = await createGateway({ ...policy.gateway, routes, keys, … }).listen()
 */
export function createGateway(options: GatewayOptions): Gateway {
  const { log, now, monotonic, randomBytes } = options;
  const newSupportCode = supportCodes(randomBytes);
  const upstream = openUpstream(options.upstream, options.upstreamCa);
  let server: TlsServer | undefined;
  let closed: Promise<void> | undefined;
  let serve: ((request: IncomingMessage, response: ServerResponse) => void) | undefined;

  const logRefusal = (refusal: ConnectionRefusal) =>
    log(JSON.stringify({ time: new Date(now()).toISOString(), event: 'access', outcome: 'refused', guard: 'serve-tls', ...refusal }));

  return {
    async listen() {
      server = await serveTls({
        host: options.host,
        port: options.port,
        ...options.tls,
        http2: true,
        headerBytes: options.limits.headerBytes,
        requestTimeout: options.limits.requestTimeout,
        newSupportCode,
        onRefused: logRefusal,
        handler: (request, response) => serve?.(request, response),
      });
      const publicUrl = new URL(options.publicUrl ?? `https://localhost:${server.port}`).origin;
      serve = compile({ ...options, publicUrl }, newSupportCode, createForward(upstream, monotonic, new URL(publicUrl).host));
      return { url: publicUrl, port: server.port };
    },
    close() {
      closed ??= (server?.close() ?? Promise.resolve()).then(() => upstream.pool.close());
      return closed;
    },
    setCertificate: (certificate, key) => server?.setCertificate(certificate, key),
  };
}

/** All that is decided at start, so that a request only runs through it. */
function compile(options: GatewayOptions & { readonly publicUrl: string }, newSupportCode: () => string, forward: Forward) {
  const { now, monotonic, log, limits, idempotencyStore, publicUrl } = options;
  const own = options.pins === undefined ? [] : [pinSetRoute(options.pins.token), pinReportRoute(log, now)];
  const ownAnswers = new Map(own.map(({ route, answer }) => [route, answer]));
  const listed: Route[] = options.routes.map((each) => ({
    ...each,
    bodyBytes: each.bodyBytes ?? limits.bodyBytes,
    upstreamTimeout: each.upstreamTimeout ?? limits.upstreamTimeout,
  }));
  // First, so that a route such as /** does not take them to the upstream.
  const routes: Route[] = [...own.map(({ route }) => route), ...listed];
  const parts: Parts = {
    ...options,
    routes,
    headerBytes: limits.headerBytes,
    audience: options.audience ?? publicUrl,
    newSupportCode,
    verdicts: createTokenVerdicts(),
    deviceKeys: createDeviceKeys(),
    nonces: createNonces(options.randomBytes(32), monotonic),
  };
  const admission = admit(parts);
  const upstreamOrigin = new URL(options.upstream).origin;
  const compiled = new Map(
    routes.map((each) => {
      const guards = each.access === 'public' ? admitAnybody(parts, each) : admitUser(parts, each);
      return [each, { guards, finish: compileFinishers(finishersFor(each), { upstreamOrigin, publicUrl }) }] as const;
    }),
  );

  /** Runs steps of an exchange; what throws where nothing should costs this one caller, not the process. */
  function guarded(exchange: Exchange, steps: () => void): void {
    try {
      steps();
    } catch (error) {
      refuseExchange(exchange, { reason: 'internal-error', detail: String(error) }, 'gateway');
    }
  }

  /** Goes on to `next` once the guards have said yes. At once, where they are: a promise per request is measurable. */
  function proceed(exchange: Exchange, judgement: Judgement | undefined | Promise<Judgement | undefined>, next: () => void): void {
    if (judgement instanceof Promise) void judgement.then((settled) => guarded(exchange, () => proceed(exchange, settled, next)));
    else if (judgement === undefined) next();
    else refuseExchange(exchange, judgement.refusal, judgement.guard);
  }

  function admitted(exchange: Exchange): void {
    const { guards, finish } = compiled.get(exchange.route as Route) as { guards: Parameters<typeof judge>[0]; finish: Finish };
    proceed(exchange, judge(guards, exchange), () => passed(exchange, finish));
  }

  function passed(exchange: Exchange, finish: Finish): void {
    const { replay, claim } = exchange;
    const streamed = new StreamedDelivery(exchange, finish);
    const answer = ownAnswers.get(exchange.route as Route);
    if (answer !== undefined) {
      void answerOurselves(answer, exchange as Exchange & Readable, streamed);
      return;
    }
    if (replay !== undefined) {
      replayAnswer(exchange, replay, streamed);
      return;
    }
    const delivery =
      claim === undefined ? streamed : new KeptDelivery(streamed, idempotencyStore, claim.id, (error) => noteStoreFailure(exchange, error));
    forward(exchange as Exchange & Readable & Routed, finish, delivery);
  }

  return (request: IncomingMessage, response: ServerResponse): void => {
    const exchange = new Exchange(request, response, peerAddress(request), monotonic());
    request.on('error', (error) => {
      if (error instanceof RequestFault && response.req.httpVersionMajor === 1) noteFault(exchange, error);
    });
    response.on('error', ignore);
    response.on('close', () => {
      if (!wasDelivered(response)) {
        if (exchange.outcome !== 'upstream-cut' && exchange.fault === undefined) exchange.outcome = 'client-gone';
        exchange.onGone?.();
      }
      log(accessLine(exchange, new Date(now()).toISOString(), monotonic() - exchange.startedAt));
    });
    guarded(exchange, () => proceed(exchange, judge(admission as Parameters<typeof judge>[0], exchange), () => admitted(exchange)));
  };
}

/** An answer of ours that throws is a refusal, like a guard that throws. */
async function answerOurselves(answer: OwnRoute['answer'], exchange: Exchange & Readable, delivery: StreamedDelivery): Promise<void> {
  try {
    await answer(exchange, delivery);
  } catch (error) {
    const detail = error instanceof Error ? `${error.name}: ${error.message}` : String(error);
    refuseExchange(exchange, { reason: error instanceof RequestFault ? error.code : 'internal-error', detail }, 'own-route');
  }
}

/** What goes wrong with a connection shows in its close. */
function ignore(): void {}

/** serveTls has answered and given the connection up; only the line is left to write. */
function noteFault(exchange: Exchange, { code }: RequestFault): void {
  exchange.fault = code;
  exchange.reason = code;
  exchange.guard = 'serve-tls';
  exchange.outcome = 'refused';
}

function noteStoreFailure(exchange: Exchange, error: unknown): void {
  exchange.detail = `the answer could not be kept: ${error instanceof Error ? error.message : String(error)}`;
}

function wasDelivered(response: ServerResponse): boolean {
  if (response.req.httpVersionMajor === 1) return response.writableFinished;
  const { stream, writableEnded } = response as unknown as Http2ServerResponse;
  return writableEnded && stream.rstCode === 0;
}
