import { request } from 'node:https';
import type { FetchText } from './jwks-source.ts';

/**
 * Fetches small documents over HTTPS for {@link createJwksSource}.
 *
 * @param ca PEM of an authority to trust instead of the system's, such as the development one.
 * @example const fetchText = httpsFetchText(developmentCa)
 */
export function httpsFetchText(ca?: string): FetchText {
  return (url, limit, timeout) =>
    new Promise((resolve, reject) => {
      const call = request(url, { ...(ca !== undefined && { ca }), agent: false, headers: { Accept: 'application/json' } }, (response) => {
        if (response.statusCode !== 200) {
          fail(new Error(`status ${response.statusCode}`));
          return;
        }
        const chunks: Buffer[] = [];
        let size = 0;
        response.on('data', (chunk: Buffer) => {
          size += chunk.length;
          if (size > limit) fail(new Error(`more than ${limit} bytes`));
          else chunks.push(chunk);
        });
        response.on('end', () => {
          clearTimeout(timer);
          resolve(Buffer.concat(chunks).toString('utf8'));
        });
        response.on('error', fail);
      });
      const fail = (error: Error) => {
        clearTimeout(timer);
        // Before the connection is torn down, which may still deliver an end.
        reject(error);
        call.destroy();
      };
      // A bound on the whole exchange, not on a silence: a peer that drips is never silent.
      const timer = setTimeout(() => fail(new Error(`no answer within ${timeout} ms`)), timeout);
      call.on('error', fail);
      call.end();
    });
}
