import type { IncomingMessage, ServerResponse } from 'node:http';
import {
  clientAddress,
  type Guard,
  HSTS,
  type Judgement,
  judge,
  ordered,
  peerAddress,
  RequestFault,
  refuse,
  respondProblem,
} from '@sallyport/pipeline';
import { redactValue } from '@sallyport/protocol';
import { type Quota, type RateLimiter, StoreUnavailableError } from '@sallyport/storage';
import { type Endpoint, findEndpoint } from './endpoints.ts';
import type { AuthServerOptions } from './options.ts';
import { accessLine, beginRecord, type RequestRecord } from './request-record.ts';
import type { SignInRequest } from './sign-in/facts.ts';

interface Arrival {
  readonly request: IncomingMessage;
  readonly record: RequestRecord;
}

interface WithEndpoint {
  readonly endpoint: Endpoint;
}

/** Largest body of any endpoint, in bytes: a pushed request with all its parameters has about 2 KiB. */
const MAX_BODY = 16_384;

interface Parts extends Pick<AuthServerOptions, 'issuer' | 'log' | 'rateLimiter' | 'addressLimit'> {
  /** The token engine. */
  readonly engine: (request: IncomingMessage, response: ServerResponse) => Promise<void>;
  readonly signIn: (arrival: SignInRequest) => Promise<void>;
  readonly newSupportCode: () => string;
  readonly now: () => number;
  readonly monotonic: () => number;
}

/** The way of every request: named, limited, known, small enough; then the sign-in page or the token engine. One log line. */
export function createAnswerRequest(parts: Parts) {
  const { issuer, log, engine, signIn, newSupportCode, now, monotonic } = parts;
  const host = new URL(issuer).host;
  const guards = ordered<Arrival>()([
    checkAddressLimit(parts.rateLimiter, parts.addressLimit), // before anything costs more than a look into a table
    checkEndpoint(), // what is not listed does not exist
    checkSize(),
  ]);

  const answer = async (request: IncomingMessage, response: ServerResponse, record: RequestRecord): Promise<void> => {
    const facts: Arrival & Partial<WithEndpoint> = { request, record };
    const judgement = await judge(guards, facts);
    if (judgement !== undefined) return refuseRequest(response, record, judgement);
    const { uid, name } = facts.endpoint as Endpoint;
    // The engine makes addresses from the Host field, which a caller can choose; ours is known.
    request.headers.host = host;
    if (request.headers[':authority'] !== undefined) request.headers[':authority'] = host;
    if (uid !== undefined && name.startsWith('/sign-in')) await signIn({ request, response, uid, address: record.address });
    else await engine(request, response);
  };

  return (request: IncomingMessage, response: ServerResponse): void => {
    const record = beginRecord(request, {
      supportCode: newSupportCode(),
      method: request.method ?? '',
      path: (request.url ?? '').split('?', 1)[0] as string,
      address: clientAddress(peerAddress(request)),
      startedAt: monotonic(),
    });
    response.setHeader('X-Correlation-Id', record.supportCode);
    response.setHeader('Strict-Transport-Security', HSTS);
    response.setHeader('X-Content-Type-Options', 'nosniff');
    response.once('close', () => log(accessLine(record, response, now(), monotonic() - record.startedAt)));
    request.on('error', (error) => {
      // Over HTTP/1.1 serveTls has answered by itself; what the engine makes of it is not seen by anybody.
      if (error instanceof RequestFault && request.httpVersionMajor === 1 && !response.headersSent) record.fault = error.code;
    });
    answer(request, response, record).catch((error) => {
      record.reason = error instanceof StoreUnavailableError ? 'store-unavailable' : 'internal-error';
      record.detail = redactValue(error);
      if (response.headersSent) response.destroy();
      else respondProblem(response, record.reason, record.supportCode);
    });
  };
}

function refuseRequest(response: ServerResponse, record: RequestRecord, { refusal }: Judgement): void {
  record.reason = refusal.reason;
  record.detail = refusal.detail;
  // The body of a refused request is not read, so an HTTP/1.1 connection cannot go on.
  const close = response.req.httpVersionMajor === 1 && response.req.method === 'POST' ? { Connection: 'close' } : undefined;
  respondProblem(response, refusal.reason, record.supportCode, { ...refusal.headers, ...close });
}

function checkAddressLimit(limiter: RateLimiter, quota: Quota): Guard<Arrival> {
  return {
    name: 'check-address-limit',
    refuses: ['address-rate-limited', 'store-unavailable'],
    async check({ record }) {
      const { allowed, retryAfter } = await limiter.take(`address ${record.address}`, quota);
      if (allowed) return { facts: {} };
      return refuse('address-rate-limited', undefined, { 'Retry-After': String(Math.max(1, Math.ceil(retryAfter / 1000))) });
    },
  };
}

function checkEndpoint(): Guard<Arrival, WithEndpoint> {
  return {
    name: 'check-endpoint',
    refuses: ['route-unlisted', 'method-unlisted'],
    check({ record }) {
      const endpoint = findEndpoint(record.path);
      if (endpoint === undefined) return refuse('route-unlisted');
      record.path = endpoint.name;
      if (!endpoint.methods.includes(record.method)) return refuse('method-unlisted', undefined, { Allow: endpoint.methods.join(', ') });
      return { facts: { endpoint } };
    },
  };
}

function checkSize(): Guard<Arrival> {
  return {
    name: 'check-size',
    refuses: ['body-too-large', 'request-malformed'],
    check({ request }) {
      const announced = request.headers['content-length'];
      if (announced !== undefined && Number(announced) > MAX_BODY) return refuse('body-too-large');
      // The engine has its own, larger bound for a body of unannounced length; nobody needs that.
      if (announced === undefined && request.headers['transfer-encoding'] !== undefined)
        return refuse('request-malformed', 'no Content-Length');
      return { facts: {} };
    },
  };
}
