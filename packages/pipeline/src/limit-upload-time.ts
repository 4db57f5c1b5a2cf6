import type { IncomingMessage } from 'node:http';
import type { ServerHttp2Stream } from 'node:http2';
import { RequestFault } from './request-fault.ts';

/**
 * Bounds what node leaves unbounded over HTTP/2: a body must be whole within `timeout` milliseconds, or `request` is
 * destroyed with a `request-timeout`, as a slow HTTP/1.1 one is. A stream that was answered before its body was whole is
 * closed, which tells the caller to send no more (RFC 9113 §8.1); it would else stay open as long as the caller likes.
 */
export function limitUploadTime(request: IncomingMessage, timeout: number): void {
  const { stream } = request as unknown as { stream: ServerHttp2Stream };
  if (stream.endAfterHeaders) return;
  // Whoever reads the body is told; when nobody does any more, an error without a listener would end the process.
  request.on('error', () => undefined);
  const timer = setTimeout(() => {
    if (!request.readableEnded) request.destroy(new RequestFault('request-timeout'));
  }, timeout);
  stream.once('close', () => clearTimeout(timer));
  // Of the stream: the response of node's compatibility API finishes only when the stream is closed.
  stream.once('finish', () => {
    if (!request.readableEnded) stream.close();
  });
}
