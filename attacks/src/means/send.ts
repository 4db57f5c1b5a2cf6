import { isReasonCode } from '@sallyport/protocol';
import { Agent, type Dispatcher, request } from 'undici';

export interface Sent {
  readonly status: number;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  readonly body: string;
  /** The reason code of a refusal of the gateway, the `error` of an OAuth refusal, else the status as text. */
  readonly reason: string;
}

export interface Message {
  readonly method?: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';
  readonly url: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string;
  readonly certificateAuthority: string;
  /** Source address, to be another machine than everybody else; any of 127.0.0.0/8. */
  readonly from?: string;
}

/** How long an answer may take, in milliseconds; an attack that hangs must end as "could not be mounted". */
const TIMEOUT = 10_000;

/** Connections of one machine to the deployment; close them with `destroy()`. */
export function openConnections({ certificateAuthority, from }: Pick<Message, 'certificateAuthority' | 'from'>): Dispatcher {
  return new Agent({
    // The source address holds only on the one family it belongs to.
    ...(from !== undefined && { localAddress: from, autoSelectFamily: false }),
    connect: { ca: certificateAuthority, ...(from !== undefined && { family: 4 }) },
    headersTimeout: TIMEOUT,
    bodyTimeout: TIMEOUT,
  });
}

/** Sends one request exactly as told, with none of the client's care: what an attacker's own program would do. */
export async function send(message: Message): Promise<Sent> {
  const connections = openConnections(message);
  try {
    return await sendOver(connections, message);
  } finally {
    await connections.destroy();
  }
}

/** The same over connections that are there already: for whoever sends many. */
export async function sendOver(connections: Dispatcher, { method = 'GET', url, headers = {}, body }: Message): Promise<Sent> {
  const answer = await request(url, { method, headers, body: body ?? null, dispatcher: connections });
  const text = await answer.body.text();
  return { status: answer.statusCode, headers: answer.headers, body: text, reason: reasonOf(answer.statusCode, text) };
}

export function reasonOf(status: number, body: string): string {
  try {
    const { reason, error } = JSON.parse(body);
    if (isReasonCode(reason)) return reason;
    if (typeof error === 'string') return error;
  } catch {
    // Not every answer is JSON; then the status says it.
  }
  return String(status);
}
