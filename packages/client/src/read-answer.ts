import { decodeUtf8 } from '@sallyport/protocol';
import { ClientError } from './errors.ts';
import type { TransportResponse } from './ports.ts';
import { mediaType } from './read-problem.ts';

/** A successful answer. */
export interface Answer<T> {
  readonly status: number;
  /** Names in lower case. */
  readonly headers: Readonly<Record<string, string>>;
  readonly value: T;
}

/** Turns parsed content into a type of the app's, or throws. @example (value) => Order.parse(value) */
export type Decode<T> = (value: unknown) => T;

/**
 * Reads the body by its media type (JSON to a value, text to a string, anything else to bytes, nothing to `undefined`) and
 * decodes it.
 *
 * @throws ClientError `invalid-response`; what `decode` threw is dropped, because such errors quote the content.
 */
export function readAnswer<T>(response: TransportResponse, decode: Decode<T>): Answer<T> {
  const { status, headers } = response;
  const content = readContent(response);
  try {
    return { status, headers, value: decode(content) };
  } catch {
    throw new ClientError('invalid-response', 'The answer of the server is not what `decode` expects.');
  }
}

function readContent(response: TransportResponse): unknown {
  if (response.body.length === 0) return undefined;
  const type = mediaType(response);
  const isJson = type === 'application/json' || type.endsWith('+json');
  if (!isJson && !type.startsWith('text/')) return response.body;
  const text = decodeUtf8(response.body);
  if (text === undefined) throw new ClientError('invalid-response', 'The answer of the server is not UTF-8.');
  if (!isJson) return text;
  try {
    return JSON.parse(text);
  } catch {
    throw new ClientError('invalid-response', 'The answer of the server is not the JSON it claims to be.');
  }
}
