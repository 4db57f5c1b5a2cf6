import type { IncomingHttpHeaders } from 'node:http';
import { brotliDecompressSync, gunzipSync, inflateRawSync, inflateSync } from 'node:zlib';
import { findLeaks } from '@sallyport/protocol';

/**
 * Most of an error's body that is held and judged, in bytes, packed and unpacked. An error people or programs are meant to
 * read has a few hundred; what is longer is a page for developers.
 */
export const MAX_HELD = 65_536;

/** No text to judge, whatever the status. */
const NO_TEXT = /^(?:image|audio|video|font)\//i;

/**
 * The body of a 4xx, held back until it is known to show nothing of the inside (REQUIREMENTS S12, CWE-209). An upstream's
 * 4xx is an answer the app needs, such as what is wrong with a form, so it is not replaced unseen as a 5xx is.
 */
export class HeldError {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly chunks: Buffer[] = [];
  readonly #said: string;
  #size = 0;

  /** @param said the path of the request: an error may repeat it. */
  constructor(status: number, headers: IncomingHttpHeaders, said: string) {
    this.status = status;
    this.headers = headers;
    this.#said = said;
  }

  /** Whether the body of such an answer has to be held. */
  static concerns(status: number, { 'content-type': type = '' }: IncomingHttpHeaders): boolean {
    return status >= 400 && status < 500 && !NO_TEXT.test(type);
  }

  /** @returns whether it still fits; what does not is not judged, but replaced. */
  add(chunk: Buffer): boolean {
    this.#size += chunk.length;
    if (this.#size > MAX_HELD) return false;
    this.chunks.push(chunk);
    return true;
  }

  /** @returns what is wrong with the whole body, for the log and without a word of it; `undefined` for one that may pass. */
  fault(): string | undefined {
    if (this.#size === 0) return undefined;
    const body = unpack(Buffer.concat(this.chunks), this.headers['content-encoding']);
    if (body === undefined) return 'cannot be unpacked';
    const [leak] = findLeaks(body.toString('utf8'), this.#said);
    return leak === undefined ? undefined : `shows ${/^[aeiS]/.test(leak.kind) ? 'an' : 'a'} ${leak.kind}`;
  }
}

/** @returns the text's bytes, or `undefined` when they cannot be known or are more than {@link MAX_HELD}. */
function unpack(bytes: Buffer, coding = 'identity'): Buffer | undefined {
  const options = { maxOutputLength: MAX_HELD };
  try {
    switch (coding.trim().toLowerCase()) {
      case 'identity':
      case '':
        return bytes;
      case 'gzip':
      case 'x-gzip':
        return gunzipSync(bytes, options);
      case 'br':
        return brotliDecompressSync(bytes, options);
      case 'deflate':
        // RFC 9110 §8.4.1.2: with a zlib wrapper, though some leave it out; its first byte tells.
        return ((bytes[0] as number) & 15) === 8 ? inflateSync(bytes, options) : inflateRawSync(bytes, options);
      default:
        return undefined;
    }
  } catch {
    return undefined;
  }
}
