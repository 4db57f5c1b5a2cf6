import type { DpopSigner } from '@sallyport/protocol';

/** The honest user of the stage: signed in through the real client and the real sign-in page. */
export interface Victim {
  /** One honest call of the app. Resolves to the HTTP status; the control of every attack. */
  call(path: string): Promise<number>;
  /** Makes the app refresh now, whatever time the token has left. Rejects when the session has ended. */
  refresh(): Promise<void>;
  /** What a thief finds who can read the app's storage. */
  tokens(): Promise<{ readonly accessToken: string; readonly refreshToken: string }>;
  /** The ID token of the sign-in, as the app received it. */
  readonly idToken: string;
  /** The device key. A thief never has it; attacks that ask what the real device could do wrong use it. */
  readonly deviceKey: DpopSigner;
}

/** What arrived at the backend: only that could do harm. */
export interface Arrival {
  readonly method: string;
  readonly target: string;
  readonly headers: Readonly<Record<string, string | readonly string[] | undefined>>;
}

/** Where attacks are played: running servers, an honest user, and a witness behind the gateway. */
export interface Stage {
  readonly gatewayUrl: string;
  readonly issuer: string;
  readonly audience: string;
  readonly clientId: string;
  readonly tokenEndpoint: string;
  /** The certificate authority of the deployment, PEM. */
  readonly certificateAuthority: string;
  /** A path that a signed-in user may GET. */
  readonly path: string;
  readonly victim: Victim;
  /** Requests of `/…?attack=<marker>` that reached the backend. */
  arrivals(marker: string): readonly Arrival[];
  /** An app like the victim's, but trusting `certificateAuthority` too and reaching the gateway's name at `port`. */
  lureApp(lure: { readonly certificateAuthority: string; readonly port: number; readonly pinned: boolean }): Promise<LuredApp>;
  /** A certificate for the gateway's name from an authority the device was talked into trusting. */
  issueRogueCertificate(): { readonly certificateAuthority: string; readonly certificate: string; readonly key: string };
  /** The address of a fresh sign-in, as an app opens it in the system browser. */
  signInUrl(): string;
  randomId(): string;
  /** Waits; the lab obeys Retry-After like everybody. Milliseconds. */
  wait(time: number): Promise<void>;
}

/** The victim's app on a hostile network. */
export interface LuredApp {
  /** Calls the API with the victim's session. Resolves to `sent` or to the code of the client's error. */
  call(path: string): Promise<string>;
}
