import { createPublicKey, type KeyObject } from 'node:crypto';
import { parseDeviceJwk } from '@sallyport/protocol';
import { type KeySource, KeysUnavailableError } from './key-source.ts';

/** Fetches a document over HTTPS. Follows no redirect; rejects on a status other than 200 and on a body above `limit` bytes. */
export type FetchText = (url: string, limit: number, timeout: number) => Promise<string>;

export interface JwksSourceOptions {
  readonly jwksUri: string;
  readonly fetchText: FetchText;
  /** Monotonic, in milliseconds. */
  readonly monotonic: () => number;
  /** Told why a fetch failed; the text holds no secret. */
  readonly onFailure?: (why: string) => void;
}

/** Longest wait for the issuer, in milliseconds: the caller of a first request waits as long. */
const FETCH_TIMEOUT = 3000;

/** Largest key set, in bytes: a hundred keys with certificates. */
const MAX_BYTES = 65_536;

/** Most keys of a set: an issuer has two or three. */
const MAX_KEYS = 32;

/**
 * Shortest time between two fetches, in milliseconds. Tokens with made-up key ids cost the issuer one fetch in ten
 * seconds, and a new key is known ten seconds after the old set was fetched at the latest.
 */
const MIN_INTERVAL = 10_000;

/** Shortest time after a failure, in milliseconds: at start the auth server may come up a moment later than we do. */
const RETRY_INTERVAL = 500;

/** After this long a set is fetched again while the old one still serves, so that a withdrawn key is gone within it. */
const REFRESH_AFTER = 300_000;

/** After this long without an answer the old set is no longer believed; no access token lives longer (policy: 60 min). */
const BELIEVED_FOR = 3_600_000;

/**
 * The keys of an issuer by its JWKS document (RFC 7517 §5). Only ES256 keys (EC, P-256) with an id are taken; keys named by
 * a token (`jku`, `x5u`, `jwk`) never are, because nothing here looks at tokens.
 *
 * Fetches when first asked, again for an unknown id, and again when the set grows old; one fetch at a time.
 *
 * @example const keys = createJwksSource({ jwksUri: `${issuer}/jwks`, fetchText: httpsFetchText(ca), monotonic })
 */
export function createJwksSource({ jwksUri, fetchText, monotonic, onFailure }: JwksSourceOptions): KeySource {
  let keys: ReadonlyMap<string, KeyObject> | undefined;
  let text = '';
  let generation = 0;
  let fetchedAt = Number.NEGATIVE_INFINITY;
  let nextAt = Number.NEGATIVE_INFINITY;
  let flight: Promise<void> | undefined;

  const fetchKeys = (): Promise<void> => {
    flight ??= fetchText(jwksUri, MAX_BYTES, FETCH_TIMEOUT)
      .then((document) => {
        const parsed = document === text && keys !== undefined ? keys : parseKeys(document);
        if (parsed !== keys) generation++;
        keys = parsed;
        text = document;
        fetchedAt = monotonic();
        nextAt = fetchedAt + MIN_INTERVAL;
      })
      .catch((error: unknown) => {
        nextAt = monotonic() + RETRY_INTERVAL;
        onFailure?.(`${jwksUri}: ${error instanceof Error ? error.message : String(error)}`);
      })
      .finally(() => {
        flight = undefined;
      });
    return flight;
  };

  const known = (kid: string): KeyObject | undefined => {
    if (keys === undefined) throw new KeysUnavailableError('The keys of the issuer could not be fetched yet.');
    return keys.get(kid);
  };

  const mayFetch = (now: number) => flight !== undefined || now >= nextAt;

  /** Lets the set grow old: asks for a fresh one in time, and gives it up when there is none for too long. */
  const age = (now: number) => {
    if (keys === undefined || now - fetchedAt <= REFRESH_AFTER) return;
    if (mayFetch(now)) void fetchKeys();
    if (now - fetchedAt <= BELIEVED_FOR) return;
    keys = undefined;
    generation++;
  };

  return {
    // Asked with every token, also when its verdict is remembered and no key is needed: a withdrawn key must not live on there.
    generation() {
      age(monotonic());
      return generation;
    },
    find(kid) {
      const now = monotonic();
      age(now);
      return keys?.get(kid) ?? (mayFetch(now) ? fetchKeys().then(() => known(kid)) : known(kid));
    },
  };
}

/** @throws when the document is no key set; a key of another kind in it is left out. */
function parseKeys(document: string): ReadonlyMap<string, KeyObject> {
  const { keys } = JSON.parse(document) as { keys?: unknown };
  if (!Array.isArray(keys) || keys.length > MAX_KEYS) throw new Error('the answer is no JWK Set of a believable size');
  const known = new Map<string, KeyObject>();
  for (const key of keys as Record<string, unknown>[]) {
    const jwk = parseDeviceJwk(key);
    if (jwk === undefined || typeof key.kid !== 'string' || (key.use ?? 'sig') !== 'sig' || (key.alg ?? 'ES256') !== 'ES256') continue;
    try {
      known.set(key.kid, createPublicKey({ key: { ...jwk }, format: 'jwk' }));
    } catch {
      // Not a point of the curve.
    }
  }
  if (known.size === 0) throw new Error('the JWK Set holds no ES256 key');
  return known;
}
