import { type Guard, refuse } from '@sallyport/pipeline';
import { errors, type Provider } from 'oidc-provider';
import type { AuthClient } from '../options.ts';
import type { SignInRequest, WithInteraction } from './facts.ts';

/**
 * Finds the sign-in this page belongs to. The id in the path must be the one in the signed cookie, which came with the
 * redirect that led here: so a page cannot be opened, or a form sent, from another browser or by another site (the cookie is
 * SameSite=Lax, and browsers say of a form from elsewhere that it is).
 */
export function loadInteraction(provider: Provider, clients: readonly AuthClient[]): Guard<SignInRequest, WithInteraction> {
  const names = new Map(clients.map(({ id, name }) => [id, name]));
  return {
    name: 'load-interaction',
    refuses: ['sign-in-expired'],
    async check({ request, response, uid }) {
      // Fetch Metadata; browsers that do not send it are covered by the cookie alone.
      const site = request.headers['sec-fetch-site'];
      if (request.method === 'POST' && site !== undefined && site !== 'same-origin')
        return refuse('sign-in-expired', 'form of another site');
      try {
        const interaction = await provider.interactionDetails(request, response);
        if (interaction.uid !== uid) return refuse('sign-in-expired', 'cookie of another sign-in');
        const { client_id: clientId, redirect_uri: redirectUri } = interaction.params as Record<string, string>;
        return {
          facts: { clientId: clientId as string, redirectUri: redirectUri as string, appName: names.get(clientId as string) ?? '' },
        };
      } catch (error) {
        if (error instanceof errors.SessionNotFound) return refuse('sign-in-expired', error.error_description);
        throw error;
      }
    },
  };
}
