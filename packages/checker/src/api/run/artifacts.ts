import type { KeyObject } from 'node:crypto';
import type { JsonObject, SpkiPin } from '@sallyport/protocol';
import type { AlertInbox } from '../alerts/alert-inbox.ts';
import type { Answer, Request } from '../http/answer.ts';
import type { OpenApi } from '../openapi/read-openapi.ts';
import type { IdempotentRoute, SignInOptions, TestUser } from '../options.ts';
import type { ServedCertificate } from '../tls/read-certificate.ts';
import type { TlsSurvey } from '../tls/survey-tls.ts';
import type { Input } from './find-inputs.ts';

/** A GET request that should need credentials. */
export interface ProtectedRequest extends Request {
  /** What the OpenAPI document says of it, when it knows it. */
  readonly secured?: boolean | undefined;
}

/** One of them, and what came back. */
export interface Visit {
  readonly request: ProtectedRequest;
  readonly anonymous: Answer;
  /** To the test user; `undefined` without one. */
  readonly own: Answer | undefined;
}

/** A protected GET request whose answer tells the test user from nobody, and what an honest and an anonymous caller get for it. */
export interface Baseline {
  readonly user: TestUser;
  readonly request: Request;
  readonly valid: Answer;
  readonly anonymous: Answer;
}

/** The access token in use, taken apart. */
export interface AccessToken {
  readonly text: string;
  readonly header: JsonObject & { readonly alg: string };
  readonly payload: JsonObject;
}

export interface PublicKey {
  readonly kid: string | undefined;
  readonly jwk: Readonly<Record<string, unknown>>;
  readonly key: KeyObject;
  /** Address of its key set, or where else it came from. */
  readonly from: string;
  /** As its owner keeps it, when that is known. */
  readonly pem: string | undefined;
}

export interface OAuthServer {
  readonly clientId: string;
  readonly tokenEndpoint: string | undefined;
  readonly revocationEndpoint: string | undefined;
  readonly jwksUrl: string | undefined;
}

/** An object of the first user, and what that user gets for it. */
export interface OwnedObject {
  readonly request: Request;
  /** How we know of it: the user named it, a list of the user's had its id, or a route that was given looks like one object's. */
  readonly origin: 'named' | 'address' | { readonly list: Request };
  readonly own: Answer;
  readonly anonymous: Answer;
}

/** What a monitoring drill can be made with, and where its alert arrives; each part may be missing. */
export interface Drill {
  readonly signIn: Required<SignInOptions> | undefined;
  readonly session:
    | { readonly user: TestUser; readonly refreshToken: string; readonly tokenEndpoint: string; readonly clientId: string }
    | undefined;
  readonly inbox: AlertInbox | undefined;
}

/** Everything an audit may ask for. Each is gathered once, when first needed. */
export interface Artifacts {
  readonly survey: TlsSurvey;
  readonly certificate: ServedCertificate;
  readonly pins: readonly SpkiPin[];
  /** Any answer of the API, a refusal included. */
  readonly anonymous: Answer;
  /** The protected routes that answered, each asked as nobody and as the test user. */
  readonly visits: readonly Visit[];
  /** Somebody whose credentials may be sent. */
  readonly testUser: TestUser;
  readonly baseline: Baseline;
  /** GET requests that the document, or the user, says need credentials. */
  readonly protectedRequests: readonly ProtectedRequest[];
  /** One success of each route, the test user's before nobody's, and one of an object. */
  readonly answers: readonly Answer[];
  /** Of them, those that not everybody gets. */
  readonly userData: readonly Answer[];
  readonly accessToken: AccessToken;
  readonly publicKeys: readonly PublicKey[];
  readonly oauth: OAuthServer;
  readonly document: OpenApi;
  /** Where values from outside enter by GET. */
  readonly inputs: readonly Input[];
  readonly ownedObjects: readonly OwnedObject[];
  readonly secondUser: TestUser;
  readonly dpopUser: TestUser & { readonly dpopKey: KeyObject };
  readonly signIn: Required<SignInOptions>;
  readonly idempotentRoute: IdempotentRoute;
  readonly drill: Drill;
  /** The user allows floods and lock-out probes. */
  readonly active: true;
}

export type ArtifactName = keyof Artifacts;
