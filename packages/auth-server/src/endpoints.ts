import { routes } from './engine/provider-configuration.ts';

/** One address of the auth server. */
export interface Endpoint {
  /** How the log names it: without the secret id of a sign-in. */
  readonly name: string;
  readonly methods: readonly string[];
  /** The id in the path, for the two addresses that have one. */
  readonly uid?: string;
}

const READ = ['GET', 'HEAD'];
const POST = ['POST'];

const fixed: ReadonlyMap<string, Endpoint> = new Map(
  (
    [
      ['/.well-known/openid-configuration', READ],
      ['/.well-known/oauth-authorization-server', READ],
      [routes.jwks, READ],
      [routes.authorization, READ],
      [routes.pushed_authorization_request, POST],
      [routes.token, POST],
      [routes.revocation, POST],
    ] as const
  ).map(([name, methods]) => [name, { name, methods }]),
);

/** Ids of sign-ins are 43 base64url characters. */
const WITH_UID = /^\/(sign-in|authorize)\/([\w-]{20,64})$/;

/**
 * Finds what is at a path. What is not listed here does not exist (default deny), whatever the token engine would know.
 *
 * @param path exactly as sent, without query; one spelling each.
 */
export function findEndpoint(path: string): Endpoint | undefined {
  const endpoint = fixed.get(path);
  if (endpoint !== undefined) return endpoint;
  const [, first, uid] = WITH_UID.exec(path) ?? [];
  if (uid === undefined) return undefined;
  return { name: `/${first}/:uid`, methods: first === 'sign-in' ? [...READ, ...POST] : READ, uid };
}
