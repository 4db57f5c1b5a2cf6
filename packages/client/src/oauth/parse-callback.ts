import { parseForm } from '../client-address.ts';

/** What the browser came back with (RFC 6749 §4.1.2). Nothing of it is believed yet. */
export interface Callback {
  readonly code: string | undefined;
  readonly error: string | undefined;
  readonly state: string | undefined;
  readonly issuer: string | undefined;
}

/** Longest address a browser hands over that is looked at, in characters. Ours are about 200. */
const MAX_LENGTH = 8192;

/**
 * Reads the address the browser came back with. It must be the redirect URI, character by character, followed by one
 * query and nothing else; no field may come twice; there is a code or an error, not both.
 *
 * @returns `undefined` for anything else. Any app on the device can send us such an address.
 * @example parseCallback('com.example.app:/signed-in?code=a&state=b', 'com.example.app:/signed-in')?.code // 'a'
 */
export function parseCallback(address: string, redirectUri: string): Callback | undefined {
  if (address.length > MAX_LENGTH || !address.startsWith(`${redirectUri}?`) || address.includes('#')) return undefined;
  const fields = parseForm(address.slice(redirectUri.length + 1));
  if (fields === undefined) return undefined;
  const code = fields.get('code');
  const error = fields.get('error');
  if ((code === undefined) === (error === undefined) || code === '' || error === '') return undefined;
  return { code, error, state: fields.get('state'), issuer: fields.get('iss') };
}
