/**
 * The only place that reaches into oidc-provider beyond its front door. Everything else imports `oidc-provider` itself.
 *
 * The functions are those the library's own grants are made of; it types them but promises nothing between versions. The
 * version is pinned exactly, and library-seam.test.ts says what to do when it moves.
 */
import { randomBytes } from 'node:crypto';
import type { AdapterPayload, RefreshToken } from 'oidc-provider';

export {
  buildTokenResponse,
  checkDpopReplay,
  findAccount,
  resolveAndApplyResource,
  validateDpop,
  validateGrant,
} from 'oidc-provider/lib/helpers/grants.js';

/** The version this seam was written against and tested with. */
export const SEAM_VERSION = '9.13.3';

/** A refresh token made but not yet stored. */
export interface PreparedRefreshToken {
  /** The token itself. */
  readonly value: string;
  /** What the library expects to find under it. */
  readonly payload: AdapterPayload;
  /** Milliseconds since 1970. */
  readonly expiresAt: number;
}

/**
 * What `refreshToken.save()` does, up to the point of storing: so that it can be stored in the same transaction in which
 * its predecessor is used up.
 */
export async function prepareRefreshToken(token: RefreshToken): Promise<PreparedRefreshToken> {
  const model = token as RefreshToken & {
    getValueAndPayload(): Promise<{ value: string; payload: AdapterPayload }>;
  };
  model.jti = randomBytes(32).toString('base64url');
  const { value, payload } = await model.getValueAndPayload();
  return { value, payload, expiresAt: (payload.exp as number) * 1000 };
}
