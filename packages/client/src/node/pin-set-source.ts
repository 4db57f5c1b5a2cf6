import { PIN_SET_PATH, type SeenChain } from '@sallyport/protocol';
import { createCancellation } from '../cancellation.ts';
import type { PinSetSource } from '../pin-updates.ts';
import { createNodeTransport, type NodeTransportOptions } from './transport.ts';

/** A signed set has at most 8192 characters; more is none. */
const MAX_BYTES = 8192;
/** Longest wait for a set, in milliseconds. It is fetched beside the app's own work and may fail. */
const TIMEOUT = 15_000;

export interface PinSetSourceOptions extends Pick<NodeTransportOptions, 'extraAuthorities' | 'connectTo' | 'onPinFailure' | 'now'> {
  /** Origin of the gateway. */
  readonly api: string;
}

/** Fetches signed pin sets from a gateway on Node, each time over a connection of its own and without any credential. */
export function createPinSetSource({ api, ...options }: PinSetSourceOptions): PinSetSource {
  const url = new URL(PIN_SET_PATH, api).href;
  return {
    async fetch(pins) {
      let seen: SeenChain = { pins: [] };
      const transport = createNodeTransport({
        ...options,
        pins,
        onPinnedServer: (shown) => {
          seen = shown;
        },
      });
      const cancellation = createCancellation<'timeout'>();
      const timer = setTimeout(() => cancellation.cancel('timeout'), TIMEOUT);
      try {
        const request = { method: 'GET', url, headers: {}, body: undefined, signal: cancellation.signal, maxBytes: MAX_BYTES };
        const { status, body } = await transport.send(request);
        return status === 200 ? { token: Buffer.from(body).toString('latin1').trim(), seen } : undefined;
      } finally {
        clearTimeout(timer);
        await transport.close();
      }
    },
  };
}
