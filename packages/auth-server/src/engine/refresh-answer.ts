import { open, seal } from '../seal.ts';

/** What a refresh answers with. */
export interface RefreshAnswer {
  readonly accessToken: string;
  readonly tokenType: string;
  /** When the access token expires, in milliseconds since 1970. */
  readonly expiresAt: number;
  readonly refreshToken: string;
  readonly scope: string | undefined;
}

const PURPOSE = 'refresh answer';

/** Seals an answer so that only the refresh token it was given for opens it. */
export function sealAnswer(refreshToken: string, answer: RefreshAnswer): Uint8Array {
  return seal(refreshToken, PURPOSE, Buffer.from(JSON.stringify(answer)));
}

/** Opens what {@link sealAnswer} sealed. @returns `undefined` when the token is another or the bytes were changed. */
export function openAnswer(refreshToken: string, sealed: Uint8Array): RefreshAnswer | undefined {
  const bytes = open(refreshToken, PURPOSE, sealed);
  return bytes && (JSON.parse(bytes.toString()) as RefreshAnswer);
}
