import type { IncomingMessage, ServerResponse } from 'node:http';
import { type ReasonCode, redactText } from '@sallyport/protocol';

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
  /** The error code of RFC 6749 that was answered. */
  error?: string | undefined;
  /** What the operator may know beyond it. */
  detail?: unknown;
  /** What happened that an alert may be made of, such as `refresh-reused`. */
  event?: string | undefined;
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

/** Longest path that is logged, in characters. */
const MAX_PATH = 200;

/** The access line of a request: flat, without secrets, the same members as the gateway's where they mean the same. */
export function accessLine(record: RequestRecord, response: ServerResponse, ended: { at: number; monotonic: number }) {
  const { supportCode, method, path, address, clientId, subject, reason, error, detail, event } = record;
  return {
    event: event ?? 'request',
    at: new Date(ended.at).toISOString(),
    supportCode,
    method,
    path: redactText(path.slice(0, MAX_PATH)),
    // A client that went away before the answer began was answered nothing.
    status: response.headersSent ? response.statusCode : 0,
    ms: Math.round((ended.monotonic - record.startedAt) * 10) / 10,
    address,
    ...Object.fromEntries(Object.entries({ clientId, subject, reason, error, detail }).filter(([, value]) => value !== undefined)),
  };
}
