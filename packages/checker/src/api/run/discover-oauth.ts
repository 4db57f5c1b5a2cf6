import { parseCompactJws } from '@sallyport/protocol';
import { NoAnswer } from '../http/answer.ts';
import { parseJson } from '../http/answer-shape.ts';
import { isSuccess } from '../http/compare-answers.ts';
import type { CheckApiOptions } from '../options.ts';
import type { Target } from '../target.ts';
import type { OAuthServer } from './artifacts.ts';
import { Missing } from './missing.ts';
import { isOwnedUrl } from './owned-url.ts';
import type { Sender } from './send.ts';

export interface DiscoverOptions extends Pick<Sender, 'send'> {
  readonly target: Target;
  readonly options: CheckApiOptions;
}

/**
 * The addresses of the server that issues tokens: those the user gives, and for the rest what the issuer's metadata say
 * (RFC 8414, OpenID Connect Discovery). Addresses of hosts that are not owned are left out: credentials go there.
 *
 * @throws {Missing} when nothing is known, or the user gave an address that is not owned.
 */
export async function discoverOAuth({ send, target, options }: DiscoverOptions): Promise<OAuthServer> {
  const { clientId = '', tokenEndpoint, revocationEndpoint, jwksUrl, issuer = issuerOf(options) } = options.oauth ?? {};
  const given: OAuthServer = { clientId, tokenEndpoint, revocationEndpoint, jwksUrl };
  for (const url of [tokenEndpoint, revocationEndpoint, jwksUrl]) if (url !== undefined) requireOwned(url, target, options);
  if (tokenEndpoint !== undefined && revocationEndpoint !== undefined && jwksUrl !== undefined) return given;
  if (issuer !== undefined && isOwnedUrl(issuer, target, options)) {
    for (const url of metadataUrls(issuer)) {
      const metadata = await readObject(send, url);
      if (metadata === undefined) continue;
      const text = (name: string) => {
        const address = metadata[name];
        return typeof address === 'string' && isOwnedUrl(address, target, options) ? address : undefined;
      };
      return {
        clientId,
        tokenEndpoint: tokenEndpoint ?? text('token_endpoint'),
        revocationEndpoint: revocationEndpoint ?? text('revocation_endpoint'),
        jwksUrl: jwksUrl ?? text('jwks_uri'),
      };
    }
  }
  // A sign-out route may be all there is to know of sessions that are not OAuth's.
  if ((tokenEndpoint ?? revocationEndpoint ?? jwksUrl ?? options.logout) !== undefined) return given;
  throw new Missing('inconclusive', 'Nothing is known of the server that issues the tokens; give its addresses.');
}

/** @throws {Missing} for an address to which no credential may go. */
export function requireOwned(url: string, target: Target, options: CheckApiOptions): void {
  if (isOwnedUrl(url, target, options)) return;
  const host = URL.canParse(url) ? new URL(url).hostname : url.slice(0, 100);
  throw new Missing(
    'inconclusive',
    `${host} is plain HTTP or belongs to somebody else as far as we know; give an HTTPS address, and --i-own ${host}.`,
  );
}

function issuerOf({ user }: CheckApiOptions): string | undefined {
  const issuer = user === undefined ? undefined : parseCompactJws(user.accessToken)?.payload.iss;
  return typeof issuer === 'string' ? issuer : undefined;
}

/** RFC 8414 §3.1 and OpenID Connect Discovery §4: they put the well-known part in different places. */
function metadataUrls(issuer: string): string[] {
  const { origin, pathname } = new URL(issuer);
  const path = pathname.replace(/\/$/, '');
  return [`${origin}${path}/.well-known/openid-configuration`, `${origin}/.well-known/oauth-authorization-server${path}`];
}

async function readObject(send: Sender['send'], url: string): Promise<Readonly<Record<string, unknown>> | undefined> {
  try {
    const answer = await send({ method: 'GET', url });
    const value = isSuccess(answer) ? parseJson(answer.body) : undefined;
    return typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : undefined;
  } catch (error) {
    if (error instanceof NoAnswer) return undefined;
    throw error;
  }
}
