import { isReasonCode, type ReasonCode, reasons } from './reasons.ts';
import { parseJsonObject } from './strict-json.ts';

/** Media type of every refusal (RFC 9457 §3). */
export const PROBLEM_MEDIA_TYPE = 'application/problem+json';

/** The body of a refusal (RFC 9457). `reason` and `supportCode` are our extension members. */
export interface Problem {
  readonly type: string;
  readonly title: string;
  readonly status: number;
  readonly reason: ReasonCode;
  /** What a user reads to support, and support finds in the log. It is the correlation id, and says nothing by itself. */
  readonly supportCode: string;
}

/**
 * Writes the problem+json body of a refusal.
 *
 * @param status the HTTP status it is sent with, where that is not the one of the reason: an error of the upstream keeps its own.
 * @example formatProblem('token-expired', 'V1StGXR8Z5jdHi6B')
 */
export function formatProblem(reason: ReasonCode, supportCode: string, status: number = reasons[reason].status): string {
  const { title } = reasons[reason];
  const problem: Problem = { type: `urn:sallyport:reason:${reason}`, title, status, reason, supportCode };
  return JSON.stringify(problem);
}

/**
 * Reads a problem body that claims to be ours.
 *
 * @returns the problem with title and status taken from our own list, never from the wire; `undefined` if it is not ours.
 * @example parseProblem(await response.text())?.reason // 'token-expired'
 */
export function parseProblem(text: string): Problem | undefined {
  const object = parseJsonObject(text);
  if (object === undefined || !isReasonCode(object.reason)) return undefined;
  const { title, status } = reasons[object.reason];
  const supportCode = typeof object.supportCode === 'string' && SUPPORT_CODE.test(object.supportCode) ? object.supportCode : '';
  return { type: `urn:sallyport:reason:${object.reason}`, title, status, reason: object.reason, supportCode };
}

/** What we issue is 16 characters; 64 leaves room for another gateway's ids and keeps a log line short. */
const SUPPORT_CODE = /^[\w-]{1,64}$/;
