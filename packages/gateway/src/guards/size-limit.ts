import { type Guard, PASS, refuse } from '@sallyport/pipeline';
import type { Readable, Routed } from '../exchange.ts';

/**
 * Refuses a body that announces itself too large before a byte of it is read (RFC 9110 §15.5.14). A body without a
 * length is counted while it streams, to the same bound. The head is bounded by the parser.
 *
 * @param limit the largest body any route takes, in bytes.
 */
export function sizeLimit(limit: number): Guard<Readable> {
  return {
    name: 'size-limit',
    refuses: ['body-too-large'],
    check: ({ fields }) => (announced(fields.contentLength) > limit ? refuse('body-too-large') : PASS),
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
