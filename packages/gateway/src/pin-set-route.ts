import { createHash } from 'node:crypto';
import { PIN_SET_MEDIA_TYPE, PIN_SET_PATH } from '@sallyport/protocol';
import { type OwnRoute, publicRoute } from './own-route.ts';
import { refuseExchange } from './refuse-exchange.ts';

/** How long a cache may give the set out without asking, in seconds: an urgent set is everywhere within five minutes. */
const MAX_AGE = 300;

/**
 * Serves the signed pin set. It needs no protection: it is signed, the same for everybody, and holds hashes of public keys.
 *
 * @param token gives the set as it stands now; `undefined`: there is none, and the answer is that of an unlisted route.
 */
export function pinSetRoute(token: () => string | undefined): OwnRoute {
  let known: { readonly text: string; readonly body: Buffer; readonly etag: string } | undefined;
  return {
    route: publicRoute('GET', PIN_SET_PATH, 0),
    answer(exchange, delivery) {
      const text = token();
      if (text === undefined) {
        refuseExchange(exchange, { reason: 'route-unlisted' }, 'pin-set');
        return;
      }
      if (known?.text !== text) known = { text, body: Buffer.from(text), etag: entityTag(text) };
      const { body, etag } = known;
      const head = ['Content-Type', PIN_SET_MEDIA_TYPE, 'ETag', etag, 'Cache-Control', `public, max-age=${MAX_AGE}`];
      if (matches(exchange.request.headers['if-none-match'], etag)) {
        delivery.begin(304, head);
        delivery.end();
        return;
      }
      delivery.begin(200, [...head, 'Content-Length', String(body.length)]);
      if (exchange.request.method !== 'HEAD') delivery.write(body, () => undefined);
      delivery.end();
    },
  };
}

function entityTag(text: string): string {
  return `"${createHash('sha256').update(text).digest('base64url').slice(0, 22)}"`;
}

/** RFC 9110 §13.1.2: a list of tags, compared weakly. */
function matches(field: string | undefined, etag: string): boolean {
  return field?.split(',').some((each) => each.trim().replace(/^W\//, '') === etag) ?? false;
}
