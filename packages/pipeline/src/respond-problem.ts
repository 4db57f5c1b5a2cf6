import type { ServerResponse } from 'node:http';
import { formatProblem, PROBLEM_MEDIA_TYPE, type ReasonCode, reasons } from '@sallyport/protocol';
import type { RefusalHeaders } from './guard.ts';

/** Two years, the value the HSTS preload list asks for. Sub-domains are the team's own to decide. */
export const HSTS = 'max-age=63072000';

/** With every 503 of ours (RFC 9110 §15.6.4): a full queue or a locked file is mostly gone in a second. */
const RETRY = { 'Retry-After': '1' };

/**
 * Answers with a refusal: problem+json (RFC 9457), never stored, never sniffed, with the support code in body and head.
 *
 * Does nothing when an answer has already begun: half an answer cannot be taken back, only cut off.
 *
 * @returns the bytes of the body.
 * @example respondProblem(response, 'token-expired', supportCode, { 'WWW-Authenticate': 'DPoP error="invalid_token"' })
 */
export function respondProblem(
  response: ServerResponse,
  reason: ReasonCode,
  supportCode: string,
  headers?: RefusalHeaders,
  status: number = reasons[reason].status,
): number {
  if (response.headersSent) return 0;
  const body = formatProblem(reason, supportCode, status);
  response.writeHead(status, { ...problemHeaders(body.length, supportCode), ...(status === 503 && RETRY), ...headers });
  response.end(response.req.method === 'HEAD' ? undefined : body);
  return body.length;
}

/** The same refusal as bytes for a connection that has no response object: plain HTTP, or a head that is no HTTP. */
export function rawProblem(reason: ReasonCode, supportCode: string): string {
  const body = formatProblem(reason, supportCode);
  const fields = { ...problemHeaders(body.length, supportCode), Connection: 'close' };
  const head = Object.entries(fields).map(([name, value]) => `${name}: ${value}\r\n`);
  return `HTTP/1.1 ${reasons[reason].status} Refused\r\n${head.join('')}\r\n${body}`;
}

// Titles are ASCII (a test of protocol/reasons sees to it), so characters are bytes.
function problemHeaders(length: number, supportCode: string): Record<string, string> {
  return {
    'Content-Type': PROBLEM_MEDIA_TYPE,
    'Content-Length': String(length),
    'Cache-Control': 'no-store',
    'X-Content-Type-Options': 'nosniff',
    'Strict-Transport-Security': HSTS,
    'X-Correlation-Id': supportCode,
  };
}
