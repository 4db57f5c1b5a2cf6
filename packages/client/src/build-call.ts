import { encodeUtf8 } from '@sallyport/protocol';
import { type Call, newTrail } from './call.ts';
import { type Query, requestAddress } from './client-address.ts';
import { ClientError } from './errors.ts';
import type { CancelSignal } from './ports.ts';
import type { Decode } from './read-answer.ts';

/** What every request may say, whatever its method. */
export interface RequestOptions<T> {
  readonly query?: Query;
  /** Fields of the app's own. Credentials and framing are the client's and cannot be set here. */
  readonly headers?: Readonly<Record<string, string>>;
  /** Bytes are sent as they are; anything else as JSON. */
  readonly body?: unknown;
  /**
   * Makes an unsafe request repeatable: `true` mints a key for this one action, a text is a key the app keeps to ask again
   * after a restart. Only for routes the policy marks `idempotency`; without it such a request is sent once.
   */
  readonly idempotencyKey?: string | true;
  /** `public`: without token and proof. Default `user`. */
  readonly access?: 'user' | 'public';
  /** Makes a typed value of the answer, or throws. Without it the value is `unknown`. */
  readonly decode?: Decode<T>;
  /** Makes a value of the body of an error status, such as the fields of a form that are wrong: `HttpStatusError.detail`. */
  readonly decodeError?: Decode<unknown>;
  /** Cancels; a real `AbortSignal` fits. */
  readonly signal?: CancelSignal;
}

export interface Request<T> extends RequestOptions<T> {
  readonly method: string;
  /** Below the API's address, beginning with a slash, percent-encoded. */
  readonly path: string;
}

const METHODS = ['GET', 'HEAD', 'OPTIONS', 'POST', 'PUT', 'PATCH', 'DELETE'];

/** Fields the client or the transport sets; from outside they would be a way to leak a credential or smuggle a request. */
const RESERVED_FIELDS = [
  'authorization proxy-authorization dpop idempotency-key cookie host connection content-length transfer-encoding te trailer upgrade',
  'keep-alive expect x-forwarded-for forwarded accept-encoding',
]
  .join(' ')
  .split(' ');

const FIELD_NAME = /^[a-z0-9!#$%&'*+.^_`|~-]+$/;
const FIELD_VALUE = /^[\t\x20-\x7e]*$/;

/**
 * Makes a call of what the app asks for.
 *
 * @throws ClientError `invalid-request`, before anything is sent.
 */
export function buildCall(api: string, request: Request<unknown>, maxBytes: number): Call {
  const { method, path, query, body, idempotencyKey, decodeError, signal, access = 'user' } = request;
  if (!METHODS.includes(method)) throw new ClientError('invalid-request', `The method must be one of ${METHODS.join(', ')}.`);
  const headers: Record<string, string> = { accept: 'application/json' };
  const bytes = asBytes(body);
  if (body !== undefined) headers['content-type'] = bytes === undefined ? 'application/json' : 'application/octet-stream';
  for (const [name, value] of Object.entries(request.headers ?? {})) {
    const lower = name.toLowerCase();
    if (!FIELD_NAME.test(lower) || !FIELD_VALUE.test(value) || RESERVED_FIELDS.includes(lower)) {
      throw new ClientError('invalid-request', `The header field ${FIELD_NAME.test(lower) ? lower : ''} is malformed or the client's own.`);
    }
    headers[lower] = value;
  }
  return {
    method,
    url: requestAddress(api, path, query),
    headers,
    body: bytes ?? formatJson(body),
    signal,
    maxBytes,
    access,
    idempotencyKey,
    decodeError,
    trail: newTrail(),
  };
}

/** What kind of object it is, whatever realm it was made in. */
function kindOf(value: unknown): string {
  return Object.prototype.toString.call(value).slice(8, -1);
}

function asBytes(body: unknown): Uint8Array | undefined {
  if (ArrayBuffer.isView(body)) return new Uint8Array(body.buffer, body.byteOffset, body.byteLength);
  return kindOf(body) === 'ArrayBuffer' ? new Uint8Array(body as ArrayBuffer) : undefined;
}

function formatJson(body: unknown): Uint8Array | undefined {
  if (body === undefined) return undefined;
  let text: string | undefined;
  try {
    text = JSON.stringify(body);
  } catch {
    // A cycle or a BigInt.
  }
  // JSON says `{}` for maps, forms and blobs, and their content would be lost without a word.
  const lost = text === '{}' && kindOf(body) !== 'Object';
  if (text === undefined || lost) throw new ClientError('invalid-request', 'The body is neither bytes nor a value that JSON can say.');
  return encodeUtf8(text);
}
