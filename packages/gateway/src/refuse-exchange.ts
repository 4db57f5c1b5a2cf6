import type { Http2ServerResponse } from 'node:http2';
import { type Refusal, respondProblem } from '@sallyport/pipeline';
import type { Exchange } from './exchange.ts';

/**
 * Ends an exchange with a refusal, and writes down why for the access line. When the answer has already begun it can only
 * be cut off, so that the caller sees that it is not whole.
 */
export function refuseExchange(exchange: Exchange, { reason, detail, headers }: Refusal, guard: string): void {
  const { request, response } = exchange;
  // Nobody is there to be answered, and the line is written.
  if (exchange.outcome === 'client-gone' || exchange.fault !== undefined) return;
  exchange.reason = reason;
  exchange.guard = guard;
  exchange.detail = detail;
  if (response.headersSent) {
    cutOff(exchange);
    return;
  }
  exchange.outcome = 'refused';
  exchange.bytesOut += respondProblem(response, reason, exchange.supportCode, headers);
  // What is under way is read and thrown away, up to the request timeout: closing at once would reset the connection and
  // could eat the answer. Over HTTP/2 serveTls tells the caller to send no more.
  if (exchange.hasBody && request.httpVersionMajor === 1) request.resume();
}

/** Breaks the connection (HTTP/1.1) or the stream (HTTP/2) of a half-sent answer. */
function cutOff(exchange: Exchange): void {
  exchange.outcome = 'upstream-cut';
  const { response } = exchange;
  if (exchange.request.httpVersionMajor === 2) (response as unknown as Http2ServerResponse).stream.close(INTERNAL_ERROR);
  else response.destroy();
}

/** RFC 9113 §7. */
const INTERNAL_ERROR = 2;
