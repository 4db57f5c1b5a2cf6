import type { IncomingMessage, ServerResponse } from 'node:http';
import { type ReasonCode, reasons, redactText } from '@sallyport/protocol';

/** One request of the auth server and what was found out about it, for the one line the log gets of it. */
export interface RequestRecord {
  readonly supportCode: string;
  readonly method: string;
  /** Never the real path, where it would hold the secret id of a sign-in. */
  path: string;
  /** Network address limits are kept for. */
  readonly address: string;
  /** Monotonic, in milliseconds. */
  readonly startedAt: number;
  clientId?: string | undefined;
  /** `sub` of the user, once proved. */
  subject?: string | undefined;
  reason?: ReasonCode | undefined;
  /** What went wrong while the request was still arriving, where the connection itself was given up. */
  fault?: ReasonCode | undefined;
  /** The error code of RFC 6749 that was answered. */
  error?: string | undefined;
  /** What the operator may know beyond it. */
  detail?: unknown;
  /** What an alert may be made of, beyond a plain refusal. */
  outcome?: 'signed-in' | 'refreshed' | 'recovered' | 'refresh-reused' | undefined;
}

const records = new WeakMap<IncomingMessage, RequestRecord>();

/** Begins the record of a request; {@link recordOf} finds it wherever only the request is at hand. */
export function beginRecord(request: IncomingMessage, record: RequestRecord): RequestRecord {
  records.set(request, record);
  return record;
}

/** @throws when the request did not come in by the front door, which is a bug. */
export function recordOf(request: IncomingMessage): RequestRecord {
  const record = records.get(request);
  if (record === undefined) throw new Error('A request without a record.');
  return record;
}

/** Longest free text of a line, in characters: a hostile path must not make the log expensive. */
const MAX_TEXT = 200;

/**
 * The one line the log gets of a request, whatever happened to it: JSON without line breaks and without a secret. Members
 * that mean the same as in the gateway's line have the same name.
 *
 * @param now milliseconds since 1970.
 * @param duration milliseconds.
 */
export function accessLine(record: RequestRecord, response: ServerResponse, now: number, duration: number): string {
  const { supportCode, method, path, address, clientId, subject, fault, error, detail } = record;
  const reason = fault ?? record.reason;
  // Headers not sent: the caller went away before there was any answer.
  const status = fault !== undefined ? reasons[fault].status : response.headersSent ? response.statusCode : 0;
  const plain = status === 0 ? 'client-gone' : status < 400 ? 'answered' : 'refused';
  return JSON.stringify({
    time: new Date(now).toISOString(),
    event: 'access',
    supportCode,
    outcome: record.outcome ?? plain,
    status,
    reason,
    error,
    detail: typeof detail === 'string' ? redactText(detail).slice(0, MAX_TEXT) : detail,
    method: method.slice(0, 20),
    path: redactText(path.slice(0, MAX_TEXT)),
    subject,
    client: clientId,
    address,
    http: response.req.httpVersion,
    duration: Math.round(duration * 100) / 100,
  });
}
