import type { Stage } from '../stage.ts';
import type { Message } from './send.ts';

/** The refresh request as an app sends it (RFC 6749 §6), for whoever holds the token. */
export function refreshMessage({ tokenEndpoint, clientId, certificateAuthority }: Stage, refreshToken: string): Message {
  return {
    method: 'POST',
    url: tokenEndpoint,
    headers: { 'content-type': 'application/x-www-form-urlencoded' },
    body: new URLSearchParams({ grant_type: 'refresh_token', client_id: clientId, refresh_token: refreshToken }).toString(),
    certificateAuthority,
  };
}
