import type { Readable, Transform } from 'node:stream';
import { createBrotliDecompress, createGunzip, createInflate, createZstdDecompress } from 'node:zlib';

/** A page of any list we compare fits; what is longer is read this far and then cut, so that no server can fill our memory. */
export const MAX_BODY = 1_048_576;

/** Content codings of the IANA registry that servers use. */
const DECODERS: Readonly<Record<string, () => Transform>> = {
  gzip: createGunzip,
  'x-gzip': createGunzip,
  deflate: createInflate,
  br: createBrotliDecompress,
  zstd: createZstdDecompress,
};

/** Codings on top of each other; nobody uses more than one, and each costs memory. */
const MAX_CODINGS = 3;

export interface Body {
  readonly text: string;
  /** It was longer than {@link MAX_BODY}, as sent or as decoded, or it broke off. */
  readonly cut: boolean;
}

/**
 * Reads a body and undoes its content coding (RFC 9110 §8.4). We ask for none, and some servers send one all the same. The bound
 * holds for what comes in and for what it unfolds to, so a small file that becomes gigabytes is left after the first of them.
 *
 * @param coding the Content-Encoding field; a coding we do not know leaves the body as it came.
 * @throws Error with node's `code` when the connection breaks off before the first byte.
 */
export function readBody(source: Readable, coding: string | undefined): Promise<Body> {
  const names = (coding ?? '')
    .toLowerCase()
    .split(',')
    .map((name) => name.trim())
    .filter((name) => name !== '' && name !== 'identity')
    .reverse();
  const known = names.length <= MAX_CODINGS && names.every((name) => Object.hasOwn(DECODERS, name));
  const decoders = known ? names.map((name) => (DECODERS[name] as () => Transform)()) : [];
  return new Promise((resolve, reject) => {
    const chunks: Buffer[] = [];
    let length = 0;
    let received = 0;
    const finish = (cut: boolean) => {
      resolve({ text: Buffer.concat(chunks).subarray(0, MAX_BODY).toString('utf8'), cut });
      // Only now: ending one of them calls the others' listeners.
      for (const stream of [source, ...decoders]) stream.destroy();
    };
    // What came before a break is still worth reading, when it is more than nothing.
    const broken = (error: Error) => (received > 0 ? finish(true) : reject(error));
    source.once('error', broken);
    // A stream of HTTP/2 that was taken back closes without an error.
    source.once('close', () => {
      if (!source.readableEnded) broken(Object.assign(new Error('the answer broke off'), { code: 'ECONNRESET' }));
    });
    source.on('data', (chunk: Buffer) => {
      received += chunk.length;
      if (received > MAX_BODY && decoders.length > 0) finish(true);
    });
    let last: Readable = source;
    for (const decoder of decoders) {
      // What was decoded before the fault is still worth reading; an answer to HEAD has the field and no body.
      decoder.once('error', () => finish(received > 0));
      last = last.pipe(decoder);
    }
    last.on('data', (chunk: Buffer) => {
      if (length > MAX_BODY) return;
      chunks.push(chunk);
      length += chunk.length;
      if (length > MAX_BODY) finish(true);
    });
    last.once('end', () => finish(false));
  });
}
