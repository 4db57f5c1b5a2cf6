import { createHash } from 'node:crypto';
import { PIN_SET_PATH, type SpkiPin } from '@sallyport/protocol';
import { createCancellation } from '../cancellation.ts';
import type { PinSetSource } from '../pin-updates.ts';
import { createNodeTransport, type NodeTransportOptions } from './transport.ts';

/** A signed set has at most 8192 characters; more is none. */
const MAX_BYTES = 8192;
/** Longest wait for a set, in milliseconds. It is fetched beside the app's own work and may fail. */
const TIMEOUT = 15_000;

export interface PinSetSourceOptions extends Pick<NodeTransportOptions, 'extraAuthorities' | 'connectTo'> {
  /** Origin of the gateway. */
  readonly api: string;
}

/**
 * Fetches signed pin sets from a gateway on Node, with a connection of its own and without any credential.
 *
 * The platform's trust is required; the pins are told instead of enforced, because on the bad day none matches and the
 * break-glass set must still get through. Whether they must match is decided by the signature, in `verifyPinSet`.
 */
export function createPinSetSource({ api, ...options }: PinSetSourceOptions): PinSetSource {
  const url = new URL(PIN_SET_PATH, api);
  let etag: string | undefined;
  return {
    async fetch() {
      let seen: readonly SpkiPin[] = [];
      const transport = createNodeTransport({
        ...options,
        pins: { mode: 'report', hosts: { [url.hostname]: { pins: NOBODY } } },
        onPinFailure: (report) => {
          seen = report.seen;
        },
      });
      const cancellation = createCancellation<'timeout'>();
      const timer = setTimeout(() => cancellation.cancel('timeout'), TIMEOUT);
      try {
        const headers = etag === undefined ? {} : { 'if-none-match': etag };
        const request = { method: 'GET', url: url.href, headers, body: undefined, signal: cancellation.signal, maxBytes: MAX_BYTES };
        const { status, headers: fields, body } = await transport.send(request);
        if (status !== 200) return undefined;
        etag = fields.etag;
        return { token: Buffer.from(body).toString('latin1').trim(), seen: { pins: seen } };
      } finally {
        clearTimeout(timer);
        await transport.close();
      }
    },
  };
}

/** Pins that no key has, so that every connection is told of. */
const NOBODY = ['nobody', 'nobody else'].map((text) => createHash('sha256').update(text).digest('base64'));
