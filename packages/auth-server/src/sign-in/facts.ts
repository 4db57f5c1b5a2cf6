import type { IncomingMessage, ServerResponse } from 'node:http';
import type { User } from '@sallyport/storage';

/** A request for the sign-in page, as it comes in. */
export interface SignInRequest {
  readonly request: IncomingMessage;
  readonly response: ServerResponse;
  /** The id in the path. */
  readonly uid: string;
  /** Network address limits are kept for. */
  readonly address: string;
}

/** A sign-in under way, as load-interaction found it. */
export interface WithInteraction {
  readonly clientId: string;
  /** What the app is called. */
  readonly appName: string;
  readonly redirectUri: string;
}

export interface WithForm {
  readonly username: string;
  readonly password: string;
}

/** A try that was counted. */
export interface WithAttempt {
  /** Called when the try was none: it succeeded, or could not be made. */
  readonly giveBack: () => void;
}

export interface WithUser {
  readonly user: User;
}
