import { decodeUtf8, PROBLEM_MEDIA_TYPE, type Problem, parseProblem } from '@sallyport/protocol';
import type { TransportResponse } from './ports.ts';

/** Largest problem body that is looked at, in bytes; ours are about 200. */
const MAX_PROBLEM_BYTES = 4096;

const CORRELATION_ID = /^[\w-]{16,64}$/;

/** The gateway's refusal in a response, if it is one: reason, title from our own list, support code. */
export function readProblem(response: TransportResponse): Problem | undefined {
  if (!mediaType(response).startsWith(PROBLEM_MEDIA_TYPE) || response.body.length > MAX_PROBLEM_BYTES) return undefined;
  const text = decodeUtf8(response.body);
  return text === undefined ? undefined : parseProblem(text);
}

/** The support code of any response: from the problem, else the gateway's correlation id. */
export function readSupportCode(response: TransportResponse): string | undefined {
  const id = response.headers['x-correlation-id'];
  return readProblem(response)?.supportCode || (id !== undefined && CORRELATION_ID.test(id) ? id : undefined);
}

/** The media type of a response, in lower case and without parameters. */
export function mediaType(response: TransportResponse): string {
  return (response.headers['content-type'] ?? '').split(';', 1)[0]?.trim().toLowerCase() ?? '';
}
