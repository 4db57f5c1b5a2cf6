/** The header fields of a request, sorted into what the gateway reads and what goes upstream. */
export interface Fields {
  readonly host: string | undefined;
  readonly authorization: string | undefined;
  readonly dpop: string | undefined;
  readonly idempotencyKey: string | undefined;
  readonly contentLength: string | undefined;
  readonly transferEncoding: string | undefined;
  readonly expect: string | undefined;
  readonly upgrade: string | undefined;
  /** A correlation id the caller made up. Never trusted, only logged. */
  readonly clientCorrelationId: string | undefined;
  /** Size of the header section as RFC 9113 §10.5.1 suggests counting it: names and values, without framing. */
  readonly size: number;
  /** Name, value, name, value …: what goes upstream, names in lower case, in the order sent. */
  readonly forwarded: string[];
}

type Own = Exclude<keyof Fields, 'forwarded' | 'size'>;

/** Fields the gateway reads itself. Twice the same one has two readings, so it is malformed. None is forwarded. */
const OWN = new Map<string, Own>([
  ['host', 'host'],
  [':authority', 'host'],
  ['authorization', 'authorization'],
  ['dpop', 'dpop'],
  ['idempotency-key', 'idempotencyKey'],
  ['content-length', 'contentLength'],
  ['transfer-encoding', 'transferEncoding'],
  ['expect', 'expect'],
  ['upgrade', 'upgrade'],
  ['x-correlation-id', 'clientCorrelationId'],
]);

const DROPPED = new Set([
  // For this connection alone (RFC 9110 §7.6.1).
  ...['connection', 'keep-alive', 'proxy-connection', 'proxy-authenticate', 'proxy-authorization', 'te', 'trailer', 'http2-settings'],
  // Credentials of the gateway's own callers; the upstream learns who it is from X-Sallyport-*.
  'cookie',
  // What the gateway says itself about where a request came from, so nobody else may say it.
  ...[
    'forwarded',
    'x-real-ip',
    'x-client-ip',
    'x-cluster-client-ip',
    'true-client-ip',
    'cf-connecting-ip',
    'fastly-client-ip',
    'client-ip',
  ],
  // Frameworks let these replace method and path after we have decided about them.
  ...['x-http-method-override', 'x-http-method', 'x-method-override', 'x-original-url', 'x-rewrite-url', 'x-original-method'],
  // Ours is sent; any variant of it is a spoof.
  ...['content-length', 'transfer-encoding', 'host', 'authorization', 'dpop', 'x-correlation-id', 'upgrade', 'expect'],
]);

/** Whole families nobody but the gateway may send: the caller's identity and the way the request came. */
const DROPPED_PREFIXES = ['x-sallyport-', 'x-forwarded-'];

/**
 * Sorts the raw header fields in one pass.
 *
 * CGI, WSGI and PHP upstreams read `X_Sallyport_Subject` as `X-Sallyport-Subject`, so names are compared with
 * underscores as dashes.
 *
 * @param raw name, value, name, value …, as node hands them over.
 * @returns `undefined` when a field that must be single came twice, or a name or value is malformed.
 * @example readFields(request.rawHeaders)?.authorization
 */
export function readFields(raw: readonly string[]): Fields | undefined {
  const fields: { -readonly [name in keyof Fields]: Fields[name] } = {
    host: undefined,
    authorization: undefined,
    dpop: undefined,
    idempotencyKey: undefined,
    contentLength: undefined,
    transferEncoding: undefined,
    expect: undefined,
    upgrade: undefined,
    clientCorrelationId: undefined,
    size: 0,
    forwarded: [],
  };
  let nominated: string | undefined;
  let authority: string | undefined;
  for (let index = 0; index < raw.length; index += 2) {
    const name = (raw[index] as string).toLowerCase();
    const value = raw[index + 1] as string;
    fields.size += name.length + value.length;
    const own = OWN.get(name);
    if (own !== undefined) {
      if (name === ':authority') authority = value;
      else if (fields[own] === undefined) fields[own] = value;
      else return undefined;
      if (own === 'idempotencyKey') fields.forwarded.push(name, value);
    } else if (name === 'connection') nominated = nominated === undefined ? value : `${nominated},${value}`;
    else if (name.charCodeAt(0) === COLON) continue;
    else if (!isDropped(name)) fields.forwarded.push(name, value);
  }
  // RFC 9113 §8.3.1: Host must agree with :authority.
  if (authority !== undefined && fields.host !== undefined && fields.host !== authority) return undefined;
  fields.host = authority ?? fields.host;
  if (nominated !== undefined) removeNominated(fields.forwarded, nominated);
  return fields;
}

const COLON = 58;

function isDropped(name: string): boolean {
  const canonical = name.includes('_') ? name.replaceAll('_', '-') : name;
  if (DROPPED.has(canonical)) return true;
  return canonical.charCodeAt(0) === 120 && DROPPED_PREFIXES.some((prefix) => canonical.startsWith(prefix));
}

/** Fields the sender named in Connection end here (RFC 9110 §7.6.1). What the gateway adds comes later and is safe. */
function removeNominated(forwarded: string[], connection: string): void {
  const names = new Set(
    connection
      .toLowerCase()
      .split(',')
      .map((name) => name.trim()),
  );
  let kept = 0;
  for (let index = 0; index < forwarded.length; index += 2) {
    if (names.has(forwarded[index] as string)) continue;
    forwarded[kept] = forwarded[index] as string;
    forwarded[kept + 1] = forwarded[index + 1] as string;
    kept += 2;
  }
  forwarded.length = kept;
}
