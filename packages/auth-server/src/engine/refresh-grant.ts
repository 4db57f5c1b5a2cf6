import { timingSafeEqual } from 'node:crypto';
import type { OAuthStore } from '@sallyport/storage';
import { type AccessToken, errors, type Grant, type Provider, type RefreshToken, type TokenEndpointGrantContext } from 'oidc-provider';
import { digestOf } from '../seal.ts';
import {
  buildTokenResponse,
  checkDpopReplay,
  findAccount,
  type PreparedRefreshToken,
  prepareRefreshToken,
  resolveAndApplyResource,
  validateDpop,
  validateGrant,
} from './library-seam.ts';
import { openAnswer, type RefreshAnswer, sealAnswer } from './refresh-answer.ts';
import { guarded, sealPayload } from './storage-adapter.ts';

type Context = TokenEndpointGrantContext<{ refresh_token?: string | undefined }>;

interface Parts {
  readonly provider: Provider;
  readonly store: OAuthStore;
  /** Milliseconds since 1970. */
  readonly now: () => number;
  /**
   * Told how it went: a rotation; a lost answer given again; or an old token that came back, by the right key, after its
   * successor had been used, so that its grant was ended.
   */
  readonly onRefresh: (ctx: Context, outcome: 'refreshed' | 'recovered' | 'refresh-reused') => void;
}

/**
 * Puts our refresh grant in the place of the library's (RFC 6749 §6, RFC 9700 §4.14). The order is the point:
 *
 * 1. The device key is proved before anything else is looked at. Without it a token, old or new, is worth nothing: it is
 *    refused and nothing changes, so a thief cannot even sign the user out.
 * 2. The proof is burnt on every way from here on, recovery included: a captured request can never be sent again.
 * 3. The first use rotates. The old token keeps its answer, sealed, until the successor is used.
 * 4. The old token again, before that: the answer was lost on the way, or several asked at once. The same answer is given.
 * 5. The old token again, after that: somebody has a copy of token and key. The grant ends: this device's, no other.
 */
export function registerRefreshGrant(parts: Parts): void {
  const { provider } = parts;
  provider.registerGrantType(
    'refresh_token',
    async (ctx: Context) => {
      const value = checkParameters(ctx);
      const thumbprint = await checkProof(parts, ctx);
      const token = await loadToken(parts, ctx, value);
      checkSenderKey(token, thumbprint);
      await burnProof(parts, ctx);
      const grant = await validateGrant(provider, ctx, token.grantId as string);
      await checkAccount(parts, ctx, token, grant);
      const answer = await rotateOrRecover(parts, ctx, { value, token, grant, thumbprint });
      respond(parts, ctx, answer);
    },
    ['refresh_token', 'scope', 'resource'],
  );
}

/** A refresh token of ours has 43 characters. */
const MAX_TOKEN_LENGTH = 128;

function checkParameters(ctx: Context): string {
  const value = ctx.oidc.params.refresh_token;
  if (typeof value !== 'string' || value === '') throw new errors.InvalidRequest('refresh_token is missing');
  if (value.length > MAX_TOKEN_LENGTH) throw new errors.InvalidGrant('refresh token not found');
  return value;
}

/** Form, signature, method, address and nonce of the proof (RFC 9449 §4.3). */
async function checkProof({ provider }: Parts, ctx: Context): Promise<string> {
  const proof = await validateDpop(provider, ctx);
  if (proof === undefined) throw new errors.InvalidDpopProof('a DPoP proof is required');
  return proof.thumbprint;
}

async function loadToken({ provider }: Parts, ctx: Context, value: string): Promise<RefreshToken> {
  const token = await provider.RefreshToken.find(value, { ignoreExpiration: true });
  if (token === undefined) throw new errors.InvalidGrant('refresh token not found');
  if (token.clientId !== ctx.oidc.client.clientId) throw new errors.InvalidGrant('client mismatch');
  if (token.isExpired) throw new errors.InvalidGrant('refresh token is expired');
  return token;
}

function checkSenderKey(token: RefreshToken, thumbprint: string): void {
  const [bound, shown] = [Buffer.from(token.jkt ?? ''), Buffer.from(thumbprint)];
  // A token without a key was never issued here; it must not be the one that anybody may use.
  if (bound.length === 0 || bound.length !== shown.length || !timingSafeEqual(bound, shown)) {
    throw new errors.InvalidGrant('refresh token is bound to another key');
  }
}

async function burnProof({ provider }: Parts, ctx: Context): Promise<void> {
  // Verified before; the library keeps the result with the request.
  await checkDpopReplay(provider, ctx, await validateDpop(provider, ctx), ctx.oidc.client.clientId, errors.InvalidGrant);
}

async function checkAccount({ provider }: Parts, ctx: Context, token: RefreshToken, grant: Grant): Promise<void> {
  if (token.accountId !== grant.accountId) throw new errors.InvalidGrant('account mismatch');
  if ((await findAccount(provider, ctx, token.accountId, token)) === undefined) throw new errors.InvalidGrant('user is unknown or locked');
}

interface Presented {
  readonly value: string;
  readonly token: RefreshToken;
  readonly grant: Grant;
  readonly thumbprint: string;
}

async function rotateOrRecover(parts: Parts, ctx: Context, presented: Presented): Promise<RefreshAnswer> {
  // Made before anything is written: after the commit there is nothing left that could fail.
  if (presented.token.consumed === undefined) {
    const successor = await prepareSuccessor(parts, presented.token, ctx);
    const answer = await issueAnswer(parts, ctx, presented, successor.value);
    const outcome = await guarded(() =>
      parts.store.rotate({
        old: digestOf(presented.value),
        successor: {
          kind: 'RefreshToken',
          id: digestOf(successor.value),
          payload: sealPayload('RefreshToken', successor.value, successor.payload),
          grant: digestOf(presented.token.grantId as string),
          expiresAt: successor.expiresAt,
        },
        answer: sealAnswer(presented.value, answer),
        now: parts.now(),
      }),
    );
    if (outcome === 'rotated') {
      parts.onRefresh(ctx, 'refreshed');
      return answer;
    }
    if (outcome === 'gone') throw new errors.InvalidGrant('refresh token was revoked');
  }
  return recover(parts, ctx, presented);
}

async function recover(parts: Parts, ctx: Context, presented: Presented): Promise<RefreshAnswer> {
  const rotated = await guarded(() => parts.store.findRotated(digestOf(presented.value)));
  if (rotated === undefined) throw new errors.InvalidGrant('refresh token was revoked');
  if (rotated.successorConsumed) {
    // It was still unused when this request came, so it did not come back: it was overtaken on the way by its own device.
    if (presented.token.consumed === undefined) throw new errors.InvalidGrant('refresh token was used by a request that overtook this one');
    await guarded(() => parts.store.endGrant(digestOf(presented.token.grantId as string)));
    parts.onRefresh(ctx, 'refresh-reused');
    throw new errors.InvalidGrant('refresh token was already used, and so was its successor');
  }
  const answer = rotated.answer && openAnswer(presented.value, rotated.answer);
  if (answer === undefined) throw new errors.InvalidGrant('refresh token was already used');
  parts.onRefresh(ctx, 'recovered');
  // So late that the access token in it has expired: the same successor, and an access token that is of use.
  return answer.expiresAt > parts.now() ? answer : issueAnswer(parts, ctx, presented, answer.refreshToken);
}

async function prepareSuccessor({ provider }: Parts, token: RefreshToken, ctx: Context): Promise<PreparedRefreshToken> {
  const { accountId, acr, amr, authTime, claims, iiat, grantId, nonce, resource, scope, sid, sessionUid, jkt } = token;
  return prepareRefreshToken(
    new provider.RefreshToken({
      ...{ accountId, acr, amr, authTime, claims, iiat, nonce, resource, sid, sessionUid, jkt },
      client: ctx.oidc.client,
      grantId: grantId as string,
      scope: scope ?? '',
      gty: 'refresh_token',
      rotations: (token.rotations ?? 0) + 1,
    }),
  );
}

async function issueAnswer({ provider, now }: Parts, ctx: Context, presented: Presented, refreshToken: string): Promise<RefreshAnswer> {
  const { token, grant, thumbprint } = presented;
  const accessToken = new provider.AccessToken({
    accountId: token.accountId,
    client: ctx.oidc.client,
    grantId: token.grantId as string,
    gty: 'refresh_token',
    sessionUid: token.sessionUid,
    sid: token.sid,
  }) as AccessToken & { readonly expiration: number };
  accessToken.setThumbprint('jkt', thumbprint);
  await resolveAndApplyResource(provider, ctx, token, accessToken, grant, checkScope(ctx, token));
  ctx.oidc.entity('AccessToken', accessToken);
  const value = await accessToken.save();
  return {
    accessToken: value,
    tokenType: accessToken.tokenType,
    expiresAt: now() + accessToken.expiration * 1000,
    refreshToken,
    scope: accessToken.scope,
  };
}

/** The scopes asked for, which can only be fewer than those granted (RFC 6749 §6). */
function checkScope(ctx: Context, token: RefreshToken): Set<string> {
  if (ctx.oidc.params.scope === undefined) return token.scopes;
  const asked = ctx.oidc.requestParamScopes;
  const missing = [...asked].filter((scope) => !token.scopes.has(scope));
  if (missing.length > 0) throw new errors.InvalidScope('refresh token lacks requested scopes', missing.join(' '));
  return asked;
}

function respond({ provider, now }: Parts, ctx: Context, answer: RefreshAnswer): void {
  ctx.body = buildTokenResponse(provider, {
    accessToken: answer.accessToken,
    tokenType: answer.tokenType,
    expiresIn: Math.max(0, Math.floor((answer.expiresAt - now()) / 1000)),
    refreshToken: answer.refreshToken,
    scope: answer.scope,
  });
}
