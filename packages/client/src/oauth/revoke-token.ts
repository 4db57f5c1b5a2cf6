import type { DpopSigner } from '@sallyport/protocol';
import type { Credentials } from '../credentials.ts';
import type { Logger } from '../ports.ts';
import type { Authority } from './authority.ts';
import type { IssuerMetadata } from './discover.ts';

/**
 * What the auth server knows of a sign-out: `revoked`: it confirmed; `unconfirmed`: it could not be told (offline), so the
 * refresh token lives there until it expires, though nobody holds it any more; `none`: there was nothing to revoke.
 */
export type Revocation = 'revoked' | 'unconfirmed' | 'none';

interface RevokeOptions {
  readonly authority: Authority;
  readonly discover: () => Promise<IssuerMetadata>;
  readonly logger: Logger;
}

/**
 * Revokes the refresh token, and with it the whole grant (RFC 7009 §2.1). Signed with the device key, because our auth
 * server lets nobody else sign a device out; others ignore it. Never throws: signing out works offline.
 */
export function revokeToken({ authority, discover, logger }: RevokeOptions) {
  return async (credentials: Credentials, signer: DpopSigner | undefined): Promise<Revocation> => {
    const { refreshToken, clientId } = credentials;
    if (refreshToken === undefined) return 'none';
    try {
      const { revocationEndpoint } = await discover();
      if (revocationEndpoint === undefined) return 'unconfirmed';
      const form = { token: refreshToken, token_type_hint: 'refresh_token', client_id: clientId };
      const { status } = await authority.post(revocationEndpoint, form, signer && { signer });
      return status === 200 ? 'revoked' : 'unconfirmed';
    } catch {
      logger.log({ event: 'revocation-failed' });
      return 'unconfirmed';
    }
  };
}
