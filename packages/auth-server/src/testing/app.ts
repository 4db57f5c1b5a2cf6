import { createHash, randomBytes } from 'node:crypto';
import { type Answer, Browser } from './browser.ts';
import { createDevice, type Device } from './device.ts';

/** Tokens as the server answered them. */
export interface Tokens {
  readonly access_token: string;
  readonly refresh_token: string;
  readonly id_token?: string;
  readonly token_type: string;
  readonly expires_in: number;
  readonly scope?: string;
}

export interface AppOptions {
  readonly issuer: string;
  readonly certificateAuthority: string;
  readonly clientId?: string;
  readonly redirectUri?: string;
  readonly http2?: boolean;
  readonly from?: string;
}

/** What differs in one request from what an honest app sends; `null` leaves a parameter out. */
export type Changes = Readonly<Record<string, string | null>>;

/** An app for tests: it speaks the protocol by hand, so that a test can get any step of it wrong. */
export class App {
  readonly device: Device = createDevice();
  readonly browser: Browser;
  readonly issuer: string;
  readonly clientId: string;
  readonly redirectUri: string;
  readonly verifier = randomBytes(32).toString('base64url');
  readonly state = randomBytes(16).toString('base64url');
  /** Every secret that crossed the wire. */
  readonly secrets: Set<string>;
  nonce: string | undefined;

  constructor({
    issuer,
    certificateAuthority,
    clientId = 'orders-app',
    redirectUri = 'com.example.orders:/signed-in',
    ...way
  }: AppOptions) {
    this.issuer = issuer;
    this.clientId = clientId;
    this.redirectUri = redirectUri;
    this.browser = new Browser(issuer, certificateAuthority, way);
    this.secrets = this.browser.secrets;
    this.secrets.add(this.verifier).add(this.state);
  }

  authorizationParameters(changes: Changes = {}): Record<string, string> {
    return apply(
      {
        client_id: this.clientId,
        redirect_uri: this.redirectUri,
        response_type: 'code',
        scope: 'openid orders:read orders:write',
        state: this.state,
        code_challenge: createHash('sha256').update(this.verifier).digest('base64url'),
        code_challenge_method: 'S256',
      },
      changes,
    );
  }

  /** Opens the sign-in page. */
  begin(changes: Changes = {}): Promise<Answer> {
    return this.browser.open(`/authorize?${new URLSearchParams(this.authorizationParameters(changes))}`);
  }

  /** Pushes the request first (RFC 9126), then opens the sign-in page. */
  async beginPushed(changes: Changes = {}): Promise<Answer> {
    const { request_uri: uri } = JSON.parse((await this.post('/par', this.authorizationParameters(changes))).text) as {
      request_uri: string;
    };
    this.secrets.add(uri.slice(uri.lastIndexOf(':') + 1));
    return this.browser.open(`/authorize?${new URLSearchParams({ client_id: this.clientId, request_uri: uri })}`);
  }

  /** Fills in the form of a sign-in page. @returns the answer that leads back to the app, or the page with what was wrong. */
  async submit(page: Answer, username: string, password: string): Promise<Answer> {
    this.secrets.add(password).add(new URL(page.url).pathname.split('/').at(-1) ?? '');
    return this.browser.submit(page.url, { username, password });
  }

  /** The code in the redirect to the app. */
  code(answer: Answer): string {
    if (answer.headers.location === undefined) throw new Error(`No way back to the app: ${answer.status} ${answer.text}`);
    const location = new URL(String(answer.headers.location));
    const code = location.searchParams.get('code');
    if (code === null) throw new Error(`No code: ${location.search} ${answer.status}`);
    if (location.searchParams.get('state') !== this.state || location.searchParams.get('iss') !== this.issuer) throw new Error('mixed up');
    this.secrets.add(code);
    return code;
  }

  async obtainCode(username = 'ana', password = 'correct horse battery', changes: Changes = {}): Promise<string> {
    return this.code(await this.submit(await this.begin(changes), username, password));
  }

  /** Posts a form with a proof, and once more with the nonce if one is asked for. */
  async post(path: string, form: Record<string, string>, device: Device | undefined = this.device): Promise<Answer> {
    const answer = await this.postOnce(path, form, device && (await device.prove(this.issuer + path, this.nonce)));
    const nonce = answer.headers['dpop-nonce'];
    if (typeof nonce === 'string') this.nonce = nonce;
    if (answer.text.includes('use_dpop_nonce') && device !== undefined) return this.post(path, form, device);
    return answer;
  }

  postOnce(path: string, form: Record<string, string>, proof?: string): Promise<Answer> {
    const headers = {
      'content-type': 'application/x-www-form-urlencoded',
      accept: 'application/json',
      ...(proof !== undefined && { dpop: proof }),
    };
    return this.browser.send('POST', path, headers, new URLSearchParams(form).toString());
  }

  exchangeForm(code: string, changes: Changes = {}): Record<string, string> {
    const form = {
      grant_type: 'authorization_code',
      client_id: this.clientId,
      code,
      redirect_uri: this.redirectUri,
      code_verifier: this.verifier,
    };
    return apply(form, changes);
  }

  exchange(code: string, changes: Changes = {}, device?: Device): Promise<Answer> {
    return this.post('/token', this.exchangeForm(code, changes), device);
  }

  refreshForm(refreshToken: string): Record<string, string> {
    return { grant_type: 'refresh_token', client_id: this.clientId, refresh_token: refreshToken };
  }

  refresh(refreshToken: string, device?: Device): Promise<Answer> {
    return this.post('/token', this.refreshForm(refreshToken), device);
  }

  async signIn(username?: string, password?: string, changes?: Changes): Promise<Tokens> {
    return this.tokens(await this.exchange(await this.obtainCode(username, password, changes)));
  }

  tokens(answer: Answer): Tokens {
    if (answer.status !== 200) throw new Error(`No tokens: ${answer.status} ${answer.text}`);
    const tokens = JSON.parse(answer.text) as Tokens;
    for (const token of [tokens.access_token, tokens.refresh_token, tokens.id_token]) if (token !== undefined) this.secrets.add(token);
    return tokens;
  }

  close(): Promise<void> {
    return this.browser.close();
  }
}

function apply(parameters: Record<string, string>, changes: Changes): Record<string, string> {
  const changed: Record<string, string | null> = { ...parameters, ...changes };
  return Object.fromEntries(Object.entries(changed).filter((entry): entry is [string, string] => entry[1] !== null));
}
