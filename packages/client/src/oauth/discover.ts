import type { JsonObject } from '@sallyport/protocol';
import { parseAddress } from '../client-address.ts';
import { ClientError, HttpStatusError, SignInFailedError } from '../errors.ts';
import type { CancelSignal, Clock } from '../ports.ts';
import type { Authority } from './authority.ts';

/** What the client uses of an issuer's metadata (RFC 8414 §2). */
export interface IssuerMetadata {
  readonly issuer: string;
  readonly authorizationEndpoint: string;
  readonly tokenEndpoint: string;
  readonly revocationEndpoint: string | undefined;
  /** Pushed authorization requests (RFC 9126), used whenever they are offered. */
  readonly pushedEndpoint: string | undefined;
  /** Whether the answer must name its issuer (RFC 9207 §3). */
  readonly namesIssuer: boolean;
}

/** How long metadata is used, in milliseconds: endpoints move rarely, and a client may run for weeks. */
const LIFETIME = 3_600_000;

interface DiscoveryOptions {
  readonly authority: Authority;
  readonly issuer: string;
  readonly clock: Clock;
  /** Whether an address may be used: HTTPS, or excepted by name. */
  readonly isAllowed: (url: string) => boolean;
}

/**
 * Fetches the issuer's metadata when first needed and keeps it for an hour. The issuer it names must be, character by
 * character, the one the app was built with (RFC 8414 §3.3), and every endpoint must be HTTPS.
 */
export function createDiscovery({
  authority,
  issuer,
  clock,
  isAllowed,
}: DiscoveryOptions): (signal?: CancelSignal) => Promise<IssuerMetadata> {
  let kept: { readonly metadata: IssuerMetadata; readonly until: number } | undefined;
  return async (signal) => {
    if (kept !== undefined && clock.uptime() < kept.until) return kept.metadata;
    const metadata = readMetadata(await fetchMetadata(authority, issuer, signal), issuer, isAllowed);
    if (metadata === undefined) throw new SignInFailedError('metadata');
    kept = { metadata, until: clock.uptime() + LIFETIME };
    return metadata;
  };
}

/** The OpenID address first, which every server has; then that of RFC 8414 §3.1, whose path is inserted, not appended. */
async function fetchMetadata(authority: Authority, issuer: string, signal: CancelSignal | undefined): Promise<JsonObject> {
  const { origin = '', path = '' } = parseAddress(issuer) ?? {};
  const suffix = path.replace(/\/$/, '');
  for (const url of [`${origin}${suffix}/.well-known/openid-configuration`, `${origin}/.well-known/oauth-authorization-server${suffix}`]) {
    const { status, json } = await authority.get(url, signal);
    if (status === 200 && json !== undefined) return json;
    if (status === 200) throw new ClientError('invalid-response');
    if (status !== 404) throw new HttpStatusError(status, {});
  }
  throw new SignInFailedError('metadata');
}

function readMetadata(json: JsonObject, issuer: string, isAllowed: (url: string) => boolean): IssuerMetadata | undefined {
  const endpoint = (value: unknown) => (typeof value === 'string' && isAllowed(value) ? value : undefined);
  const authorizationEndpoint = endpoint(json.authorization_endpoint);
  const tokenEndpoint = endpoint(json.token_endpoint);
  if (json.issuer !== issuer || authorizationEndpoint === undefined || tokenEndpoint === undefined) return undefined;
  if (!lists(json.code_challenge_methods_supported, 'S256') || !lists(json.dpop_signing_alg_values_supported, 'ES256')) return undefined;
  return {
    issuer,
    authorizationEndpoint,
    tokenEndpoint,
    revocationEndpoint: endpoint(json.revocation_endpoint),
    pushedEndpoint: endpoint(json.pushed_authorization_request_endpoint),
    namesIssuer: json.authorization_response_iss_parameter_supported === true,
  };
}

function lists(value: unknown, item: string): boolean {
  return Array.isArray(value) && value.includes(item);
}
