import type { IncomingMessage } from 'node:http';
import { RequestFault } from './request-fault.ts';

/**
 * Reads a whole body, up to a bound.
 *
 * @param limit largest body, in bytes. A larger one is refused at its announcement or at the first byte too many.
 * @throws RequestFault `body-too-large`, `request-timeout`, or `request-malformed`: broken off, or broken.
 * @example const body = await readBody(request, 65_536)
 */
export function readBody(request: IncomingMessage, limit: number): Promise<Buffer> {
  return new Promise((resolve, reject) => {
    if (Number(request.headers['content-length'] ?? 0) > limit) return reject(new RequestFault('body-too-large'));
    const chunks: Buffer[] = [];
    let size = 0;
    const settle = (end: () => void) => {
      request.off('data', onData).off('end', onEnd).off('error', onError).off('close', onClose);
      end();
    };
    const onData = (chunk: Buffer) => {
      size += chunk.length;
      if (size > limit) settle(() => reject(new RequestFault('body-too-large')));
      else chunks.push(chunk);
    };
    const onEnd = () => settle(() => resolve(chunks.length === 1 ? (chunks[0] as Buffer) : Buffer.concat(chunks)));
    const onError = (error: Error) => settle(() => reject(error instanceof RequestFault ? error : new RequestFault('request-malformed')));
    const onClose = () => settle(() => reject(new RequestFault('request-malformed')));
    request.on('data', onData).on('end', onEnd).on('error', onError).on('close', onClose);
  });
}
