import type { UserStore } from '@sallyport/storage';
import { type ClientMetadata, type Configuration, errors, type KoaContextWithOIDC } from 'oidc-provider';
import type { AuthClient, AuthServerOptions } from '../options.ts';
import { mayRevoke } from './revocation-policy.ts';
import { guarded, storageAdapter } from './storage-adapter.ts';

/** Where the endpoints are. Clients learn them from discovery. */
export const routes = {
  authorization: '/authorize',
  jwks: '/jwks',
  pushed_authorization_request: '/par',
  revocation: '/revoke',
  token: '/token',
} as const;

/** A user needs a minute or two to find a password; ten leave time for a password manager and a phone call. Seconds. */
const SIGN_IN_LIFETIME = 600;

/** A code is exchanged at once by the app that gets it (RFC 6749 §4.1.2 allows ten minutes). Seconds. */
const CODE_LIFETIME = 60;

type Parts = Pick<
  AuthServerOptions,
  | 'issuer'
  | 'audience'
  | 'clients'
  | 'apiScopes'
  | 'accessTokenLifetime'
  | 'refreshTokenLifetime'
  | 'users'
  | 'tokens'
  | 'signingKeys'
  | 'cookieKeys'
> & { readonly now: () => number; readonly dpopNonceSecret: Buffer; readonly renderError: NonNullable<Configuration['renderError']> };

/**
 * The token engine as configured: code with PKCE for public native clients, tokens bound by DPoP, one resource, nothing
 * else. What is not needed is off, and every function the library would otherwise supply for development is given.
 */
export function providerConfiguration(parts: Parts): Configuration {
  const { audience, users, tokens, now, dpopNonceSecret } = parts;
  const accessTokenSeconds = Math.floor(parts.accessTokenLifetime / 1000);
  const sessionSeconds = Math.floor(parts.refreshTokenLifetime / 1000);
  const scopesOf = scopesByClient(parts.clients, parts.apiScopes);

  return {
    adapter: storageAdapter(tokens, now),
    clients: parts.clients.map(toClientMetadata),
    jwks: { keys: parts.signingKeys.keys.map((key) => ({ ...key })) },
    routes,
    responseTypes: ['code'],
    subjectTypes: ['public'],
    clientAuthMethods: ['none'],
    // API scopes must not stand here: the library would ask for consent to them for ever. They belong to the resource.
    scopes: ['openid'],
    enabledJWA: {
      dPoPSigningAlgValues: ['ES256'],
      idTokenSigningAlgValues: ['ES256'],
      userinfoSigningAlgValues: ['ES256'],
    },
    discovery: {
      // RFC 8414 §2: left out, these would mean client_secret_basic.
      revocation_endpoint_auth_methods_supported: ['none'],
    },
    pkce: { required: () => true },
    features: {
      devInteractions: { enabled: false },
      rpInitiatedLogout: { enabled: false },
      userinfo: { enabled: false },
      introspection: { enabled: false },
      revocation: { enabled: true, allowedPolicy: mayRevoke },
      pushedAuthorizationRequests: { enabled: true },
      dPoP: { enabled: true, nonceSecret: dpopNonceSecret, requireNonce: () => true },
      resourceIndicators: {
        enabled: true,
        defaultResource: async () => audience,
        useGrantedResource: async () => true,
        async getResourceServerInfo(_ctx, resource, client) {
          if (resource !== audience) throw new errors.InvalidTarget();
          return {
            scope: (scopesOf.get(client.clientId) ?? []).join(' '),
            audience,
            accessTokenFormat: 'jwt',
            accessTokenTTL: accessTokenSeconds,
            jwt: { sign: { alg: 'ES256' } },
          };
        },
      },
    },
    ttl: {
      AccessToken: () => accessTokenSeconds,
      AuthorizationCode: () => CODE_LIFETIME,
      Grant: () => sessionSeconds,
      IdToken: () => accessTokenSeconds,
      Interaction: () => SIGN_IN_LIFETIME,
      RefreshToken: () => sessionSeconds,
      Session: () => SIGN_IN_LIFETIME,
    },
    // These apps stay signed in until they sign out or are not used; they need not ask for offline_access.
    issueRefreshToken: async (_ctx, client) => client.grantTypeAllowed('refresh_token'),
    rotateRefreshToken: true,
    expiresWithSession: async () => false,
    loadExistingGrant: (ctx) => grantWhatIsAsked(ctx, audience),
    findAccount: (_ctx, id) => guarded(() => findAccount(users, id)),
    interactions: { url: (_ctx, interaction) => `/sign-in/${interaction.uid}` },
    cookies: {
      keys: [...parts.cookieKeys],
      names: {
        session: '__Host-sallyport-session',
        // Bound to the path of one sign-in, so that two at once do not disturb each other; __Host- would forbid a path.
        interaction: '__Secure-sallyport-sign-in',
        resume: '__Secure-sallyport-resume',
      },
      long: { signed: true, httpOnly: true, secure: true, sameSite: 'lax', path: '/' },
      short: { signed: true, httpOnly: true, secure: true, sameSite: 'lax' },
    },
    clientBasedCORS: () => false,
    // Nothing here ever needs to call out.
    fetch: () => Promise.reject(new Error('The auth server makes no requests.')),
    renderError: parts.renderError,
  };
}

function toClientMetadata({ id, name, redirectUris }: AuthClient): ClientMetadata {
  return {
    client_id: id,
    client_name: name,
    redirect_uris: [...redirectUris],
    application_type: 'native',
    token_endpoint_auth_method: 'none',
    grant_types: ['authorization_code', 'refresh_token'],
    response_types: ['code'],
    id_token_signed_response_alg: 'ES256',
    dpop_bound_access_tokens: true,
  };
}

function scopesByClient(clients: readonly AuthClient[], apiScopes: readonly string[]): ReadonlyMap<string, readonly string[]> {
  const known = new Set(apiScopes);
  return new Map(clients.map(({ id, scopes }) => [id, scopes.filter((scope) => known.has(scope))]));
}

/**
 * These are the team's own apps: what the policy lets them ask for is granted without a page. A grant is one sign-in on one
 * device, so ending it ends that one alone.
 */
async function grantWhatIsAsked(ctx: KoaContextWithOIDC, audience: string) {
  const { account, client, provider, requestParamScopes, resourceServers } = ctx.oidc;
  if (account === undefined || client === undefined) return undefined;
  const grant = new provider.Grant({ accountId: account.accountId, clientId: client.clientId });
  if (requestParamScopes.has('openid')) grant.addOIDCScope('openid');
  const granted = [...requestParamScopes].filter((scope) => resourceServers?.[audience]?.scopes.has(scope));
  if (granted.length > 0) grant.addResourceScope(audience, granted.join(' '));
  await grant.save();
  return grant;
}

async function findAccount(users: UserStore, id: string) {
  const user = await users.findUser(id);
  return user === undefined || user.locked ? undefined : { accountId: id, claims: async () => ({ sub: id }) };
}
