import { timingSafeEqual } from 'node:crypto';
import { type Client, errors, type KoaContextWithOIDC, type RefreshToken, type TokenEndpointGrantContext } from 'oidc-provider';
import { checkDpopReplay, validateDpop } from './library-seam.ts';

/**
 * Who may revoke a refresh token (RFC 7009 §2.1): the client it was given to, on the device it is bound to. Without the
 * proof a thief could at least sign the user out; a token that was stolen without its key is of no use to him anyway.
 *
 * @throws the engine's errors when the proof is missing, malformed, used before or lacks the nonce.
 */
export async function mayRevoke(ctx: KoaContextWithOIDC, client: Client, token: unknown): Promise<boolean> {
  const { clientId, kind, jkt = '' } = token as RefreshToken;
  if (kind !== 'RefreshToken' || clientId !== client.clientId) return false;
  const { provider } = ctx.oidc;
  // The functions are the library's for grants; what they need of a context is the same here.
  const context = ctx as unknown as TokenEndpointGrantContext;
  const proof = await validateDpop(provider, context);
  if (proof === undefined) throw new errors.InvalidDpopProof('a DPoP proof is required');
  const [bound, shown] = [Buffer.from(jkt), Buffer.from(proof.thumbprint)];
  if (bound.length !== shown.length || !timingSafeEqual(bound, shown)) return false;
  await checkDpopReplay(provider, context, proof, client.clientId, errors.InvalidDpopProof);
  return true;
}
