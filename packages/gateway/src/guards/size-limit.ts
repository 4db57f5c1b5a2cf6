import { type Guard, PASS, refuse } from '@sallyport/pipeline';
import type { Readable, Routed } from '../exchange.ts';

/**
 * Refuses a body that announces itself too large before a byte of it is read (RFC 9110 §15.5.14). A body without a
 * length is counted while it streams, to the same bound.
 *
 * The head of HTTP/1.1 is bounded by the parser; that of HTTP/2 here, because node announces its bound
 * (SETTINGS_MAX_HEADER_LIST_SIZE) and does not hold anybody to it.
 *
 * @param bodyBytes the largest body any route takes.
 */
export function sizeLimit(headerBytes: number, bodyBytes: number): Guard<Readable> {
  return {
    name: 'size-limit',
    refuses: ['header-too-large', 'body-too-large'],
    check({ fields }) {
      if (fields.size > headerBytes) return refuse('header-too-large');
      return announced(fields.contentLength) > bodyBytes ? refuse('body-too-large') : PASS;
    },
  };
}

/** The same for the bound of the one route, where that is the smaller. */
export function routeSizeLimit(): Guard<Readable & Routed> {
  return {
    name: 'route-size-limit',
    refuses: ['body-too-large'],
    check: ({ fields, route }) => (announced(fields.contentLength) > route.bodyBytes ? refuse('body-too-large') : PASS),
  };
}

function announced(contentLength: string | undefined): number {
  return contentLength === undefined ? 0 : Number(contentLength);
}
