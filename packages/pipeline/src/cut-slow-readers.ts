import type { ServerResponse } from 'node:http';
import { constants, type ServerHttp2Stream } from 'node:http2';

/** How many looks a reader has to pass before it is cut: enough that one who reads at all has been seen reading. */
const LOOKS = 12;

/**
 * Cuts off callers who do not take their answers: one who lets nothing go for `timeout` milliseconds holds a connection
 * to the upstream, a place among the requests forwarded at once, and memory, for as long as he likes (CWE-400). node
 * bounds how long a request may take to arrive, and not how long an answer may take to leave: a TCP window of zero, or
 * over HTTP/2 that of one stream, stops it for ever. Waiting for the upstream is not counted: then nothing is waiting
 * to be taken.
 *
 * Looks at all answers {@link LOOKS} times per timeout, which costs less than a timer for each.
 *
 * @returns `watch`, to be told of every response, and `stop`.
 */
export function cutSlowReaders(timeout: number): { watch(response: ServerResponse): void; stop(): void } {
  /** How many looks in a row something was waiting and nothing went. */
  const stuck = new Map<ServerResponse, number>();
  const look = () => {
    for (const [response, looks] of stuck) {
      if (waitingBytes(response) === 0) stuck.set(response, 0);
      else if (looks < LOOKS) stuck.set(response, looks + 1);
      else cut(response);
    }
  };
  const timer = setInterval(look, timeout / LOOKS).unref();
  return {
    watch(response) {
      stuck.set(response, 0);
      // What is waiting after it is new.
      response.on('drain', () => stuck.has(response) && stuck.set(response, 0));
      response.once('close', () => stuck.delete(response));
    },
    stop: () => clearInterval(timer),
  };
}

function streamOf(response: ServerResponse): ServerHttp2Stream | undefined {
  return response.req.httpVersionMajor === 2 ? (response as unknown as { stream: ServerHttp2Stream }).stream : undefined;
}

/** A pipelined answer that waits for the one before it has no socket yet. */
function waitingBytes(response: ServerResponse): number {
  return (streamOf(response) ?? response.socket)?.writableLength ?? 0;
}

function cut(response: ServerResponse): void {
  const stream = streamOf(response);
  if (stream === undefined) response.destroy();
  else stream.close(constants.NGHTTP2_CANCEL);
}
