import type { Transport } from '@sallyport/client';

/** A transport that remembers the last ID token that came in: what an attacker on the device could have seen. */
export interface CapturingTransport extends Transport {
  idToken(): string;
}

/** Wraps the app's transport, for the attack that needs the ID token; the client itself does not keep it. */
export function capturingTransport(transport: Transport): CapturingTransport {
  let idToken = '';
  return {
    idToken: () => idToken,
    async send(request) {
      const response = await transport.send(request);
      if (request.url.endsWith('/token')) {
        const { id_token: received } = JSON.parse(Buffer.from(response.body).toString('utf8')) as { id_token?: unknown };
        if (typeof received === 'string') idToken = received;
      }
      return response;
    },
  };
}
