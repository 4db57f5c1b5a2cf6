import type { IncomingMessage } from 'node:http';
import { RequestFault } from '@sallyport/pipeline';

/**
 * The body of a request as it arrives, chunk by chunk, never more than `limit` bytes. The next chunk is read when the
 * last one was taken, so a slow upstream slows the sender down.
 *
 * Ending the iteration early leaves the request open: the refusal still has to be written on the same connection.
 *
 * @throws RequestFault `body-too-large` at the first byte too many, or what went wrong while the body arrived.
 */
export async function* requestBody(request: IncomingMessage, limit: number): AsyncGenerator<Buffer, void, undefined> {
  let size = 0;
  for await (const chunk of request.iterator({ destroyOnReturn: false })) {
    size += (chunk as Buffer).length;
    if (size > limit) throw new RequestFault('body-too-large');
    yield chunk as Buffer;
  }
}
