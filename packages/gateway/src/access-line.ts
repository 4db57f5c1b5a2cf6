import { reasons, redactText } from '@sallyport/protocol';
import type { Exchange } from './exchange.ts';

/** Longest free text of a line, in characters: a hostile path must not make the log expensive. */
const MAX_TEXT = 200;

/** Ids made up by callers are shown only when they look like one. */
const CORRELATION_ID = /^[\w-]{8,64}$/;

/**
 * The one line the log gets of a request, whatever happened to it: JSON, no line breaks inside, no secret, no query and
 * no path of a listed route (both hold personal data); the route says what was asked.
 *
 * @param time ISO 8601.
 * @param duration milliseconds.
 */
export function accessLine(exchange: Exchange, time: string, duration: number): string {
  const { request, route, target, principal, fields, detail } = exchange;
  return JSON.stringify({
    time,
    event: 'access',
    supportCode: exchange.supportCode,
    outcome: exchange.outcome,
    status: statusOf(exchange),
    reason: exchange.reason,
    guard: exchange.guard,
    detail: detail === undefined ? undefined : redactText(detail).slice(0, MAX_TEXT),
    method: request.method?.slice(0, 20),
    route: route?.path,
    path: route === undefined && target !== undefined ? redactText(target.path.slice(0, MAX_TEXT)) : undefined,
    subject: principal?.subject,
    client: principal?.clientId,
    address: exchange.address,
    http: request.httpVersion,
    duration: Math.round(duration * 100) / 100,
    upstream: exchange.upstreamTime === undefined ? undefined : Math.round(exchange.upstreamTime * 100) / 100,
    bytesOut: exchange.bytesOut,
    clientCorrelationId:
      fields !== undefined && CORRELATION_ID.test(fields.clientCorrelationId ?? '') ? fields.clientCorrelationId : undefined,
  });
}

/** 0 when the caller went away before there was any answer. */
function statusOf({ outcome, fault, response }: Exchange): number {
  if (response.headersSent) return response.statusCode;
  if (fault !== undefined) return reasons[fault].status;
  return outcome === 'client-gone' ? 0 : response.statusCode;
}
