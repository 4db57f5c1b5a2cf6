import type { Transport, TransportRequest, TransportResponse } from '../ports.ts';

/** What a test's server answers; headers and body may be left out. */
export type MemoryAnswer = { readonly status: number; readonly headers?: Record<string, string>; readonly body?: Uint8Array };

/** A transport without a network: a function answers, or throws a `TransportError`. */
export function createMemoryTransport(answer: (request: TransportRequest) => MemoryAnswer | Promise<MemoryAnswer>): Transport {
  return {
    async send(request): Promise<TransportResponse> {
      const { status, headers = {}, body = new Uint8Array(0) } = await answer(request);
      return { status, headers, body };
    },
  };
}
