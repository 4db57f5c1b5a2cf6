import type { IncomingHttpHeaders } from 'node:http';
import { RequestFault } from '@sallyport/pipeline';
import { formatProblem, PROBLEM_MEDIA_TYPE, type ReasonCode } from '@sallyport/protocol';
import type { Dispatcher } from 'undici';
import type { Delivery } from './delivery.ts';
import type { Exchange, Readable, Routed } from './exchange.ts';
import type { Finish } from './finishers.ts';
import { requestBody } from './request-body.ts';
import { MAX_IN_FLIGHT, type Upstream } from './upstream.ts';

/** Sends an exchange that every guard has passed to the upstream, and its answer to `delivery`. */
export type Forward = (exchange: Exchange & Readable & Routed, finish: Finish, delivery: Delivery) => void;

/** Of the body of an upstream's error so much is read and thrown away to keep the connection; a longer one is cut. */
const MAX_DISCARDED = 65_536;

/**
 * Makes the last step: forward. Streams both ways and lets each side slow the other down; an abort of one side reaches the
 * other; nothing is ever sent twice.
 *
 * @param monotonic in milliseconds.
 * @param host what the app calls us, for X-Forwarded-Host.
 */
export function createForward(upstream: Upstream, monotonic: () => number, host: string): Forward {
  let inFlight = 0;
  const landed = () => {
    inFlight--;
  };
  return (exchange, finish, delivery) => {
    if (inFlight >= MAX_IN_FLIGHT) {
      delivery.fail({ reason: 'gateway-overloaded' }, false);
      return;
    }
    inFlight++;
    const { request, route, target, claim, hasBody } = exchange;
    upstream.pool.dispatch(
      {
        method: request.method as Dispatcher.HttpMethod,
        path: upstream.basePath + target.path + target.query,
        headers: upstreamFields(exchange, host),
        body: claim?.body ?? (hasBody ? (requestBody(request, route.bodyBytes) as never) : null),
        headersTimeout: route.upstreamTimeout,
        bodyTimeout: route.upstreamTimeout,
      },
      new Forwarding(exchange, finish, delivery, monotonic, landed),
    );
  };
}

/** The caller's fields, then ours. Nobody else can have sent these: readFields has removed them. */
function upstreamFields({ fields, supportCode, principal, peer, hasBody, claim }: Exchange & Readable, host: string): string[] {
  const all = fields.forwarded;
  all.push('x-correlation-id', supportCode, 'x-forwarded-for', peer, 'x-forwarded-proto', 'https', 'x-forwarded-host', host);
  if (principal !== undefined) {
    all.push('x-sallyport-subject', principal.subject, 'x-sallyport-client', principal.clientId, 'x-sallyport-scope', principal.scope);
  }
  if (hasBody && claim === undefined && fields.contentLength !== undefined) all.push('content-length', fields.contentLength);
  return all;
}

/** One request on its way: what undici tells of it, turned into an answer. */
class Forwarding implements Dispatcher.DispatchHandler {
  readonly #exchange: Exchange;
  readonly #finish: Finish;
  readonly #delivery: Delivery;
  readonly #monotonic: () => number;
  readonly #landed: () => void;
  readonly #sentAt: number;
  #controller: Dispatcher.DispatchController | undefined;
  /** Bytes thrown away of an error of the upstream; -1 while there is none. */
  #discarded = -1;
  #done = false;

  constructor(exchange: Exchange, finish: Finish, delivery: Delivery, monotonic: () => number, landed: () => void) {
    this.#exchange = exchange;
    this.#finish = finish;
    this.#delivery = delivery;
    this.#monotonic = monotonic;
    this.#landed = landed;
    this.#sentAt = monotonic();
    exchange.onGone = () => {
      if (this.#done || this.#delivery.gone()) return;
      // Before undici has a connection there is no controller; onRequestStart looks again.
      this.#controller?.abort(new Error('The client went away.'));
    };
  }

  onRequestStart(controller: Dispatcher.DispatchController): void {
    this.#controller = controller;
    if (this.#exchange.outcome === 'client-gone' && !this.#delivery.gone()) controller.abort(new Error('The client went away.'));
  }

  onResponseStart(controller: Dispatcher.DispatchController, status: number, headers: IncomingHttpHeaders): void {
    // An interim answer (RFC 9110 §15.2); the final one follows.
    if (status >= 100 && status < 200) return;
    if (status < 100 || status > 599) {
      controller.abort(new Error(`The status ${status} is none.`));
      return;
    }
    this.#exchange.upstreamTime = this.#monotonic() - this.#sentAt;
    if (status >= 500) this.#reportError(status, headers);
    else this.#delivery.begin(status, this.#finish.strip(status, headers));
  }

  onResponseData(controller: Dispatcher.DispatchController, chunk: Buffer): void {
    if (this.#discarded >= 0) {
      this.#discarded += chunk.length;
      if (this.#discarded > MAX_DISCARDED) controller.abort(new Error('The body of an error is too long.'));
      return;
    }
    if (!this.#delivery.write(chunk, () => controller.resume())) controller.pause();
  }

  onResponseEnd(): void {
    if (this.#finished()) return;
    this.#delivery.end();
  }

  onResponseError(_controller: Dispatcher.DispatchController, error: Error): void {
    if (this.#finished()) return;
    if (this.#exchange.outcome === 'client-gone' && !this.#delivery.gone()) return;
    this.#delivery.fail({ reason: this.#reasonOf(error), detail: `${error.name}: ${error.message}` }, this.#controller !== undefined);
  }

  /** An error of the upstream keeps its status; its body may hold a stack trace and is replaced (REQUIREMENTS S12). */
  #reportError(status: number, { 'retry-after': retryAfter }: IncomingHttpHeaders): void {
    const exchange = this.#exchange;
    exchange.reason = 'upstream-error';
    exchange.guard = 'forward';
    const body = Buffer.from(formatProblem('upstream-error', exchange.supportCode, status));
    const head = {
      'content-type': PROBLEM_MEDIA_TYPE,
      'content-length': String(body.length),
      ...(retryAfter && { 'retry-after': retryAfter }),
    };
    this.#delivery.begin(status, this.#finish.strip(status, head));
    if (exchange.request.method !== 'HEAD') this.#delivery.write(body, () => undefined);
    this.#delivery.end();
    this.#discarded = 0;
    this.#finished();
  }

  /** @returns whether it was finished before. */
  #finished(): boolean {
    const before = this.#done;
    this.#done = true;
    if (!before) this.#landed();
    return before;
  }

  #reasonOf(error: Error): ReasonCode {
    if (error instanceof RequestFault) return error.code;
    // undici starts a request when it has a connection; without one nothing was sent.
    if (this.#controller === undefined) return 'upstream-unreachable';
    const { code } = error as { code?: string };
    return code === 'UND_ERR_HEADERS_TIMEOUT' || code === 'UND_ERR_BODY_TIMEOUT' ? 'upstream-timeout' : 'upstream-failed';
  }
}
