import { type DpopSigner, decodeUtf8, encodeUtf8, type JsonObject, parseJsonObject } from '@sallyport/protocol';
import { type Next, newTrail } from '../call.ts';
import { formatForm, type Query } from '../client-address.ts';
import type { CancelSignal, TransportResponse } from '../ports.ts';

/** Largest answer of an auth server that is read, in bytes. Metadata is about 4 KiB, a token response 3. */
const MAX_BYTES = 65_536;

/** An answer of the auth server. `json` is set when the body is one JSON object. */
export interface AuthorityAnswer {
  readonly status: number;
  readonly json: JsonObject | undefined;
  readonly retryAfter: string | undefined;
}

/** The auth server as the client speaks to it, on a way of its own: no token, no retry, no renewal. */
export interface Authority {
  get(url: string, signal?: CancelSignal): Promise<AuthorityAnswer>;
  /** Posts a form, with a DPoP proof when there is a signer. */
  post(url: string, form: Query, options?: { signer?: DpopSigner; signal?: CancelSignal | undefined }): Promise<AuthorityAnswer>;
}

/** @param way deadline, proof, HTTPS, transport. */
export function createAuthority(way: Next): Authority {
  const send = async (part: Partial<Parameters<Next>[0]> & { method: string; url: string }): Promise<AuthorityAnswer> => {
    const response = await way({
      headers: {},
      body: undefined,
      signal: undefined,
      maxBytes: MAX_BYTES,
      access: 'public',
      idempotencyKey: undefined,
      trail: newTrail(),
      ...part,
    });
    return { status: response.status, json: readJson(response), retryAfter: response.headers['retry-after'] };
  };
  return {
    get: (url, signal) => send({ method: 'GET', url, headers: { accept: 'application/json' }, signal }),
    post: (url, form, { signer, signal } = {}) =>
      send({
        method: 'POST',
        url,
        headers: { accept: 'application/json', 'content-type': 'application/x-www-form-urlencoded' },
        body: encodeUtf8(formatForm(form)),
        signer,
        signal,
      }),
  };
}

function readJson({ body }: TransportResponse): JsonObject | undefined {
  const text = decodeUtf8(body);
  return text === undefined ? undefined : parseJsonObject(text);
}
