import type { Provider } from 'oidc-provider';
import type { SignInRequest, WithUser } from './facts.ts';

/** Tells the token engine who signed in, and sends the browser on its way back to the app. */
export async function finishInteraction(provider: Provider, { request, response, user }: SignInRequest & WithUser): Promise<void> {
  const result = {
    // amr as in RFC 8176 §2.
    login: { accountId: user.id, amr: ['pwd'], remember: false },
    // First-party apps: nothing is asked. The engine wants it said for every native client.
    consent: {},
  };
  const location = await provider.interactionResult(request, response, result, { mergeWithLastSubmission: false });
  response.writeHead(303, { Location: location, 'Cache-Control': 'no-store', 'Referrer-Policy': 'no-referrer', 'Content-Length': '0' });
  response.end();
}
