import { createPkce, type DpopSigner, encodeBase64url, encodeUtf8, PKCE_VERIFIER_BYTES, thumbprintInput } from '@sallyport/protocol';
import { formatForm, type Query } from '../client-address.ts';
import type { Credentials } from '../credentials.ts';
import { ClientError, SignInFailedError } from '../errors.ts';
import type { Clock, DeviceKey, Digest, Random, SystemBrowser } from '../ports.ts';
import type { Authority } from './authority.ts';
import type { IssuerMetadata } from './discover.ts';
import { parseCallback } from './parse-callback.ts';
import { readTokens } from './read-tokens.ts';

/** 256 random bits: `state` and `nonce` cannot be guessed. */
const STATE_BYTES = 32;

interface SignInOptions {
  readonly authority: Authority;
  readonly discover: () => Promise<IssuerMetadata>;
  readonly clientId: string;
  readonly redirectUri: string;
  readonly scopes: readonly string[];
  readonly resource: string;
  readonly deviceKey: DeviceKey;
  readonly browser: SystemBrowser;
  readonly clock: Clock;
  readonly random: Random;
  readonly digest: Digest;
}

/**
 * Signs a user in: authorization code with PKCE in the system browser (RFC 8252), bound to the device key from the first
 * request on (RFC 9449 §10). The steps stand in the order they happen.
 *
 * @throws ClientError `sign-in-cancelled`, `sign-in-failed`, or what kept the auth server from being reached.
 */
export function signInWith(options: SignInOptions): () => Promise<Credentials> {
  const { authority, discover, clientId, redirectUri, scopes, resource, deviceKey, browser, clock, random, digest } = options;
  const randomText = () => encodeBase64url(random.bytes(STATE_BYTES));

  return async () => {
    const metadata = await discover();
    // The old key if there is one: a session that is still good must survive a sign-in that is given up.
    const signer = (await deviceKey.load()) ?? (await deviceKey.create());
    const { verifier, challenge } = await createPkce(random.bytes(PKCE_VERIFIER_BYTES), (bytes) => digest.sha256(bytes));
    const [state, nonce] = [randomText(), randomText()];
    const question = {
      response_type: 'code',
      client_id: clientId,
      redirect_uri: redirectUri,
      scope: scopes.join(' '),
      resource,
      state,
      nonce: scopes.includes('openid') ? nonce : undefined,
      code_challenge: challenge,
      code_challenge_method: 'S256',
      dpop_jkt: encodeBase64url(await digest.sha256(encodeUtf8(thumbprintInput(signer.jwk)))),
    };
    const address = await browse(metadata, question, signer);
    const code = checkCallback(address, state, metadata);
    return redeem(metadata, code, verifier, signer, scopes.includes('openid') ? nonce : undefined);
  };

  /** Pushes the question ahead if it can be (RFC 9126), so that the browser and its history learn nothing of it. */
  async function browse(metadata: IssuerMetadata, question: Query, signer: DpopSigner): Promise<string> {
    let query: Query = question;
    if (metadata.pushedEndpoint !== undefined) {
      const { status, json } = await authority.post(metadata.pushedEndpoint, question, { signer });
      const requestUri = json?.request_uri;
      if (status !== 201 || typeof requestUri !== 'string') throw new SignInFailedError('request-refused');
      query = { client_id: clientId, request_uri: requestUri };
    }
    const { authorizationEndpoint } = metadata;
    const url = `${authorizationEndpoint}${authorizationEndpoint.includes('?') ? '&' : '?'}${formatForm(query)}`;
    const address = await browser.open(url, redirectUri);
    if (address === undefined) throw new ClientError('sign-in-cancelled');
    return address;
  }

  /** Whose answer is it, and what does it say? In this order: an answer that is not ours is not even looked into. */
  function checkCallback(address: string, state: string, metadata: IssuerMetadata): string {
    const callback = parseCallback(address, redirectUri);
    if (callback === undefined) throw new SignInFailedError('callback-malformed');
    if (callback.state !== state) throw new SignInFailedError('state-mismatch');
    const issuerFits = callback.issuer === undefined ? !metadata.namesIssuer : callback.issuer === metadata.issuer;
    if (!issuerFits) throw new SignInFailedError('issuer-mismatch');
    if (callback.error === 'access_denied') throw new ClientError('sign-in-cancelled');
    if (callback.code === undefined) throw new SignInFailedError('authorization-refused');
    return callback.code;
  }

  /** A code works once, so this is never repeated; when the answer is lost the user signs in again. */
  async function redeem({ tokenEndpoint, issuer }: IssuerMetadata, code: string, verifier: string, signer: DpopSigner, nonce?: string) {
    const form = {
      grant_type: 'authorization_code',
      code,
      redirect_uri: redirectUri,
      client_id: clientId,
      code_verifier: verifier,
      resource,
    };
    const { status, json } = await authority.post(tokenEndpoint, form, { signer });
    if (status !== 200) throw new SignInFailedError('code-refused');
    const scope = scopes.join(' ');
    const credentials = json && readTokens(json, { issuer, clientId, jwk: signer.jwk, clock, random, nonce, scope });
    if (credentials === undefined) throw new SignInFailedError('token-malformed');
    // An ID token that was asked for and did not come (OpenID Connect Core §3.1.3.3).
    if (nonce !== undefined && credentials.subject === undefined) throw new SignInFailedError('token-malformed');
    return credentials;
  }
}
